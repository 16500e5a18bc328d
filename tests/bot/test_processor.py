"""The journal's way to the handlers, with a real store and handlers that misbehave."""

import asyncio
import errno
import json
import logging
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from telegram.error import NetworkError

from bot.operations.metrics import Metrics
from bot.transport.errors import Later
from bot.transport.outbox import current_update
from bot.updates.batch import RawUpdate
from bot.updates.processor import OTHERS, PHOTOS, SHARE, UpdateProcessor
from bot.updates.waiting_photos import LEAST
from bot.updates.wording import failed_before_restart
from data.database.connection import Database
from data.store.journal import Journal, Received
from data.store.store import Store
from tests.bot.conftest import until


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(tmp_path / "cousinbot.db") as store:
        yield store


class Handlers:
    """Takes what it is handed; raises the errors it was given, one an attempt."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.batches: list[list[int]] = []
        self.given_up: list[list[int]] = []
        self.untold: list[Exception] = []
        self.open = asyncio.Event()
        self.open.set()
        self.busy = 0
        self.in_front = 0
        self.busiest = 0

    async def handle(self, batch: Sequence[RawUpdate]) -> None:
        self.busy += 1
        self.busiest = max(self.busy, self.busiest)
        try:
            await self.open.wait()
            if self.errors:
                raise self.errors.pop(0)
            self.batches.append(ids(batch))
        finally:
            self.busy -= 1

    async def give_up(self, batch: Sequence[RawUpdate], what: str) -> bool:
        if self.untold:
            raise self.untold.pop(0)
        self.given_up.append(ids(batch))
        return True

    @asynccontextmanager
    async def in_line(self, batch: Sequence[RawUpdate]) -> AsyncIterator[None]:
        self.in_front += 1
        try:
            yield
        finally:
            self.in_front -= 1

    async def say_wait(self, batch: Sequence[RawUpdate], number: int, seconds: float) -> None:
        pass


def ids(batch: Sequence[RawUpdate]) -> list[int]:
    return [update["update_id"] for update in batch]


def photo(update_id: int, album: str | None = None, chat: int = 5) -> RawUpdate:
    message: dict[str, object] = {"message_id": update_id, "chat": {"id": chat}, "photo": []}
    return {"update_id": update_id, "message": message | ({"media_group_id": album} if album else {})}


def text(update_id: int, chat: int = 5) -> RawUpdate:
    return {"update_id": update_id, "message": {"message_id": update_id, "chat": {"id": chat}, "text": "x"}}


def make(store: Store, handlers: Handlers, first_pause: float = 0.0) -> UpdateProcessor:
    return UpdateProcessor(store.journal, handlers, Metrics(), album_silence=0.1, first_pause=first_pause)


async def left(store: Store) -> list[int]:
    return [received.update_id for received in await store.journal.unfinished()]


async def test_update_is_journaled_before_receive_returns_and_finished_after_its_handler(store: Store) -> None:
    handlers = Handlers()
    handlers.open.clear()
    processor = make(store, handlers)
    assert await processor.receive([photo(10), photo(11)]) == 11
    assert await left(store) == [10, 11]
    handlers.open.set()
    await processor.close()
    assert sorted(handlers.batches) == [[10], [11]]
    assert await left(store) == []


async def test_nothing_is_kept_of_what_is_over(store: Store) -> None:
    handlers = Handlers(NetworkError("down"), ValueError("no"), Later(0))
    processor = make(store, handlers)
    await processor.receive([photo(10), text(11), photo(12, chat=6)])
    await until(lambda: len(handlers.batches) == 3)
    await processor.close()
    assert processor._order._last == {}
    assert not processor._in_hand
    assert not processor._tasks


async def test_repeated_update_is_handled_once(store: Store) -> None:
    handlers = Handlers()
    processor = make(store, handlers)
    for _ in range(3):
        await processor.receive([photo(10)])
    await processor.close()
    assert handlers.batches == [[10]]


async def test_unfinished_updates_are_taken_up_at_the_next_start(store: Store) -> None:
    stuck = Handlers()
    stuck.open.clear()
    first = make(store, stuck)
    await first.receive([photo(10), photo(11)])
    await first.close(grace=0.01)
    handlers = Handlers()
    second = make(store, handlers)
    await second.receive([])
    await second.close()
    assert sorted(handlers.batches) == [[10], [11]]


async def test_album_is_one_batch_however_it_comes(store: Store) -> None:
    handlers = Handlers()
    processor = make(store, handlers)
    await processor.receive([photo(10, "a"), photo(11, "b"), photo(12)])
    await processor.receive([photo(13, "a")])
    await processor.receive([photo(14, "a", chat=6)])
    await until(lambda: len(handlers.batches) >= 4)
    await processor.close()
    assert sorted(handlers.batches) == [[10, 13], [11], [12], [14]]
    assert await left(store) == []


async def test_album_comes_together_over_a_restart(store: Store) -> None:
    first = make(store, Handlers())
    await first.receive([photo(10, "a"), photo(11, "a")])
    await first.close(grace=0.01)
    handlers = Handlers()
    second = make(store, handlers)
    await second.receive([photo(12, "a")])
    await until(lambda: bool(handlers.batches))
    await second.close()
    assert handlers.batches == [[10, 11, 12]]


async def test_full_album_does_not_wait(store: Store) -> None:
    handlers = Handlers()
    processor = UpdateProcessor(store.journal, handlers, Metrics(), album_silence=60)
    await processor.receive([photo(10 + n, "a") for n in range(10)])
    await until(lambda: bool(handlers.batches))
    await processor.close()
    assert len(handlers.batches[0]) == 10


async def test_update_is_set_aside_after_three_failures(store: Store) -> None:
    handlers = Handlers(*[ValueError("no") for _ in range(3)])
    processor = make(store, handlers)
    await processor.receive([photo(10)])
    await processor.close()
    assert handlers.given_up == [[10]]
    assert await left(store) == []
    assert await store.journal.count_set_aside() == 1


async def test_two_failures_are_forgiven(store: Store) -> None:
    handlers = Handlers(ValueError("no"), ValueError("no"))
    processor = make(store, handlers)
    await processor.receive([photo(10)])
    await processor.close()
    assert handlers.batches == [[10]]
    assert handlers.given_up == []


async def test_telegrams_trouble_is_no_failure_of_the_update(store: Store) -> None:
    handlers = Handlers(*[NetworkError("down") for _ in range(20)])
    processor = make(store, handlers)
    await processor.receive([photo(10)])
    await processor.close()
    assert handlers.batches == [[10]]
    assert handlers.given_up == []


async def test_no_more_than_sixteen_at_once(store: Store) -> None:
    handlers = Handlers()
    handlers.open.clear()
    processor = make(store, handlers)
    await processor.receive([photo(n, chat=1 + n % 10) for n in range(100, 140)])
    await until(lambda: handlers.busy >= 16)
    handlers.open.set()
    await processor.close()
    assert handlers.busiest == 16
    assert len(handlers.batches) == 40


async def test_one_persons_hundred_photos_leave_room_for_the_others(store: Store) -> None:
    handlers = Handlers()
    handlers.open.clear()
    processor = make(store, handlers)
    await processor.receive([photo(n, chat=1) for n in range(100, 200)])
    await until(lambda: handlers.busy == SHARE)
    await processor.receive([photo(200, chat=2)])
    await until(lambda: handlers.busy == SHARE + 1)
    handlers.open.set()
    await processor.close()
    assert handlers.batches.index([200]) <= SHARE


async def test_photos_go_side_by_side_and_the_rest_takes_its_turn(store: Store) -> None:
    handlers = Handlers()
    handlers.open.clear()
    processor = make(store, handlers)
    await processor.receive([text(10), photo(11), photo(12), text(13), photo(14), photo(15, chat=6)])
    await until(lambda: handlers.busy == 2)
    handlers.open.set()
    await processor.close()
    order = [batch[0] for batch in handlers.batches if batch != [15]]
    assert order[0] == 10
    assert set(order[1:3]) == {11, 12}
    assert order[3:] == [13, 14]


async def test_update_that_waits_for_telegram_does_not_hold_up_its_chat(store: Store) -> None:
    handlers = Handlers(NetworkError("down"))
    processor = make(store, handlers, first_pause=60)
    await processor.receive([text(10), text(11)])
    await until(lambda: handlers.batches == [[11]])
    await processor.close(grace=0.01)
    assert await left(store) == [10]


async def test_update_without_an_id_stops_nothing(store: Store) -> None:
    handlers = Handlers()
    processor = make(store, handlers)
    assert await processor.receive(["nonsense", {"message": {}}, photo(10)]) == 10
    await processor.close()
    assert handlers.batches == [[10]]


async def test_update_is_neither_acknowledged_nor_handled_before_it_is_on_the_disk(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def record(bodies: Mapping[int, str]) -> list[int]:
        raise OSError(errno.EIO, "the disk is bad")

    handlers = Handlers()
    processor = make(store, handlers)
    with monkeypatch.context() as bad_disk:
        bad_disk.setattr(store.journal, "record", record)
        with pytest.raises(OSError, match="the disk is bad"):
            await processor.receive([photo(10)])
    assert handlers.batches == []
    assert await processor.receive([photo(10)]) == 10  # Telegram brings it again
    await processor.close()
    assert handlers.batches == [[10]]


async def test_people_are_told_after_the_restart_of_what_failed_before_it(store: Store) -> None:
    await store.journal.record({10: json.dumps(photo(10))})
    for _ in range(3):
        await store.journal.fail([10], "ValueError: no")
    handlers = Handlers()
    processor = make(store, handlers)
    await processor.receive([])
    await processor.close()
    assert (handlers.batches, handlers.given_up) == ([], [[10]])
    assert await left(store) == []


async def test_update_is_not_set_aside_before_people_could_be_told(store: Store) -> None:
    handlers = Handlers(*[ValueError("no") for _ in range(3)])
    handlers.untold = [NetworkError("down") for _ in range(3)]
    processor = make(store, handlers)
    await processor.receive([photo(10)])
    await processor.close()
    assert handlers.given_up == [[10]]
    assert await store.journal.count_set_aside() == 1


async def test_update_that_shall_come_later_does_and_holds_up_nobody(store: Store) -> None:
    handlers = Handlers(Later(0.05))
    processor = make(store, handlers)
    await processor.receive([photo(10), photo(11)])
    await until(lambda: len(handlers.batches) == 2)
    await processor.close()
    assert handlers.batches == [[11], [10]]
    assert [received.failures for received in await store.journal.unfinished()] == []


async def test_update_with_an_impossible_id_stops_nothing(store: Store) -> None:
    handlers = Handlers()
    processor = make(store, handlers)
    assert await processor.receive([photo(2**70), photo(10)]) == 10
    await processor.close()
    assert handlers.batches == [[10]]


async def test_what_failed_in_an_earlier_process_is_counted_on(store: Store) -> None:
    """A replay is no first attempt: two failures before the restart and one after it are three."""
    await store.journal.record({10: json.dumps(photo(10))})
    for _ in range(2):
        await store.journal.fail([10], "ValueError: no")
    handlers = Handlers(ValueError("no"))
    processor = make(store, handlers)
    await processor.receive([])
    await processor.close()
    assert (handlers.batches, handlers.given_up) == ([], [[10]])


async def test_an_album_has_failed_as_often_as_the_worst_of_its_photos(store: Store) -> None:
    """Whichever came first, and though a late part of it is new: it is not tried a fourth time."""
    for first in (10, 20):
        await store.journal.record({id_: json.dumps(photo(id_, f"album {first}")) for id_ in (first, first + 1)})
    for _ in range(3):
        await store.journal.fail([10, 21], "ValueError: no")
    handlers = Handlers()
    processor = make(store, handlers)
    await processor.receive([photo(12, "album 10")])
    await until(lambda: len(handlers.given_up) == 2)
    await processor.close()
    assert handlers.batches == []
    assert sorted(handlers.given_up) == [[10, 11, 12], [20, 21]]


async def test_a_part_of_an_album_that_comes_after_its_answer_is_answered_for_itself(store: Store) -> None:
    handlers = Handlers()
    processor = make(store, handlers)
    await processor.receive([photo(10, "a")])
    await until(lambda: bool(handlers.batches))
    await processor.receive([photo(11, "a")])
    await until(lambda: len(handlers.batches) == 2)
    await processor.close()
    assert handlers.batches == [[10], [11]]


async def test_no_more_than_eight_commands_at_once_and_they_need_not_wait_for_photos(store: Store) -> None:
    handlers = Handlers()
    handlers.open.clear()
    processor = make(store, handlers)
    await processor.receive([photo(n, chat=n) for n in range(100, 120)])
    await until(lambda: handlers.busy == PHOTOS)
    await processor.receive([text(n, chat=n) for n in range(200, 210)])
    await until(lambda: handlers.busy == PHOTOS + OTHERS)
    handlers.open.set()
    await processor.close()
    assert handlers.busiest == PHOTOS + OTHERS == 24
    assert len(handlers.batches) == 30


async def test_what_nobody_can_be_told_of_is_set_aside_without_its_text(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    handlers = Handlers(*[ValueError("no") for _ in range(3)])
    handlers.untold = [RuntimeError("no words")]
    processor = make(store, handlers)
    await processor.receive([photo(10)])
    await processor.close()
    assert await store.journal.count_set_aside() == 1
    [row] = await store.journal._database.rows("SELECT body FROM updates")
    assert row["body"] is None
    assert "Nobody could be told of update 10" in caplog.text


async def test_what_people_were_told_of_is_kept_for_a_look(store: Store) -> None:
    handlers = Handlers(*[ValueError("no") for _ in range(3)])
    processor = make(store, handlers)
    await processor.receive([photo(10)])
    await processor.close()
    [row] = await store.journal._database.rows("SELECT body, error FROM updates")
    assert json.loads(row["body"]) == photo(10)
    assert row["error"] == "ValueError: no"


class Numbering(Handlers):
    """Notes for which update, and which part of it, messages would be sent."""

    def __init__(self, *errors: Exception) -> None:
        super().__init__(*errors)
        self.sending: list[tuple[str, int | None]] = []

    async def handle(self, batch: Sequence[RawUpdate]) -> None:
        self.sending.append(("answer", current_update()))
        await super().handle(batch)

    async def give_up(self, batch: Sequence[RawUpdate], what: str) -> bool:
        self.sending.append((what, current_update()))
        return await super().give_up(batch, what)


async def test_messages_belong_to_the_first_update_of_their_batch(store: Store) -> None:
    handlers = Numbering(*[ValueError("no") for _ in range(3)])
    processor = make(store, handlers)
    await processor.receive([photo(10, "a"), photo(11, "a")])
    await until(lambda: bool(handlers.given_up))
    await processor.close()
    assert handlers.sending == [("answer", 10)] * 3 + [("ValueError", 10)]


async def test_after_a_restart_it_is_said_what_failed_before(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    await store.journal.record({id_: json.dumps(photo(id_)) for id_ in (10, 11)})
    for _ in range(3):
        await store.journal.fail([10], "ValueError: no")
    handlers = Numbering()
    processor = make(store, handlers)
    await processor.receive([])
    assert caplog.text.count("Taking up 2 unfinished updates.") == 1
    await processor.receive([])
    await processor.replay()
    await processor.close()
    assert sorted(handlers.sending, key=str) == sorted([("answer", 11), (failed_before_restart(), 10)], key=str)
    assert caplog.text.count("Taking up 2 unfinished updates.") == 1


class Waiting(Handlers):
    """Notes who was told to wait, and at which update; fails to tell the first so often."""

    def __init__(self, trouble: int = 0) -> None:
        super().__init__()
        self.trouble = trouble
        self.told: list[tuple[list[int], int, float, int | None]] = []

    async def say_wait(self, batch: Sequence[RawUpdate], number: int, seconds: float) -> None:
        self.told.append((ids(batch), number, seconds, current_update()))
        if len(self.told) <= self.trouble:
            raise NetworkError("down")


@pytest.mark.parametrize("trouble", [0, 1])
async def test_who_waits_for_long_is_told(store: Store, caplog: pytest.LogCaptureFixture, trouble: int) -> None:
    handlers = Waiting(trouble)
    processor = UpdateProcessor(store.journal, handlers, Metrics(), patient=0.01, worth_a_word=0.0)
    await processor.receive([photo(n, chat=n) for n in range(100, 100 + LEAST)])
    await until(lambda: len(handlers.batches) == LEAST)
    handlers.open.clear()
    await processor.receive([photo(n, chat=n) for n in range(200, 200 + PHOTOS)])
    await until(lambda: handlers.busy == PHOTOS)
    await processor.receive([photo(300, chat=300), photo(301, chat=301), photo(302, chat=301)])
    await until(lambda: len(handlers.told) == 2)
    handlers.open.set()
    await processor.close()
    assert [(batch, number, update) for batch, number, _, update in handlers.told] == [
        ([300], 1, 300),
        ([301], 2, 301),
    ]
    assert all(seconds > 0 for _, _, seconds, _ in handlers.told)
    assert caplog.text.count("waits, which could not be said") == trouble
    assert len(handlers.batches) == LEAST + PHOTOS + 3


class OneByOne(Waiting):
    """Lets as many through as it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Semaphore(0)

    async def handle(self, batch: Sequence[RawUpdate]) -> None:
        self.busy += 1
        await self.gate.acquire()
        await super().handle(batch)


