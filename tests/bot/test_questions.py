"""“Maybe Chloe?” and “Felix or Elena?”: asked in the chat, answered with one tap, told with a fact only then."""

import json

import pytest

from data.settings import Settings
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from foundation.face import Answer
from tests.bot.conftest import invited, sent_to, serving
from tests.bot.test_corrections import buttons, press, said, shown
from tests.bot.test_review import review
from tests.bot.trained import portrait
from tests.doubting import doubts

__all__ = ["doubts"]

BEN, CLARA, AMELIA = portrait("ben", 100), portrait("clara", 100), portrait("amelia", 100)
Doubts = dict[str, tuple[Answer, str | None]]


@pytest.fixture
async def admin(admin: Person, doubts: Doubts, trained_bot: None) -> Person:
    return admin


@pytest.fixture
async def guest(telegram: LocalTelegram, doubts: Doubts, trained_bot: None) -> Person:
    return await invited(telegram, "Gus")


async def test_a_question_tells_no_fact_until_an_admin_says_yes(
    admin: Person, doubts: Doubts, trained: Settings
) -> None:
    doubts["ben"] = "maybe", None
    question = await shown(admin, BEN)
    assert question.text == "Maybe Ben?"
    assert buttons(question) == ["Yes, Ben", "No"]
    answered = await press(admin, question, "Yes, Ben")
    assert answered.text == "This is Ben. ✓ Confirmed.\n\nHe bakes.\n\nBetter not mention: his old car"
    assert buttons(answered) == ["✎ Change"]
    assert said(trained) == [("is", "ben", "accepted", admin.id)]
    assert "Ben" in (await shown(admin, BEN)).text


async def test_of_two_either_is_one_tap(admin: Person, doubts: Doubts, trained: Settings) -> None:
    doubts["ben"] = "either", "amelia"
    question = await shown(admin, BEN)
    assert question.text == "Ben or Amelia?"
    assert buttons(question) == ["Ben", "Amelia", "Neither"]
    answered = await press(admin, question, "Amelia")
    assert answered.text == "This is Amelia. ✓ Confirmed.\n\nShe keeps bees."
    assert said(trained) == [("is", "amelia", "accepted", admin.id)]
    assert (await press(admin, await press(admin, answered, "✎ Change"), "Ben")).text.startswith(
        "This is Ben. ✓ Confirmed.\n\nHe bakes."
    )


@pytest.mark.parametrize(
    ("answer", "no", "left_out", "denials"),
    [
        (("maybe", None), "No", {"Ben"}, ["Not Ben, but I don't know who"]),
        (
            ("either", "amelia"),
            "Neither",
            {"Ben", "Amelia"},
            ["Not Ben, but I don't know who", "Not Amelia, but I don't know who"],
        ),
    ],
)
async def test_no_asks_who_it_is(
    admin: Person,
    doubts: Doubts,
    trained: Settings,
    answer: tuple[Answer, str | None],
    no: str,
    left_out: set[str],
    denials: list[str],
) -> None:
    doubts["ben"] = answer
    question = await shown(admin, BEN)
    menu = await press(admin, question, no)
    assert not left_out & set(buttons(menu))
    assert {"Clara", "Someone new", "A stranger", *denials} <= set(buttons(menu))
    back = await press(admin, menu, "« Back")
    assert (back.text, buttons(back)) == (question.text, buttons(question))
    corrected = await press(admin, await press(admin, back, no), "Clara")
    assert corrected.text == "This is Clara. ✎ Corrected.\n\nShe sails."


async def test_a_guests_yes_is_shown_with_a_fact_and_waits_for_review(
    admin: Person, guest: Person, doubts: Doubts, trained: Settings
) -> None:
    doubts["amelia"] = "either", "ben"
    question = await shown(guest, AMELIA)
    answered = await press(guest, question, "Amelia")
    assert answered.text == ("Then this is Amelia.\n\nShe keeps bees.\n\nYou said: Amelia. An admin will take a look.")
    assert buttons(answered) == buttons(question)
    assert said(trained) == [("is", "amelia", "proposed", guest.id)]
    changed = await press(guest, answered, "Ben")
    assert changed.text.startswith("Then this is Ben.\n\nHe bakes.")
    page = await review(admin)
    assert "Gus says: Ben.\nI said: Amelia or Ben." in page.text
    await admin.press(page, "✓ Accept: Ben")
    assert (await guest.next()).text.startswith("This is Ben. ✓ Confirmed.\n\nHe bakes.")


