"""👍 and 👎 on answers: what they say, that they are taken back, and what else people react to."""

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from bot.timings import Timings
from data.settings import Settings
from demo.telegram.faults import Fault
from demo.telegram.person import Message, Person
from demo.telegram.server import LocalTelegram
from tests.bot.conftest import ADMIN, HURRIED, MakeSettings, invited, serving, settled
from tests.bot.test_corrections import MAYA, OTTO, buttons, press, said, shown
from tests.bot.test_group_pictures import group
from tests.bot.test_questions import Doubts
from tests.bot.trained import portrait
from tests.doubting import doubts

__all__ = ["doubts"]

UP, DOWN = "👍", "👎"
TWO = group("amelia", "clara")
RIGHT = ["✓ Right", "✗ Wrong"]


@pytest.fixture
async def admin(admin: Person, trained_bot: None) -> Person:
    return admin


@pytest.fixture
async def guest(telegram: LocalTelegram, trained_bot: None) -> Person:
    return await invited(telegram, "Gus")


def kept(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(settings.home / "cousinbot.db")) as db:
        return db.execute(sql).fetchall()


def praise(settings: Settings) -> list[tuple[Any, ...]]:
    return kept(settings, "SELECT guess_id, said_by FROM praise ORDER BY guess_id")


async def reacted(person: Person, answer: Message, *reaction: str) -> Message:
    """React, and return the message that is written anew, or comes."""
    await person.react(answer, *reaction)
    return await person.next()


async def test_an_admins_thumb_confirms_and_takes_it_back(admin: Person, trained: Settings) -> None:
    answer = await shown(admin, OTTO)
    confirmed = await reacted(admin, answer, UP)
    assert (confirmed.id, confirmed.text[:27]) == (answer.id, "This is Ben. ✓ Confirmed.\n\n")
    assert said(trained) == [("is", "ben", "accepted", ADMIN)]
    again = await reacted(admin, answer)
    assert (again.text, buttons(again)) == (answer.text, RIGHT)
    assert said(trained) == [("is", "ben", "rejected", ADMIN)]
    assert "Ben" in (await reacted(admin, answer, UP)).text
    assert [one[2] for one in said(trained)] == ["rejected", "accepted"]


async def test_what_a_button_said_stays_when_a_thumb_goes(
    admin: Person, trained: Settings, telegram: LocalTelegram
) -> None:
    answer = await shown(admin, OTTO)
    await press(admin, answer, "✓ Right")
    await admin.react(answer, UP)
    await admin.react(answer)
    await settled(telegram, trained)
    assert said(trained) == [("is", "ben", "accepted", ADMIN)]


async def test_what_guests_had_proposed_waits_once_more(
    telegram: LocalTelegram, make_settings: MakeSettings, trained: Settings
) -> None:
    ada, mia = await Person.join(telegram.url, "Ada", ADMIN), await Person.join(telegram.url, "Mia")
    family = await mia.create_group("The family", [ada], bot_is_admin=True)
    async with serving(make_settings(chats=str(family))):
        guest, admin = await mia.in_group(family), await ada.in_group(family)
        await guest.send_photo(OTTO, "/who")
        answer = await guest.next()
        await press(guest, await press(guest, answer, "✗ Wrong"), "Clara")
        await admin.react(answer, UP)
        await settled(telegram, trained)
        assert [one[1:3] for one in said(trained)] == [("clara", "rejected"), ("ben", "accepted")]
        await admin.react(answer)
        await settled(telegram, trained)
        assert [one[1:3] for one in said(trained)] == [("clara", "proposed"), ("ben", "rejected")]


async def test_of_several_faces_those_who_are_named_are_right(admin: Person, trained: Settings) -> None:
    confirmed = await reacted(admin, await shown(admin, TWO), UP)
    assert confirmed.text.count("✓ Confirmed") == 2
    assert {one[1:3] for one in said(trained)} == {("amelia", "accepted"), ("clara", "accepted")}
    while "✓ Confirmed" in (again := await reacted(admin, confirmed)).text:
        pass
    assert [one[2] for one in said(trained)] == ["rejected"] * 2
    assert len(buttons(again)) == 4