async def test_who_waits_is_told_as_soon_as_it_can_be_foreseen(store: Store) -> None:
    """At first nobody was answered, and nothing can be said."""
    handlers = OneByOne()
    processor = UpdateProcessor(store.journal, handlers, Metrics(), patient=0.0, worth_a_word=0.0)
    await processor.receive([photo(n, chat=n) for n in range(100, 100 + PHOTOS + LEAST + 5)])
    await until(lambda: handlers.busy == PHOTOS)
    assert handlers.told == []
    for _ in range(LEAST):
        handlers.gate.release()
    await until(lambda: len(handlers.told) >= 5)
    for _ in range(PHOTOS + 5):
        handlers.gate.release()
    await processor.close()
    assert len(handlers.batches) == PHOTOS + LEAST + 5


async def test_whoever_need_not_wait_for_long_hears_nothing(store: Store) -> None:
    handlers = Waiting()
    processor = UpdateProcessor(store.journal, handlers, Metrics(), patient=0.01, worth_a_word=60)
    await processor.receive([photo(n, chat=n) for n in range(100, 140)])
    await processor.close()
    assert handlers.told == []


async def test_what_was_handled_is_counted(store: Store) -> None:
    metrics = Metrics()
    handlers = Handlers(NetworkError("down"))
    processor = UpdateProcessor(store.journal, handlers, metrics, album_silence=0.01, first_pause=0.0)
    await processor.receive([photo(10, "a"), photo(11, "a"), text(12)])
    await until(lambda: len(handlers.batches) == 2)
    await processor.close()
    sample = metrics.registry.get_sample_value
    assert sample("cousinbot_updates_total", {"outcome": "handled"}) == 3
    assert sample("cousinbot_updates_total", {"outcome": "set_aside"}) is None
    assert sample("cousinbot_answer_seconds_count", {"kind": "photo"}) == 1
    assert sample("cousinbot_answer_seconds_count", {"kind": "message"}) == 1
    assert 0 <= (sample("cousinbot_answer_seconds_sum", {"kind": "photo"}) or 0) < 60
    assert sample("cousinbot_errors_total", {"kind": "NetworkError"}) == 1
    assert sample("cousinbot_queue_depth") == 0


