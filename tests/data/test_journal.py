"""The journal of updates: what is replayed, what is remembered of what went out, and what is forgotten."""

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from data.database.connection import now
from data.store.journal import Received, is_open
from data.store.store import Store

ME, ANOTHER = 7, 8


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(tmp_path / "cousinbot.db") as store:
        yield store


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    """As another process finds them: what was not committed is not there."""
    with closing(sqlite3.connect(folder / "cousinbot.db")) as db:
        return db.execute(sql).fetchall()


async def still_open(store: Store, update_id: int) -> bool:
    async with store.journal._database.transaction() as db:
        return await is_open(db, update_id)


async def waiting(store: Store) -> list[int]:
    return [received.update_id for received in await store.journal.unfinished()]


async def test_an_update_waits_as_it_came(store: Store) -> None:
    assert await store.journal.record({3: '{"a": 1}', 2: "{}"}) == [2, 3]
    assert await store.journal.unfinished() == [Received(2, "{}", 0), Received(3, '{"a": 1}', 0)]
    assert await store.journal.depth() == 2


async def test_what_waits_can_be_read_in_part(store: Store) -> None:
    await store.journal.record({-4: "a", 1: "b", 2: "c", 3: "d", 5: "e"})
    await store.journal.finish([2])
    await store.journal.set_aside([3])
    assert [one.body for one in await store.journal.unfinished(limit=2)] == ["a", "b"]
    assert [one.body for one in await store.journal.unfinished(-4, 5)] == ["b", "e"]
    assert await store.journal.unfinished(5, 5) == []
    assert [one.body for one in await store.journal.unfinished_among([5, 3, 9, -4, 2])] == ["e", "a"]
    assert await store.journal.unfinished_among([]) == []


async def test_an_update_that_came_again_stays_as_it_came_first(store: Store) -> None:
    await store.journal.record({3: "first"})
    assert await store.journal.record({3: "second", 4: "new"}) == [4]
    assert [received.body for received in await store.journal.unfinished()] == ["first", "new"]


async def test_what_was_finished_is_not_taken_in_again(store: Store, tmp_path: Path) -> None:
    before = now()
    await store.journal.record({1: "{}", 2: "{}", 3: "{}"})
    await store.journal.finish([1, 3])
    assert await waiting(store) == [2]
    assert await store.journal.depth() == 1
    assert await store.journal.record({1: "{}", 3: "{}"}) == []
    assert (await still_open(store, 1), await still_open(store, 2), await still_open(store, 9)) == (False, True, False)
    [(when, body)] = rows(tmp_path, "SELECT finished_at, body FROM updates WHERE update_id = 3")
    assert body is None
    assert before <= when <= now()


async def test_a_message_that_was_sent_is_on_the_disk_when_it_is_noted(store: Store, tmp_path: Path) -> None:
    await store.journal.record({1: "{}", 2: "{}"})
    await store.journal.note_sent(1, "answer sendMessage 5 1", {"message_id": 70, "text": "é"})
    assert rows(tmp_path, "SELECT update_id, step FROM sent") == [(1, "answer sendMessage 5 1")]
    assert await store.journal.sent(1, "answer sendMessage 5 1") == {"message_id": 70, "text": "é"}
    assert await store.journal.sent(1, "answer sendMessage 5 2") is None
    assert await store.journal.sent(2, "answer sendMessage 5 1") is None
    await store.journal.note_sent(1, "answer sendMessage 5 1", {"message_id": 71})
    assert await store.journal.sent(1, "answer sendMessage 5 1") == {"message_id": 71}


async def test_what_was_sent_is_forgotten_with_its_update_only(store: Store, tmp_path: Path) -> None:
    await store.journal.record({1: "{}", 2: "{}", 3: "{}", 4: "{}"})
    for update_id in (1, 2, 3, 4):
        await store.journal.note_sent(update_id, "a", True)
        await store.journal.note_sent(update_id, "b", [1])
    await store.journal.finish([1])
    await store.journal.set_aside([2, 3])
    assert rows(tmp_path, "SELECT update_id, step FROM sent ORDER BY step") == [(4, "a"), (4, "b")]


async def test_an_update_can_be_rewritten(store: Store) -> None:
    await store.journal.record({1: "{}", 2: "{}", 3: "old"})
    await store.journal.rewrite({1: "one", 2: "two"})
    assert [received.body for received in await store.journal.unfinished()] == ["one", "two", "old"]


async def test_failures_are_counted_for_each_and_the_worst_is_told(store: Store, tmp_path: Path) -> None:
    await store.journal.record({1: "{}", 2: "{}", 3: "{}"})
    assert await store.journal.fail([1], "no") == 1
    assert await store.journal.fail([2, 1, 3], "never") == 2
    assert [received.failures for received in await store.journal.unfinished()] == [2, 1, 1]
    assert rows(tmp_path, "SELECT DISTINCT error FROM updates") == [("never",)]
    assert await store.journal.fail([9], "gone") == 0


