"""The server's time, which tests may push forward, and its bell, which wakes whoever waits."""

import asyncio
import time


class Clock:
    """Unix time in seconds; ``advance`` lets updates, button presses and file links grow old at once."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        self._ahead += seconds


class Bell:
    """Wakes everyone who waits at the moment it rings. Once closed, nobody waits any more."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()
        self.closed = False

    def ring(self) -> None:
        self._rung.set()
        self._rung = asyncio.Event()

    def close(self) -> None:
        self.closed = True
        self.ring()

    async def wait(self, seconds: float) -> None:
        """Returns at the next ring, or after this many seconds, whichever comes first."""
        if self.closed or seconds <= 0:
            return
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            return
