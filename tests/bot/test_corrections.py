"""✓ and ✗: what guests and admins say, what becomes of it, and that it counts at once."""

import json
import re
import shutil
import sqlite3
from contextlib import closing

import pytest

from data.settings import Settings
from data.store.store import Store
from demo.family import draw_group, draw_portrait, draw_stranger
from demo.telegram.faults import Fault
from demo.telegram.person import Message, Person
from demo.telegram.server import LocalTelegram
from models.registry import Registry
from tests.bot.conftest import ADMIN, OTHER_ADMIN, MakeSettings, invited, sent_to, serving, settled, until
from tests.bot.trained import jpeg_of, portrait

OTTO = portrait("otto", 100, disguise="ben")  # who is not in the training photos, and is taken for Ben
MAYA = portrait("maya", 100)


def said(settings: Settings) -> list[tuple[object, ...]]:
    """Verdict, cousin, status and who said it, oldest first."""
    with closing(sqlite3.connect(settings.home / "cousinbot.db")) as db:
        return db.execute("SELECT says, cousin, status, said_by FROM statements ORDER BY id").fetchall()


def buttons(message: Message) -> list[str]:
    return [button.text for row in message.buttons for button in row]


async def shown(person: Person, photo: bytes) -> Message:
    await person.send_photo(photo)
    return await person.next()


async def press(person: Person, message: Message, button: str) -> Message:
    """Tap, and return the message as it is then."""
    await person.press(message, button)
    await person.answer_to_press()
    return await person.next()


@pytest.fixture
async def admin(admin: Person, trained_bot: None) -> Person:
    return admin


@pytest.fixture
async def guest(telegram: LocalTelegram, trained_bot: None) -> Person:
    return await invited(telegram, "Gus")


async def test_admins_correction_is_shown_kept_and_counts_at_once(admin: Person, trained: Settings) -> None:
    answer = await shown(admin, OTTO)
    assert "Ben" in answer.text
    menu = await press(admin, answer, "✗ Wrong")
    assert "Ben" not in buttons(menu)
    assert {"Amelia", "Otto", "Someone new", "A stranger", "Not a face", "Not Ben, but I don't know who"} <= set(
        buttons(menu)
    )
    corrected = await press(admin, menu, "Otto")
    assert corrected.id == answer.id
    assert corrected.text == "This is Otto. ✎ Corrected.\n\nHe collects stamps."
    assert buttons(corrected) == ["✎ Change"]
    assert said(trained) == [("is", "otto", "accepted", admin.id)]
    assert "Otto" in (await shown(admin, OTTO)).text


async def test_one_face_alone_has_no_number(admin: Person) -> None:
    await admin.press(await shown(admin, OTTO), "✗ Wrong")
    assert (await admin.answer_to_press()).text == "Who is it?"


async def test_who_can_not_be_told_is_no_stranger_and_can_be_named(admin: Person, trained: Settings) -> None:
    dark = jpeg_of(draw_portrait("ben", seed=77, size=320).point(lambda value: value * 0.06))
    answer = await shown(admin, dark)
    assert answer.text == "This face is too dark to tell who it is. Do you have a photo with more light?"
    assert buttons(answer) == ["✎ I know who"]
    menu = await press(admin, answer, "✎ I know who")
    corrected = await press(admin, menu, "Ben")
    assert corrected.text.startswith("This is Ben. ✎ Corrected.")
    assert said(trained) == [("is", "ben", "accepted", admin.id)]
    assert "Ben" in (await shown(admin, dark)).text


async def test_buttons_and_lessons_outlive_a_restart(telegram: LocalTelegram, trained: Settings) -> None:
    admin = await Person.join(telegram.url, "Ada", 1001)
    async with serving(trained):
        answer = await shown(admin, OTTO)
        menu = await press(admin, answer, "✗ Wrong")
    async with serving(trained):
        corrected = await press(admin, menu, "Otto")
        assert "Otto" in corrected.text
    async with serving(trained):
        assert "Otto" in (await shown(admin, OTTO)).text


async def test_correction_made_under_another_network_is_embedded_anew(
    telegram: LocalTelegram, trained: Settings
) -> None:
    admin = await Person.join(telegram.url, "Ada", 1001)
    async with serving(trained):
        await press(admin, await press(admin, await shown(admin, OTTO), "✗ Wrong"), "Otto")
    pretend_other_network(trained)
    async with serving(trained):
        assert "Otto" in (await shown(admin, OTTO)).text


