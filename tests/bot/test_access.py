"""Who may ask: the real bot, people who are let in and people who are not."""

import asyncio
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from bot.conversation import wording
from bot.conversation.taps import Taps
from data.settings import Settings
from demo.telegram.faults import Fault
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from tests.bot.conftest import (
    ADMIN,
    INVITE,
    OTHER_ADMIN,
    MakeSettings,
    invited,
    jpeg,
    sent_to,
    serving,
    settled,
    until,
)
from tests.bot.trained import portrait

Bot = asyncio.Task[None]


@pytest.mark.usefixtures("bot")
async def test_outsider_is_told_once_and_nothing_of_theirs_is_kept(telegram: LocalTelegram, settings: Settings) -> None:
    outsider = await Person.join(telegram.url, "Otto")
    await outsider.say("my secret is 1234")
    assert (await outsider.next()).text == wording.outsider()
    await outsider.send_photo(jpeg())
    await outsider.say("/help")
    await settled(telegram, settings)
    assert len(sent_to(telegram, outsider.id)) == 1
    assert telegram.calls.of("getFile") == []
    assert list((settings.home / "inbox").iterdir()) == []
    with closing(sqlite3.connect(settings.home / "cousinbot.db")) as db:
        everything = "\n".join(db.iterdump())
    assert "1234" not in everything
    assert "Otto" not in everything
    assert db_role(settings, outsider.id) == ("outsider", None)


def db_role(settings: Settings, user_id: int) -> tuple[str, str | None]:
    with closing(sqlite3.connect(settings.home / "cousinbot.db")) as db:
        row = db.execute("SELECT role, name FROM people WHERE user_id = ?", (user_id,)).fetchone()
    role: tuple[str, str | None] = row
    return role


@pytest.mark.usefixtures("bot")
async def test_only_the_right_code_lets_in(telegram: LocalTelegram, settings: Settings) -> None:
    person = await Person.join(telegram.url, "Pia")
    for attempt in ("/start", "/start wrong", f"/start {INVITE} please", INVITE):
        await person.say(attempt)
    assert (await person.next()).text == wording.outsider()
    assert (await person.next()).text == wording.invitation_unknown()
    await person.say(f"/start {INVITE}")
    assert (await person.next()).text.startswith("Hello Pia!")
    await settled(telegram, settings)
    assert db_role(settings, person.id) == ("guest", "Pia")


@pytest.mark.usefixtures("bot")
async def test_admins_are_let_in_by_id_and_see_their_help(admin: Person, guest: Person) -> None:
    await admin.say("/help")
    assert "/review" in (await admin.next()).text
    await guest.say("/help")
    assert "/review" not in (await guest.next()).text


async def test_admins_commands_are_no_commands_for_guests(guest: Person) -> None:
    for command in ("/stats", "/invite", "/block", "/review", "/faces", "/sort", "/retrain", "/models", "/rollback"):
        await guest.say(command)
        assert (await guest.next()).text.startswith("Send me a photo")


async def test_owner_of_a_fresh_bot_learns_their_id(telegram: LocalTelegram, make_settings: MakeSettings) -> None:
    async with serving(make_settings(admins="")):
        owner = await Person.join(telegram.url, "Olga")
        await owner.say("/start")
        assert f"COUSINBOT_ADMINS={owner.id}" in (await owner.next()).text


async def test_members_of_an_allowed_group_may_ask(telegram: LocalTelegram, make_settings: MakeSettings) -> None:
    member = await Person.join(telegram.url, "Mia")
    group = await member.create_group("The family")
    settings = make_settings(chats=str(group))
    async with serving(settings):
        here = await member.in_group(group)
        asked = await here.send_photo(jpeg())
        await here.say("/who", reply_to=asked)
        assert "still getting to know" in (await here.next()).text
        await member.say("/help")
        assert "Send me a photo" in (await member.next()).text
        await settled(telegram, settings)
        assert db_role(settings, member.id) == ("guest", "Mia")


async def test_bot_is_silent_in_other_groups(telegram: LocalTelegram, settings: Settings, bot: Bot) -> None:
    stranger = await Person.join(telegram.url, "Stan")
    group = await stranger.create_group("Elsewhere")
    here = await stranger.in_group(group)
    asked = await here.send_photo(jpeg())
    await here.say("/who", reply_to=asked)
    await here.say("/start@family_cousin_bot")
    await settled(telegram, settings)
    assert sent_to(telegram, group) == []
    with closing(sqlite3.connect(settings.home / "cousinbot.db")) as db:
        assert db.execute("SELECT count(*) FROM people").fetchone() == (0,)
    assert not bot.done()


