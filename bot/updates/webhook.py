"""Updates that Telegram brings: journaled before the 200, and brought again if that fails."""

import hmac
import json
import logging
from asyncio import sleep
from datetime import UTC, datetime, timedelta
from typing import Final

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.transport.connection_status import ConnectionStatus
from bot.updates.processor import UpdateProcessor

logger = logging.getLogger(__name__)

CHECK_EVERY: Final = 60.0  # seconds
RECENT: Final = timedelta(minutes=2)
LARGEST: Final = 1_000_000  # bytes of a call; an update with the longest texts has some 50,000


def webhook_app(processor: UpdateProcessor, status: ConnectionStatus, path: str, secret: str) -> Starlette:
    """The one route Telegram calls. 403 without the secret, 413 for more than an update can be, 400 for what is none,
    200 once it is journaled."""

    async def receive(request: Request) -> Response:
        shown = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(shown.encode(), secret.encode()):
            return _refused(403)
        try:
            body = await _body(request)
            if body is None:
                return _refused(413)
            update = json.loads(body)
        except (ValueError, RecursionError, ClientDisconnect):
            return _refused(400)
        if await processor.receive([update]) is None:
            return _refused(400)
        status.brought_updates()
        return Response(status_code=200)

    return Starlette(routes=[Route(path, receive, methods=["POST"])])


async def _body(request: Request) -> bytes | None:
    """None as soon as it is too long. Raises ClientDisconnect where it ends too soon."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            return None
    return bytes(body)


def _refused(status: int) -> Response:
    """The connection ends with it: what else is sent on it is not read."""
    return Response(status_code=status, headers={"Connection": "close"})


async def watch_webhook(bot: ExtBot[int], status: ConnectionStatus, every: float = CHECK_EVERY) -> None:
    """Ask Telegram now and then whether its calls arrive: nobody here would notice that they don't."""
    while True:
        try:
            info = await bot.get_webhook_info()
            failed_at = info.last_error_date
            if info.pending_update_count and failed_at and datetime.now(UTC) - failed_at < RECENT:
                status.failed(WebhookUnreachable(f"Telegram's calls do not arrive ({info.last_error_message})"))
            else:
                status.works()
        except TelegramError as error:
            status.failed(error)
        await sleep(every)


class WebhookUnreachable(Exception):
    """Telegram cannot deliver to COUSINBOT_WEBHOOK_URL."""