async def test_correction_counts_under_a_version_that_takes_over(admin: Person, trained: Settings) -> None:
    await press(admin, await press(admin, await shown(admin, OTTO), "✗ Wrong"), "Otto")
    promote_other_network(trained)
    answer = await shown(admin, OTTO)
    assert "Otto" in answer.text
    with closing(sqlite3.connect(trained.home / "cousinbot.db")) as db:
        assert db.execute("SELECT DISTINCT version, space FROM guesses WHERE id = 2").fetchone() == ("v002", "other")


async def test_what_cousinbot_1_told_by_one_pass_is_looked_at_again_to_teach(
    telegram: LocalTelegram, admin: Person, trained: Settings
) -> None:
    def spaces() -> list[str]:
        with closing(sqlite3.connect(trained.home / "cousinbot.db")) as db:
            return [space for (space,) in db.execute("SELECT space FROM guesses ORDER BY id")]

    space = Registry(trained.home / "models").card("v001").network
    answer = await shown(admin, MAYA)
    await settled(telegram, trained)  # what writes now waits for this loop, and would be waited for
    assert spaces() == [space]
    with closing(sqlite3.connect(trained.home / "cousinbot.db")) as db, db:
        db.execute("UPDATE guesses SET space = ?", (f"{space}, one pass",))  # as cousinbot 1 noted it
    menu = await press(admin, answer, "✗ Wrong")
    await press(admin, menu, "Otto")
    assert spaces() == [space]
    assert "Otto" in (await shown(admin, MAYA)).text
    assert spaces() == [space, space]


def promote_other_network(settings: Settings) -> None:
    """The same version under another name, said to be of another space."""
    models = settings.home / "models"
    shutil.copytree(models / "v001", models / "v002")
    card = json.loads((models / "v002" / "card.json").read_text())
    (models / "v002" / "card.json").write_text(json.dumps(card | {"version": "v002", "network": "other"}))
    Registry(models).promote("v002")


def pretend_other_network(settings: Settings) -> None:
    with closing(sqlite3.connect(settings.home / "cousinbot.db")) as db, db:
        db.execute("UPDATE guesses SET space = 'resnet34-of-yesterday', embedding = zeroblob(2048)")


async def test_stranger_and_not_a_face_are_remembered(admin: Person, trained: Settings) -> None:
    for photo, button, words in (
        (OTTO, "A stranger", "This is nobody from the family. ✓ Noted."),
        (portrait("june", 100), "Not a face", "This is not a face. ✓ Noted."),
    ):
        answer = await shown(admin, photo)
        assert (await press(admin, await press(admin, answer, buttons(answer)[-1]), button)).text == words
    assert [(verdict, cousin) for verdict, cousin, *_ in said(trained)] == [("stranger", None), ("not_a_face", None)]
    assert "Ben" not in (await shown(admin, OTTO)).text


async def test_what_was_said_is_remembered_after_a_restart_and_by_a_later_version(
    telegram: LocalTelegram, trained: Settings
) -> None:
    admin = await Person.join(telegram.url, "Ada", 1001)
    told = {portrait("amelia", 310): "A stranger", portrait("ben", 310): "Not a face"}
    told[portrait("clara", 310)] = "Not Clara, but I don't know who"
    names = dict(zip(told, ("Amelia", "Ben", "Clara"), strict=True))
    async with serving(trained):
        for photo, word in told.items():
            answer = await shown(admin, photo)
            assert names[photo] in answer.text
            await press(admin, await press(admin, answer, "✗ Wrong"), word)
    async with serving(trained):
        for photo, name in names.items():
            assert name not in (await shown(admin, photo)).text
        promote_other_network(trained)
        for photo, name in names.items():
            assert name not in (await shown(admin, photo)).text


async def test_correction_accepted_at_the_command_line_counts_at_once(
    admin: Person, guest: Person, trained: Settings
) -> None:
    await press(guest, await press(guest, await shown(guest, OTTO), "✗ Wrong"), "Otto")
    async with Store.open(trained.home / "cousinbot.db") as elsewhere:
        [proposal] = await elsewhere.statements.proposed()
        assert await elsewhere.statements.accept(proposal.id, 0)
    assert "Otto" in (await shown(guest, OTTO)).text
    async with Store.open(trained.home / "cousinbot.db") as elsewhere:
        assert await elsewhere.statements.reject(proposal.id, 0)
    assert "Ben" in (await shown(guest, OTTO)).text


async def test_not_this_one_is_remembered(admin: Person, trained: Settings) -> None:
    answer = await shown(admin, OTTO)
    corrected = await press(admin, await press(admin, answer, "✗ Wrong"), "Not Ben, but I don't know who")
    assert corrected.text == "This is not Ben, and I don't know who it is. ✎ Corrected."
    assert [one[:2] for one in said(trained)] == [("not", "ben")]
    assert "Ben" not in (await shown(admin, OTTO)).text