async def test_a_question_whose_answer_was_dismissed_is_asked_again(
    admin: Person, guest: Person, doubts: Doubts
) -> None:
    doubts["ben"] = "maybe", None
    await press(guest, await shown(guest, BEN), "Yes, Ben")
    page = await review(admin)
    assert "I said: maybe Ben (45%)." in page.text
    menu = await press(admin, page, "Choose someone else")
    assert "Ben" in buttons(menu)  # nobody has denied that
    await admin.press(await press(admin, menu, "« Back"), "✗ Dismiss")
    assert (await guest.next()).text == "Maybe Ben?"


async def test_a_guest_who_only_knows_that_it_is_not_them(guest: Person, doubts: Doubts, trained: Settings) -> None:
    doubts["ben"] = "maybe", None
    await press(guest, await press(guest, await shown(guest, BEN), "No"), "I don't know")
    assert said(trained) == [("not", "ben", "proposed", guest.id)]
    doubts["clara"] = "either", "amelia"
    denied = await press(guest, await press(guest, await shown(guest, CLARA), "Neither"), "I don't know")
    assert "You said: not Clara." in denied.text
    assert "You said: not Amelia." in denied.text
    assert [one[:3] for one in said(trained)[1:]] == [("not", "clara", "proposed"), ("not", "amelia", "proposed")]


async def test_a_question_is_neither_right_nor_wrong(admin: Person, doubts: Doubts) -> None:
    doubts.update({"ben": ("maybe", None), "clara": ("either", "amelia")})
    await press(admin, await shown(admin, BEN), "Yes, Ben")
    await press(admin, await shown(admin, CLARA), "Amelia")
    await admin.say("/stats")
    stats = (await admin.next()).text
    assert "Faces: 2, named: 0. Asked about: 2. Right: 0, wrong: 0." in stats
    assert {"• Amelia: named 0×. Asked about: 1.", "• Ben: named 0×. Asked about: 1."} <= set(stats.splitlines())
    assert "missed" not in stats


NEVER = "amelia:\n  name: Amelia\n  named: never\n  facts: [She sings.]\nben: [He bakes.]\n"


@pytest.mark.parametrize(
    ("photo", "doubt", "text", "choices"),
    [
        (AMELIA, ("amelia", "maybe", None), "I don't think I know this person.", ["✓ Right", "✗ Wrong"]),
        (AMELIA, ("amelia", "either", "ben"), "Maybe Ben?", ["Yes, Ben", "No"]),
        (BEN, ("ben", "either", "amelia"), "Maybe Ben?", ["Yes, Ben", "No"]),
    ],
)
async def test_who_does_not_want_to_be_named_is_not_asked_about(
    telegram: LocalTelegram,
    doubts: Doubts,
    trained: Settings,
    photo: bytes,
    doubt: tuple[str, Answer, str | None],
    text: str,
    choices: list[str],
) -> None:
    trained.facts.write_text(NEVER)
    cousin, answer, other = doubt
    doubts[cousin] = answer, other
    async with serving(trained):
        guest = await invited(telegram, "Gus")
        question = await shown(guest, photo)
        assert (question.text, buttons(question)) == (text, choices)
        menu = await press(guest, question, choices[-1])
        assert "Amelia" not in " ".join(buttons(menu))
        await press(guest, menu, "I don't know")
    denied = [("not", "ben", "proposed", guest.id)] if "Ben" in text else []
    assert said(trained) == denied, "of whom nobody may know nothing is denied either"
    assert "Amelia" not in " ".join(sent_to(telegram, guest.id))
    assert "Amelia" not in json.dumps([call.params for call in telegram.calls.of("sendMessage")])


async def test_a_tick_under_nobody_never_names_who_is_hidden(admin: Person, doubts: Doubts, trained: Settings) -> None:
    trained.facts.write_text(NEVER)
    doubts["amelia"] = "maybe", None
    await press(admin, await shown(admin, AMELIA), "✓ Right")
    assert [one[:2] for one in said(trained)] == [("stranger", None)]
