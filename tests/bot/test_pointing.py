"""/faces: photos of several that training left out, settled with a tap on a number."""

import hashlib
import json

import pytest

from data.files.home import Home
from data.labels.pointed_faces import PointedFace
from data.settings import Settings
from data.store.store import Store
from demo.family import draw_group
from demo.telegram.person import Message, Person
from demo.telegram.server import LocalTelegram
from inference.decoding.photo import decode
from inference.faces.detectors import Hog
from inference.faces.finding import find_faces
from tests.bot.conftest import ADMIN, invited, serving
from tests.bot.test_corrections import buttons, press
from tests.bot.trained import jpeg_of


@pytest.fixture
def photos(trained: Settings) -> list[str]:
    """Amelia and Ben, each with somebody else, left out by the version that answers: sha256."""
    known, skipped = [], []
    home = Home(trained.home)
    for cousin, group, seed in (("amelia", ("amelia", "june"), 5), ("ben", ("otto", "ben", "june"), 6)):
        jpeg = jpeg_of(draw_group(group, seed=seed))
        (home.photos / cousin / "group.jpg").write_bytes(jpeg)
        known.append(hashlib.sha256(jpeg).hexdigest())
        boxes = [face.box.sides for face in find_faces(Hog(), decode(jpeg).pixels)]
        unclear = {"sha256": known[-1], "cousin": cousin, "boxes": boxes}
        skipped.append({"photo": f"{cousin}/group.jpg", "reason": "it is not clear", "unclear": unclear})
    card = home.models / "v001" / "card.json"
    card.write_text(json.dumps(json.loads(card.read_text()) | {"skipped": skipped}))
    return known


async def said(settings: Settings) -> list[PointedFace]:
    async with Store.open(Home(settings.home).database) as store:
        return await store.pointed_faces.all()


async def faces(admin: Person) -> Message:
    await admin.say("/faces")
    return await admin.next()


async def tap(admin: Person, message: Message, button: str) -> tuple[Message, Message]:
    """The message as it is then, and the next one."""
    return await press(admin, message, button), await admin.next()


async def test_a_number_settles_a_photo_and_the_next_one_comes(
    admin: Person, trained: Settings, photos: list[str]
) -> None:
    async with serving(trained):
        first = await faces(admin)
        assert first.text.startswith("Which of these faces is Amelia?")
        assert first.text.endswith("2 photos are waiting.")
        assert buttons(first) == ["1", "2", "None of them", "Later ›"]
        assert first.photo is not None
        settled, second = await tap(admin, first, "1")
        assert (settled.id, settled.text, buttons(settled)) == (first.id, "✓ Face 1 is Amelia.", ["↩ Undo"])
        assert second.text.startswith("Which of these faces is Ben?")
        assert buttons(second) == ["1", "2", "3", "None of them"]
        [one] = await said(trained)
        assert (one.sha256, one.cousin, one.said_by) == (photos[0], "amelia", ADMIN)
        assert one.box is not None
        assert one.box.right < 0.5
        none, done = await tap(admin, second, "None of them")
        assert none.text == "✗ None of these faces is Ben."
        assert "/retrain" in done.text
        assert [one.box is None for one in await said(trained)] == [False, True]
        # A slip of the finger is put right.
        again = await press(admin, none, "↩ Undo")
        assert (again.id, buttons(again)) == (second.id, ["1", "2", "3", "None of them"])
        right, done = await tap(admin, again, "2")
        assert right.text == "✓ Face 2 is Ben."
        assert "/retrain" in done.text
        assert [(one.cousin, one.box is None) for one in await said(trained)] == [("amelia", False), ("ben", False)]
        assert "no photo" in (await faces(admin)).text


async def test_later_and_a_photo_that_was_deleted(admin: Person, trained: Settings, photos: list[str]) -> None:
    async with serving(trained):
        first = await faces(admin)
        left, second = await tap(admin, first, "Later ›")
        assert (left.id, buttons(left)) == (first.id, [])
        assert second.text.startswith("Which of these faces is Ben?")
        for one in (
            Home(trained.home).photos / "amelia" / "group.jpg",
            Home(trained.home).photos / "ben" / "group.jpg",
        ):
            one.unlink()
        assert "no photo" in (await faces(admin)).text
        await admin.press(second, "2")
        assert (await admin.answer_to_press()).text == "This photo was deleted, or somebody changed their mind."
    assert await said(trained) == []


async def test_it_is_for_admins_in_private(telegram: LocalTelegram, trained: Settings, photos: list[str]) -> None:
    async with serving(trained):
        guest = await invited(telegram, "Gus")
        await guest.say("/faces")
        assert "Which of these" not in (await guest.next()).text
