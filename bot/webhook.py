"""Updates that Telegram brings: journaled before the 200, and brought again if that fails."""

import asyncio
import hmac
import json
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.errors import BotError
from bot.intake import Intake


def webhook_app(intake: Intake, path: str, secret: str) -> Starlette:
    """The one route Telegram calls. 403 without the secret, 400 for what is no update, 200 once it is journaled."""

    async def receive(request: Request) -> Response:
        shown = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(shown.encode(), secret.encode()):
            return Response(status_code=403)
        try:
            update = json.loads(await request.body())
        except ValueError:
            return Response(status_code=400)
        if await intake.receive([update]) is None:
            return Response(status_code=400)
        return Response(status_code=200)

    return Starlette(routes=[Route(path, receive, methods=["POST"])])


class _Server(uvicorn.Server):
    """Leaves SIGTERM and SIGINT to the bot, which has more to shut down than this."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def listening(intake: Intake, url: str, port: int, secret: str) -> AsyncIterator[None]:
    """Listen on all interfaces at `port` for what Telegram sends to `url`.

    Raises:
        BotError: the port is taken.
    """
    try:
        listener = socket.create_server(("", port))
    except OSError as error:
        raise BotError(
            f"Cannot listen on port {port} ({error.strerror}): choose another in COUSINBOT_WEBHOOK_PORT."
        ) from error
    app = webhook_app(intake, urlsplit(url).path or "/", secret)
    server = _Server(uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=2))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await task