async def test_a_guests_thumb_is_counted_and_nothing_is_said(
    telegram: LocalTelegram, guest: Person, trained: Settings
) -> None:
    one, other = await shown(guest, OTTO), await shown(guest, TWO)
    calls = len(telegram.calls.of("editMessageText"))
    await guest.react(one, UP)
    await guest.react(other, UP)
    await settled(telegram, trained)
    assert praise(trained) == [(1, guest.id), (2, guest.id), (3, guest.id)]
    await guest.press(one, "✓ Right")
    await guest.answer_to_press()
    await guest.react(one)
    await guest.react(other)
    await settled(telegram, trained)
    assert praise(trained) == [(1, guest.id)]  # the button's
    assert said(trained) == []
    assert len(telegram.calls.of("editMessageText")) == calls


async def test_thumbs_down_opens_what_wrong_opens_and_goes_with_it(guest: Person, trained: Settings) -> None:
    answer = await shown(guest, OTTO)
    menu = await reacted(guest, answer, DOWN)
    assert (menu.id, menu.text) == (answer.id, answer.text)
    assert {"Otto", "A stranger", "I don't know"} <= set(buttons(menu))
    closed = await reacted(guest, answer)
    assert (closed.id, buttons(closed)) == (answer.id, RIGHT)
    proposed = await press(guest, await reacted(guest, answer, DOWN), "Otto")
    assert "You said: Otto" in proposed.text
    assert said(trained) == [("is", "otto", "proposed", guest.id)]  # waits for the review, as after a tap
    await guest.react(answer)
    assert said(trained) == [("is", "otto", "proposed", guest.id)]


async def test_of_several_faces_it_is_asked_which(telegram: LocalTelegram, admin: Person, trained: Settings) -> None:
    answer = await shown(admin, TWO)
    question = await reacted(admin, answer, DOWN)
    assert (question.text, question.reply_to, buttons(question)) == ("Which face is wrong?", answer.id, ["1", "2"])
    await admin.react(answer)
    await settled(telegram, trained)
    assert [call.params["message_id"] for call in telegram.calls.of("deleteMessage")] == [str(question.id)]
    menu = await press(admin, await reacted(admin, answer, DOWN), "2")
    await admin.press(menu, "Otto")
    await admin.answer_to_press()
    await admin.react(answer)
    await settled(telegram, trained)
    assert len(telegram.calls.of("deleteMessage")) == 1  # it was answered
    assert [one[:3] for one in said(trained)] == [("is", "otto", "accepted")]


async def test_after_two_days_the_question_is_written_anew(
    telegram: LocalTelegram, admin: Person, trained: Settings
) -> None:
    answer = await shown(admin, TWO)
    question = await reacted(admin, answer, DOWN)
    telegram.advance(49 * 3600)
    closed = await reacted(admin, answer)
    assert (closed.id, closed.text, closed.buttons) == (question.id, "Nothing was changed.", ())


async def test_a_group_is_asked_once_until_the_last_thumb_goes(
    telegram: LocalTelegram, make_settings: MakeSettings, trained: Settings
) -> None:
    mia, pia = await Person.join(telegram.url, "Mia"), await Person.join(telegram.url, "Pia")
    family = await mia.create_group("The family", [pia], bot_is_admin=True)
    async with serving(make_settings(chats=str(family))):
        one, other = await mia.in_group(family), await pia.in_group(family)
        await one.send_photo(TWO, "/who")
        answer = await one.next()
        for person in (one, other):
            await person.react(answer, DOWN)
        await settled(telegram, trained)
        assert len(telegram.calls.of("sendMessage")) == 1
        for person, deleted in ((one, 0), (other, 1)):
            await person.react(answer)
            await settled(telegram, trained)
            assert len(telegram.calls.of("deleteMessage")) == deleted


async def test_in_a_topic_it_is_asked_there(
    telegram: LocalTelegram, make_settings: MakeSettings, trained: Settings
) -> None:
    """Of a reaction Telegram does not say the topic: that of the answer which is replied to counts."""
    mia = await Person.join(telegram.url, "Mia")
    forum = await mia.create_group("The family", is_forum=True, bot_is_admin=True)
    async with serving(make_settings(chats=str(forum))):
        member = await (await mia.in_group(forum)).open_topic("Reunion")
        await member.send_photo(TWO, "/who")
        question = await reacted(member, await member.next(), DOWN)
        assert question.text == "Which face is wrong?"


