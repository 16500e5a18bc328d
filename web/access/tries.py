"""How often one address may come with a link, a key or a cookie that nobody was given."""

import time
from collections.abc import Callable
from typing import Final

A_MINUTE: Final = 20
"""Nobody types a link or a key; a browser that was signed out asks for a page and what belongs to it."""
_MINUTE: Final = 60.0


class WrongTries:
    """A leaky bucket for each address: a minute's worth at once, then one every few seconds."""

    def __init__(self, a_minute: int = A_MINUTE, clock: Callable[[], float] = time.monotonic) -> None:
        self._each = _MINUTE / a_minute
        self._clock = clock
        self._full_at: dict[str, float] = {}

    def wait(self, address: str) -> float:
        """0 where this address may try; else the seconds until it may."""
        return max(0.0, self._full_at.get(address, 0.0) - self._clock() - (_MINUTE - self._each))

    def note(self, address: str) -> None:
        """It came with a wrong one."""
        now = self._clock()
        self._full_at = {one: full_at for one, full_at in self._full_at.items() if full_at > now}
        self._full_at[address] = max(self._full_at.get(address, now), now) + self._each
