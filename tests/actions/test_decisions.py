"""What an admin says of a face: kept, taught at once, and answered with a fact about the right cousin."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from actions.answers.corrections import Corrections
from actions.decisions import Decisions, Show, nowhere
from actions.people.languages import ReadersLanguage
from data.facts.facts_file import FactsFile
from data.store.drafts import NewPhoto
from data.store.guesses import Guess
from data.store.statements import StoredStatement
from data.store.store import Store
from foundation.box import Box
from foundation.statement import Says, Statement
from tests.faces import recognized

ADMIN, GUEST, CHAT = 1, 7, 5
BOX = Box(0.1, 0.2, 0.4, 0.5)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    (tmp_path / "facts.yaml").write_text("lucy: [She sings.]\nlinus: [He has a blanket., He plays.]\n")
    async with Store.open(tmp_path / "cousinbot.db") as store:
        yield store


class Teaching:
    """Counts how often everything was taught anew, and what stood accepted then."""

    def __init__(self, store: Store) -> None:
        self.taught: list[int] = []
        self._store = store

    async def teach(self) -> None:
        self.taught.append(len(await self._store.statements.accepted()))


def decisions(store: Store, tmp_path: Path, show: Show = nowhere) -> tuple[Decisions, Teaching]:
    teaching = Teaching(store)
    standing_in: Any = teaching
    facts = FactsFile(tmp_path / "facts.yaml")
    languages = ReadersLanguage(store.languages, None)
    return Decisions(store.statements, store.guesses, store.told, facts, standing_in, languages, show), teaching


async def guess(store: Store, message: int = 1, cousin: str | None = "lucy", fact: str | None = "She sings.") -> Guess:
    facts = {cousin: [fact]} if cousin and fact else {}
    photo = NewPhoto(f"photo {message}", (recognized(cousin, box=BOX),))
    answer = await store.guesses.draft(CHAT, message, GUEST, [photo], facts=facts)
    await store.guesses.sent(answer.id, 70 + message, has_picture=False)
    return answer.guesses[0]


async def fact_of(store: Store, guess: Guess) -> str | None:
    found = await store.guesses.get(guess.id)
    assert found is not None
    return found.fact


async def test_an_admins_word_counts_when_it_is_said(store: Store, tmp_path: Path) -> None:
    ours, teaching = decisions(store, tmp_path)
    face = await guess(store)
    await store.journal.record({3: "{}"})
    statement = await ours.declare(face, "is", "linus", ADMIN, 3)
    assert statement == Statement("is", "linus", "photo 1", BOX, ADMIN, ADMIN)
    assert teaching.taught == [1]
    [kept] = await store.statements.accepted()
    assert (kept.guess_id, kept.statement.says, kept.statement.cousin, kept.statement.by) == (
        face.id,
        "is",
        "linus",
        ADMIN,
    )
    assert await store.statements.is_repetition(face.id, 3)
    assert await fact_of(store, face) == "He has a blanket."


@pytest.mark.parametrize(("says", "cousin"), [("not", "linus"), ("stranger", None), ("not_a_face", None)])
async def test_without_a_name_there_is_nothing_new_to_tell(
    store: Store, tmp_path: Path, says: Says, cousin: str | None
) -> None:
    ours, teaching = decisions(store, tmp_path)
    face = await guess(store)
    await ours.declare(face, says, cousin, ADMIN, None)
    assert teaching.taught == [1]
    assert await fact_of(store, face) == "She sings."


async def test_a_fact_that_was_told_with_the_right_name_stays(store: Store, tmp_path: Path) -> None:
    (tmp_path / "facts.yaml").write_text("lucy: [She sings., She dives.]\n")
    ours, _ = decisions(store, tmp_path)
    told, untold = await guess(store), await guess(store, 2, fact=None)
    await ours.declare(told, "is", "lucy", ADMIN, None)
    await ours.declare(untold, "is", "lucy", ADMIN, None)
    assert await fact_of(store, told) == "She sings."
    assert await fact_of(store, untold) == "She dives."  # this chat has heard the other one


async def test_of_whom_there_are_no_facts_nothing_is_told(store: Store, tmp_path: Path) -> None:
    ours, _ = decisions(store, tmp_path)
    face = await guess(store)
    await ours.declare(face, "is", "sally", ADMIN, None)
    assert await fact_of(store, face) is None


async def test_proposals_are_accepted_together_and_taught_once(store: Store, tmp_path: Path) -> None:
    ours, teaching = decisions(store, tmp_path)
    faces = [await guess(store, number) for number in (1, 2, 3, 4)]
    numbers = [await store.statements.propose(face.id, "is", "linus", GUEST) for face in faces]
    proposals = await store.statements.proposed()
    await store.statements.reject(numbers[1], ADMIN)
    await store.guesses._database.write("DELETE FROM guesses WHERE id = ?", (faces[2].id,))  # forgotten a moment ago
    outcome = await ours.accept(proposals, ADMIN, None)
    assert [face.id for face in outcome.now] == [faces[0].id, faces[3].id]
    assert [face.id for face in outcome.before] == [faces[1].id]
    assert teaching.taught == [2]
    assert [await fact_of(store, face) for face in (faces[0], faces[1], faces[3])] == [
        "He has a blanket.",
        "She sings.",
        "He plays.",
    ]
    accepted = await store.statements.accepted()
    assert {(one.statement.by, one.statement.accepted_by) for one in accepted} == {(GUEST, ADMIN)}


async def test_where_all_was_decided_before_nothing_is_taught(store: Store, tmp_path: Path) -> None:
    ours, teaching = decisions(store, tmp_path)
    number = await store.statements.propose((await guess(store)).id, "is", "linus", GUEST)
    proposals = await store.statements.proposed()
    await store.statements.reject(number, ADMIN)
    outcome = await ours.accept(proposals, ADMIN, None)
    assert (outcome.now, len(outcome.before), teaching.taught) == ([], 1, [])


async def test_a_word_on_an_answer_that_was_forgotten_meanwhile_is_no_trouble(store: Store, tmp_path: Path) -> None:
    ours, _ = decisions(store, tmp_path)
    face = await guess(store)
    await ours.tell_fact(face, "linus")
    assert await fact_of(store, face) == "He has a blanket."
    await store.guesses.forget_sender(GUEST)
    await ours.tell_fact(face, "linus")
    assert await store.guesses.get(face.id) is None


async def test_what_was_accepted_by_the_same_message_before_a_restart_is_accepted_now(
    store: Store, tmp_path: Path
) -> None:
    """Its effect may have been what was missing."""
    ours, teaching = decisions(store, tmp_path)
    face = await guess(store)
    await store.statements.propose(face.id, "is", "linus", GUEST)
    proposals = await store.statements.proposed()
    await store.journal.record({3: "{}"})
    for _ in range(2):
        outcome = await ours.accept(proposals, ADMIN, 3)
        assert [one.id for one in outcome.now] == [face.id]
    assert teaching.taught == [1, 1]


async def test_whatever_changes_is_shown_whoever_says_it(store: Store, tmp_path: Path) -> None:
    shown: list[int] = []

    async def show(guesses: Sequence[Guess]) -> None:
        shown.extend(guess.id for guess in guesses)

    async def tell(name: str, way: object) -> None:
        pass

    ours, _ = decisions(store, tmp_path, show)
    cousins: Any = None
    corrections = Corrections(store.statements, ours, cousins, tell, show)
    face, other = await guess(store), await guess(store, 2)

    async def proposed(face: Guess) -> StoredStatement:
        await corrections.propose(face, "is", "linus", GUEST, "Gus")
        return next(one for one in await store.statements.proposed() if one.guess_id == face.id)

    await ours.declare(face, "is", "linus", ADMIN, None)
    first = await proposed(face)
    await ours.accept([first], ADMIN, None)
    await ours.accept([first], ADMIN, None)  # decided before: it may be that which is not shown yet
    assert await ours.reopen(first, ADMIN)
    assert await ours.overrule(first, "stranger", None, ADMIN)
    assert shown == 6 * [face.id]
    second = await proposed(other)
    assert await ours.dismiss(second, ADMIN)
    assert shown == [*(6 * [face.id]), other.id, other.id]
    # Where somebody was first, or nothing is there any more, nothing changes.
    assert not await ours.dismiss(second, ADMIN)
    assert not await ours.overrule(second, "stranger", None, ADMIN)
    assert not await ours.reopen(first, ADMIN + 1)
    assert len(shown) == 8
