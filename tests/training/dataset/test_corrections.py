"""Corrections out of a real SQLite file into training, and the note of who learned from them."""

from pathlib import Path

import pytest

from data.files.home import Home
from data.store.drafts import NewPhoto
from data.store.store import Store
from foundation.box import Box
from foundation.statement import Statement
from models.card import Card
from models.registry import Registry
from tests.faces import recognized
from training.dataset.corrections import corrected_faces
from training.evaluation.champion import Decision
from training.record import record
from training.run import Outcome

ADMIN, GUEST = 1, 7
PLACES = [Box(0.1, 0.1, 0.3, 0.5), Box(0.4, 0.1, 0.6, 0.5), Box(0.7, 0.1, 0.9, 0.5)]


@pytest.fixture
async def home(tmp_path: Path) -> Home:
    """A photo of three people, answered; the guesses have the numbers 1 to 3."""
    home = Home(tmp_path / "family").create()
    faces = tuple(recognized(box=place) for place in PLACES)
    async with Store.open(home.database) as store:
        answer = await store.guesses.draft(5, 1, GUEST, [NewPhoto("aa", faces)])
        await store.guesses.sent(answer.id, 2, has_picture=True)
    (home.inbox / "aa.jpg").write_bytes(b"the photo")
    return home


@pytest.fixture
def card(trained_home: Path) -> Card:
    return Registry(trained_home / "models").card("v001")


async def start_run(home: Home) -> int:
    async with Store.open(home.database) as store:
        return await store.runs.start(1, "by hand")


async def test_before_the_bot_ever_ran(tmp_path: Path) -> None:
    home = Home(tmp_path / "new").create()
    assert await corrected_faces(home) == []
    assert not home.database.exists()


async def test_the_face_of_the_guess_is_labelled_with_whose_word_it_was(home: Home) -> None:
    async with Store.open(home.database) as store:
        number = await store.statements.propose(1, "is", "linus", GUEST)
        await store.statements.accept(number, ADMIN)
        other = await store.statements.declare(2, "stranger", None, ADMIN)
        await store.statements.propose(3, "is", "snoopy", GUEST)
    named, denied = await corrected_faces(home)
    assert (named.path, named.cousin, named.is_cousin) == (home.inbox / "aa.jpg", "linus", True)
    assert named.box == PLACES[0]
    assert named.statement == Statement("is", "linus", "aa", PLACES[0], GUEST, ADMIN, number)
    assert (denied.cousin, denied.is_cousin, denied.box) == ("", False, PLACES[1])
    assert denied.statement == Statement("stranger", None, "aa", PLACES[1], ADMIN, ADMIN, other)


async def test_what_one_person_sends_on_one_day_is_of_one_occasion(home: Home) -> None:
    async with Store.open(home.database) as store:
        for guess in (1, 2):
            await store.statements.declare(guess, "is", "linus", ADMIN)
    first, second = await corrected_faces(home)
    assert first.occasion == second.occasion
    assert first.occasion is not None
    assert first.occasion.startswith(f"{GUEST} 20")


async def test_what_was_rejected_is_not_learned(home: Home) -> None:
    async with Store.open(home.database) as store:
        await store.statements.reject(await store.statements.propose(1, "is", "linus", GUEST), ADMIN)
        taken_back = await store.statements.declare(2, "is", "linus", ADMIN)
        await store.statements.reject(taken_back, ADMIN)
    assert await corrected_faces(home) == []


async def test_the_later_of_two_that_disagree_is_learned(home: Home) -> None:
    async with Store.open(home.database) as store:
        await store.statements.declare(1, "is", "linus", ADMIN)
        await store.statements.declare(1, "is", "sally", 2)
    assert [face.cousin for face in await corrected_faces(home)] == ["sally"]


async def test_a_photo_that_its_sender_had_forgotten_is_not_learned(home: Home) -> None:
    async with Store.open(home.database) as store:
        await store.statements.declare(1, "is", "linus", ADMIN)
    (home.inbox / "aa.jpg").unlink()
    assert await corrected_faces(home) == []


async def test_a_promoted_version_is_noted_in_its_corrections_and_in_the_run(home: Home, card: Card) -> None:
    async with Store.open(home.database) as store:
        number = await store.statements.declare(1, "is", "linus", ADMIN)
        other = await store.statements.declare(2, "is", "sally", ADMIN)
    taught = card.model_copy(update={"version": "v002", "corrections": [number]})
    run = await start_run(home)
    await record(home, run, Outcome(taught, Path("v002"), Decision(True, "no worse")))
    later = card.model_copy(update={"version": "v003", "corrections": [number, other]})
    await record(home, await start_run(home), Outcome(later, Path("v003"), Decision(True, "no worse")))
    async with Store.open(home.database) as store:
        used = {correction.id: correction.first_used_by for correction in await store.statements.all()}
        latest = await store.runs.latest()
    assert used == {number: "v002", other: "v003"}  # the first that learned from it stays noted
    assert latest is not None
    assert (latest.outcome, latest.version, latest.message) == ("promoted", "v003", "no worse")


async def test_a_version_that_was_not_promoted_has_used_nothing(home: Home, card: Card) -> None:
    async with Store.open(home.database) as store:
        number = await store.statements.declare(1, "is", "linus", ADMIN)
    taught = card.model_copy(update={"version": "v002", "corrections": [number]})
    await record(home, await start_run(home), Outcome(taught, Path("v002"), Decision(False, "worse")))
    async with Store.open(home.database) as store:
        (correction,) = await store.statements.all()
        latest = await store.runs.latest()
    assert correction.first_used_by is None
    assert latest is not None
    assert (latest.outcome, latest.message) == ("kept", "worse")