@pytest.mark.parametrize("as_reply", [True, False])
async def test_someone_new_is_named_and_known_from_then_on(admin: Person, trained: Settings, as_reply: bool) -> None:
    answer = await shown(admin, MAYA)
    assert "don't think I know" in answer.text
    menu = await press(admin, answer, "✗ Wrong")
    question = await press(admin, menu, "Someone new")
    assert "What is this person's name" in question.text
    await admin.say("../../etc", reply_to=question if as_reply else None)
    assert "slashes" in (await admin.next()).text
    await admin.say("Maya Rosa", reply_to=question if as_reply else None)
    corrected, thanks = sorted([await admin.next(), await admin.next()], key=lambda message: not message.edited)
    assert corrected.text == "This is Maya Rosa. ✎ Corrected."
    assert "Maya Rosa" in thanks.text
    assert [one[:2] for one in said(trained)] == [("is", "Maya_Rosa")]
    await admin.say("/cousins")
    assert "Maya Rosa" in (await admin.next()).text
    assert "Maya Rosa" in (await shown(admin, MAYA)).text


async def test_someone_new_with_the_name_of_someone_known_is_them(admin: Person, trained: Settings) -> None:
    menu = await press(admin, await shown(admin, OTTO), "✗ Wrong")
    question = await press(admin, menu, "Someone new")
    await admin.say("OTTO", reply_to=question)
    asked = await admin.next()
    assert said(trained) == []  # it may be another of that name
    await admin.press(asked, "It is Otto")
    await admin.next()
    assert [one[:2] for one in said(trained)] == [("is", "otto")]


async def test_admins_tick_is_a_label_and_a_guests_is_praise(admin: Person, guest: Person, trained: Settings) -> None:
    answer = await shown(guest, portrait("ben", 100))
    await guest.press(answer, "✓ Right")
    assert (await guest.answer_to_press()).text == "Thank you!"
    assert said(trained) == []
    confirmed = await press(admin, await shown(admin, portrait("ben", 101)), "✓ Right")
    assert confirmed.text.startswith("This is Ben. ✓ Confirmed.\n\nHe bakes.")
    assert said(trained) == [("is", "ben", "accepted", admin.id)]
    await admin.say("/stats")
    stats = (await admin.next()).text
    assert "This week: photos sent: 2, answered: 2. Faces: 2, named: 2. Right: 2, wrong: 0." in stats
    assert stats.endswith("This week:\n• Ben: named 2×. Right: 2.")


async def test_back_changes_nothing(admin: Person, trained: Settings) -> None:
    answer = await shown(admin, OTTO)
    again = await press(admin, await press(admin, answer, "✗ Wrong"), "« Back")
    assert (again.text, buttons(again)) == (answer.text, buttons(answer))
    assert said(trained) == []


async def test_later_admin_stands(telegram: LocalTelegram, trained: Settings, admin: Person) -> None:
    other = await Person.join(telegram.url, "Oda", OTHER_ADMIN)
    await press(admin, await press(admin, await shown(admin, OTTO), "✗ Wrong"), "Otto")
    await press(other, await press(other, await shown(other, OTTO), "✗ Wrong"), "Clara")
    assert [one[1] for one in said(trained)] == ["otto", "clara"]
    assert "Clara" in (await shown(admin, OTTO)).text


async def test_guests_word_waits_for_review_and_then_counts(admin: Person, guest: Person, trained: Settings) -> None:
    await admin.say("/start")
    await admin.next()
    answer = await shown(guest, OTTO)
    menu = await press(guest, answer, "✗ Wrong")
    assert "Someone new" not in buttons(menu)
    assert "I don't know" in buttons(menu)
    await guest.press(menu, "Otto")
    assert "admin will take a look" in (await guest.answer_to_press()).text
    assert buttons(await guest.next()) == ["✓ Right", "✗ Wrong"]
    assert said(trained) == [("is", "otto", "proposed", guest.id)]
    assert "Ben" in (await shown(guest, OTTO)).text
    assert "/review" in (await admin.next()).text
    await admin.say("/review")
    proposal = await admin.next()
    assert re.fullmatch(r"Gus says: Otto\.\nI said: Ben \(\d\d%\)\.\n1 correction is waiting\.", proposal.text)
    assert proposal.photo is not None
    await admin.press(proposal, "✓ Accept: Otto")
    assert (await admin.next()).text == "✓ Accepted: Otto."
    assert "nothing to review" in (await admin.next()).text
    assert (await guest.next()).text.startswith("This is Otto. ✎ Corrected.")
    assert "Otto" in (await shown(guest, OTTO)).text


