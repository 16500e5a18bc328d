"""/iam: who somebody is, as they say with a photo of themselves and as an admin accepts it."""

import sqlite3
from contextlib import closing

import pytest

from bot.commands.wording import known_as
from bot.corrections import wording
from data.settings import Settings
from demo.family import draw_group
from demo.telegram.person import Message, Person
from demo.telegram.server import LocalTelegram
from tests.bot.conftest import FAMILY_FACTS, invited, jpeg, settled
from tests.bot.test_corrections import MAYA, OTTO, buttons, press, said, shown
from tests.bot.test_lessons import fresh
from tests.bot.trained import jpeg_of, portrait

COUPLE = jpeg_of(draw_group(["ben", "maya"], seed=5))


@pytest.fixture
async def admin(admin: Person, trained_bot: None) -> Person:
    await admin.say("/start")
    await admin.next()
    return admin


@pytest.fixture
async def guest(telegram: LocalTelegram, trained_bot: None) -> Person:
    return await invited(telegram, "Lena Müller")


def selves(settings: Settings) -> list[tuple[int, str]]:
    with closing(sqlite3.connect(settings.home / "cousinbot.db")) as db:
        return db.execute("SELECT user_id, cousin FROM selves").fetchall()


async def reviewed(admin: Person) -> Message:
    await admin.say("/review")
    while not (page := await admin.next()).text.count(" says: "):
        pass
    return page


async def iam(person: Person) -> Message:
    await person.say("/iam")
    return await fresh(person)


async def test_what_a_guest_says_of_themselves_is_accepted_told_and_taken_back(
    telegram: LocalTelegram, admin: Person, guest: Person, trained: Settings
) -> None:
    assert (await iam(guest)).text == wording.iam_how()
    await guest.send_photo(OTTO, "/iam otto")
    answer = await guest.next()
    assert answer.text.endswith("\n\nYou said: this is you. An admin will take a look.")
    assert (await admin.next()).text == wording.says_who_they_are("Lena Müller")
    assert (await iam(guest)).text == wording.who_you_are_waits()
    page = await reviewed(admin)
    assert page.text.startswith("Lena Müller says: this is me, Otto.\nI said: Ben")
    assert selves(trained) == []
    await admin.press(page, "✓ Accept: Otto")
    told = await fresh(guest)
    assert (told.text, buttons(told)) == (wording.you_are("Otto"), ["That's not me"])
    assert selves(trained) == [(guest.id, "otto")]
    assert said(trained) == [("is", "otto", "accepted", guest.id)]
    await guest.send_photo(OTTO)  # the first answer may be written anew only now
    assert "Otto" in (await fresh(guest)).text
    await guest.say("/mydata")
    assert known_as("Otto") in (await fresh(guest)).text
    await press(guest, await iam(guest), "That's not me")
    assert selves(trained) == []
    assert (await iam(guest)).text == wording.iam_how()


async def test_an_admin_takes_it_back(telegram: LocalTelegram, admin: Person, guest: Person, trained: Settings) -> None:
    await guest.send_photo(OTTO, "/iam otto")
    await guest.next()  # the admins hear of it a moment before it is kept
    await admin.next()
    await press(admin, await reviewed(admin), "✓ Accept: Otto")
    await admin.say("/block")
    while not (listed := await admin.next()).buttons:
        pass
    assert buttons(listed) == ["Lena Müller (Otto)"]
    assert (await iam(admin)).text == wording.iam_how()
    others = await admin.next()
    assert others.text.endswith("\n• Lena Müller is Otto")
    assert (await press(admin, others, "✗ Lena Müller is not Otto")).text == wording.nobody_else_known()
    assert selves(trained) == []


async def test_someone_new_is_added_only_when_an_admin_accepts(
    telegram: LocalTelegram, admin: Person, guest: Person, trained: Settings
) -> None:
    await guest.send_photo(MAYA, "/iam")
    await guest.next()
    question = await guest.next()
    assert question.text == wording.who_are_you()
    assert {"I'm Amelia", "I'm Ben", "I'm someone new: Lena Müller"} <= set(buttons(question))
    await press(guest, question, "I'm someone new: Lena Müller")
    page = await reviewed(admin)
    assert "Lena Müller says: this is me, Lena Müller (someone new)." in page.text
    assert not (trained.home / "photos" / "Lena_Müller").exists()
    await admin.say("/cousins")
    assert "Lena" not in (await fresh(admin)).text
    await press(admin, page, "✓ Accept: Lena Müller (someone new)")
    assert selves(trained) == [(guest.id, "Lena_Müller")]
    assert (trained.home / "photos" / "Lena_Müller").is_dir()
    assert 'name: "Lena Müller"' in trained.facts.read_text()
    assert (await fresh(guest)).text == wording.you_are("Lena Müller")
    assert (await admin.next()).text == wording.nothing_to_review()
    assert "Lena Müller" in (await shown(admin, MAYA)).text


async def test_a_photo_of_several_and_a_reply_to_a_photo(
    telegram: LocalTelegram, admin: Person, guest: Person, trained: Settings
) -> None:
    photo = await guest.send_photo(COUPLE)
    await guest.next()
    await guest.say("/iam Clara", reply_to=photo)
    await guest.next()
    question = await guest.next()
    assert (question.text, buttons(question)) == (wording.which_is_you(), ["1", "2", "None of them"])
    assert said(trained) == []
    await press(guest, question, "1")
    assert [one[:3] for one in said(trained)] == [("is", "clara", "proposed")]
    changed = next(one for one in [await guest.next()] if one.id == question.id)
    assert changed.text == wording.face_is_you(1)
    await press(guest, changed, "↩ Undo")
    assert said(trained) == []
    await guest.send_photo(jpeg(1), "/iam Clara")
    await fresh(guest)
    assert (await fresh(guest)).text == wording.no_face_of_you()
    answer = await shown(guest, OTTO)
    await guest.say("/iam Clara", reply_to=answer)
    assert (await fresh(guest)).text == wording.iam_how()


async def test_who_does_not_want_to_be_named_is_not_given_away(
    telegram: LocalTelegram, admin: Person, guest: Person, trained: Settings
) -> None:
    trained.facts.write_text(FAMILY_FACTS.replace("otto: [He collects stamps.]", "otto: {named: never}"))
    for name in ("Otto", "Otfried"):
        await guest.send_photo(OTTO if name == "Otto" else MAYA, f"/iam {name}")
        assert (await guest.next()).text.endswith("You said: this is you. An admin will take a look.")
    assert [one[1] for one in said(trained)] == ["otto", "Otfried"]
    await guest.send_photo(portrait("june", 1), "/iam")
    await guest.next()
    assert not any("Otto" in text for text in buttons(await guest.next()))
    page = await reviewed(admin)
    await admin.press(page, next(text for text in buttons(page) if "✓ Otto" in text))
    while (told := await guest.next()).text != wording.you_are_unnamed():
        assert "Otto" not in told.text


async def test_an_admins_own_word_counts_at_once_and_in_a_group_it_is_for_the_private_chat(
    telegram: LocalTelegram, admin: Person, trained: Settings
) -> None:
    await admin.send_photo(OTTO, "/iam Otto")
    assert (await admin.next()).text.startswith("This is Otto.")
    assert (await admin.next()).text == wording.you_are("Otto")
    assert selves(trained) == [(admin.id, "otto")]
    await admin.say("/forgetme")
    await press(admin, await admin.next(), "Yes, delete 1 photo")
    await settled(telegram, trained)
    assert selves(trained) == []
