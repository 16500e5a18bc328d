"""How the connection to Telegram is: what is the matter with it, if anything."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from bot.transport.errors import in_words

logger = logging.getLogger(__name__)


class ConnectionStatus:
    """`on_failure` hears of every failure. What is the matter is logged once, not at every attempt."""

    def __init__(self, on_failure: Callable[[Exception], None] = lambda error: None) -> None:
        self._on_failure = on_failure
        self.problem: str | None = "not connected yet"
        self.last_update: datetime | None = None

    def failed(self, error: Exception) -> None:
        self._on_failure(error)
        words = in_words(error)
        if words != self.problem:
            logger.error("No updates: %s. Trying again until it works.", words)
            self.problem = words

    def works(self) -> None:
        if self.problem is not None:
            logger.info("Telegram answers.")
            self.problem = None

    def brought_updates(self) -> None:
        self.last_update = datetime.now(UTC)
