"""Messages to the admins that nobody asked for."""

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from telegram.error import Forbidden, TelegramError
from telegram.ext import ExtBot

from bot.errors import in_words, passes
from data.facts import FactBook, FactsFile

logger = logging.getLogger(__name__)


class Alerts:
    def __init__(self, bot: ExtBot[int], admins: frozenset[int]) -> None:
        self._bot = bot
        self._admins = admins

    async def tell(self, text: str, *, but: int | None = None) -> bool:
        """Send plain text to every admin (but one) who has written to the bot before (others it may not write to).

        Returns False if one of them could not be told for now.
        """
        told = [
            await self.to(admin, partial(self._bot.send_message, admin, text)) for admin in sorted(self._admins - {but})
        ]
        return all(told)

    async def to(self, admin: int, send: Callable[[], Awaitable[object]]) -> bool:
        """Send something to one admin; False if the line was bad and it may go through later.

        One admin's bad line keeps no other from being told.
        """
        try:
            await send()
        except Forbidden:
            logger.info("Admin %s has not written to the bot yet, or blocked it.", admin)
        except TelegramError as error:
            logger.warning("Admin %s could not be told: %s.", admin, in_words(error))
            return not passes(error)
        return True


class WatchedFacts:
    """The fact book, whose mistakes are told to the admins: each one once."""

    def __init__(self, file: FactsFile, alerts: Alerts) -> None:
        self._file = file
        self._alerts = alerts
        self._told: str | None = None

    @property
    def path(self) -> Path:
        return self._file.path

    def last_good(self) -> FactBook:
        return self._file.book()

    async def book(self) -> FactBook:
        book = self._file.book()
        error, told = self._file.error, self._told
        self._told = error
        if error and error != told:
            logger.warning("%s", error)
            await self._alerts.tell(f"{error}\nUntil that is mended I go on with the facts as they were.")
        return book
