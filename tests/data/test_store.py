"""The store against real SQLite files."""

import asyncio
import json
import sqlite3
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiosqlite
import pytest

from data.database.connection import stamp
from data.database.migrations import MIGRATIONS, migrate, runners_up
from data.store.buttons import Button
from data.store.drafts import NewPhoto
from data.store.guesses import Answer
from data.store.runs import ProgressNote
from data.store.statistics import CousinStats
from data.store.store import Store, StoreError
from foundation.box import Box
from foundation.face import Candidate, RecognizedFace
from foundation.formats import listed
from foundation.translation import _
from tests.faces import recognized

ADMIN, OTHER_ADMIN, GUEST = 1, 2, 7
LEFT = Box(0.1, 0.1, 0.4, 0.5)
RIGHT = Box(0.6, 0.1, 0.9, 0.5)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cousinbot.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    async with Store.open(path) as store:
        yield store


def face(cousin: str | None = "lucy", confidence: float = 0.9, box: Box = LEFT) -> RecognizedFace:
    return recognized(cousin, confidence, box=box, runners_up=[("linus", 0.31)])


async def answered(
    store: Store, message: int, *faces: RecognizedFace, sha256: str = "aa", sender: int = GUEST
) -> Answer:
    answer = await store.guesses.draft(5, message, sender, [NewPhoto(sha256, faces or (face(),))])
    await store.guesses.sent(answer.id, message + 1000, has_picture=len(faces) > 1)
    return answer


# --- migrations


