"""A real proxy on loopback, for HTTP and SOCKS 5 on one port, that knows the way to one host only."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from types import TracebackType
from typing import Self

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class SmallProxy:
    """An async context manager.

    Attributes:
        asked: how, and for what, it was asked: `("socks5", "telegram.test:80")`.
        password: the one that SOCKS clients have to know, if any.
    """

    def __init__(self, host: str, port: int, password: str | None = None) -> None:
        self._host = host
        self._port = port
        self.password = password
        self.asked: list[tuple[str, str]] = []
        self._server: asyncio.Server | None = None
        self._under_way: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    @property
    def place(self) -> str:
        """Host and port."""
        assert self._server is not None
        return f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hangs up, and waits until everyone has noticed: a task cancelled in between would leave its stream open."""
        assert self._server is not None
        self._server.close()
        for writer in self._under_way.values():
            writer.close()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert self._server is not None
        if not self._server.is_serving():  # taken just before it closed
            writer.close()
            return
        task = asyncio.create_task(self._serve((reader, writer)))
        self._under_way[task] = writer
        task.add_done_callback(lambda _: self._under_way.pop(task))

    async def _serve(self, client: Streams) -> None:
        reader, writer = client
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                first = await reader.readexactly(1)
                await (self._socks(client) if first == b"\x05" else self._http(client, first))
        finally:
            await _close(writer)

    async def _socks(self, client: Streams) -> None:
        reader, writer = client
        methods = await reader.readexactly((await reader.readexactly(1))[0])
        wanted = b"\x02" if self.password else b"\x00"
        writer.write(b"\x05" + (wanted if wanted in methods else b"\xff"))
        if wanted not in methods:
            return
        if self.password:
            await reader.readexactly(1)
            await reader.readexactly((await reader.readexactly(1))[0])
            known = await reader.readexactly((await reader.readexactly(1))[0]) == self.password.encode()
            writer.write(b"\x01\x00" if known else b"\x01\x01")
            if not known:
                return
        *_, kind = await reader.readexactly(4)
        assert kind == 3, "names are looked up by the proxy: where it is needed, nobody else can"
        host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        port = int.from_bytes(await reader.readexactly(2))
        self.asked.append(("socks5", f"{host}:{port}"))
        known = host == self._host
        writer.write(b"\x05" + (b"\x00" if known else b"\x04") + b"\x00\x01" + bytes(6))
        if known:
            await self._pass_on(client, b"")

    async def _http(self, client: Streams, first: bytes) -> None:
        reader, writer = client
        method, target, _ = (first + await reader.readline()).decode().split()
        head = [line async for line in _lines(reader)]
        self.asked.append((method, target))
        place = target.partition("://")[2] or target
        host, _, path = place.partition("/")
        if host.partition(":")[0] != self._host:
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        elif method == "CONNECT":
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            await self._pass_on(client, b"")
        else:
            kept = [line for line in head if not line.lower().startswith((b"connection:", b"proxy-"))]
            start = f"{method} /{path} HTTP/1.1\r\nConnection: close\r\n".encode()
            await self._pass_on(client, start + b"".join(kept) + b"\r\n")

    async def _pass_on(self, client: Streams, begin: bytes) -> None:
        """Both ways until one of the two hangs up."""
        server = await asyncio.open_connection("127.0.0.1", self._port)
        server[1].write(begin)
        upwards = asyncio.create_task(_copy(client[0], server[1]))
        downwards = asyncio.create_task(_copy(server[0], client[1]))
        await asyncio.wait((upwards, downwards), return_when=asyncio.FIRST_COMPLETED)
        await asyncio.gather(_close(server[1]), _close(client[1]))
        await asyncio.gather(upwards, downwards)


async def _lines(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while (line := await reader.readline()) not in (b"\r\n", b""):
        yield line


async def _close(writer: asyncio.StreamWriter) -> None:
    """Closed for good: what is left to the garbage collector is a warning in whichever test comes next."""
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while block := await reader.read(1 << 16):
            writer.write(block)
            await writer.drain()