@pytest.mark.parametrize("erase", [False, True])
async def test_what_is_set_aside_is_kept_for_a_look_or_erased(store: Store, tmp_path: Path, erase: bool) -> None:
    await store.journal.record({1: "a secret", 2: "{}"})
    await store.journal.fail([1, 2], "no")
    await store.journal.set_aside([1], erase=erase)
    assert await waiting(store) == [2]
    assert await store.journal.depth() == 1
    assert await store.journal.count_set_aside() == 1
    assert not await still_open(store, 1)
    kept = (None, None) if erase else ("a secret", "no")
    assert rows(tmp_path, "SELECT body, error, set_aside FROM updates ORDER BY update_id") == [
        (*kept, 1),
        ("{}", "no", 0),
    ]


async def test_by_default_its_text_is_kept(store: Store, tmp_path: Path) -> None:
    await store.journal.record({1: "a secret"})
    await store.journal.set_aside([1])
    assert rows(tmp_path, "SELECT body FROM updates") == [("a secret",)]


def message(sender: int, **content: object) -> str:
    return json.dumps({"message": {"message_id": 1, "from": {"id": sender}, **content}})


def tap(sender: int) -> str:
    return json.dumps({"callback_query": {"id": "1", "from": {"id": sender}}})


async def test_forgetme_takes_pictures_that_wait_with_it_documents_too(store: Store, tmp_path: Path) -> None:
    await store.journal.record(
        {
            1: message(ME, photo=[]),
            2: message(ME, document={}),
            3: message(ME, text="/forgetme"),
            4: message(ANOTHER, photo=[]),
            5: message(ANOTHER, document={}),
            6: tap(ME),
            7: "no JSON",
        }
    )
    before = now()
    await store.journal.forget(ME)
    assert await waiting(store) == [3, 4, 5, 6, 7]
    gone = rows(tmp_path, "SELECT body, finished_at FROM updates WHERE update_id < 3")
    assert [body for body, _ in gone] == [None, None]
    assert all(before <= when <= now() for _, when in gone)


async def test_forgetme_takes_captions_that_were_changed_with_it(store: Store) -> None:
    def edited(sender: int, **content: object) -> str:
        return json.dumps({"edited_message": {"from": {"id": sender}, **content}})

    await store.journal.record({1: edited(ME, photo=[]), 2: edited(ME, document={}), 3: edited(ANOTHER, photo=[])})
    await store.journal.record({4: edited(ME, photo=[], caption="/who")})
    await store.journal.set_aside([4])
    await store.journal.forget(ME)
    assert await waiting(store) == [3]
    assert await store.journal.count_set_aside() == 0


async def test_forgetme_takes_what_was_set_aside_with_it_taps_too(store: Store, tmp_path: Path) -> None:
    bodies = {
        1: message(ME, text="hello"),
        2: tap(ME),
        3: message(ANOTHER, text="hello"),
        4: tap(ANOTHER),
        5: "no JSON",
    }
    await store.journal.record(bodies)
    await store.journal.fail(bodies, "no")
    await store.journal.set_aside(bodies)
    before = now()
    await store.journal.forget(ME)
    assert await store.journal.count_set_aside() == 3
    columns = "body, error, set_aside, finished_at IS NULL"
    assert rows(tmp_path, f"SELECT {columns} FROM updates WHERE update_id < 3") == [(None, None, 0, 0)] * 2
    moments = rows(tmp_path, "SELECT finished_at FROM updates WHERE update_id < 3")
    assert all(before <= when <= now() for (when,) in moments)
    left = rows(tmp_path, f"SELECT {columns} FROM updates WHERE update_id > 2 ORDER BY update_id")
    assert left == [(bodies[number], "no", 1, 1) for number in (3, 4, 5)]
    assert await store.journal.record(bodies) == []  # it is not handled if it comes once more


async def test_forgetme_takes_what_others_said_with_the_persons_number(store: Store, tmp_path: Path) -> None:
    """An answer to their message, a message of theirs sent on; not another number that looks like it."""
    quoting: list[dict[str, Any]] = [
        {"reply_to_message": {"message_id": 1, "from": {"id": ME, "first_name": "Gus"}}},
        {"entities": [{"type": "text_mention", "user": {"id": ME}}]},
        {"forward_origin": {"type": "user", "sender_user": {"id": ME}}},
        {"contact": {"user_id": ME, "first_name": "Gus"}},
        {"message_id": ME},
    ]
    bodies = {n: json.dumps({"update_id": n, "message": {"from": {"id": ANOTHER}} | q}) for n, q in enumerate(quoting)}
    await store.journal.record(bodies)
    await store.journal.fail([4], f"no such chat: {ME}")
    await store.journal.set_aside(bodies)
    reply = {"message_id": 5, "date": 1, "chat": {"id": ANOTHER, "type": "private"}, "reply_to_message": {"id": ME}}
    await store.journal.record({7: "{}"})
    await store.journal.note_sent(7, "answer 1", reply)
    await store.journal.forget(ME)
    assert rows(tmp_path, "SELECT update_id, error FROM updates WHERE set_aside = 1") == [(4, None)]
    assert rows(tmp_path, "SELECT body FROM updates WHERE update_id < 4") == [(None,)] * 4
    assert await store.journal.sent(7, "answer 1") == {key: reply[key] for key in ("message_id", "date", "chat")}
