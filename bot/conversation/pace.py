"""How many photos, or messages, a minute one person gets answered: the rest waits its turn, and nothing is lost."""

import time
from collections.abc import Callable, Hashable
from typing import Final

MINUTE: Final = 60.0  # seconds
MESSAGES: Final = 60  # a minute, of one person: nobody types that many
REMEMBERED: Final = 3600.0  # seconds, a message that had its turn and may have to be tried again


class Pace:
    """A leaky bucket for each person: a minute's worth at once, then one every `minute / a_minute` seconds.

    Kept in memory alone: after a restart everybody has a full minute's worth again.
    """

    def __init__(self, a_minute: int, minute: float = MINUTE, clock: Callable[[], float] = time.monotonic) -> None:
        self._minute = minute
        self.a_minute = a_minute
        self._each = minute / a_minute
        self._clock = clock
        self._full_at: dict[int, float] = {}
        self._due: dict[Hashable, float] = {}
        self._told: set[int] = set()

    def wait(self, person: int, message: Hashable, photos: int = 1) -> float:
        """Seconds until this message, or its photos, may be answered.

        Asked again, it is the same moment, which comes nearer. An album counts as so many photos, and waits only if
        there is no room at all: it is never too large.
        """
        now = self._clock()
        if message not in self._due:
            self._forget(now)
            full_at = max(self._full_at.get(person, now), now)
            self._due[message] = max(now, full_at - (self._minute - self._each))
            self._full_at[person] = full_at + photos * self._each
        return max(0.0, self._due[message] - now)

    def is_news(self, person: int) -> bool:
        """Whether they have not been told yet that they wait; once for as long as they have photos waiting."""
        if person in self._told:
            return False
        self._told.add(person)
        return True

    def _forget(self, now: float) -> None:
        self._full_at = {person: full_at for person, full_at in self._full_at.items() if full_at > now}
        self._told &= {
            person for person, full_at in self._full_at.items() if full_at - (self._minute - self._each) > now
        }
        self._due = {message: due for message, due in self._due.items() if due > now - REMEMBERED}
