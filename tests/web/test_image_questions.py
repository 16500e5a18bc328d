"""`POST /image` where the bot is not sure: the best key is a guess, the answer says so, and a word on it is kept."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from demo.family import draw_group
from foundation.face import Answer
from tests.bot.trained import jpeg_of, portrait
from tests.doubting import doubts
from tests.web.answering import ADMIN, CALLERS, GUEST, Api, api_of
from tests.web.test_image import FACTS, post, two_faces
from tests.web.test_image_corrections import asked, say

__all__ = ["doubts"]

Doubts = dict[str, tuple[Answer, str | None]]
BEN, DIEGO = portrait("ben", 300), portrait("diego", 300)


@pytest.fixture
def home(trained_home: Path, tmp_path: Path) -> Path:
    (tmp_path / "facts.yaml").write_text(FACTS)
    return Path(shutil.copytree(trained_home, tmp_path / "family"))


@pytest.fixture
async def api(home: Path, doubts: Doubts) -> AsyncIterator[Api]:
    async with api_of(home, home.parent / "facts.yaml") as api:
        yield api


@pytest.mark.parametrize(("answer", "other"), [("maybe", None), ("either", "amelia")])
async def test_a_guess_that_is_asked_about(api: Api, doubts: Doubts, answer: Answer, other: str | None) -> None:
    doubts["ben"] = answer, other
    async with api.calling() as client:
        told = (await post(client, BEN)).json()
    [face] = told["faces"]
    for one in (told, face):
        assert (one["answer"], one["name"], one["confidence"]) == (answer, "Ben", 0.45)
    assert (told["guess"], face["cousin"]) == ("ben", "ben")
    assert told["hint"] == "If it is Ben: He bakes."


async def test_of_several_faces_the_named_one_is_the_guess(api: Api, doubts: Doubts) -> None:
    doubts["ben"] = "maybe", None
    async with api.calling() as client:
        told = (await post(client, two_faces())).json()
    assert [face["answer"] for face in told["faces"]] == ["maybe", "named"]
    assert (told["guess"], told["answer"]) == ("amelia", "named")


async def test_a_guests_yes_is_a_proposal_and_not_praise(api: Api, doubts: Doubts) -> None:
    doubts["ben"] = "either", "amelia"
    async with api.calling("guest") as guest:
        number = await asked(guest, BEN)
        assert (await say(guest, number, cousin="ben")).json()["outcome"] == "proposed"
        assert (await say(guest, number, stranger=True)).json()["outcome"] == "proposed"
        assert (await say(guest, number, cousin="amelia")).json()["outcome"] == "proposed"
    [waiting] = await api.store.statements.proposed()
    assert (waiting.statement.cousin, waiting.statement.by) == ("amelia", GUEST)
    guess = await api.store.guesses.get(waiting.guess_id)
    assert guess is not None
    assert guess.face.asked_about == ("ben", "amelia")
    assert guess.fact in ("She keeps bees.", "She sings.", "She climbs.")


async def test_an_admins_yes_counts(api: Api, doubts: Doubts) -> None:
    doubts["ben"] = "maybe", None
    async with api.calling("admin") as admin:
        said = await say(admin, await asked(admin, BEN), cousin="ben")
        assert (said.json()["outcome"], set(said.json())) == ("accepted", {"id", "face", "outcome", "message"})
    [statement] = await api.store.statements.accepted()
    assert (statement.statement.cousin, statement.statement.by) == ("ben", ADMIN)


@pytest.mark.parametrize(
    ("photo", "named", "doubt", "guess", "answer"),
    [
        (DIEGO, "diego", ("maybe", None), None, "nobody"),
        (DIEGO, "diego", ("either", "ben"), "ben", "maybe"),
        (BEN, "ben", ("either", "diego"), "ben", "maybe"),
    ],
)
async def test_who_does_not_want_to_be_named_is_no_guess(
    api: Api,
    doubts: Doubts,
    photo: bytes,
    named: str,
    doubt: tuple[Answer, str | None],
    guess: str | None,
    answer: Answer,
) -> None:
    doubts[named] = doubt
    async with api.calling("guest") as client, api.calling("admin") as admin:
        told, to_admin = (await post(client, photo)).json(), (await post(admin, photo)).json()
    assert (told["guess"], told["answer"]) == (guess, answer)
    assert (to_admin["guess"], to_admin["answer"]) == (guess, answer)
    assert "diego" not in str(told).casefold()
    assert "not to be named" not in str(told)
    assert "hides" not in str(told)


async def test_all_who_are_named_are_right(api: Api, doubts: Doubts) -> None:
    doubts["ben"] = "maybe", None
    photo = two_faces()
    admin, guest = CALLERS["admin"], CALLERS["guest"]
    answer = await api.recognition.answer(photo, guest)
    assert await api.recognition.confirm(answer.id, guest) == "Thank you!"
    assert await api.store.guesses.kept() == set()
    answer = await api.recognition.answer(photo, admin)
    for _ in range(2):
        await api.recognition.confirm(answer.id, admin)
    assert [one.statement.cousin for one in await api.store.statements.all()] == ["amelia"]


async def test_in_a_group_known_faces_come_first(api: Api, doubts: Doubts) -> None:
    doubts.update({"amelia": ("nobody", None), "clara": ("maybe", None)})
    async with api.calling() as client:
        faces = (await post(client, jpeg_of(draw_group(("amelia", "ben", "clara", "diego"), 3)))).json()["faces"]
    order = [face["answer"] for face in faces]
    assert len(order) == 4
    assert [face["number"] for face in faces] == [1, 2, 3, 4]
    assert faces[0]["cousin"] == "ben"
    assert order[-1] == "nobody"
