"""A kept face is named, asked about, one of two or nobody's: what is kept, counted, renamed and forgotten of each."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import aiosqlite
import pytest

from data.changes.rows import rename_rows, restore_rows
from data.database.migrations import MIGRATIONS, answers_in_four_kinds, migrate
from data.store.drafts import NewPhoto
from data.store.guesses import Guess
from data.store.statistics import CousinStats
from data.store.store import Store
from foundation.face import Answer, RecognizedFace
from tests.faces import recognized

ADMIN, GUEST, CHAT = 1, 7, 5
FACTS = {"lucy": ["She sings."], "linus": ["He has a blanket."]}


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(tmp_path / "cousinbot.db") as store:
        yield store


def face(answer: Answer, cousin: str = "lucy", other: str = "linus") -> RecognizedFace:
    if answer == "nobody":
        return recognized(None)
    return recognized(cousin, 0.5, answer=answer, runners_up=[(other, 0.4)] if answer == "either" else ())


async def kept(store: Store, *faces: RecognizedFace, sha256: str = "aa") -> tuple[Guess, ...]:
    message = await store.guesses._database.count("SELECT count(*) FROM answers") + 1
    answer = await store.guesses.draft(CHAT, message, GUEST, [NewPhoto(sha256, faces)], facts=FACTS)
    await store.guesses.sent(answer.id, message, has_picture=False)
    return answer.guesses


async def now(store: Store, guess: Guess) -> RecognizedFace:
    found = await store.guesses.get(guess.id)
    assert found is not None
    return found.face


@pytest.mark.parametrize("answer", ["named", "maybe", "either", "nobody"])
async def test_a_face_comes_back_as_it_was_answered(store: Store, answer: Answer) -> None:
    [guess] = await kept(store, face(answer))
    assert guess.face == face(answer)
    assert guess.fact == ("She sings." if answer == "named" else None)
    assert guess.face.named == ("lucy" if answer == "named" else None)


async def test_only_who_is_named_has_a_fact_told(store: Store) -> None:
    guesses = await kept(store, face("maybe"), face("named"), face("either", "linus", "sally"))
    assert [guess.fact for guess in guesses] == [None, "She sings.", None]
    assert await store.told.next(CHAT, "linus", ["one", "two"]) == "one", "nothing was told of him"


async def test_earlier_guesses_are_names_or_nobody(tmp_path: Path) -> None:
    path = tmp_path / "earlier.db"
    async with aiosqlite.connect(path, isolation_level=None) as db:
        await migrate(db, MIGRATIONS[: MIGRATIONS.index(answers_in_four_kinds)])
        await db.execute("INSERT INTO answers (id, chat_id, asked_message_id, notes, at) VALUES (1, 5, 1, '[]', '')")
        await db.execute("INSERT INTO photos (id, answer_id, sha256, sender, at) VALUES (1, 1, 'aa', 7, '')")
        for number, cousin in ((1, "lucy"), (2, None)):
            await db.execute(
                "INSERT INTO guesses (photo_id, number, box_left, box_top, box_right, box_bottom, found, cousin,"
                " confidence, candidates, embedding, space, version)"
                " VALUES (1, ?, 0, 0, 1, 1, 1, ?, 0.9, '[]', x'', 'face', 'v001')",
                (number, cousin),
            )
    async with Store.open(path) as store:
        answer = await store.guesses.answer(1)
    assert answer is not None
    assert [(guess.face.answer, guess.face.named) for guess in answer.guesses] == [("named", "lucy"), ("nobody", None)]


async def test_a_question_is_counted_as_one_whatever_was_answered(store: Store) -> None:
    maybe, either, neither, other = await kept(store, face("maybe"), face("either"), face("either"), face("maybe"))
    await store.statements.declare(maybe.id, "is", "lucy", ADMIN)
    await store.statements.declare(either.id, "is", "linus", ADMIN)
    await store.statements.declare(neither.id, "stranger", None, ADMIN)
    await store.statements.declare(other.id, "is", "sally", ADMIN)
    stats = await store.stats.since(datetime.fromtimestamp(0, UTC))
    assert (stats.faces, stats.named, stats.asked_about, stats.right, stats.wrong) == (4, 0, 4, 0, 0)
    assert set(stats.cousins) == {
        CousinStats("lucy", 0, 0, 0, missed=0, asked_about=4),
        CousinStats("linus", 0, 0, 0, missed=0, asked_about=2),
        CousinStats("sally", 0, 0, 0, missed=1, asked_about=0),
    }


async def test_two_who_became_one_are_asked_about_as_one_until_that_is_taken_back(store: Store) -> None:
    [guess] = await kept(store, face("either"))
    async with store.guesses._database.transaction() as db:
        whose = await rename_rows(db, "linus", "lucy")
    merged = await now(store, guess)
    assert (merged.answer, merged.asked_about, merged.runners_up) == ("maybe", ("lucy",), ())
    async with store.guesses._database.transaction() as db:
        await restore_rows(db, "linus", "lucy", whose, [])
    assert (await now(store, guess)).asked_about == ("lucy", "linus")


async def test_of_two_the_photo_may_be_eithers_and_goes_with_either(store: Store) -> None:
    await kept(store, face("either"), sha256="may be his")
    [confirmed] = await kept(store, face("either"), sha256="is hers")
    await kept(store, face("maybe", "linus"), sha256="may be his, too")
    await store.statements.declare(confirmed.id, "is", "lucy", ADMIN)
    assert await store.forgetting.cousin("linus", ["Linus"]) == ["may be his", "may be his, too"]
    left = await now(store, confirmed)
    assert (left.answer, left.asked_about) == ("maybe", ("lucy",))
    assert "linus" not in str(left)


async def test_whose_photo_it_turned_out_not_to_be_is_nobodys_question_after_they_are_forgotten(store: Store) -> None:
    [guess] = await kept(store, face("either"))
    await store.statements.declare(guess.id, "is", "sally", ADMIN)
    await store.forgetting.cousin("lucy", ["Lucy"])
    left = await now(store, guess)
    assert (left.cousin, left.answer) == (None, "nobody")
    assert (await store.stats.since(datetime.fromtimestamp(0, UTC))).asked_about == 0
