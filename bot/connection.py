"""The line to Telegram: made with patience, and updates coming in over it."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Any, Final

from telegram import LinkPreviewOptions
from telegram.error import InvalidToken, TelegramError
from telegram.ext import AIORateLimiter, Defaults, ExtBot
from telegram.request import HTTPXRequest

from bot.errors import BotError, in_words
from bot.intake import FIRST_PAUSE, LONGEST_PAUSE, Intake
from bot.polling import ALLOWED_UPDATES, poll
from bot.webhook import listening
from data.settings import Settings

logger = logging.getLogger(__name__)

TOKEN_ATTEMPTS: Final = 3  # a single 401 may be Telegram's own trouble; three in a row are not


@contextlib.asynccontextmanager
async def connected(settings: Settings, token: str) -> AsyncIterator[ExtBot[int]]:
    """The bot, once Telegram has said who it is; as long as there is no network it keeps trying."""
    bot: ExtBot[int] = ExtBot(
        token,
        base_url=f"{settings.telegram_api}/bot",
        base_file_url=f"{settings.telegram_api}/file/bot",
        request=HTTPXRequest(connection_pool_size=64, connect_timeout=10, read_timeout=30, pool_timeout=30),
        get_updates_request=HTTPXRequest(connection_pool_size=1, connect_timeout=10, pool_timeout=30),
        defaults=Defaults(link_preview_options=LinkPreviewOptions(is_disabled=True)),
        rate_limiter=AIORateLimiter(max_retries=5),
    )
    try:
        await _introduce(bot)
        yield bot
    finally:
        await bot.shutdown()


async def _introduce(bot: ExtBot[int]) -> None:
    refused, pause = 0, FIRST_PAUSE
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
            logger.warning("Not connected yet: %s. Trying again in %.0f s.", in_words(error), pause)
        await asyncio.sleep(pause)
        pause = min(1.5 * pause, LONGEST_PAUSE)


@contextlib.asynccontextmanager
async def receiving(settings: Settings, bot: ExtBot[int], intake: Intake) -> AsyncIterator[None]:
    """Updates come in while this is open, by webhook where one is set and by polling where not."""
    if settings.webhook_url and settings.webhook_secret:
        secret = settings.webhook_secret.get_secret_value()
        async with listening(intake, settings.webhook_url, settings.webhook_port, secret):
            await intake.replay()
            await _persist(bot.set_webhook, settings.webhook_url, secret_token=secret, allowed_updates=ALLOWED_UPDATES)
            yield
        return
    await _persist(bot.delete_webhook)  # while one is set, polling is answered with 409
    polling = asyncio.create_task(poll(bot, intake))
    try:
        yield
    finally:
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)


async def _persist(method: Any, *values: Any, **options: Any) -> None:
    """Call a method of the bot until Telegram has taken it."""
    pause = FIRST_PAUSE
    while True:
        try:
            await method(*values, **options)
            return
        except TelegramError as error:
            logger.warning("Telegram did not take %s: %s. Trying again.", method.__name__, in_words(error))
        await asyncio.sleep(pause)
        pause = min(1.5 * pause, LONGEST_PAUSE)
