"""How many photos a minute one caller gets answered."""

import math
import time
from collections.abc import Callable, Hashable

from foundation.leaky_buckets import LeakyBuckets
from web.caller import Caller


class PhotoPace:
    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._buckets = LeakyBuckets(a_minute, clock)

    def wait(self, caller: Caller) -> int:
        """0 where one more photo of theirs may be answered, which counts then; else the seconds until it may. Admins
        never wait; their programs do."""
        return self._wait(caller, caller.person or caller.name)

    def wait_for_picture(self, caller: Caller) -> int:
        """The same of a photo that is drawn for them: as many a minute, beside those that are answered."""
        return self._wait(caller, ("picture", caller.person or caller.name))

    def _wait(self, caller: Caller, bucket: Hashable) -> int:
        return 0 if caller.is_admin and caller.person else math.ceil(self.take(bucket))

    def take(self, caller: Hashable) -> float:
        """0 where one more photo may be answered, which counts then; else the seconds until it may."""
        wait = self._buckets.wait(caller)
        if not wait:
            self._buckets.pour(caller)
        return wait