def test_stopped_while_it_opens(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect, threads, never = sqlite3.connect, list[threading.Thread](), threading.Event()

    def slowly(*args: Any, **options: Any) -> sqlite3.Connection:
        threads.append(threading.current_thread())
        never.wait(0.1)
        made: sqlite3.Connection = connect(*args, **options)
        return made

    async def opened() -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()  # as Ctrl-C does
        async with Store.open(path):
            raise AssertionError("it is open")

    monkeypatch.setattr(sqlite3, "connect", slowly)
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(opened())
    assert threads
    for thread in threads:
        thread.join()  # one that could not tell of it fails this test


async def test_database_is_private_and_reopens(path: Path) -> None:
    async with Store.open(path) as store:
        await store.people.welcome(GUEST, "Ann")
        assert {file.stat().st_mode & 0o777 for file in path.parent.glob("cousinbot.db*")} == {0o600}
    async with Store.open(path) as store:
        assert await store.people.role(GUEST) == "guest"


@pytest.mark.parametrize("steps", range(len(MIGRATIONS)))
async def test_every_earlier_schema_is_brought_up_to_date(path: Path, steps: int, tmp_path: Path) -> None:
    async with aiosqlite.connect(path, isolation_level=None) as db:
        await migrate(db, MIGRATIONS[:steps])
    async with Store.open(path) as store:
        await answered(store, 1)
    async with Store.open(tmp_path / "new.db"):
        pass
    with sqlite3.connect(path) as old, sqlite3.connect(tmp_path / "new.db") as new:
        query = "SELECT name, sql FROM sqlite_schema ORDER BY name"
        assert old.execute(query).fetchall() == new.execute(query).fetchall()
    old.close()
    new.close()


async def test_answers_from_before_runners_up_were_kept_have_none(path: Path) -> None:
    async with aiosqlite.connect(path, isolation_level=None) as db:
        await migrate(db, MIGRATIONS[: MIGRATIONS.index(runners_up)])
        await db.executescript("""
            INSERT INTO answers VALUES (1, 5, 1, 1001, 0, '[]', '2026');
            INSERT INTO photos VALUES (1, 1, 'aa', 7, '2026');
            INSERT INTO guesses VALUES (1, 1, 1, 0, 0, 1, 1, 1, 'lucy', 0.9, '["lucy"]', NULL, x'', 'face', 'v1');
        """)
    async with Store.open(path) as store:
        answer = await store.guesses.answer_at(5, 1001)
    assert answer is not None
    assert [(guess.face.cousin, guess.face.runners_up) for guess in answer.guesses] == [("lucy", ())]


async def test_failed_migration_leaves_nothing_behind(path: Path) -> None:
    async def breaks(db: aiosqlite.Connection) -> None:
        await db.execute("CREATE TABLE half (id INTEGER)")
        await db.execute("NONSENSE")

    async with aiosqlite.connect(path, isolation_level=None) as db:
        with pytest.raises(sqlite3.OperationalError):
            await migrate(db, (*MIGRATIONS, breaks))
        async with db.execute("SELECT count(*) FROM sqlite_schema") as cursor:
            assert await cursor.fetchone() == (0,)


async def test_newer_database_is_refused_in_words(path: Path) -> None:
    async with aiosqlite.connect(path, isolation_level=None) as db:
        await db.execute("PRAGMA user_version = 999")
    with pytest.raises(StoreError, match="newer version of cousinbot"):
        async with Store.open(path):
            pass


@pytest.fixture
def nonsense(path: Path) -> Path:
    path.write_bytes(b"not a database at all, but long enough" * 100)
    return path


async def test_no_database_is_refused_in_words(nonsense: Path) -> None:
    with pytest.raises(StoreError, match=r"The database .*cousinbot\.db"):
        async with Store.open(nonsense):
            pass


async def test_two_processes_may_make_it_at_once(path: Path) -> None:
    async def open_it() -> int:
        async with Store.open(path) as store:
            return await store.runs.start(1, "by hand")

    assert sorted(await asyncio.gather(open_it(), open_it(), open_it())) == [1, 2, 3]


async def test_failed_transaction_is_rolled_back(store: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        await store.statements.propose(404, "stranger", None, GUEST)
    assert await store.statements.all() == []


# --- journal


async def test_update_is_recorded_once_and_kept_until_finished(store: Store) -> None:
    assert await store.journal.record({11: "{}", 10: "{}"}) == [10, 11]
    assert await store.journal.record({11: "{}", 12: "{}"}) == [12]
    await store.journal.finish([10, 12])
    assert [update.update_id for update in await store.journal.unfinished()] == [11]
    assert await store.journal.record({10: "{}"}) == []


async def test_what_is_written_waits_for_the_disk(store: Store) -> None:
    [row] = await store.people._database.rows("PRAGMA synchronous")
    assert row[0] == 2  # FULL: no power cut undoes what was committed


async def test_finished_update_leaves_no_text(store: Store, path: Path) -> None:
    await store.journal.record({10: '{"text": "a secret of the family"}'})
    await store.journal.finish([10])
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT body FROM updates").fetchall() == [(None,)]
    db.close()


async def test_set_aside_update_is_not_replayed(store: Store) -> None:
    await store.journal.record({10: "{}"})
    assert [await store.journal.fail([10], "boom") for _ in range(3)] == [1, 2, 3]
    await store.journal.set_aside([10])
    assert await store.journal.unfinished() == []
    assert await store.journal.count_set_aside() == 1


async def test_forgetting_a_person_forgets_what_was_set_aside(store: Store) -> None:
    await store.journal.record({1: '{"message": {"from": {"id": 7}}}', 2: '{"message": {"from": {"id": 8}}}', 3: "{"})
    await store.journal.set_aside([1, 2, 3])
    await store.journal.forget(7)
    assert await store.journal.count_set_aside() == 2


async def test_prune_leaves_what_waits(store: Store) -> None:
    await store.journal.record({1: "{}", 2: "{}"})
    await store.journal.finish([1])
    await store.pruning.prune(datetime.now(UTC) + timedelta(days=3))
    assert await store.journal.record({1: "{}"}) == []
    assert [update.update_id for update in await store.journal.unfinished()] == [2]


# --- people


async def test_outsider_is_told_once_and_nothing_else_is_kept(store: Store, path: Path) -> None:
    assert [await store.people.turn_away(9) for _ in range(2)] == [True, False]
    assert await store.people.name(9) is None
    await store.people.welcome(9, "Ann")
    assert await store.people.role(9) == "guest"
    assert await store.people.turn_away(9) is False


async def test_blocked_person_is_not_welcomed_back(store: Store) -> None:
    await store.people.welcome(GUEST, "Ann")
    await store.people.block(GUEST)
    await store.people.welcome(GUEST, "Ann")
    assert await store.people.role(GUEST) == "blocked"
    await store.people.unblock(GUEST)
    assert await store.people.role(GUEST) == "guest"


async def test_role_that_another_process_changes_counts_at_once(store: Store, path: Path) -> None:
    await store.people.welcome(GUEST, "Ann")
    assert await store.people.role(GUEST) == "guest"
    async with Store.open(path) as other:
        await other.people.block(GUEST)
    assert await store.people.role(GUEST) == "blocked"


# --- answers and guesses


async def test_answer_comes_back_as_it_was(store: Store) -> None:
    answer = await answered(store, 1, face("lucy"), face(None, box=RIGHT))
    again = await store.guesses.answer_at(5, 1001)
    assert again is not None
    assert again.guesses == answer.guesses
    assert [(guess.number, guess.face.cousin, guess.face.box) for guess in again.guesses] == [
        (1, "lucy", LEFT),
        (2, None, RIGHT),
    ]
    assert again.guesses[0].face.candidates == (Candidate("lucy", 0.9), Candidate("linus", 0.1))
    assert again.guesses[0].face.runners_up == (Candidate("linus", 0.31),)
    assert again.has_picture
    assert await store.guesses.answer_at(6, 1001) is None


async def test_unsent_answer_is_replaced_and_sent_one_is_known(store: Store) -> None:
    await store.guesses.draft(5, 1, GUEST, [NewPhoto("aa", (face(),))])
    assert await store.guesses.sent_for(5, 1) is None
    await answered(store, 1)
    assert await store.guesses.sent_for(5, 1) == await store.guesses.answer_at(5, 1001)
    assert await store.guesses.count_photos(GUEST) == 1


async def test_forgetting_a_sender_leaves_the_others(store: Store) -> None:
    mine = await answered(store, 1, sha256="aa")
    await answered(store, 2, sha256="bb")
    await answered(store, 3, sha256="bb", sender=8)
    await store.statements.declare(mine.guesses[0].id, "is", "linus", ADMIN)
    assert await store.guesses.forget_sender(GUEST) == ["aa"]
    assert await store.guesses.answer_at(5, 1001) is None
    assert await store.statements.accepted() == []
    assert await store.guesses.kept() == {"bb"}


async def test_old_photos_go_unless_corrected_or_an_admins(store: Store) -> None:
    kept = await answered(store, 1, sha256="corrected")
    await answered(store, 2, sha256="plain")
    await answered(store, 3, sha256="admins", sender=ADMIN)
    rejected = await answered(store, 4, sha256="rejected")
    await store.statements.propose(kept.guesses[0].id, "is", "linus", GUEST)
    nonsense = await store.statements.propose(rejected.guesses[0].id, "is", "linus", GUEST)
    await store.statements.reject(nonsense, ADMIN)
    assert await store.guesses.forget_older(datetime.now(UTC) - timedelta(days=1), {ADMIN}) == []
    gone = await store.guesses.forget_older(datetime.now(UTC) + timedelta(seconds=1), {ADMIN})
    assert gone == ["plain", "rejected"]


# --- corrections


async def test_proposal_counts_only_once_accepted(store: Store) -> None:
    guess = (await answered(store, 1)).guesses[0].id
    proposal = await store.statements.propose(guess, "is", "linus", GUEST)
    assert await store.statements.accepted() == []
    assert await store.statements.accept(proposal, ADMIN)
    assert not await store.statements.accept(proposal, OTHER_ADMIN)
    [stored] = await store.statements.accepted()
    assert (stored.statement.says, stored.statement.cousin, stored.statement.by, stored.decided_by) == (
        "is",
        "linus",
        GUEST,
        ADMIN,
    )
    assert (stored.statement.photo, stored.statement.box) == ("aa", LEFT)
    assert stored.at.tzinfo is not None


async def test_guests_second_thought_replaces_the_first(store: Store) -> None:
    guess = (await answered(store, 1)).guesses[0].id
    await store.statements.propose(guess, "is", "linus", GUEST)
    await store.statements.propose(guess, "is", "sally", GUEST)
    await store.statements.propose(guess, "is", "linus", 8)
    assert [(one.statement.cousin, one.statement.by) for one in await store.statements.proposed()] == [
        ("sally", GUEST),
        ("linus", 8),
    ]


async def test_who_says_neither_denies_both_and_each_is_decided(store: Store) -> None:
    guess = (await answered(store, 1)).guesses[0].id
    await store.statements.propose(guess, "is", "sally", GUEST)
    await store.statements.deny(guess, ("linus", "lucy"), GUEST)
    first, second = await store.statements.proposed()
    assert [(one.statement.says, one.statement.cousin) for one in (first, second)] == [
        ("not", "linus"),
        ("not", "lucy"),
    ]
    assert await store.statements.accept(first.id, ADMIN)
    assert await store.statements.proposed() == [second]
    assert await store.statements.accept(second.id, ADMIN)
    assert [one.statement.cousin for one in await store.statements.accepted()] == ["linus", "lucy"]
    await store.statements.deny(guess, ("linus", "lucy"), 8)
    await store.statements.declare(guess, "is", "sally", ADMIN)
    assert await store.statements.proposed() == [], "a name settles what is denied"


async def test_queue_shows_the_least_certain_first(store: Store) -> None:
    sure = (await answered(store, 1, face(confidence=0.9), sha256="aa")).guesses[0].id
    unsure = (await answered(store, 2, face(confidence=0.4), sha256="bb")).guesses[0].id
    for guess in (sure, unsure):
        await store.statements.propose(guess, "stranger", None, GUEST)
    assert [proposal.guess_id for proposal in await store.statements.proposed()] == [unsure, sure]


async def test_later_admin_stands_and_both_are_kept(store: Store) -> None:
    guess = (await answered(store, 1)).guesses[0].id
    await store.statements.declare(guess, "is", "linus", ADMIN)
    await store.statements.declare(guess, "is", "sally", OTHER_ADMIN)
    assert [one.statement.cousin for one in await store.statements.accepted()] == ["sally"]
    assert len(await store.statements.all()) == 2
    last = await store.statements.of_guess(guess)
    assert last is not None
    assert last.statement.cousin == "sally"


async def test_double_tap_adds_one_row(store: Store) -> None:
    guess = (await answered(store, 1)).guesses[0].id
    first = await store.statements.declare(guess, "is", "linus", ADMIN)
    assert await store.statements.declare(guess, "is", "linus", ADMIN) == first
    assert len(await store.statements.all()) == 1


async def test_a_word_that_is_handled_again_does_not_go_over_a_later_one(store: Store) -> None:
    """As when a tap's answer could not be sent, and another admin spoke before the next attempt."""
    guess = (await answered(store, 1)).guesses[0].id
    await store.journal.record({1: "{}"})
    await store.statements.declare(guess, "is", "linus", ADMIN, 1)
    await store.statements.declare(guess, "is", "sally", OTHER_ADMIN)
    await store.statements.declare(guess, "is", "linus", ADMIN, 1)
    assert [one.statement.cousin for one in await store.statements.accepted()] == ["sally"]
    assert len(await store.statements.all()) == 2


async def test_same_face_in_the_same_photo_sent_again_is_contradicted(store: Store) -> None:
    first = (await answered(store, 1, face(box=LEFT), face(box=RIGHT))).guesses
    nearly = replace(LEFT, left=LEFT.left + 0.01)
    again = (await answered(store, 2, face(box=nearly), sender=8)).guesses
    await store.statements.declare(first[0].id, "is", "linus", ADMIN)
    await store.statements.declare(first[1].id, "is", "schroeder", ADMIN)
    await store.statements.declare(again[0].id, "is", "sally", ADMIN)
    assert [one.statement.cousin for one in await store.statements.accepted()] == ["schroeder", "sally"]


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ([("not", "lucy"), ("not", "linus")], [0, 1]),
        ([("not", "lucy"), ("is", "linus")], [1]),
        ([("is", "linus"), ("not", "linus")], [1]),
        ([("is", "linus"), ("not", "lucy")], [0, 1]),
        ([("stranger", None), ("not", "lucy")], [0, 1]),
        ([("not_a_face", None), ("is", "lucy")], [1]),
        ([("is", "lucy"), ("stranger", None), ("is", "lucy")], [2]),
    ],
)
async def test_what_stands_of_several_words(
    store: Store, said: list[tuple[str, str | None]], stands: list[int]
) -> None:
    guess = (await answered(store, 1)).guesses[0].id
    ids = [
        await store.statements.declare(guess, verdict, cousin, ADMIN)  # type: ignore[arg-type]
        for verdict, cousin in said
    ]
    assert [ids.index(correction.id) for correction in await store.statements.accepted()] == stands


