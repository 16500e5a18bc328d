"""Whoever asks and does not read: their connections are nobody else's loss."""

import asyncio
import contextlib
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from foundation.http_server import listening
from tests.bot.test_server import EVER, HALF, WHOLE, ask, connected
from tests.free_port import free_port
from tests.web.serving import served, settings_of

ALL = b"GET /all HTTP/1.1\r\nHost: here\r\n\r\n"


def large() -> Starlette:
    """More than the system takes for somebody who does not read."""

    async def all_of_it(_: Request) -> Response:
        return Response(bytes(64 * 2**20))

    async def little(_: Request) -> Response:
        return Response(b"well")

    return Starlette(routes=[Route("/", little), Route("/all", all_of_it)])


async def test_who_does_not_read_the_answer_makes_room() -> None:
    port = free_port()
    async with (
        listening(large(), "127.0.0.1", port, "PORT", connections=3, patience=EVER),
        contextlib.AsyncExitStack() as open_,
    ):
        for _ in range(3):
            await (await open_.enter_async_context(connected(port, ALL)))[0].readline()
        for _ in range(3):
            assert b" 200 " in await asyncio.wait_for(ask(port, WHOLE), 20)


async def test_who_does_not_read_the_answer_has_their_time() -> None:
    port = free_port()
    async with (
        listening(large(), "127.0.0.1", port, "PORT", patience=1),
        connected(port, ALL) as (reader, writer),
    ):
        await reader.readline()
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        await asyncio.sleep(1.5)
        writer.transport.resume_reading()  # type: ignore[attr-defined]
        read = await asyncio.wait_for(_all(reader), 20)
        assert read < 64 * 2**20


async def test_who_reads_slowly_gets_all_of_it() -> None:
    port = free_port()
    async with listening(large(), "127.0.0.1", port, "PORT", patience=30), connected(port, ALL) as (reader, _):
        for _ in range(8):
            await asyncio.wait_for(reader.readexactly(8 * 2**20), 20)
            await asyncio.sleep(0.2)


async def _all(reader: asyncio.StreamReader) -> int:
    read = 0
    with contextlib.suppress(ConnectionError):
        while part := await reader.read(2**20):
            read += len(part)
    return read


async def test_the_pages_answer_while_half_requests_come(trained_home: Path, tmp_path: Path) -> None:
    settings = settings_of(trained_home, tmp_path / "facts.yaml")
    async with served(settings) as url, contextlib.AsyncExitStack() as open_:
        port = int(url.rpartition(":")[2])
        for number in range(300):
            with contextlib.suppress(OSError):
                await open_.enter_async_context(connected(port, HALF if number % 2 else b""))
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=20) as client:
            for _ in range(5):
                assert (await client.get("/healthz")).status_code == 200