async def test_guest_who_does_not_know_says_only_who_it_is_not(guest: Person, trained: Settings) -> None:
    await press(guest, await press(guest, await shown(guest, OTTO), "✗ Wrong"), "I don't know")
    assert [one[:3] for one in said(trained)] == [("not", "ben", "proposed")]


async def test_one_face_of_several_is_corrected(admin: Person, trained: Settings) -> None:
    answer = await shown(admin, jpeg_of(draw_group(("amelia", "ben", "clara"), 0)))
    corrected = await press(admin, await press(admin, answer, "2 ✗ Wrong"), "Otto")
    lines = [line for line in corrected.text.splitlines() if line[0].isdigit()]
    assert "Amelia" in lines[0]
    assert lines[1] == "2. This is Otto. ✎ Corrected."
    assert "2 ✎ Change" in buttons(corrected)
    assert "3 ✓ Right" in buttons(corrected)


async def test_wrong_as_a_reply(admin: Person, trained: Settings) -> None:
    answer = await shown(admin, OTTO)
    await admin.say("/wrong", reply_to=answer)
    menu = await admin.next()
    await admin.press(menu, "Otto")
    texts = {message.id: message.text for message in (await admin.next(), await admin.next())}
    assert texts[answer.id].startswith("This is Otto.")
    assert texts[menu.id] == "Thank you, I'll remember: Otto."
    group = await shown(admin, jpeg_of(draw_group(("amelia", "clara"), 1)))
    await admin.say("/wrong", reply_to=group)
    which = await admin.next()
    assert buttons(which) == ["1", "2"]
    assert "Diego" in buttons(await press(admin, which, "2"))


async def test_guest_on_an_admins_menu_only_proposes(
    telegram: LocalTelegram, make_settings: MakeSettings, trained: Settings
) -> None:
    """In a group everybody sees the admin's menu: what counts is who taps."""
    member = await Person.join(telegram.url, "Mia")
    ada = await Person.join(telegram.url, "Ada", 1001)
    group = await member.create_group("The family", [ada])
    async with serving(make_settings(chats=str(group))):
        mia, admin = await member.in_group(group), await ada.in_group(group)
        asked = await mia.send_photo(OTTO)
        await mia.say("/who", reply_to=asked)
        await admin.press(await admin.next(), "✗ Wrong")
        menu = await admin.next()
        await mia.press(menu, "Someone new")
        assert (await mia.answer_to_press()).text == "Only an admin can do that."
        await mia.press(menu, "Otto")
        assert "admin will take a look" in (await mia.answer_to_press()).text
    assert said(trained) == [("is", "otto", "proposed", member.id)]


async def test_correction_of_a_stranger_never_names_them(admin: Person, trained: Settings) -> None:
    stranger = jpeg_of(draw_stranger(0))
    answer = await shown(admin, stranger)
    await press(admin, await press(admin, answer, buttons(answer)[-1]), "A stranger")
    assert "don't think I know" in (await shown(admin, stranger)).text
    assert [one[0] for one in said(trained)] == ["stranger"]


async def test_of_two_taps_that_came_together_the_later_one_counts(telegram: LocalTelegram, trained: Settings) -> None:
    """As after the bot was down: Telegram brings both at once."""
    admin = await Person.join(telegram.url, "Ada", ADMIN)
    async with serving(trained):
        answer = await shown(admin, OTTO)
        menu = await press(admin, answer, "✗ Wrong")
    await admin.press(menu, "Clara")
    await admin.press(menu, "Otto")
    async with serving(trained):
        await settled(telegram, trained)
        assert said(trained)[-1] == ("is", "otto", "accepted", admin.id)
        again = await admin.send_photo(OTTO)
        while (message := await admin.next()).reply_to != again:
            pass
        assert "Otto" in message.text


async def test_a_proposal_that_was_accepted_while_it_could_not_be_shown_stands_once(
    telegram: LocalTelegram, guest: Person, admin: Person, trained: Settings
) -> None:
    await admin.say("/start")
    await admin.next()
    answer = await shown(guest, OTTO)
    menu = await press(guest, answer, "✗ Wrong")
    telegram.faults.add(Fault("editMessageText", status=500, times=None))
    await guest.press(menu, "Otto")
    await until(lambda: said(trained) == [("is", "otto", "proposed", guest.id)])
    await admin.say("/review")
    while not (page := await admin.next()).buttons:
        pass
    await admin.press(page, "✓ Accept: Otto")
    await until(lambda: said(trained) == [("is", "otto", "accepted", guest.id)])
    telegram.faults.clear()
    await settled(telegram, trained)
    assert said(trained) == [("is", "otto", "accepted", guest.id)]
    assert sum("corrected one of my answers" in text for text in sent_to(telegram, ADMIN)) == 1
    assert not any("could not handle" in text for text in sent_to(telegram, ADMIN))
