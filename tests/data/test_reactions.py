"""What is remembered of reactions: which came last, and the menu that one has opened."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from data.chats.reactions import Followed
from data.store.drafts import NewPhoto
from data.store.store import Store
from tests.faces import recognized

ADA, BEA = 7, 8
NOON = datetime(2026, 7, 4, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
NOTHING = Followed(up=False, down=False, menu=None)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(tmp_path / "cousinbot.db") as store:
        yield store


@pytest.fixture
async def answer(store: Store) -> int:
    return (await store.guesses.draft(ADA, 1, ADA, [NewPhoto("aa", (recognized("lucy"),))])).id


async def test_of_two_updates_the_later_one_counts_whichever_comes_first(store: Store, answer: int) -> None:
    begin = store.reactions.begin
    assert await begin(answer, ADA, NOON, 5) == NOTHING
    assert await begin(answer, ADA, NOON, 4) is None
    assert await begin(answer, ADA, NOON, 5) == NOTHING  # the same one, handled again
    await store.reactions.end(answer, ADA, Followed(up=True, down=False, menu=3))
    assert await begin(answer, ADA, NOON, 6) == Followed(up=True, down=False, menu=3)
    assert await begin(answer, ADA, NOON + SECOND, 1) is not None  # Telegram's numbers begin anew
    assert await begin(answer, ADA, NOON, 7) is None
    assert await begin(answer, BEA, NOON, 1) == NOTHING
    assert await begin(answer + 1, ADA, NOON, 9) is None  # there is no such answer


async def test_a_menu_is_held_by_whoever_opened_it_until_it_has_served(store: Store, answer: int) -> None:
    reactions = store.reactions
    assert await reactions.menu_of(answer) is None
    for person, menu in ((ADA, 3), (BEA, 3)):
        await reactions.begin(answer, person, NOON, person)
        await reactions.end(answer, person, Followed(up=False, down=True, menu=menu))
    assert await reactions.menu_of(answer) == 3
    assert await reactions.is_held(answer, 3, but=ADA)
    assert not await reactions.is_held(answer, 4, but=ADA)
    await reactions.forget(BEA)
    assert not await reactions.is_held(answer, 3, but=ADA)
    await reactions.served(answer, 4)
    assert await reactions.menu_of(answer) == 3
    await reactions.served(answer, 3)
    assert await reactions.begin(answer, ADA, NOON, ADA) == Followed(up=False, down=True, menu=None)


async def test_it_goes_with_the_answer_and_with_whoever_leaves_the_group(store: Store, answer: int) -> None:
    await store.reactions.begin(answer, ADA, NOON, 1)
    await store.reactions.begin(answer, BEA, NOON, 2)
    await store.people.let_go(BEA)
    assert await _count(store) == 1
    await store.guesses.forget_sender(ADA)
    assert await _count(store) == 0


async def test_a_word_is_taken_back_by_whoever_said_it_by_a_reaction(store: Store, answer: int) -> None:
    statements, [guess] = store.statements, (await _answered(store, answer)).guesses
    await statements.declare(guess.id, "is", "lucy", ADA, way="reaction")
    assert not await statements.take_back_reaction([guess.id], BEA)
    await statements.declare(guess.id, "is", "linus", BEA)
    assert await statements.take_back_reaction([guess.id], ADA)
    assert [one.status for one in await statements.all()] == ["rejected", "accepted"]
    assert not await statements.take_back_reaction([guess.id], ADA)
    await statements.declare(guess.id, "is", "lucy", ADA, way="reaction")
    await statements.declare(guess.id, "is", "lucy", ADA)  # by a button too
    assert not await statements.take_back_reaction([guess.id], ADA)


async def test_what_had_waited_waits_again_unless_somebody_has_decided_since(store: Store, answer: int) -> None:
    statements, [guess] = store.statements, (await _answered(store, answer)).guesses
    await statements.propose(guess.id, "is", "linus", BEA)
    await statements.declare(guess.id, "is", "lucy", ADA, way="reaction")
    assert await statements.take_back_reaction([guess.id], ADA)
    [again] = await statements.proposed()
    assert (again.statement.by, again.decided_by, again.decision) == (BEA, None, None)
    await statements.declare(guess.id, "is", "lucy", ADA, way="reaction")
    await statements.declare(guess.id, "is", "sally", BEA)
    assert await statements.take_back_reaction([guess.id], ADA)
    assert await statements.proposed() == []


async def _count(store: Store) -> int:
    return await store.reactions._database.count("SELECT count(*) FROM reactions")


async def _answered(store: Store, answer: int):  # type: ignore[no-untyped-def]
    found = await store.guesses.answer(answer)
    assert found is not None
    return found
