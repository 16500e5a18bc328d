"""Five years of a busy family in a real database, whose clock is wound on: what stays of each table."""

import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiosqlite
import pytest

from data.changes.log import KEPT, AddedFile, RemovedPhoto
from data.chats.albums import Picture
from data.database import connection
from data.database.migrations import MIGRATIONS, lifetimes, migrate
from data.store.buttons import Button
from data.store.drafts import NewPhoto
from data.store.pruning import LIFETIMES
from data.store.store import Store
from foundation.discretion import Discretion
from tests.faces import recognized

ADMIN, CHATS, COUSINS = 1, (5, 6, -7), ("lucy", "linus", "sally")
START = datetime(2026, 1, 1, tzinfo=UTC)
MONTHS, PHOTOS, UPDATES, MENUS = 60, 48, 200, 10
KEEP_DAYS = timedelta(days=30)


class Clock(datetime):
    """What the store takes for the time."""

    moment = START

    @classmethod
    def now(cls, tz: object = None) -> "datetime":  # type: ignore[override]
        return cls.moment


@pytest.fixture
async def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Store]:
    monkeypatch.setattr(Clock, "moment", START)
    monkeypatch.setattr(connection, "datetime", Clock)
    async with Store.open(tmp_path / "cousinbot.db") as store:
        yield store