async def test_first_use_is_noted_once(store: Store) -> None:
    guess = (await answered(store, 1)).guesses[0].id
    correction = await store.statements.declare(guess, "is", "linus", ADMIN)
    await store.statements.mark_used([correction], "v2")
    await store.statements.mark_used([correction], "v3")
    assert [one.first_used_by for one in await store.statements.accepted()] == ["v2"]


async def test_what_was_contradicted_while_a_version_was_trained_is_not_noted(store: Store) -> None:
    guess = (await answered(store, 1)).guesses[0].id
    taken_back = await store.statements.declare(guess, "is", "linus", ADMIN)
    other = (await answered(store, 2, sha256="bb")).guesses[0].id
    rejected = await store.statements.declare(other, "is", "sally", ADMIN)
    await store.statements.declare(guess, "is", "lucy", OTHER_ADMIN)
    await store.statements.reject(rejected, OTHER_ADMIN)
    await store.statements.mark_used([taken_back, rejected], "v2")
    assert {one.first_used_by for one in await store.statements.all()} == {None}


async def test_accepting_settles_what_others_proposed_of_the_same_face(store: Store) -> None:
    guess = (await answered(store, 1)).guesses[0].id
    accepted = await store.statements.propose(guess, "is", "linus", GUEST)
    same = await store.statements.propose(guess, "is", "linus", 8)
    other = await store.statements.propose(guess, "stranger", None, 9)
    assert await store.statements.accept(accepted, ADMIN)
    status = {one.id: one.status for one in await store.statements.all()}
    assert status == {accepted: "accepted", same: "accepted", other: "rejected"}
    assert await store.statements.proposed() == []


