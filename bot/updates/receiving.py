"""Updates coming in: by webhook where one is set, by polling where not."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Coroutine
from typing import Any
from urllib.parse import urlsplit

from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.transport.backoff import FIRST_PAUSE, Backoff
from bot.transport.connection_status import ConnectionStatus
from bot.transport.errors import in_words
from bot.updates.polling import ALLOWED_UPDATES, LONG_POLL, MARGIN, poll
from bot.updates.processor import UpdateProcessor
from bot.updates.webhook import CHECK_EVERY, watch_webhook, webhook_app
from data.settings import Settings
from foundation.http_server import listening

logger = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def receiving(
    settings: Settings,
    bot: ExtBot[int],
    processor: UpdateProcessor,
    status: ConnectionStatus,
    *,
    first_pause: float = FIRST_PAUSE,
    long_poll: int = LONG_POLL,
    poll_margin: float = MARGIN,
    webhook_check: float = CHECK_EVERY,
) -> AsyncIterator[None]:
    """Updates come in while this is open, by webhook where one is set and by polling where not."""
    if settings.webhook_url and settings.webhook_secret:
        secret = settings.webhook_secret.get_secret_value()
        app = webhook_app(processor, status, urlsplit(settings.webhook_url).path or "/", secret)
        async with listening(app, settings.webhook_host, settings.webhook_port, "COUSINBOT_WEBHOOK_PORT"):
            await processor.replay()
            await _persist(
                status,
                Backoff(first_pause),
                bot.set_webhook,
                settings.webhook_url,
                secret_token=secret,
                allowed_updates=ALLOWED_UPDATES,
            )
            async with _meanwhile(watch_webhook(bot, status, webhook_check)):
                yield
        return
    await _persist(status, Backoff(first_pause), bot.delete_webhook)  # while one is set, polling is answered with 409
    async with _meanwhile(poll(bot, processor, status, Backoff(first_pause), long_poll, poll_margin)):
        yield


@contextlib.asynccontextmanager
async def _meanwhile(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _persist(status: ConnectionStatus, backoff: Backoff, method: Any, *values: Any, **options: Any) -> None:
    """Call a method of the bot until Telegram has taken it."""
    while True:
        try:
            await method(*values, **options)
            return
        except TelegramError as error:
            logger.warning("Telegram did not take %s: %s. Trying again.", method.__name__, in_words(error))
            status.failed(error)
        await backoff.wait()