async def test_plain_photos_in_an_allowed_group_are_left_alone(make_settings: MakeSettings) -> None:
    async with LocalTelegram(privacy=False) as telegram:
        member = await Person.join(telegram.url, "Mia")
        group = await member.create_group("The family")
        token, api = telegram.token, telegram.url
        settings = make_settings(chats=str(group), telegram_token=token, telegram_api=api)
        async with serving(settings):
            here = await member.in_group(group)
            await here.send_photo(jpeg(1), "look, the lake")
            await here.send_album([jpeg(2), jpeg(3)])
            await here.say("nice")
            await here.send_photo(jpeg(4), "/who")
            assert "still getting to know" in (await here.next()).text
            await settled(telegram, settings)
            assert len(sent_to(telegram, group)) == 1


@pytest.mark.usefixtures("bot")
async def test_blocked_guest_gets_silence_until_let_in_again(
    telegram: LocalTelegram, settings: Settings, admin: Person, guest: Person
) -> None:
    await admin.say("/block")
    menu = await admin.next()
    await admin.press(menu, "Gus")
    assert "blocked" in (await admin.answer_to_press()).text
    before = len(sent_to(telegram, guest.id))
    await guest.say("/help")
    await guest.say(f"/start {INVITE}")
    await settled(telegram, settings)
    assert len(sent_to(telegram, guest.id)) == before
    await admin.press(await admin.next(), "🚫 Gus")
    assert "may ask again" in (await admin.answer_to_press()).text
    await guest.say("/help")
    assert "Send me a photo" in (await guest.next()).text


@pytest.mark.usefixtures("bot")
async def test_rights_are_checked_at_the_tap(telegram: LocalTelegram, settings: Settings, admin: Person) -> None:
    """A button made for an admin does nothing for whoever else gets to tap it."""
    guest = await invited(telegram, "Gus")
    await admin.say("/block")
    menu = await admin.next()
    data = menu.button("Gus").data
    telegram.inject(
        {
            "callback_query": {
                "id": "1",
                "from": {"id": guest.id, "is_bot": False, "first_name": "Gus"},
                "chat_instance": "1",
                "message": menu.raw,
                "data": data,
            }
        }
    )
    await settled(telegram, settings)
    assert db_role(settings, guest.id) == ("guest", "Gus")
    [answer] = telegram.calls.of("answerCallbackQuery")
    assert answer.params["text"] == "Only an admin can do that."


async def test_what_outsiders_write_leaves_the_journal_at_once(
    telegram: LocalTelegram, settings: Settings, bot: Bot
) -> None:
    """Also while Telegram does not take the farewell, and when the update cannot be read at all."""
    telegram.faults.add(Fault("sendMessage", status=500, times=None))
    outsider = await Person.join(telegram.url, "Otto")
    await outsider.say("my secret is 1234")
    await telegram.calls.until(lambda calls: bool(calls.of("sendMessage")))
    await until(lambda: telegram.pending() == [])
    sender = {"id": outsider.id, "first_name": "Otto"}
    chat = {"id": outsider.id, "type": "private"}
    telegram.inject({"message": {"message_id": 1, "date": "1234", "chat": chat, "from": sender}})
    with closing(sqlite3.connect(settings.home / "cousinbot.db")) as db:
        await until(lambda: db.execute("SELECT 1 FROM updates WHERE failures = 1").fetchone() is not None)
        assert db.execute("SELECT count(*) FROM updates WHERE body LIKE '%secret%'").fetchone() == (0,)
    telegram.faults.clear()
    assert (await outsider.next()).text == wording.outsider()
    await settled(telegram, settings)
    with closing(sqlite3.connect(settings.home / "cousinbot.db")) as db:
        everything = "\n".join(db.iterdump())
    assert "1234" not in everything
    assert "Otto" not in everything
    assert sent_to(telegram, outsider.id) == [wording.outsider()]
    assert not bot.done()


async def test_admin_who_is_none_any_more_can_do_nothing_with_their_old_buttons(
    telegram: LocalTelegram, make_settings: MakeSettings
) -> None:
    """Made for an admin, tapped after the settings changed and the bot started again."""
    settings = make_settings()
    async with serving(settings):
        admin = await Person.join(telegram.url, "Ada", ADMIN)
        await admin.say("/start")
        await admin.next()
        pia = await invited(telegram, "Pia")
        await admin.say("/block")
        people = await admin.next()
        await admin.say("/invite")
        links = await admin.next()
        await settled(telegram, settings)
    async with serving(make_settings(admins=str(OTHER_ADMIN))):
        for message, button in ((people, "Pia"), (links, links.buttons[0][0].text)):
            await admin.press(message, button)
            assert (await admin.answer_to_press()).text == ""  # they are an outsider now
        await admin.say(f"/start {INVITE}")
        while not (await admin.next()).text.startswith("Hello Ada!"):
            pass
        for message, button in ((people, "Pia"), (links, links.buttons[0][0].text)):
            await admin.press(message, button)
            assert (await admin.answer_to_press()).text == "Only an admin can do that."
        assert db_role(settings, pia.id) == ("guest", "Pia")
        await admin.say("/block")
        assert (await admin.next()).text.startswith("Send me a photo")


