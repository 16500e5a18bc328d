"""How the line to Telegram is: what is the matter with it, if anything."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from bot.transport.errors import in_words

logger = logging.getLogger(__name__)


class Line:
    """`on_trouble` hears of every failure. What is the matter is logged once, not at every attempt."""

    def __init__(self, on_trouble: Callable[[Exception], None] = lambda error: None) -> None:
        self._on_trouble = on_trouble
        self.trouble: str | None = "not connected yet"
        self.last_update: datetime | None = None

    def failed(self, error: Exception) -> None:
        self._on_trouble(error)
        words = in_words(error)
        if words != self.trouble:
            logger.error("No updates: %s. Trying again until it works.", words)
            self.trouble = words

    def works(self) -> None:
        if self.trouble is not None:
            logger.info("Telegram answers.")
            self.trouble = None

    def brought_updates(self) -> None:
        self.last_update = datetime.now(UTC)
