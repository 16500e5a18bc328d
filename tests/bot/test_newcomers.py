"""Someone new: a name is typed, and the cousin exists."""

import pytest

from bot.corrections.wording import name_of_face, name_of_person
from data.facts.facts_file import FactsFile
from data.files.library import PhotoLibrary
from data.settings import Settings
from demo.family import draw_group
from demo.telegram.person import Message, Person
from tests.bot.conftest import FAMILY_FACTS
from tests.bot.test_corrections import buttons, press, said, shown
from tests.bot.trained import jpeg_of, portrait

MAYA = portrait("maya", 100)


@pytest.fixture
async def admin(admin: Person, trained_bot: None) -> Person:
    return admin


async def named(admin: Person, name: str) -> Message:
    """What the bot says to the name that was typed."""
    question = await press(admin, await press(admin, await shown(admin, MAYA), "✗ Wrong"), "Someone new")
    await admin.say(name, reply_to=question)
    while (message := await admin.next()).edited:
        pass
    return message


async def test_of_several_faces_it_is_said_whose_name_is_asked_for(admin: Person) -> None:
    one = await press(admin, await press(admin, await shown(admin, MAYA), "✗ Wrong"), "Someone new")
    assert one.text == name_of_person()
    answer = await shown(admin, jpeg_of(draw_group(["ben", "maya"], seed=5)))
    two = await press(admin, await press(admin, answer, "2 ✗ Wrong"), "Someone new")
    assert two.text == name_of_face(2)


async def test_a_typed_name_is_a_cousin_from_then_on(admin: Person, trained: Settings) -> None:
    before = trained.facts.read_bytes()
    thanks = await named(admin, "  Maya   O'Hara ")
    assert "That is a new name for me: Maya O'Hara" in thanks.text
    assert str(trained.home / "photos" / "Maya_O'Hara") in thanks.text
    assert (trained.home / "photos" / "Maya_O'Hara").is_dir()
    assert "Maya_O'Hara" in PhotoLibrary(trained.home / "photos").cousins()
    assert trained.facts.read_bytes().startswith(before)
    facts = FactsFile(trained.facts)
    assert facts.book().display_name("Maya_O'Hara") == "Maya O'Hara"
    assert facts.error is None
    await admin.say("/cousins")
    assert "Maya O'Hara" in (await admin.next()).text
    await admin.say("/facts maya o'hara")
    assert (await admin.next()).text == "Nobody has told me anything about Maya O'Hara yet."
    menu = await press(admin, await shown(admin, portrait("june", 100)), "✗ Wrong")
    assert "Maya O'Hara" in buttons(menu)


async def test_a_broken_facts_file_is_left_as_it_is(admin: Person, trained: Settings) -> None:
    broken = FAMILY_FACTS + "\nben: [twice]\n"
    await admin.say("/start")
    await admin.next()
    trained.facts.write_text(broken)
    assert "already on line" in (await admin.next()).text  # the alert
    text = (await named(admin, "Maya")).text
    assert "I could not add them to the facts. " in text
    assert "Please add this yourself:" in text
    assert 'name: "Maya"' in text
    assert trained.facts.read_text() == broken
    assert [one[:2] for one in said(trained)] == [("is", "Maya")]


async def test_a_slip_of_the_fingers_makes_no_second_person(admin: Person, trained: Settings) -> None:
    question = await named(admin, "Ameila")
    assert "Do you mean one of these?" in question.text
    assert buttons(question) == ["It is Amelia", "No, a new name: Ameila"]
    assert said(trained) == []
    await admin.press(question, "It is Amelia")
    texts = [(await admin.next()).text for _ in range(2)]
    assert "Thank you, I'll remember: Amelia." in texts
    assert not (trained.home / "photos" / "Ameila").exists()
    assert [one[:2] for one in said(trained)] == [("is", "amelia")]


async def test_what_can_not_be_seen_or_means_something_else_is_no_name(admin: Person, trained: Settings) -> None:
    assert "begins with a sign" in (await named(admin, "@maya")).text
    assert "“someone New” is what one of my buttons says" in (await named(admin, "someone New")).text
    assert said(trained) == []
    question = (await named(admin, "\u202eAme\u200bila\u2066")).text
    assert question == "I don't know “Ameila”. Do you mean one of these?"
    assert "\n\nThat is a new name for me: Maya Ray." in (await named(admin, "\u2067Maya\u200f \u200bRay\u202e")).text
    assert [one[:2] for one in said(trained)] == [("is", "Maya_Ray")]
    assert '\nMaya_Ray:\n  name: "Maya Ray"\n' in trained.facts.read_text()


async def test_a_similar_name_may_be_someone_new(admin: Person, trained: Settings) -> None:
    question = await named(admin, "Amelie")
    await admin.press(question, "No, a new name: Amelie")
    texts = [(await admin.next()).text for _ in range(2)]
    assert any("That is a new name for me: Amelie" in text for text in texts)
    assert [one[:2] for one in said(trained)] == [("is", "Amelie")]
    assert (trained.home / "photos" / "Amelie").is_dir()


async def test_a_long_text_is_no_name_of_someone_known(admin: Person, trained: Settings) -> None:
    """Though a word of it is: the question whether they are meant would not fit a message."""
    answer = await named(admin, f"Ben {'x ' * 2040}")
    assert "is too long. A name can have 50 letters at most." in answer.text
    assert said(trained) == []
