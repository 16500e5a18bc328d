"""The line to Telegram: made with patience, and updates coming in over it."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Coroutine
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
from telegram import LinkPreviewOptions
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Defaults, ExtBot

from bot.transport.aiohttp_request import Requests
from bot.transport.backoff import Patience
from bot.transport.connection_status import Line
from bot.transport.errors import BotError, in_words
from bot.transport.outbox import Outbox
from bot.transport.server import listening
from bot.updates.polling import ALLOWED_UPDATES, poll
from bot.updates.processor import Intake
from bot.updates.webhook import watch_webhook, webhook_app
from data.settings import Settings

logger = logging.getLogger(__name__)

TOKEN_ATTEMPTS: Final = 3  # a single 401 may be Telegram's own trouble; three in a row are not
CONNECTIONS: Final = 64


@contextlib.asynccontextmanager
async def connected(settings: Settings, token: str, outbox: Outbox, line: Line) -> AsyncIterator[ExtBot[int]]:
    """The bot, once Telegram has said who it is; as long as there is no network it keeps trying."""
    tls = httpx.create_ssl_context()
    bot: ExtBot[int] = ExtBot(
        token,
        base_url=f"{settings.telegram_api}/bot",
        base_file_url=f"{settings.telegram_api}/file/bot",
        request=Requests(CONNECTIONS, tls),
        get_updates_request=Requests(1, tls),
        defaults=Defaults(link_preview_options=LinkPreviewOptions(is_disabled=True)),
        rate_limiter=outbox,
    )
    try:
        await _introduce(bot, line)
        yield bot
    finally:
        await bot.shutdown()


async def _introduce(bot: ExtBot[int], line: Line) -> None:
    refused, patience = 0, Patience()
    while True:
        try:
            await bot.initialize()
            return
        except TelegramError as error:
            refused = refused + 1 if isinstance(error, InvalidToken) else 0
            if refused == TOKEN_ATTEMPTS:
                raise BotError(
                    "Telegram does not know the token in COUSINBOT_TELEGRAM_TOKEN: copy it anew from @BotFather."
                ) from None  # the cause quotes the token
            line.failed(error)
        await patience.rest()


@contextlib.asynccontextmanager
async def receiving(settings: Settings, bot: ExtBot[int], intake: Intake, line: Line) -> AsyncIterator[None]:
    """Updates come in while this is open, by webhook where one is set and by polling where not."""
    if settings.webhook_url and settings.webhook_secret:
        secret = settings.webhook_secret.get_secret_value()
        app = webhook_app(intake, line, urlsplit(settings.webhook_url).path or "/", secret)
        async with listening(app, "", settings.webhook_port, "COUSINBOT_WEBHOOK_PORT"):
            await intake.replay()
            await _persist(
                line, bot.set_webhook, settings.webhook_url, secret_token=secret, allowed_updates=ALLOWED_UPDATES
            )
            async with _meanwhile(watch_webhook(bot, line)):
                yield
        return
    await _persist(line, bot.delete_webhook)  # while one is set, polling is answered with 409
    async with _meanwhile(poll(bot, intake, line)):
        yield


@contextlib.asynccontextmanager
async def _meanwhile(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _persist(line: Line, method: Any, *values: Any, **options: Any) -> None:
    """Call a method of the bot until Telegram has taken it."""
    patience = Patience()
    while True:
        try:
            await method(*values, **options)
            return
        except TelegramError as error:
            logger.warning("Telegram did not take %s: %s. Trying again.", method.__name__, in_words(error))
            line.failed(error)
        await patience.rest()