async def test_one_thumb_for_the_other_does_both(admin: Person, trained: Settings) -> None:
    answer = await shown(admin, OTTO)
    await reacted(admin, answer, UP)
    await admin.react(answer, DOWN)
    while "Otto" not in buttons(menu := await admin.next()):
        pass
    assert menu.text == answer.text
    assert said(trained) == [("is", "ben", "rejected", ADMIN)]
    await admin.react(answer, UP)
    while "✓ Confirmed" not in (confirmed := await admin.next()).text:
        pass
    assert buttons(confirmed) == ["✎ Change"]
    assert [one[2] for one in said(trained)] == ["rejected", "accepted"]


async def test_a_question_is_not_answered_by_a_thumb(
    telegram: LocalTelegram, doubts: Doubts, admin: Person, trained: Settings
) -> None:
    doubts["ben"] = "maybe", None
    await admin.react(await shown(admin, OTTO), UP)
    await settled(telegram, trained)
    assert said(trained) == []


async def test_of_one_alone_nobody_is_right_too(doubts: Doubts, admin: Person, trained: Settings) -> None:
    doubts["ben"] = "nobody", None
    answer = await shown(admin, OTTO)
    await reacted(admin, answer, UP)
    assert said(trained) == [("stranger", None, "accepted", ADMIN)]
    assert (await reacted(admin, answer)).text == answer.text
    assert said(trained) == [("stranger", None, "rejected", ADMIN)]


async def test_whatever_else_people_react_with_or_to_does_nothing(
    telegram: LocalTelegram, admin: Person, trained: Settings
) -> None:
    answer = await shown(admin, OTTO)
    await settled(telegram, trained)
    calls = len(telegram.calls.of())
    for reaction in (["❤"], ["❤", "🔥"], []):
        await admin.react(answer, *reaction)
    await admin.react(answer.id - 1, UP)  # their own photo
    chat = {"id": ADMIN, "type": "private", "first_name": "Ada"}
    user = {"id": ADMIN, "is_bot": False, "first_name": "Ada"}
    change = {"chat": chat, "message_id": answer.id, "date": 1, "old_reaction": [], "new_reaction": [emoji(UP)]}
    for odd in (
        {"user": user, "new_reaction": [{"type": "custom_emoji", "custom_emoji_id": "5"}, {"type": "paid"}]},
        {"user": user, "new_reaction": [{"type": "of another age"}]},
        {"user": user, "message_id": 999_999},
        {"user": user, "chat": chat | {"id": 77}},
        {"user": user | {"id": 1087968824, "is_bot": True}},
        {"actor_chat": chat},
    ):
        telegram.inject({"message_reaction": change | odd})
    counts = [{"type": emoji(UP), "total_count": 3}]
    telegram.inject({"message_reaction_count": {"chat": chat, "message_id": answer.id, "date": 1, "reactions": counts}})
    await settled(telegram, trained)
    assert said(trained) == []
    asked = {call.method.lower() for call in telegram.calls.of()[calls:]}
    assert asked <= {"getupdates"}
    assert kept(trained, "SELECT count(*) FROM updates WHERE set_aside = 1 OR failures > 0") == [(0,)]
    telegram.inject({"message_reaction": change | {"user": user}})  # nothing was wrong with the rest of it
    assert "✓ Confirmed" in (await admin.next()).text


def emoji(one: str) -> dict[str, str]:
    return {"type": "emoji", "emoji": one}


async def test_of_whoever_reacts_to_others_in_a_group_nothing_is_kept(
    telegram: LocalTelegram, make_settings: MakeSettings, trained: Settings
) -> None:
    mia, pia = await Person.join(telegram.url, "Mia"), await Person.join(telegram.url, "Pia", language="pl")
    family = await mia.create_group("The family", [pia], bot_is_admin=True)
    async with serving(make_settings(chats=str(family))):
        one, other = await mia.in_group(family), await pia.in_group(family)
        await other.react(await one.say("Good morning"), UP)
        await one.send_photo(MAYA, "/who")
        answer = await one.next()
        await other.react(answer, "❤")
        await (await pia.in_group(family)).anonymously().react(answer, UP)
        await settled(telegram, trained)
        assert kept(trained, "SELECT user_id FROM people") == [(mia.id,)]
        assert (pia.id,) not in kept(trained, "SELECT reader FROM languages")
        await other.react(answer, DOWN)
        await settled(telegram, trained)
        assert kept(trained, "SELECT user_id FROM people ORDER BY 1") == [(mia.id,), (pia.id,)]