async def a_month(store: Store, month: int) -> None:
    """What is written in one: each kind of row, and of those that come in numbers many."""
    updates = range(month * UPDATES, (month + 1) * UPDATES)
    await store.journal.record(dict.fromkeys(updates, '{"message": {"text": "hello"}}'))
    await store.journal.note_sent(updates[0], "answer", {"message_id": 1})
    await store.journal.fail(updates[-2:], "boom")
    await store.journal.set_aside(updates[-2:])
    await store.journal.finish(updates[:-2])

    facts = {cousin: [f"{cousin} did this in month {month - ago}" for ago in range(3)] for cousin in COUSINS}
    for part, chat in enumerate(CHATS):
        message = month * 10 + 1
        photos = [
            NewPhoto(f"{month}-{part}-{number}", (recognized(COUSINS[number % 3]),))
            for number in range(PHOTOS // len(CHATS))
        ]
        pictures = [Picture(chat, message + number, chat, f"file {number}", None, Discretion()) for number in (0, 1)]
        await store.albums.remember(str(month), pictures)
        await store.guesses.ask(chat, message, len(photos))
        answer = await store.guesses.draft(
            chat,
            message,
            chat,
            photos,
            facts=facts,
        )
        await store.buttons.add(
            [Button(chat, word, guess_id=guess.id) for guess in answer.guesses for word in ("right", "wrong")]
        )
        await store.guesses.sent(answer.id, message + 1, has_picture=True)
        await store.guesses.ask(chat, message + 2, 1)
        unread = await store.guesses.draft(chat, message + 2, chat, [], ["It is no picture."])
        await store.guesses.sent(unread.id, message + 3, has_picture=False)
        await store.statements.praise(answer.guesses[0].id, chat)
        await store.reactions.begin(answer.id, chat, Clock.moment, month)
        await store.prompts.ask(chat, message + 4, ADMIN, answer.guesses[1].id)
        await store.prompts.ask_name(chat, message + 6, ADMIN, "sally")
        await store.prompts.ask_of_group(chat, message + 7, ADMIN, 3, "{}")
        await store.changes.note_import("a", [AddedFile(Path("sally/1.jpg"), "sally", "aa")])
        gone = RemovedPhoto(Path("sally/2.jpg"), "bb", "bb", None, "2026-01-01", b"photo")
        await store.changes.note_removal(f"{month} {part}", "sally", [gone])
        proposal = await store.statements.propose(answer.guesses[2].id, "is", "sally", chat)
        await store.review_pages.open(chat, message + 5, True, [proposal])
        await store.statements.dismiss(proposal, ADMIN)
        await store.statements.declare(answer.guesses[3].id, "is", "lucy", chat, way="self")
        await store.buttons.add([Button(chat, "facts", cousin=cousin) for cousin in COUSINS for _ in range(MENUS)])

    await store.people.welcome(month % 40, "Ann")
    await store.people.turn_away(1000 + month)
    await store.sign_ins.make_invitation(Clock.moment)
    token = await store.sign_ins.make_link(month % 40, "Ann", Clock.moment)
    await store.sign_ins.enter(token, "", Clock.moment)
    await store.program_keys.add(f"program {month % 3}", Clock.moment, is_admin=False)
    await store.languages.choose(month % 40, "de")
    await store.languages.note(month % 40, "pl")
    await store.admins.add(month % 3, "Ann", ADMIN)
    await store.tries.note(1000 + month, month, Clock.moment)
    await store.invites.make(ADMIN, month, Clock.moment, timedelta(days=7))
    if month == 7:
        await store.groups.moved(-7, -1007)
    run = await store.runs.start(month + 1, "by hand")
    await store.runs.follow(run)
    await store.runs.show_in(run, ADMIN, month + 1)
    await store.runs.finish(run, "kept", "v2" if month < 2 else None, "no better")
    await store.runs.told(run)


async def test_five_years_fit(store: Store, tmp_path: Path) -> None:
    for month in range(MONTHS):
        Clock.moment = START + month * timedelta(days=30)
        await a_month(store, month)
        Clock.moment += timedelta(days=29)
        await store.pruning.prune(Clock.moment)
        await store.guesses.forget_older(Clock.moment - KEEP_DAYS, {ADMIN})

    corrected = MONTHS * len(CHATS)  # each keeps its photo
    photos = corrected + PHOTOS
    a_year = 13  # months, of which one is not over
    most = {
        "updates": 0,
        "handled_updates": MONTHS * UPDATES,
        "sent": 0,
        "people": 40 + a_year,
        "admins": 3,
        "sign_in_links": 0,
        "web_sessions": 1,
        "program_keys": 3,
        "invitation_tries": 0,
        "selves": len(CHATS),
        "languages": 40,
        "invites": MONTHS,
        "moved_groups": 1,
        "answers": corrected + a_year * len(CHATS) * 2,
        "photos": photos,
        "guesses": photos,
        "statements": corrected + len(CHATS),
        "decisions": 1,
        "stated": 0,
        "praise": len(CHATS),
        "reactions": a_year * len(CHATS),
        "asked": a_year * len(CHATS) * 2 + len(CHATS),
        "buttons": a_year * len(CHATS) * len(COUSINS) * MENUS + a_year * len(CHATS) * 2 + 2 * PHOTOS,
        "albums": 0,
        "prompts": len(CHATS),
        "forgettings": 0,
        "library_files": 0,
        "library_arrivals": 0,
        "library_labels": 0,
        "pointed_faces": 0,
        "sidecars": 0,
        "photo_years": 0,
        "changes": KEPT,
        "removed_photos": len(CHATS),
        "sorted_files": 0,
        "sorted_faces": 0,
        "face_groups": 0,
        "group_decisions": 0,
        "decided_faces": 0,
        "rename_prompts": a_year * len(CHATS),
        "group_prompts": a_year * len(CHATS),
        "clock": 1,
        "told_facts": len(CHATS) * len(COUSINS) * 3,
        "review_pages": len(CHATS),
        "runs": a_year + 2,
        "run_messages": 0,
    }
    with sqlite3.connect(tmp_path / "cousinbot.db") as db:
        sizes = {table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in _tables(db)}
    db.close()
    assert sizes.keys() == most.keys() == LIFETIMES.keys()
    assert {table: size for table, size in sizes.items() if size > most[table]} == {}
    # What is never pruned is there: the ids, the invitations, what was said; and the counts of /stats.
    assert (sizes["handled_updates"], sizes["invites"]) == (MONTHS * UPDATES, MONTHS)
    assert len(await store.statements.accepted()) == corrected
    assert (await store.stats.since(START)).asked == MONTHS * (PHOTOS + len(CHATS))


def _tables(db: sqlite3.Connection) -> list[str]:
    query = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    return [name for (name,) in db.execute(query)]


def test_the_docs_say_how_long_each_table_keeps_its_rows() -> None:
    docs = (Path(__file__).parents[2] / "docs" / "measurements" / "reliability.md").read_text("utf-8")
    for table, kept in LIFETIMES.items():
        assert f"| {table} | {kept} |" in docs


async def test_an_update_that_comes_once_more_after_years_is_known(store: Store) -> None:
    bodies = {number: f'{{"message": {{"from": {{"id": {number}}}}}}}' for number in (1, 2, 3, 4)}
    await store.journal.record(bodies)
    await store.journal.set_aside([1, 2, 3])
    await store.journal.forget(1)
    await store.forgetting.cousin("2", [])
    await store.journal.finish([4])
    assert await store.journal.record(bodies) == []
    await store.pruning.prune(START + timedelta(days=2000))
    assert await store.journal.record({5: "{}"} | bodies) == [5]
    assert await store.journal.count_set_aside() == 0


async def test_a_button_from_before_it_had_a_date_counts_from_the_update(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    async with aiosqlite.connect(path, isolation_level=None) as db:
        await migrate(db, MIGRATIONS[: MIGRATIONS.index(lifetimes)])
        await db.execute("INSERT INTO buttons (chat_id, action, cousin) VALUES (5, 'facts', 'lucy')")
    async with Store.open(path) as store:
        updated = datetime.now(UTC)
        await store.pruning.prune(updated + timedelta(days=364))
        assert await store.buttons.get(1, 5) is not None
        assert not await store.buttons.is_gone(1)
        await store.pruning.prune(updated + timedelta(days=366))
        assert await store.buttons.get(1, 5) is None
        assert await store.buttons.is_gone(1)


async def test_only_an_id_that_was_given_can_be_gone(store: Store) -> None:
    assert not await store.buttons.is_gone(1)
    [first, last] = await store.buttons.add([Button(5, "facts", cousin="lucy"), Button(5, "facts", cousin="linus")])
    await store.forgetting.cousin("linus", [])
    gone = [await store.buttons.is_gone(number) for number in (-1, 0, first, last, last + 1)]
    assert gone == [False, False, False, True, False]


async def test_a_million_updates_are_never_read_through(store: Store) -> None:
    """By whatever the journal asks, and by the daily pruning."""
    asked: list[str] = []
    database = store.people._database
    await database.write(
        "INSERT INTO handled_updates WITH RECURSIVE ids (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM ids"
        " WHERE id < 1000000) SELECT id FROM ids"
    )
    async with database.transaction() as db:
        await db.set_trace_callback(asked.append)
    assert await store.journal.record({1: "{}", 1000001: "{}", 1000002: "{}", 1000003: "{}"}) == [
        1000001,
        1000002,
        1000003,
    ]
    await store.journal.unfinished()
    await store.journal.unfinished_among([1000001])
    await store.journal.rewrite({1000001: "{}"})
    await store.journal.fail([1000001], "boom")
    await store.journal.note_sent(1000001, "answer", {})
    await store.journal.sent(1000001, "answer")
    await store.journal.set_aside([1000001])
    await store.journal.finish([1000002])
    await store.journal.depth()
    await store.journal.count_set_aside()
    await store.journal.forget(5)
    await store.forgetting.cousin("lucy", [])
    await store.pruning.prune(START + timedelta(days=3))
    async with database.transaction() as db:
        await db.set_trace_callback(None)  # type: ignore[arg-type]
    queries = [sql for sql in asked if sql.startswith(("SELECT", "INSERT", "UPDATE", "DELETE"))]
    assert any("handled_updates" in sql for sql in queries)
    for sql in queries:
        plan = [row["detail"] for row in await database.rows(f"EXPLAIN QUERY PLAN {sql}")]
        assert not any("SCAN handled_updates" in step for step in plan), (sql, plan)


async def test_a_clock_that_runs_a_year_ahead_for_some_days_deletes_nothing(store: Store) -> None:
    day, pruning = timedelta(days=1), store.pruning
    assert await pruning.believed(START + day) == START + day
    for days in (366, 367, 372.9):
        assert await pruning.believed(START + days * day) == START + day
    assert await pruning.believed(START + 3 * day) == START + 3 * day  # it is right again
    for days in (400, 403, 399, 405.9):  # set back a little it is ahead still
        assert await pruning.believed(START + days * day) == START + 3 * day
    assert await pruning.believed(START + 406 * day) == START + 406 * day  # the bot has rested


async def test_a_clock_that_lags_does_not_count(store: Store) -> None:
    """Of small computers it says 1970 whenever they start."""
    long_ago = START - 20 * timedelta(days=365)
    assert await store.pruning.believed(long_ago) == long_ago
    assert await store.pruning.believed(START + timedelta(days=7)) == START + timedelta(days=7)
