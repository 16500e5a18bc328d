"""“typing…” beside the bot's name, for as long as somebody waits for it."""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from telegram.constants import ChatAction
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.transport.errors import asked_to_wait
from bot.transport.topics import current_thread

logger = logging.getLogger(__name__)

AGAIN: Final = 4.0  # seconds; Telegram shows it for five
MOST: Final = 30  # chats, or topics, at once: eight requests a second, where Telegram takes thirty messages

_Place = tuple[int, int | None]  # a chat, and its topic


class Typing:
    """One request every few seconds for a chat, or a topic, however much is waited for there.

    It never goes by the outbox's line.
    """

    def __init__(self, bot: ExtBot[int], again: float = AGAIN, most: int = MOST) -> None:
        self._bot = bot
        self._again = again
        self._most = most
        self._waited_for: Counter[_Place] = Counter()
        self._shown: dict[_Place, asyncio.Task[None]] = {}

    @contextmanager
    def shown_in(self, chat_id: int) -> Iterator[None]:
        """Show that the bot is at work while this is open. Whether that works makes no difference to anything else."""
        place = chat_id, current_thread(chat_id)
        self._waited_for[place] += 1
        if place not in self._shown and len(self._shown) < self._most:
            self._shown[place] = asyncio.create_task(self._show(place))
            self._shown[place].add_done_callback(lambda _: self._shown.pop(place))
        try:
            yield
        finally:
            self._waited_for[place] -= 1
            if not self._waited_for[place]:
                del self._waited_for[place]

    async def _show(self, place: _Place) -> None:
        # Not cancelled: that would close a connection which the answer can use. It sees by itself that it is over, and
        # until then what is waited for next is no reason for another request.
        chat_id, thread = place
        while place in self._waited_for:
            pause = self._again
            try:
                await self._bot.send_chat_action(chat_id, ChatAction.TYPING, message_thread_id=thread)
            except TelegramError as error:
                logger.debug("“typing…” could not be shown: %s", type(error).__name__)
                pause = max(pause, asked_to_wait(error))
            await asyncio.sleep(pause)
