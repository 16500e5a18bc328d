"""Photos that wait to be looked at: how many are in front of one, and how long that takes."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from bot.transport.errors import Later

NEWS: Final = 5.0  # seconds of waiting that are worth a word
RECENT: Final = 5.0  # seconds; if none was answered for so long, nobody knows when the next will be
MEASURED: Final = 32  # photos, the last, whose pace counts
LEAST: Final = 8  # of them, before anything is said of the pace


@dataclass(frozen=True, slots=True, eq=False)
class WaitingBatch:
    """One photo's, or one album's, place in the line."""

    person: int
    photos: int


class WaitingPhotos:
    """The line in front of the recogniser, first come, first served. What waits is in the journal, not in here."""

    def __init__(self, worth_a_word: float = NEWS, clock: Callable[[], float] = time.monotonic) -> None:
        self._worth_a_word = worth_a_word
        self._clock = clock
        self._waiting: dict[WaitingBatch, None] = {}
        self._under_way = 0
        self._answered: deque[tuple[float, int]] = deque(maxlen=MEASURED)
        self._told: set[int] = set()

    @contextmanager
    def waiting(self, place: WaitingBatch) -> Iterator[None]:
        """In line while this is open."""
        self._waiting[place] = None
        try:
            yield
        finally:
            del self._waiting[place]

    def waits(self, place: WaitingBatch) -> bool:
        return place in self._waiting

    @contextmanager
    def under_way(self, place: WaitingBatch) -> Iterator[None]:
        """Being looked at while this is open."""
        self._under_way += place.photos
        try:
            yield
        except Later:
            raise
        except Exception:
            # Telegram is slow, or something is broken: the pace of before says nothing any more.
            self._answered.clear()
            raise
        else:
            self._answered.append((self._clock(), place.photos))
            self._told.discard(place.person)
        finally:
            self._under_way -= place.photos

    def news(self, place: WaitingBatch) -> tuple[int, float] | None:
        """The photo's number in line, and in how many seconds it will be answered.

        Once for each person until they get an answer, and only of a wait that is long and can be foreseen.
        """
        pace = self._pace()
        if place not in self._waiting or place.person in self._told or pace is None:
            return None
        number = 1
        for other in self._waiting:
            if other is place:
                break
            number += other.photos
        seconds = (self._under_way + number) * pace
        if seconds < self._worth_a_word:
            return None
        self._told.add(place.person)
        return number, seconds

    def _pace(self) -> float | None:
        """Seconds a photo takes now."""
        if len(self._answered) < LEAST or self._clock() - self._answered[-1][0] > RECENT:
            return None
        photos = sum(photos for _, photos in self._answered) - self._answered[0][1]
        return (self._answered[-1][0] - self._answered[0][0]) / photos