async def test_what_waits_or_is_under_way_is_the_queue(store: Store) -> None:
    metrics, handlers = Metrics(), Handlers()
    handlers.open.clear()
    processor = UpdateProcessor(store.journal, handlers, metrics)
    await processor.receive([photo(10), photo(11, "a"), text(12)])
    assert metrics.registry.get_sample_value("cousinbot_queue_depth") == 3
    handlers.open.set()
    await processor.close(grace=0.01)


async def test_set_aside_updates_are_counted_apart(store: Store) -> None:
    metrics, handlers = Metrics(), Handlers(*[ValueError("no") for _ in range(3)])
    processor = UpdateProcessor(store.journal, handlers, metrics, album_silence=0.01, first_pause=0.0)
    await processor.receive([photo(10, "a"), photo(11, "a")])
    await until(lambda: bool(handlers.given_up))
    await processor.close()
    assert metrics.registry.get_sample_value("cousinbot_updates_total", {"outcome": "set_aside"}) == 2
    assert metrics.registry.get_sample_value("cousinbot_errors_total", {"kind": "ValueError"}) == 3


class Counting(Journal):
    """Counts the updates that are read."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.read = 0

    async def unfinished(self, after: int = -(2**63), limit: int = -1) -> list[Received]:
        return self._counted(await super().unfinished(after, limit))

    async def unfinished_among(self, update_ids: Sequence[int]) -> list[Received]:
        return self._counted(await super().unfinished_among(update_ids))

    def _counted(self, found: list[Received]) -> list[Received]:
        self.read += len(found)
        return found


@pytest.mark.parametrize("at_the_start", [False, True])
@pytest.mark.parametrize("texts", [150, 300])
async def test_what_one_person_sent_is_in_memory_in_part_and_read_once(
    store: Store, texts: int, at_the_start: bool
) -> None:
    journal, handlers = Counting(store.people._database), Handlers()
    handlers.open.clear()
    processor = UpdateProcessor(journal, handlers, Metrics(), in_memory=20)
    sent = {number: text(number) for number in range(1, texts + 1)}
    if at_the_start:
        await journal.record({number: json.dumps(update) for number, update in sent.items()})
        await processor.receive([])
    else:
        await processor.receive([])
        await processor.receive(list(sent.values()))
    await processor.receive([text(texts + 1, chat=6), text(texts + 2)])
    assert len(processor._tasks) == 20 + 1
    handlers.open.set()
    await until(lambda: len(handlers.batches) == texts + 2, 60)
    await processor.close()
    assert [batch[0] for batch in handlers.batches if batch != [texts + 1]] == [*sent, texts + 2]
    assert journal.read == texts + 1 - 20 + (texts if at_the_start else 0)
    assert await left(store) == []
    assert processor._backlog._waiting == {}
    assert not processor._backlog._in_memory
    assert not processor._in_hand


async def test_an_album_that_waits_in_the_journal_is_one_batch(store: Store) -> None:
    handlers = Handlers()
    handlers.open.clear()
    processor = UpdateProcessor(store.journal, handlers, Metrics(), album_silence=0.05, in_memory=4)
    await processor.receive([])
    await processor.receive([photo(number) for number in range(1, 6)] + [photo(number, "a") for number in range(6, 12)])
    assert len(processor._tasks) == 4
    handlers.open.set()
    await until(lambda: len(handlers.batches) == 6)
    await processor.close()
    assert sorted(handlers.batches) == [[1], [2], [3], [4], [5], list(range(6, 12))]


async def test_what_was_forgotten_while_it_waited_in_the_journal_holds_up_nothing(store: Store) -> None:
    handlers = Handlers()
    handlers.open.clear()
    processor = UpdateProcessor(store.journal, handlers, Metrics(), in_memory=2)
    await processor.receive([])
    await processor.receive([text(number) for number in range(1, 9)])
    await store.journal.finish([3, 4, 5])
    handlers.open.set()
    await until(lambda: len(handlers.batches) == 5)
    await processor.close()
    assert handlers.batches == [[1], [2], [6], [7], [8]]
    assert not processor._in_hand


class BadDisk(Journal):
    """Fails so often before it reads on, notes a failure or sets aside."""

    trouble = 2

    async def unfinished_among(self, update_ids: Sequence[int]) -> list[Received]:
        self._fail()
        return await super().unfinished_among(update_ids)

    async def fail(self, update_ids: Collection[int], error: str) -> int:
        self._fail()
        return await super().fail(update_ids, error)

    async def set_aside(self, update_ids: Collection[int], *, erase: bool = False) -> None:
        self._fail()
        await super().set_aside(update_ids, erase=erase)

    def _fail(self) -> None:
        self.trouble -= 1
        if self.trouble >= 0:
            raise OSError(errno.EIO, "the disk is bad")
        self.trouble = 2


async def test_a_bad_disk_delays_what_is_noted_and_leaves_nothing_behind(store: Store) -> None:
    handlers = Handlers(*[ValueError("no") for _ in range(3)])
    processor = UpdateProcessor(BadDisk(store.people._database), handlers, Metrics(), first_pause=0.0, in_memory=1)
    await processor.receive([])
    await processor.receive([text(1), text(2), text(3)])
    await until(lambda: len(handlers.batches) == 2)
    await processor.close()
    assert handlers.given_up == [[1]]
    assert handlers.batches == [[2], [3]]
    assert await left(store) == []
    assert await store.journal.count_set_aside() == 1


async def test_a_photo_that_has_its_place_at_once_waits_in_no_line(store: Store) -> None:
    handlers = Handlers()
    handlers.open.clear()
    processor = make(store, handlers)
    await processor.receive([photo(number, chat=number) for number in range(PHOTOS)])
    await until(lambda: handlers.busy == PHOTOS)
    assert handlers.in_front == 0
    await processor.receive([photo(number, chat=number) for number in range(100, 103)])
    await until(lambda: handlers.in_front == 3)
    handlers.open.set()
    await processor.close()
    assert handlers.in_front == 0
