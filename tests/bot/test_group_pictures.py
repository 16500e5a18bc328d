"""A group in one picture: known faces first, those nobody knows summed up, one button for all and a grid of numbers."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from actions.answers.several import known_first, runs
from actions.cousins import Names
from actions.photo_intake import RecognizedPhoto
from bot.answers.buttons import rows
from bot.transport.photo_or_text import CAPTION_LIMIT, TEXT_LIMIT, visible
from data.facts.factbook import FactBook
from data.settings import Settings
from data.store.guesses import Answer as KeptAnswer
from demo.telegram.person import Message, Person
from demo.telegram.server import LocalTelegram
from foundation.discretion import Discretion
from foundation.face import Answer  # noqa: TC001  which pytest looks up
from inference.decoding.photo import Photo
from tests.bot.conftest import invited
from tests.bot.test_answers import Line, answer, line
from tests.bot.test_answers import Names as CalledAsTheirKeys
from tests.bot.test_corrections import buttons, press, said, shown
from tests.bot.test_questions import Doubts
from tests.bot.trained import jpeg_of, portrait
from tests.doubting import doubts
from tests.faces import recognized
from tests.faces import said as stated
from web.api.answers import web_answer
from web.caller import Caller
from web.pages.answer import asked_of

__all__ = ["doubts"]


@pytest.fixture
async def admin(admin: Person, doubts: Doubts, trained_bot: None) -> Person:
    return admin


@pytest.fixture
async def guest(telegram: LocalTelegram, doubts: Doubts, trained_bot: None) -> Person:
    return await invited(telegram, "Gus")


def group(*cousins: str) -> bytes:
    """Two beside each other."""
    picture = Image.new("RGB", (640, 160 * len(cousins)), "white")
    for place, cousin in enumerate(cousins):
        picture.paste(Image.open(io.BytesIO(portrait(cousin, 100))), (320 * (place % 2), 320 * (place // 2)))
    return jpeg_of(picture)


FOUR = ("amelia", "clara", "ben", "diego")


def test_known_faces_have_the_low_numbers_where_there_are_many() -> None:
    kinds: tuple[Answer, ...] = ("nobody", "maybe", "named", "nobody", "either", "named")
    faces = [
        recognized(None if answer == "nobody" else "lucy", answer=answer, confidence=place / 10)
        for place, answer in enumerate(kinds)
    ]
    in_order = [round(10 * face.confidence) for face in known_first(faces, lambda face: face)]
    assert in_order == [2, 5, 1, 4, 0, 3]
    assert list(known_first(faces[:3], lambda face: face)) == faces[:3]


def test_who_may_not_be_asked_about_does_not_stand_out_among_those_nobody_knows() -> None:
    hidden = recognized("lucy", answer="maybe", confidence=0.4)
    faces = [recognized(None, confidence=0.1), hidden, recognized(None, confidence=0.2), recognized("linus")]
    order = known_first(faces, lambda face: face.among(lambda cousin: cousin != "lucy"))
    assert order == (faces[3], faces[0], hidden, faces[2])


@pytest.mark.parametrize(
    ("numbers", "written"),
    [
        ([], []),
        ([7], ["7"]),
        ([7, 9, 12], ["7", "9", "12"]),
        ([7, 8], ["7", "8"]),
        ([1, 3, 4, 5, 9], ["1", "3–5", "9"]),
    ],
)
def test_numbers_as_people_write_them(numbers: list[int], written: list[str]) -> None:
    assert runs(numbers) == written


def test_those_nobody_knows_are_summed_up_behind_the_others() -> None:
    text = answer(
        [
            line(1, "Lucy", fact="She sings."),
            line(2, name=None, flaw="too_small"),
            line(3, name=None, statement=stated("stranger")),
            line(4, name=None),
            line(5, name=None, statement=stated("is", "Linus")),
            line(6, name=None),
            line(7, name=None),
            line(8, name=None, flaw="too_small"),
        ]
    )
    assert text.splitlines() == [
        "1. Almost certainly <b>Lucy</b> (97%)",
        "    She sings.",
        "5. This is <b>Linus</b>. ✎ Corrected.",
        "3. This is nobody from the family. ✓ Noted.",
        "4, 6 and 7: nobody I know",
        "2 and 8: these faces are too small to tell",
    ]


def forty(named: int) -> list[Line]:
    return [
        line(
            number,
            f"Bartholomew Nº {number}" if number <= named else None,
            fact="He keeps bees, and sings. " * 10 if number <= named else None,
            avoid=("his old car",),
        )
        for number in range(1, 41)
    ]


@pytest.mark.parametrize("named", [0, 5, 40])
@pytest.mark.parametrize("limit", [CAPTION_LIMIT, TEXT_LIMIT])
def test_forty_faces_fit_and_begin_with_names(named: int, limit: int) -> None:
    text = answer(forty(named), limit=limit)
    assert visible(text, "HTML") <= limit
    if named == 5:
        assert text.endswith("\n6–40: nobody I know")
        assert all(f"<b>Bartholomew Nº {number}</b>" in text for number in range(1, 6))
    if named == 40 and limit == TEXT_LIMIT:
        assert "Nº 40" in text


def test_of_a_stadium_it_is_said_how_many_were_left_out() -> None:
    """In the chat, in JSON and on the page; also where there is no room for all faces."""
    faces = tuple(replace(recognized("Lucy"), left_out=43) for _ in range(100))
    pixels = np.zeros((8, 8, 3), np.uint8)
    note = RecognizedPhoto(Photo(pixels, "aa"), None, faces, Discretion()).note
    said = "I see 143 faces in this picture, and looked only at the largest ones (100)."
    assert note is not None
    assert note.startswith(said)
    assert RecognizedPhoto(Photo(pixels, "aa"), None, (recognized("Lucy"),), Discretion()).note is None
    lines = [line(number) for number in range(1, 101)]
    for limit in (CAPTION_LIMIT, TEXT_LIMIT):
        text = answer(lines, [note], limit)
        assert said in text.splitlines()[-1]
        assert visible(text, "HTML") <= limit
    caller, names = Caller(1, "Gus", is_admin=False, by_cookie=False), Names(FactBook(), frozenset({"Lucy"}))
    told = web_answer("1", faces, {}, names, caller, (8, 8))
    assert told.model_dump()["faces_left_out"] == 43
    assert "faces_left_out" not in web_answer("1", (recognized(None),), {}, names, caller, (8, 8)).model_dump()
    assert said in (asked_of("", told, names, caller).note or "")


def test_forty_faces_have_a_button_each_and_one_for_all() -> None:
    lines = [*forty(38)[:39], line(40, "Lucy", answer="maybe")]
    kept = KeptAnswer(1, 5, 1, None, True, (), tuple(one.guess for one in lines))
    names: object = CalledAsTheirKeys(lines)
    grid = rows(kept, {2}, names)  # type: ignore[arg-type]
    texts = [text for row in grid for text, _ in row]
    assert texts[:3] == ["✓ All right", "1", "2 ✓"]
    assert texts[-2:] == ["39", "40?"]
    assert len(texts) == 41
    assert max(map(len, grid)) == 8
    assert {button.action for row in grid[1:] for _, button in row} == {"face"}


def lines_of(message: Message) -> list[str]:
    return [one for one in message.text.splitlines() if one[0].isdigit()]


async def test_a_number_opens_what_can_be_said_of_the_face(admin: Person, doubts: Doubts, trained: Settings) -> None:
    doubts.update({"diego": ("maybe", None), "ben": ("nobody", None)})
    sent = await shown(admin, group(*FOUR))
    first, second, third, fourth = lines_of(sent)
    assert "Amelia" in first
    assert "Clara" in second
    assert third == "3. Maybe Diego?"
    assert fourth == "4: nobody I know"
    assert buttons(sent) == ["✓ All right", "1", "2", "3?", "4"]
    await admin.press(sent, "3?")
    assert (await admin.answer_to_press()).text == "Who is face 3?"
    menu = await admin.next()
    assert buttons(menu)[0] == "Yes, Diego"
    assert buttons(menu).count("Diego") == 0
    assert buttons(menu)[-1] == "« Back"
    back = await press(admin, menu, "« Back")
    assert buttons(back) == buttons(sent)
    answered = await press(admin, await press(admin, back, "3?"), "Yes, Diego")
    assert "3. This is Diego. ✓ Confirmed." in answered.text
    assert buttons(answered) == ["✓ All right", "1", "2", "3 ✓", "4"]
    corrected = await press(admin, await press(admin, answered, "2"), "Otto")
    assert "2. This is Otto. ✎ Corrected." in corrected.text
    right = await press(admin, await press(admin, corrected, "1"), "✓ Right")
    assert "1. This is Amelia. ✓ Confirmed." in right.text
    assert buttons(right) == ["1 ✓", "2 ✓", "3 ✓", "4"]
    assert [one[:2] for one in said(trained)] == [("is", "diego"), ("is", "otto"), ("is", "amelia")]


async def test_all_right_confirms_who_is_named_and_nobody_else(
    admin: Person, doubts: Doubts, trained: Settings
) -> None:
    doubts.update({"diego": ("maybe", None), "ben": ("nobody", None)})
    sent = await shown(admin, group(*FOUR))
    answered = await press(admin, sent, "✓ All right")
    assert buttons(answered) == ["1 ✓", "2 ✓", "3?", "4"]
    assert [one[:3] for one in said(trained)] == [("is", "amelia", "accepted"), ("is", "clara", "accepted")]
    again = await shown(admin, group(*FOUR))
    assert "Maybe Diego?" in again.text


async def test_a_guests_all_right_is_praise(guest: Person, admin: Person, trained: Settings) -> None:
    sent = await shown(guest, group(*FOUR))
    await guest.press(sent, "✓ All right")
    assert (await guest.answer_to_press()).text == "Thank you!"
    menu = await press(guest, sent, "1")
    assert "I don't know" not in buttons(menu)
    assert any(text.startswith("Not ") for text in buttons(menu))
    assert buttons(await press(guest, menu, "✓ Right")) == buttons(sent)
    assert said(trained) == []
    await admin.say("/stats")
    assert "named: 4. Right: 4, wrong: 0." in (await admin.next()).text
