"""How often each of many may do something: a minute's worth at once, then one every few seconds."""

import time
from collections.abc import Callable, Hashable
from typing import Final

MINUTE: Final = 60.0  # seconds
_ROUNDING: Final = 1e-6


class LeakyBuckets:
    """A bucket for each, in memory; one that has run empty takes no room."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._each = MINUTE / a_minute
        self._clock = clock
        self._empty_at: dict[Hashable, float] = {}

    def wait(self, who: Hashable) -> float:
        """0 where one more goes in; else the seconds until it does."""
        wait = self._empty_at.get(who, 0.0) - self._clock() - (MINUTE - self._each)
        return wait if wait > _ROUNDING else 0.0

    def pour(self, who: Hashable) -> None:
        """Put one in, whether there is room or not."""
        now = self._clock()
        self._empty_at = {one: empty_at for one, empty_at in self._empty_at.items() if empty_at > now}
        self._empty_at[who] = max(self._empty_at.get(who, now), now) + self._each