async def test_whoever_may_not_ask_says_nothing_by_it_and_hears_nothing(
    telegram: LocalTelegram, guest: Person, trained: Settings
) -> None:
    answer = await shown(guest, OTTO)
    await settled(telegram, trained)
    with closing(sqlite3.connect(trained.home / "cousinbot.db")) as db, db:
        db.execute("DELETE FROM people")
    calls = len(telegram.calls.of("sendMessage"))
    await guest.react(answer, UP)
    await settled(telegram, trained)
    assert praise(trained) == []
    assert len(telegram.calls.of("sendMessage")) == calls


async def test_one_that_is_tried_again_does_not_come_in_behind_a_later_one(
    telegram: LocalTelegram, admin: Person, trained: Settings
) -> None:
    answer = await shown(admin, OTTO)
    telegram.faults.add(Fault("editMessageText", status=502, times=3))
    for reaction in ([UP], [], [UP], []):
        await admin.react(answer, *reaction)
    await settled(telegram, trained)
    assert all(one[2] == "rejected" for one in said(trained))
    await admin.react(answer, UP)
    await settled(telegram, trained)
    assert said(trained)[-1][2] == "accepted"


async def test_reactions_keep_the_pace_and_are_all_followed(
    telegram: LocalTelegram, trained: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.handlers.MESSAGES", 4)
    async with serving(trained, Timings(first_pause=HURRIED.first_pause, minute=0.4)):
        guest = await invited(telegram, "Gus")
        answer = await shown(guest, OTTO)
        for reaction in ([UP], [], [UP], [], [UP], [], [UP]):
            await guest.react(answer, *reaction)
        await settled(telegram, trained)
        assert praise(trained) == [(1, guest.id)]


async def test_a_thumb_that_came_before_a_restart_is_followed_once_and_taken_back_after_it(
    telegram: LocalTelegram, trained: Settings
) -> None:
    admin = await Person.join(telegram.url, "Ada", ADMIN)
    async with serving(trained):
        answer = await shown(admin, OTTO)
    await admin.react(answer, UP)
    async with serving(trained):
        await admin.next()
        menu = await reacted(admin, await shown(admin, TWO), DOWN)
    async with serving(trained):
        await reacted(admin, answer)
        await admin.react(menu.reply_to or 0)
        await settled(telegram, trained)
        assert said(trained) == [("is", "ben", "rejected", ADMIN)]
        assert len(telegram.calls.of("deleteMessage")) == 1


async def test_an_answer_without_a_face_or_picture_is_no_answer(
    telegram: LocalTelegram, guest: Person, trained: Settings
) -> None:
    answer = await shown_file(guest, b"no picture")
    await guest.react(answer, UP)
    await guest.say("/wrong", reply_to=answer)
    assert "send /wrong as a reply" in (await guest.next()).text
    await settled(telegram, trained)
    assert praise(trained) == []


async def shown_file(person: Person, content: bytes) -> Message:
    await person.send_file(content, "photo.jpg", "image/jpeg")
    return await person.next()


async def test_a_forgotten_answer_is_left_alone(telegram: LocalTelegram, guest: Person, trained: Settings) -> None:
    answer = await shown(guest, portrait("clara", 100))
    await guest.react(answer, DOWN)
    await settled(telegram, trained)
    assert kept(trained, "SELECT user_id, down FROM reactions") == [(guest.id, 1)]
    await guest.say("/forgetme")
    while not (asked := await guest.next()).text.startswith("Shall I delete"):
        pass
    await guest.press(asked, asked.buttons[0][0].text)
    await guest.answer_to_press()
    assert kept(trained, "SELECT count(*) FROM reactions") == [(0,)]
    for reaction in ([], [UP]):
        await guest.react(answer, *reaction)
    await settled(telegram, trained)
    assert kept(trained, "SELECT count(*) FROM updates WHERE set_aside = 1 OR failures > 0") == [(0,)]
