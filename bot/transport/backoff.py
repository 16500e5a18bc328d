"""Pauses between attempts, each longer than the one before."""

from asyncio import sleep
from typing import Final

FIRST_PAUSE: Final = 1.0  # seconds
LONGEST_PAUSE: Final = 30.0


class Backoff:
    def __init__(self, first: float = FIRST_PAUSE, growth: float = 1.5) -> None:
        self._first = first
        self._growth = growth
        self._next = first

    async def wait(self, at_least: float = 0) -> None:
        """Wait as long as it is time for, or as long as Telegram asked for."""
        pause = max(self._next, at_least)
        self._next = min(self._growth * self._next, LONGEST_PAUSE)
        await sleep(pause)

    def reset(self) -> None:
        """It worked: the next pause is a short one again."""
        self._next = self._first