async def test_dismissing_takes_back_nothing_that_another_admin_accepted(store: Store) -> None:
    guess = (await answered(store, 1)).guesses[0].id
    proposal = await store.statements.propose(guess, "is", "linus", GUEST)
    assert await store.statements.accept(proposal, ADMIN)
    assert not await store.statements.dismiss(proposal, OTHER_ADMIN)
    assert len(await store.statements.accepted()) == 1


async def test_state_changes_with_every_decision(store: Store) -> None:
    guess = (await answered(store, 1)).guesses[0].id
    states = [await store.statements.state()]
    proposal = await store.statements.propose(guess, "is", "linus", GUEST)
    assert await store.statements.state() == states[0]
    await store.statements.accept(proposal, ADMIN)
    states.append(await store.statements.state())
    await store.statements.reject(proposal, ADMIN)
    states.append(await store.statements.state())
    assert len(set(states)) == 3


async def test_state_changes_although_the_clock_was_moved_back(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    guess = (await answered(store, 1)).guesses[0].id
    correction = await store.statements.declare(guess, "is", "linus", ADMIN)
    later = (await answered(store, 2, sha256="bb")).guesses[0].id
    await store.statements.declare(later, "is", "linus", ADMIN)
    before = await store.statements.state()
    monkeypatch.setattr("data.store.statements.now", lambda: stamp(datetime.now(UTC) - timedelta(hours=1)))
    assert await store.statements.reject(correction, ADMIN)
    assert await store.statements.state() != before


async def test_a_word_that_is_handled_again_stays_taken_back(store: Store) -> None:
    """As where it was rejected at the command line before the bot that was killed started again."""
    guess = (await answered(store, 1)).guesses[0].id
    await store.journal.record({1: "{}"})
    correction = await store.statements.declare(guess, "is", "linus", ADMIN, 1)
    assert await store.statements.reject(correction, OTHER_ADMIN)
    assert await store.statements.declare(guess, "is", "linus", ADMIN, 1) == correction
    assert await store.statements.accepted() == []


async def test_accepted_correction_can_be_taken_back(store: Store) -> None:
    guess = (await answered(store, 1)).guesses[0].id
    correction = await store.statements.declare(guess, "is", "linus", ADMIN)
    assert await store.statements.reject(correction, OTHER_ADMIN)
    assert await store.statements.accepted() == []
    assert not await store.statements.reject(correction, OTHER_ADMIN)


# --- facts, buttons, prompts, runs


async def test_every_fact_has_its_turn(store: Store) -> None:
    facts = ["one", "two", "three"]
    told = [await store.told.next(5, "lucy", facts) for _ in range(7)]
    assert told == ["one", "two", "three", "one", "two", "three", "one"]
    assert await store.told.next(6, "lucy", facts) == "one"
    assert await store.told.next(5, "lucy", [*facts, "new"]) == "new"
    assert await store.told.next(5, "linus", []) is None


async def test_button_outlives_a_restart_but_not_its_chat(path: Path) -> None:
    async with Store.open(path) as store:
        [button_id] = await store.buttons.add([Button(5, "facts", cousin="lucy")])
    async with Store.open(path) as store:
        assert await store.buttons.get(button_id, 5) == Button(5, "facts", cousin="lucy")
        assert await store.buttons.get(button_id, 6) is None
        assert await store.buttons.get(button_id + 1, 5) is None


async def test_prompt_is_found_by_reply_or_just_after(store: Store) -> None:
    a, b = [(await answered(store, message, sha256=str(message))).guesses[0].id for message in (1, 2)]
    await store.prompts.ask(5, 50, ADMIN, a)
    await store.prompts.ask(5, 51, ADMIN, b)
    assert await store.prompts.find(5, ADMIN, 50) == a
    assert await store.prompts.find(5, ADMIN, None) == b
    assert await store.prompts.find(5, OTHER_ADMIN, 50) is None
    await store.prompts.answered(b, ADMIN)
    assert await store.prompts.find(5, ADMIN, None) == a


async def test_the_name_of_a_group_is_asked_until_it_is_settled(store: Store) -> None:
    await store.prompts.ask_of_group(5, 50, ADMIN, 3, "three", topic=7)
    await store.prompts.ask_of_group(5, 51, ADMIN, 4, "four", topic=7)
    assert [await store.prompts.find_group(5, ADMIN, reply, 7) for reply in (50, None, 52)] == ["three", "four", None]
    assert await store.prompts.find_group(5, OTHER_ADMIN, 50) is None
    assert await store.prompts.find_group(5, ADMIN, None, 8) is None
    await store.prompts.group_is_settled(5, ADMIN, 4)
    assert await store.prompts.find_group(5, ADMIN, None, 7) == "three"


async def test_prompt_of_a_topic_is_found_in_it_alone_unless_replied_to(store: Store) -> None:
    a, b = [(await answered(store, message, sha256=str(message))).guesses[0].id for message in (1, 2)]
    await store.prompts.ask(5, 50, ADMIN, a, topic=7)
    await store.prompts.ask(5, 51, ADMIN, b, topic=8)
    await store.prompts.ask_name(5, 52, ADMIN, "lucy", topic=7)
    await store.prompts.ask_name(5, 53, ADMIN, "sally", topic=8)
    assert [await store.prompts.find(5, ADMIN, None, topic) for topic in (7, 8, 9, None)] == [a, b, None, None]
    named = [await store.prompts.find_named(5, ADMIN, None, topic) for topic in (7, 8, 9, None)]
    assert named == ["lucy", "sally", None, None]
    assert await store.prompts.find(5, ADMIN, 50, topic=8) == a
    assert await store.prompts.find_named(5, ADMIN, 52, topic=8) == "lucy"


async def test_the_last_question_for_a_right_name_counts_whatever_the_clock_said(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for message, cousin, off in ((50, "linus", 365 * 24 * 60), (51, "lucy", -1), (52, "sally", -2)):
        monkeypatch.setattr("data.store.prompts.now", lambda off=off: stamp(datetime.now(UTC) + timedelta(minutes=off)))
        await store.prompts.ask_name(5, message, ADMIN, cousin)
    assert await store.prompts.find_named(5, ADMIN, None) == "sally"


async def test_run_is_kept_with_its_outcome(store: Store) -> None:
    run_id = await store.runs.start(4242, "by hand")
    await store.runs.finish(run_id, "promoted", "v2", "It is no worse than v1.")
    run = await store.runs.latest()
    assert run is not None
    assert (run.id, run.pid, run.outcome, run.version) == (run_id, 4242, "promoted", "v2")
    assert run.finished_at is not None


async def test_run_is_taken_followed_and_told(store: Store) -> None:
    run_id = await store.runs.start(0, "Ada asked for it")
    assert await store.runs.take(run_id, 4242)
    await store.runs.follow(run_id)
    await store.runs.show_in(run_id, 5, 70)
    await store.runs.show_in(run_id, 5, 71)
    await store.runs.show_in(run_id, 6, 80)
    assert await store.runs.shown_in(run_id) == {5: 71, 6: 80}
    assert await store.runs.untold() == []
    await store.runs.finish(run_id, "kept", "v2", "worse")
    await store.runs.finish(run_id, "failed", None, "too late: it had ended")
    assert [(run.outcome, run.message) for run in await store.runs.untold()] == [("kept", "worse")]
    assert await store.runs.under_way() == []
    await store.runs.told(run_id)
    assert await store.runs.untold() == []
    assert await store.runs.shown_in(run_id) == {}


async def test_run_that_was_told_to_stop_was_cancelled_unless_it_made_it(store: Store) -> None:
    stopped, made = await store.runs.start(1, "by hand"), await store.runs.start(2, "by hand")
    for run_id in (stopped, made):
        assert await store.runs.cancel(run_id, ADMIN)
        assert not await store.runs.cancel(run_id, OTHER_ADMIN)
        assert not await store.runs.take(run_id, 3)
    await store.runs.finish(stopped, "failed", None, "stopped")
    await store.runs.finish(made, "promoted", "v2", "no worse")
    outcomes = [run.outcome for run_id in (stopped, made) if (run := await store.runs.get(run_id))]
    assert outcomes == ["cancelled", "promoted"]


async def test_progress_is_noted_while_others_write(store: Store, path: Path) -> None:
    run_id = await store.runs.start(1, "by hand")
    with ProgressNote(path, run_id, every=60) as note:
        note("Finding faces", 0, 9)
        note("Finding faces", 1, 9)  # too soon after the last
        first = await store.runs.get(run_id)
        note("Finding faces", 9, 9)
        note("Training the head", 1, 10)
        last = await store.runs.get(run_id)
    assert first is not None
    assert last is not None
    assert (first.doing, first.done, first.total) == ("Finding faces", 0, 9)
    assert (last.doing, last.done, last.total) == ("Training the head", 1, 10)


# --- how it is doing


async def test_stats_of_each_cousin(store: Store) -> None:
    ids = []
    for message, cousin in enumerate(["lucy", "lucy", "lucy", "linus", None], 1):
        await store.guesses.ask(5, message, 1)
        await store.guesses.ask(5, message, 1)  # a replay
        ids.append((await answered(store, message, face(cousin=cousin), sha256=str(message))).guesses[0].id)
    await store.guesses.ask(5, 6, 2)  # two photos that could not be read
    await store.statements.declare(ids[0], "is", "lucy", ADMIN)
    await store.statements.declare(ids[1], "is", "linus", ADMIN)
    await store.statements.praise(ids[2], GUEST)
    await store.statements.declare(ids[3], "stranger", None, ADMIN)
    await store.statements.declare(ids[4], "is", "sally", ADMIN)
    stats = await store.stats.since(datetime.fromtimestamp(0, UTC))
    assert (stats.asked, stats.answered, stats.faces, stats.named) == (7, 5, 5, 4)
    assert (stats.right, stats.wrong) == (2, 3)
    assert stats.cousins == (
        CousinStats("lucy", named=3, right=2, wrong=1, missed=0),
        CousinStats("linus", named=1, right=0, wrong=1, missed=1),
        CousinStats("sally", named=0, right=0, wrong=0, missed=1),
    )
    later = await store.stats.since(datetime.now(UTC) + timedelta(days=1))
    assert (later.asked, later.faces, later.right, later.cousins) == (0, 0, 0, ())


async def test_what_was_asked_before_it_was_counted_is_counted(path: Path) -> None:
    before = MIGRATIONS[: [step.__name__ for step in MIGRATIONS].index("asked")]
    async with aiosqlite.connect(path, isolation_level=None) as db:
        await migrate(db, before)
        await db.execute("INSERT INTO answers VALUES (1, 5, 3, 4, 0, '[\"Photo 2: not a picture\"]', '2026-01-01')")
        await db.execute("INSERT INTO photos VALUES (1, 1, 'aa', 7, '2026-01-01')")
    async with Store.open(path) as store:
        assert (await store.stats.since(datetime.fromtimestamp(0, UTC))).asked == 2


async def test_forgetting_a_person_forgets_what_they_asked(store: Store) -> None:
    await store.guesses.ask(GUEST, 1, 1)
    await store.guesses.ask(-5, 1, 1)  # a group's
    await store.guesses.forget_sender(GUEST)
    assert (await store.stats.since(datetime.fromtimestamp(0, UTC))).asked == 1


# --- the review


async def test_one_page_is_open_in_a_chat_and_found_by_its_faces(store: Store) -> None:
    guesses = [(await answered(store, message, sha256=str(message))).guesses[0].id for message in (1, 2, 3)]
    one, two, _ = [await store.statements.propose(guess, "is", "linus", GUEST) for guess in guesses]
    await store.review_pages.open(ADMIN, 70, True, [one])
    await store.review_pages.open(ADMIN, 71, True, [two, one])
    await store.review_pages.open(OTHER_ADMIN, 80, False, [two])
    assert {page.message_id for page in await store.review_pages.showing(guesses[1])} == {71, 80}
    assert [page.statements for page in await store.review_pages.showing(guesses[0])] == [(two, one)]
    assert await store.review_pages.showing(guesses[2]) == []
    await store.review_pages.close(ADMIN, 70)  # not the one that is open
    assert await store.review_pages.get(ADMIN) is not None
    await store.review_pages.close(ADMIN, 71)
    assert await store.review_pages.get(ADMIN) is None


async def test_forgetting_knows_the_letters_of_all_alphabets(store: Store, path: Path) -> None:
    written = ("ünal", "ÜNAL", "U\u0308nal")
    for number, name in enumerate(written, 1):
        await store.journal.record({number: json.dumps({"message": {"text": f"who is {name}?"}})})
        await store.journal.fail([number], f"no {name} here")
    await store.journal.record({9: "{}", 10: "{}"})
    message = {
        "message_id": 3,
        "date": 1,
        "chat": {"id": 5, "type": "private", "first_name": "Ünal"},
        "text": "This is Ünal.",
    }
    await store.journal.note_sent(9, "answer", message)
    await store.journal.note_sent(10, "answer", message | {"chat": {"id": 5}, "text": "This is Ben."})
    await store.journal.set_aside([1, 2, 3])
    await store.journal.fail([9], "ÜNAL again")
    await store.runs.finish(await store.runs.start(1, "by hand"), "kept", "v001", "it mixes ünal up")

    await store.forgetting.cousin("unal", ["Ünal"])

    content = b"".join(file.read_bytes() for file in path.parent.glob("cousinbot.db*"))
    for name in (*written, "Ünal"):
        assert name.encode() not in content
        assert json.dumps(name)[1:-1].encode() not in content
    assert await store.journal.sent(9, "answer") == {
        "message_id": 3,
        "date": 1,
        "chat": {"id": 5, "type": "private"},
    }
    others = await store.journal.sent(10, "answer")
    assert others is not None
    assert others["text"] == "This is Ben."


async def test_forgetting_finds_names_in_what_sentences_were_made_of(store: Store, path: Path) -> None:
    named = [_("It mixes {who} up.", who=listed(["Zoë “Zo” O'Brien", 'Ünal "Uno"'])), _("It is {name}.", name="Ben")]
    runs = [await store.runs.start(1, "by hand") for _each in named]
    for run, message in zip(runs, named, strict=True):
        await store.runs.finish(run, "kept", "v001", message)
    await store.journal.record({1: json.dumps({"message": {"text": 'Ünal "Uno" it is'}})})
    await store.journal.set_aside([1])
    await store.forgetting.cousin("unal", ['Ünal "Uno"'])
    assert [run and run.message for run in [await store.runs.get(one) for one in runs]] == [None, "It is Ben."]
    assert not any(b"Uno" in file.read_bytes() for file in path.parent.glob("cousinbot.db*"))


async def test_forgetting_one_person_lets_anothers_answer_be(store: Store, path: Path) -> None:
    await answered(store, 1)
    with sqlite3.connect(path) as db:  # an answer of somebody else's, all of whose photos could not be read
        db.execute("INSERT INTO answers (id, chat_id, asked_message_id, notes, at) VALUES (77, 6, 1, '[]', '2026')")
    db.close()
    await store.guesses.forget_sender(GUEST)
    await store.forgetting.cousin("lucy", [])
    assert await store.guesses.answer(77) is not None
    assert await store.guesses.answer_at(5, 1001) is None


async def test_forgetting_finds_names_as_they_were_typed_for_someone_new(store: Store) -> None:
    typed = ("Zoë O'Brien", "zoe OBrien", "my cousin Zoë", "Ben")
    ids = await store.buttons.add([Button(5, "new", cousin=name) for name in typed])
    await store.forgetting.cousin("Zoë_O'Brien", ["Zoë"])
    assert [await store.buttons.get(id_, 5) is not None for id_ in ids] == [False, False, False, True]
