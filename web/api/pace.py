"""How many photos a minute one caller gets answered."""

import math
import time
from collections.abc import Callable, Hashable

from web.caller import Caller

MINUTE = 60.0


class PhotoPace:
    """A leaky bucket for each caller: a minute's worth at once, then one every `60 / a_minute` seconds."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._each = MINUTE / a_minute
        self._clock = clock
        self._full_at: dict[Hashable, float] = {}

    def wait(self, caller: Caller) -> int:
        """0 where one more photo of theirs may be answered, which counts then; else the seconds until it may. Admins
        never wait; their programs do."""
        return 0 if caller.is_admin and caller.person else math.ceil(self.take(caller.person or caller.name))

    def take(self, caller: Hashable) -> float:
        """0 where one more photo may be answered, which counts then; else the seconds until it may."""
        now = self._clock()
        self._full_at = {one: full_at for one, full_at in self._full_at.items() if full_at > now}
        full_at = max(self._full_at.get(caller, now), now)
        wait = full_at - now - (MINUTE - self._each)
        if wait > 1e-6:
            return wait
        self._full_at[caller] = full_at + self._each
        return 0.0
