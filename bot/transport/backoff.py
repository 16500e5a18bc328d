"""Pauses between attempts, each longer than the one before."""

from asyncio import sleep

FIRST_PAUSE = 1.0  # seconds
LONGEST_PAUSE = 30.0


class Backoff:
    def __init__(self, growth: float = 1.5) -> None:
        self._growth = growth
        self._next = FIRST_PAUSE

    async def wait(self, at_least: float = 0) -> None:
        """Wait as long as it is time for, or as long as Telegram asked for."""
        pause = max(self._next, at_least)
        self._next = min(self._growth * self._next, LONGEST_PAUSE)
        await sleep(pause)

    def reset(self) -> None:
        """It worked: the next pause is a short one again."""
        self._next = FIRST_PAUSE
