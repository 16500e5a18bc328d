"""When a run starts by itself: after so many corrections, or at an hour, and only for something new."""

import time as time_module
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from actions.training_schedule import Schedule, has_come
from data.database.connection import stamp
from data.settings import Settings
from data.store.drafts import NewPhoto
from data.store.store import Store
from foundation.box import Box
from tests.faces import recognized

NOON = datetime(2026, 7, 4, 12).astimezone()
NIGHT = datetime(2026, 7, 5, 3, 30).astimezone()
ADMIN, GUEST = 1, 7


@pytest.mark.parametrize(
    ("last", "now", "come"),
    [
        (NIGHT - timedelta(seconds=5), NIGHT, True),
        (NIGHT, NIGHT + timedelta(seconds=5), False),
        (NIGHT - timedelta(seconds=10), NIGHT - timedelta(seconds=5), False),
        (NOON, NIGHT + timedelta(hours=1), True),  # the computer slept
        (NIGHT - timedelta(hours=1), NIGHT + timedelta(hours=22), True),
    ],
)
def test_an_hour_comes_once(last: datetime, now: datetime, come: bool) -> None:
    assert has_come(time(3, 30), last, now) is come


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Where in 2026 there is no 2:30 on 29 March, and there are two on 25 October."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time_module.tzset()
    yield
    monkeypatch.undo()
    time_module.tzset()


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize("day", [datetime(2026, 3, 29), datetime(2026, 10, 25), datetime(2026, 7, 4)])
@pytest.mark.parametrize("hour", [time(0), time(1, 59), time(2), time(2, 30), time(3), time(23, 59)])
def test_an_hour_comes_once_a_day_also_when_the_clocks_change(day: datetime, hour: time) -> None:
    moments = [day.astimezone(UTC) + timedelta(minutes=minute) for minute in range(-10, 26 * 60)]
    local = [moment.astimezone() for moment in moments]
    came = [now for last, now in pairwise(local) if now.date() == day.date() and has_come(hour, last, now)]
    assert len(came) == 1
    wanted = timedelta(hours=hour.hour, minutes=hour.minute)
    assert abs(came[0].replace(tzinfo=None) - day - wanted) <= timedelta(hours=1)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """A store in which six faces, numbers 1 to 6, were guessed."""
    async with Store.open(tmp_path / "store.db") as store:
        boxes = [Box(0.1 * n, 0.0, 0.1 * n + 0.05, 0.1) for n in range(6)]
        faces = tuple(recognized(box=box) for box in boxes)
        await store.guesses.draft(5, 1, GUEST, [NewPhoto("aa", faces)])
        yield store


def schedule(store: Store, **settings: object) -> Schedule:
    return Schedule(Settings.model_validate(settings), store, NOON)


async def test_after_so_many_corrections(store: Store) -> None:
    due = schedule(store, retrain_after=2).due
    await store.statements.declare(1, "is", "linus", ADMIN)
    await store.statements.declare(1, "is", "sally", ADMIN)  # in place of the first
    await store.statements.propose(3, "is", "linus", GUEST)
    assert await due(NOON) is None
    await store.statements.declare(4, "stranger", None, ADMIN)
    assert await due(NOON) == "There are 2 new corrections."


async def test_never_by_itself(store: Store) -> None:
    for guess in range(1, 7):
        await store.statements.declare(guess, "is", "linus", ADMIN)
    assert await schedule(store, retrain_after=0).due(NIGHT) is None


@pytest.mark.parametrize("outcome", ["kept", "failed", "cancelled"])
async def test_the_same_corrections_start_one_run(store: Store, outcome: str) -> None:
    due = schedule(store, retrain_after=2).due
    for guess in (1, 2):
        await store.statements.declare(guess, "is", "linus", ADMIN)
    run = await store.runs.start(1, "2 new corrections")
    await store.runs.finish(run, outcome, None, "")
    assert await due(NOON) is None
    await store.statements.declare(3, "is", "linus", ADMIN)
    assert await due(NOON) is None
    await store.statements.declare(4, "is", "linus", ADMIN)
    assert await due(NOON) == "There are 2 new corrections."


async def test_at_an_hour_if_there_is_something_new(store: Store) -> None:
    assert await schedule(store, retrain_at="03:30").due(NIGHT) is None
    await store.statements.declare(1, "is", "linus", ADMIN)
    due = schedule(store, retrain_at="03:30").due
    assert await due(NIGHT - timedelta(minutes=1)) is None
    assert await due(NIGHT) == "It was time, and there is 1 new correction."
    assert await due(NIGHT + timedelta(minutes=1)) is None


async def test_at_the_hour_a_failed_run_is_tried_again_and_a_finished_one_is_not(store: Store) -> None:
    number = await store.statements.declare(1, "is", "linus", ADMIN)
    await store.runs.finish(await store.runs.start(1, "by hand"), "failed", None, "no room")
    assert await schedule(store, retrain_at="03:30").due(NIGHT) is not None
    await store.runs.finish(await store.runs.start(1, "by hand"), "kept", "v002", "worse")
    assert await schedule(store, retrain_at="03:30").due(NIGHT) is None
    await store.statements.mark_used([number], "v003")
    await store.statements.reject(number, ADMIN)  # what a version learned was taken back: the next must forget it
    assert await schedule(store, retrain_at="03:30").due(NIGHT) == "It was time, and there is 1 new correction."


@pytest.mark.parametrize("off", [timedelta(days=365), timedelta(days=-365)])
async def test_a_clock_that_was_wrong_keeps_no_correction_from_being_trained_on(
    store: Store, monkeypatch: pytest.MonkeyPatch, off: timedelta
) -> None:
    """The last run began when it ran a year ahead, or behind."""
    monkeypatch.setattr("data.store.runs.now", lambda: stamp(datetime.now(UTC) + off))
    await store.statements.declare(1, "is", "linus", ADMIN)
    await store.runs.finish(await store.runs.start(1, "by hand"), "kept", "v002", "worse")
    due = schedule(store, retrain_after=1).due
    assert await due(NOON) is None
    await store.statements.declare(2, "is", "linus", ADMIN)
    assert await due(NOON) == "There is 1 new correction."
    assert await schedule(store, retrain_at="03:30", retrain_after=0).due(NIGHT) is not None


async def test_faces_that_were_pointed_at_count_like_corrections(store: Store) -> None:
    due = schedule(store, retrain_after=2, retrain_at="03:30").due
    await store.pointed_faces.point("bb", "linus", Box(0, 0, 0.5, 1), ADMIN)
    assert await due(NOON) is None
    await store.statements.declare(1, "is", "linus", ADMIN)
    assert await due(NOON) == "There are 2 new corrections."
    run = await store.runs.start(1, "There are 2 new corrections.")
    await store.runs.finish(run, "kept", "v002", "")
    assert await due(NOON) is None
    await store.pointed_faces.point("cc", "linus", None, ADMIN)
    assert await due(NIGHT) == "It was time, and there is 1 new correction."
    await store.pointed_faces.take_back("cc", "linus")
    assert await schedule(store, retrain_after=1).due(NOON) is None
