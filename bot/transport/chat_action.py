"""“typing…” beside the bot's name, for as long as somebody waits for it."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from telegram.constants import ChatAction
from telegram.error import TelegramError
from telegram.ext import ExtBot

logger = logging.getLogger(__name__)

AGAIN: Final = 4.0  # seconds; Telegram shows it for five

_under_way: set[asyncio.Task[None]] = set()


@asynccontextmanager
async def typing(bot: ExtBot[int], chat_id: int, again: float = AGAIN) -> AsyncIterator[None]:
    """Show that the bot is at work while this is open. Whether that works makes no difference to anything else."""
    done = asyncio.Event()
    task = asyncio.create_task(_show(bot, chat_id, done, again))
    _under_way.add(task)
    task.add_done_callback(_under_way.discard)
    try:
        yield
    finally:
        done.set()  # not cancelled: that would close a connection which the answer can use


async def _show(bot: ExtBot[int], chat_id: int, done: asyncio.Event, again: float) -> None:
    while not done.is_set():
        try:
            await bot.send_chat_action(chat_id, ChatAction.TYPING)
        except TelegramError as error:
            logger.debug("“typing…” could not be shown: %s", type(error).__name__)
        with suppress(TimeoutError):
            await asyncio.wait_for(done.wait(), again)
