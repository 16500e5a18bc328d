"""Answers on their way out: taken up again, replaced, or not kept because their sender had them forgotten."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from data.store.drafts import NewPhoto
from data.store.guesses import Forgotten
from data.store.store import Store
from tests.faces import recognized

CHAT, MESSAGE, GUEST = 5, 1, 7


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(tmp_path / "cousinbot.db") as store:
        yield store


def photo(sha256: str = "aa", faces: int = 1) -> NewPhoto:
    return NewPhoto(sha256, tuple(recognized("lucy") for _ in range(faces)))


@pytest.mark.parametrize("how", ["finish", "set_aside", "forget"])
async def test_what_was_forgotten_or_is_over_is_not_kept(store: Store, how: str) -> None:
    """/forgetme does not wait for photos that wait: what they leave afterwards nobody would find."""
    await store.journal.record({3: '{"message": {"from": {"id": 7}, "photo": []}}'})
    match how:
        case "finish":
            await store.journal.finish([3])
        case "set_aside":
            await store.journal.set_aside([3])
        case _:
            await store.journal.forget(GUEST)
    with pytest.raises(Forgotten):
        await store.guesses.draft(CHAT, MESSAGE, GUEST, [photo()], update=3)
    assert await store.guesses.kept() == set()
    assert await store.told.next(CHAT, "lucy", ["one", "two"]) == "one"


async def test_one_that_is_still_to_be_handled_is_kept(store: Store) -> None:
    await store.journal.record({3: "{}"})
    answer = await store.guesses.draft(
        CHAT,
        MESSAGE,
        GUEST,
        [photo()],
        ["a note"],
        facts={"lucy": ["She sings."]},
        update=3,
    )
    assert [guess.fact for guess in answer.guesses] == ["She sings."]
    assert answer.notes == ("a note",)
    assert await store.guesses.answer(answer.id) == answer


async def test_the_same_photos_take_up_what_was_left_unsent(store: Store) -> None:
    """It may have gone out without our knowing: its buttons are to work."""
    first = await store.guesses.draft(CHAT, MESSAGE, GUEST, [photo(faces=2)], facts={"lucy": ["one", "two"]})
    again = await store.guesses.draft(CHAT, MESSAGE, GUEST, [photo(faces=2)], facts={"lucy": ["one", "two"]})
    assert again == first


@pytest.mark.parametrize(
    "photos", [[photo("bb", 2)], [photo(faces=1)], [photo(faces=1), photo("bb")], [photo(faces=0)]]
)
async def test_other_photos_or_other_faces_replace_what_was_left_unsent(store: Store, photos: list[NewPhoto]) -> None:
    first = await store.guesses.draft(CHAT, MESSAGE, GUEST, [photo(faces=2)])
    elsewhere = await store.guesses.draft(CHAT, MESSAGE + 1, GUEST, [photo("cc")])
    again = await store.guesses.draft(CHAT, MESSAGE, GUEST, photos)
    assert again.id != first.id
    assert await store.guesses.answer(first.id) is None
    assert await store.guesses.answer(elsewhere.id) == elsewhere
    assert await store.guesses.kept() == {"cc", *(one.sha256 for one in photos)}


async def test_a_message_that_was_answered_gets_no_second_answer(store: Store) -> None:
    first = await store.guesses.draft(CHAT, MESSAGE, GUEST, [photo()])
    await store.guesses.sent(first.id, 70, has_picture=True)
    with pytest.raises(sqlite3.IntegrityError):
        await store.guesses.draft(CHAT, MESSAGE, GUEST, [photo()])
    assert await store.guesses.answer_at(CHAT, 70) is not None
