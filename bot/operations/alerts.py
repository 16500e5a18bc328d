"""Messages to the admins that nobody asked for."""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from telegram.error import Forbidden, TelegramError
from telegram.ext import ExtBot

from actions.people.languages import ReadersLanguage
from actions.running.housekeeping import AdminIds
from bot.transport.errors import in_words, passes
from foundation.reader import in_language

logger = logging.getLogger(__name__)

BETWEEN_ALERTS: Final = 60.0  # seconds


class Alerts:
    def __init__(self, bot: ExtBot[int], admins: AdminIds, languages: ReadersLanguage) -> None:
        self._bot = bot
        self._admins = admins
        self._languages = languages

    async def tell(self, words: Callable[[], str], *, but: int | None = None) -> bool:
        """Send plain text to every admin (but one) who has written to the bot before (others it may not write to).

        `words` makes it for each of them, in their language. Returns False if one of them could not be told for now.
        """

        async def send(admin: int) -> None:
            await self._bot.send_message(admin, words())

        told = [await self.to(admin, partial(send, admin)) for admin in sorted(await self._admins() - {but})]
        return all(told)

    async def to(self, admin: int, send: Callable[[], Awaitable[object]]) -> bool:
        """Send something to one admin; False if the line was bad and it may go through later.

        `send` speaks their language. One admin's bad line keeps no other from being told.
        """
        try:
            with in_language(await self._languages.of(admin)):
                await send()
        except Forbidden:
            logger.info("Admin %s has not written to the bot yet, or blocked it.", admin)
        except TelegramError as error:
            logger.warning("Admin %s could not be told: %s.", admin, in_words(error))
            return not passes(error)
        return True


class Gathered:
    """Alerts of one kind, one a minute at the most: what comes meanwhile is told together."""

    def __init__(self, alerts: Alerts, words: Callable[[Counter[str]], str], every: float = BETWEEN_ALERTS) -> None:
        self._alerts = alerts
        self._words = words
        self._every = every
        self._news: Counter[str] = Counter()
        self._next: asyncio.Task[bool] | None = None
        self._last = float("-inf")

    async def tell(self, what: str) -> bool:
        """Returns, once it is told, as `Alerts.tell` does."""
        self._news[what] += 1
        self._next = self._next or asyncio.create_task(self._tell())
        return await asyncio.shield(self._next)

    async def _tell(self) -> bool:
        await asyncio.sleep(self._last + self._every - time.monotonic())
        news, self._news, self._next = self._news, Counter(), None
        self._last = time.monotonic()
        return await self._alerts.tell(partial(self._words, news))