GUESTS_TOO = {"right", "wrong", "is", "not", "stranger", "not_a_face", "no_idea", "back", "facts", "forget", "keep"}
GUESTS_TOO |= {"iam_is", "iam_new", "iam_no", "iam_face", "iam_none", "iam_again", "not_me"}


async def test_every_action_that_is_not_for_guests_is_refused_to_them(
    telegram: LocalTelegram, trained: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever adds an action for admins has it here; a button may have been made for an admin, or be made up."""
    known: list[str] = []
    init = Taps.__init__

    def noting(self: Taps, bot: Any, access: Any, buttons: Any, actions: dict[str, Any]) -> None:
        known.extend(sorted(actions.keys() - GUESTS_TOO))
        init(self, bot, access, buttons, actions)

    monkeypatch.setattr(Taps, "__init__", noting)
    async with serving(trained):
        guest = await invited(telegram, "Gus")
        await guest.send_photo(portrait("ben", 91))
        answer = await guest.next()
        await guest.press(answer, "✗ Wrong")
        await guest.press(await guest.next(), "Clara")
        assert "An admin will take a look" in (await guest.answer_to_press()).text
        await settled(telegram, trained)
        with closing(sqlite3.connect(trained.home / "cousinbot.db")) as db, db:
            ids = [
                db.execute(
                    "INSERT INTO buttons (chat_id, action, guess_id, statement_id, person, cousin, version)"
                    " VALUES (?, ?, 1, 1, ?, 'diego', 'v001')",
                    (guest.id, action, guest.id),
                ).lastrowid
                for action in known
            ]
        sender = {"id": guest.id, "is_bot": False, "first_name": "Gus"}
        for button in ids:
            query = {"id": str(button), "from": sender, "chat_instance": "1", "message": answer.raw}
            telegram.inject({"callback_query": query | {"data": str(button)}})
        await settled(telegram, trained)
        answers = telegram.calls.of("answerCallbackQuery")[-len(ids) :]
        assert [call.params.get("text") for call in answers] == [wording.admins_only()] * len(known)
        assert {"block", "unblock", "revoke", "accept", "dismiss", "someone_new"} <= set(known)
        with closing(sqlite3.connect(trained.home / "cousinbot.db")) as db:
            assert db.execute("SELECT status FROM statements").fetchall() == [("proposed",)]


@pytest.mark.usefixtures("trained_bot")
async def test_guest_cannot_reach_anothers_photos(telegram: LocalTelegram, trained: Settings) -> None:
    """By the ids of another's buttons, by made-up ones, by replying with another's message's number."""
    gus, eve = await invited(telegram, "Gus"), await invited(telegram, "Eve")
    await gus.send_photo(portrait("ben", 90))
    answer = await gus.next()
    await eve.send_photo(portrait("clara", 90))
    own = await eve.next()
    theirs = [button.data for row in answer.buttons for button in row]
    sender = {"id": eve.id, "is_bot": False, "first_name": "Eve"}
    for number, data in enumerate([*theirs, "0", "-1", "1' OR '1'='1", "99999999999999999999", "٣", ""]):
        # Under her own message with another's button: to pretend to be in another's chat is for Telegram to prevent.
        query = {"id": str(number), "from": sender, "chat_instance": "1", "message": own.raw, "data": data}
        telegram.inject({"callback_query": query})
    await eve.say("/forgetme")
    while "Shall I delete the 1 photo" not in (await eve.next()).text:
        pass
    await eve.say("/wrong", reply_to=own.id)
    assert "Who is it?" in (await eve.next()).text
    await settled(telegram, trained)
    toasts = {call.params.get("text") for call in telegram.calls.of("answerCallbackQuery")}
    assert toasts == {"This button no longer works."}
    with closing(sqlite3.connect(trained.home / "cousinbot.db")) as db:
        assert db.execute("SELECT count(*) FROM statements").fetchone() == (0,)
        assert db.execute("SELECT count(*) FROM praise").fetchone() == (0,)
        assert db.execute("SELECT count(*) FROM photos").fetchone() == (2,)
