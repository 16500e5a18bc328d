"""The web server, by real sockets: what it does with half requests, endless ones, and too many of them."""

import asyncio
import contextlib
import resource
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.transport.errors import BotError
from bot.updates.webhook import LARGEST
from data.settings import Settings
from demo.telegram.server import LocalTelegram
from foundation.http_server import listening
from tests.bot.conftest import MakeSettings, invited, serving
from tests.bot.siege import ended, environment, running, webhook_settings
from tests.free_port import free_port

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]
HALF = b"POST / HTTP/1.1\r\nHost: here\r\nX-Half"
WHOLE = b"GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"
EVER = 3600  # seconds


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """Of a server with three places, where nobody's time is up."""
    port = free_port()
    async with listening(echo(), "127.0.0.1", port, "PORT", connections=3, patience=EVER):
        yield port


def echo() -> Starlette:
    async def answer(request: Request) -> Response:
        return Response(await request.body())

    return Starlette(routes=[Route("/", answer, methods=["GET", "POST"])])


@contextlib.asynccontextmanager
async def connected(port: int, sent: bytes = b"") -> AsyncIterator[Connection]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(sent)
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def ask(port: int, request: bytes) -> bytes:
    """The first line of the answer."""
    async with connected(port, request) as (reader, _):
        return await reader.readline()


async def pour(writer: asyncio.StreamWriter) -> None:
    """Chunks without an end. Raises ConnectionError once nobody takes any more."""
    while True:
        writer.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
        await writer.drain()


async def over(connection: Connection) -> bool:
    """Waits until the other side has ended it, with nothing said."""
    try:
        return await connection[0].read() == b""
    except ConnectionResetError:
        return True


@pytest.mark.parametrize("sent", [b"", HALF, b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 9\r\n\r\nhalf"])
async def test_half_a_request_is_not_waited_for(sent: bytes) -> None:
    port = free_port()
    async with listening(echo(), "127.0.0.1", port, "PORT", patience=1), connected(port, sent) as connection:
        assert await over(connection)


async def test_a_request_has_its_time_once_however_slowly_it_comes() -> None:
    """A byte now and then wins no time."""
    port = free_port()
    async with listening(echo(), "127.0.0.1", port, "PORT", patience=1), connected(port, HALF) as connection:
        end = asyncio.create_task(over(connection))
        while not end.done():
            with contextlib.suppress(OSError):
                connection[1].write(b"x")
                await connection[1].drain()
            await asyncio.wait([end], timeout=0.05)
        assert await end


async def test_whoever_has_been_waited_for_longest_makes_room(port: int) -> None:
    async with contextlib.AsyncExitStack() as open_:
        halves = [await open_.enter_async_context(connected(port, HALF)) for _ in range(3)]
        for _ in range(2):  # it takes one place after the other
            assert (
                await ask(port, b"GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n") == b"HTTP/1.1 200 OK\r\n"
            )
        assert await over(halves[0])
        halves[2][1].write(b": x\r\nContent-Length: 0\r\n\r\n")
        assert b" 200 " in await halves[2][0].readline()


async def test_kept_connections_make_room_too(port: int) -> None:
    async with contextlib.AsyncExitStack() as open_:
        for _ in range(3):
            idle = await open_.enter_async_context(connected(port, b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"))
            assert (await idle[0].readline()).startswith(b"HTTP/1.1 200")
        assert b" 200 " in await ask(port, WHOLE)


async def test_an_address_of_another_computer(make_settings: MakeSettings) -> None:
    settings = make_settings(webhook_host="192.0.2.1", **webhook_settings())
    with pytest.raises(BotError, match="COUSINBOT_WEBHOOK_HOST"):
        async with serving(settings) as bot:
            await bot


async def test_the_webhook_is_this_computers_alone_unless_told_otherwise(
    telegram: LocalTelegram, make_settings: MakeSettings
) -> None:
    """The whole of 127/8 is this computer, and the bot listens on one address of it."""
    for told, elsewhere in (({}, False), ({"webhook_host": "0.0.0.0"}, True)):
        where = webhook_settings()
        async with serving(make_settings(**where, **told)):
            await invited(telegram, "Gus")
            with contextlib.closing(socket.socket()) as visitor:
                assert (visitor.connect_ex(("127.0.0.2", where["webhook_port"])) == 0) is elsewhere


async def test_what_is_longer_than_an_update_is_not_read(
    telegram: LocalTelegram, make_settings: MakeSettings, caplog: pytest.LogCaptureFixture
) -> None:
    where = webhook_settings()
    port: int = where["webhook_port"]
    head = b"POST / HTTP/1.1\r\nHost: here\r\nX-Telegram-Bot-Api-Secret-Token: s3cret\r\n"
    async with serving(make_settings(**where)):
        await invited(telegram, "Gus")
        long, deep = b" " * (LARGEST + 1), b"[" * 100_000
        assert b" 413 " in await ask(port, head + b"Content-Length: %d\r\n\r\n" % len(long) + long)
        assert b" 400 " in await ask(port, head + b"Content-Length: %d\r\n\r\n" % len(deep) + deep)
        async with connected(port, head + b"Transfer-Encoding: chunked\r\n\r\n") as endless:
            with pytest.raises(ConnectionError):
                await pour(endless[1])
        async with connected(port, head + b"Content-Length: 9\r\n\r\nhalf"):
            pass
        await invited(telegram, "Pia")
    assert "Traceback" not in caplog.text
    assert "Exception" not in caplog.text


async def test_half_requests_stop_neither_the_bot_nor_fill_its_log(
    telegram: LocalTelegram, settings: Settings, tmp_path: Path
) -> None:
    """More of them than the process may have files open."""
    files, where, log = 256, webhook_settings(), tmp_path / "log"
    async with running(environment(telegram, settings.home, settings.facts, **where), log) as process:
        guest = await invited(telegram, "Gus")
        assert process.pid
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (files, files))
        async with contextlib.AsyncExitStack() as open_:
            for number in range(3 * files):
                request = HALF if number % 3 else b"nonsense\r\n\r\n"
                await open_.enter_async_context(connected(where["webhook_port"], request))
            await guest.send_file(b"no picture", "notes.txt")  # for which the bot opens files and connections
            assert (await guest.next()).text
            await invited(telegram, "Pia")
        process.terminate()
        assert await ended(process) == 0
    assert log.stat().st_size < 50_000
    assert "Too many open files" not in log.read_text()
