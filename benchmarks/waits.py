"""What answers waited for, as `benchmarks.watched_bot` wrote it down."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple


class Wait(NamedTuple):
    """One wait of an update, or of none (0), in Unix time."""

    update: int
    what: str
    start: float
    end: float


def waits_in(file: Path) -> list[Wait]:
    """All that is in the file."""
    lines = (line.split() for line in file.read_text().splitlines())
    return [Wait(int(update), what, float(start), float(end)) for update, what, start, end in lines]


def share_of_sqlite(waits: Sequence[Wait], spans: Iterable[tuple[int, float, float]]) -> float:
    """The share of these spans (update, start, end) in which SQLite was waited for, and nothing else at once.

    For one guest's photos, each of which has the bot for itself: what SQLite does for no update counts too, such as
    the journal's entry, which comes before there is anybody to wait.
    """
    sqlite = total = 0.0
    for update, start, end in spans:
        here = [wait for wait in waits if wait.end > start and wait.start < end and wait.update in (0, update)]
        database = [(wait.start, wait.end) for wait in here if wait.what == "sqlite"]
        # The next getUpdates, which is no update's, is always under way.
        work = [(wait.start, wait.end) for wait in here if wait.what != "sqlite" and wait.update]
        sqlite += _covered([*database, *work], start, end) - _covered(work, start, end)
        total += end - start
    return sqlite / total


def _covered(intervals: Iterable[tuple[float, float]], start: float, end: float) -> float:
    """Seconds between `start` and `end` that lie in any of the intervals."""
    covered, reached = 0.0, start
    for begin, finish in sorted(intervals):
        begin, finish = max(begin, reached), min(finish, end)
        if finish > begin:
            covered += finish - begin
            reached = finish
    return covered
