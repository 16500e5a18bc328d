"""A web server inside the program's own event loop: for the pages, for Telegram's calls, and for monitoring."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from errno import EADDRNOTAVAIL
from functools import partial
from typing import Any, Final, cast

import h11
import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from foundation import wording

CLOSING: Final = 1  # seconds requests under way get at the end
CONNECTIONS: Final = 64  # at once; a process may have 1,024 files open, and there are others to open
BACKLOG: Final = 16  # asyncio takes as many connections from the system before it looks at one of them
PATIENCE: Final = 10  # seconds until a connection must have sent the whole of a request


class ServerError(Exception):
    """Nobody can be served at that address; the message is one sentence that says why and what to do."""


class _Server(uvicorn.Server):
    """Leaves SIGTERM and SIGINT to the program, which has more to shut down than this."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _Bounded(H11Protocol):
    """uvicorn's HTTP/1.1, with the two limits for which it has no option: connections, and the time of a request.

    Whoever sends half a request, or none, or does not read their answer, holds a place until time is up, or until
    somebody else needs it: then the one that has been waited for longest goes. They have as long as uvicorn keeps a
    connection on which nothing is asked.
    """

    def __init__(self, *args: Any, most: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.access_log = False  # whatever loggers are set up to do: addresses hold the tokens of links
        self._most = most
        self._since = 0.0
        self._due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._keep_time()
        if len(self.connections) > self._most:
            unfinished = [one for one in self.connections if isinstance(one, _Bounded) and one._is_waited_for]
            longest = min(unfinished, key=lambda one: one._since)
            longest.transport.abort()
            self.connections.discard(longest)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._keep_time()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._keep_time()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._keep_time()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._keep_time()  # until it is read, and the next is asked

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_time()
        super().connection_lost(exc)

    @property
    def _is_waited_for(self) -> bool:
        """Whether there is no request of theirs that is whole and not yet answered, or they do not take the answer."""
        is_answered = self.cycle is None or self.cycle.response_complete
        return is_answered or self.flow.write_paused or self.conn.their_state in (h11.IDLE, h11.SEND_BODY)

    def _keep_time(self) -> None:
        """Time runs from the beginning of a request to its end, however slowly its bytes drop in; and anew while
        they let the answer wait."""
        if not self._is_waited_for:
            self._forget_time()
        elif self._due is None:
            self._since = self.loop.time()
            self._due = self.loop.call_later(self.config.timeout_keep_alive, self.transport.abort)

    def _forget_time(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None


@asynccontextmanager
async def listening(
    app: Starlette, host: str, port: int, setting: str, *, connections: int = CONNECTIONS, patience: int = PATIENCE
) -> AsyncIterator[None]:
    """Serve at this address while this is open.

    `setting`, which ends in PORT, is where the port was chosen; the address is chosen in the one that ends in HOST.

    Raises:
        ServerError: the port is taken, or this machine has no such address.
    """
    try:
        listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        if error.errno == EADDRNOTAVAIL:
            raise ServerError(wording.no_such_address(host, setting.removesuffix("PORT") + "HOST")) from error
        raise ServerError(wording.port_taken(port, os.strerror(error.errno or 0), setting)) from error
    # Connections inherit it. asyncio would set it only on those of a listener that was made with a protocol.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    config = uvicorn.Config(
        app,
        http=cast("type[asyncio.Protocol]", partial(_Bounded, most=connections)),
        log_config=None,
        access_log=False,
        proxy_headers=False,  # uvicorn would believe whoever asks from this computer
        server_header=False,
        lifespan="off",
        ws="none",
        backlog=BACKLOG,
        timeout_keep_alive=patience,
        timeout_graceful_shutdown=CLOSING,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await task
