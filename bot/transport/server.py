"""A web server inside the bot's event loop: for Telegram's calls, and for those who watch over the bot."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

import uvicorn
from starlette.applications import Starlette

from bot.transport import wording
from bot.transport.errors import BotError

CLOSING: Final = 1  # seconds requests under way get at the end


class _Server(uvicorn.Server):
    """Leaves SIGTERM and SIGINT to the bot, which has more to shut down than this."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def listening(app: Starlette, host: str, port: int, setting: str) -> AsyncIterator[None]:
    """Serve while this is open; host "" means all interfaces. `setting` is where the port was chosen.

    Raises:
        BotError: the port is taken.
    """
    try:
        listener = socket.create_server((host, port))
    except OSError as error:
        raise BotError(wording.port_taken(port, error.strerror or str(error), setting)) from error
    # Connections inherit it. asyncio would set it only on those of a listener that was made with a protocol.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    config = uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="off", ws="none", timeout_graceful_shutdown=CLOSING
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await task
