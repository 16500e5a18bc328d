"""Admins who write as the group, and channels: nobody can tell who they are, so nothing is kept as theirs."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing

import pytest

from bot.conversation.wording import as_yourself, in_private
from data.people.identities import ANONYMOUS_ADMIN, SHARED
from data.settings import Settings
from demo.telegram.chats.types import ANONYMOUS
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from tests.bot.conftest import FAMILY_FACTS, sent_to, serving, settled
from tests.bot.test_corrections import press
from tests.bot.trained import portrait


@pytest.fixture
async def here(telegram: LocalTelegram, admin: Person, trained: Settings) -> AsyncIterator[Person]:
    """An admin in the family's group."""
    group = await admin.create_group("The family")
    trained.facts.write_text(FAMILY_FACTS)
    async with serving(trained.model_copy(update={"chats": frozenset({group})})):
        yield await admin.in_group(group)


def kept(settings: Settings) -> str:
    with closing(sqlite3.connect(settings.home / "cousinbot.db")) as db:
        return "\n".join(db.iterdump())


async def test_an_anonymous_admin_hears_how_to_do_what_is_about_one_person(here: Person) -> None:
    hidden = here.anonymously()
    for command in ("forgetme", "mydata", "stats", "review", "invite", "block", "admins"):
        await hidden.say(f"/{command}")
        assert (await here.next()).text == in_private(command)
    for command in ("retrain", "models", "rollback"):
        await hidden.say(f"/{command}")
        assert (await here.next()).text == as_yourself()


async def test_an_anonymous_admin_is_greeted_as_nobody_and_talks_without_being_answered(
    here: Person, telegram: LocalTelegram, trained: Settings
) -> None:
    hidden = here.anonymously()
    assert ANONYMOUS.id == ANONYMOUS_ADMIN
    await hidden.say("Hello!")
    await hidden.say("/start")
    greeting = (await here.next()).text
    assert greeting.startswith("Hello! Send")  # not "Hello Group!"
    assert "/review" not in greeting
    assert str(here.chat) not in greeting
    await settled(telegram, trained)
    assert len(sent_to(telegram, here.chat)) == 1
    assert not [identity for identity in SHARED if str(identity) in kept(trained)]


async def test_a_name_that_an_anonymous_admin_types_is_answered_with_how_to_do_it(
    here: Person, telegram: LocalTelegram, trained: Settings
) -> None:
    await here.send_photo(portrait("maya", 100), "/who")
    question = await press(here, await press(here, await here.next(), "✗ Wrong"), "Someone new")
    await here.anonymously().say("Maya", reply_to=question)
    assert (await here.next()).text == as_yourself()
    await here.anonymously().say("well said", reply_to=question.id - 1)
    await here.say("Maya", reply_to=question)
    while (message := await here.next()).edited:
        pass
    assert "That is a new name for me: Maya" in message.text


async def test_nothing_is_kept_as_theirs(here: Person, telegram: LocalTelegram, trained: Settings) -> None:
    guest = await (await Person.join(telegram.url, "Gus")).in_group(here.chat)
    hidden = here.anonymously()
    await hidden.say("/start a-code")
    await here.next()
    await hidden.send_photo(portrait("ben", 90), "/who")
    answer = await here.next()
    asked = await hidden.send_photo(portrait("clara", 90))
    await guest.say("/who", reply_to=asked)
    assert (await here.next()).buttons
    await press(here, answer, "✓ Right")  # whoever taps is seen as themselves
    for identity in SHARED:
        sender = {"id": identity, "is_bot": False, "first_name": "Telegram"}
        chat = {"id": here.chat, "type": "group", "title": "The family"}
        telegram.inject({"message": {"message_id": 1, "date": 1, "chat": chat, "from": sender, "text": "/cousins"}})
    await settled(telegram, trained)
    with closing(sqlite3.connect(trained.home / "cousinbot.db")) as db:
        assert db.execute("SELECT sender FROM photos ORDER BY id").fetchall() == [(0,), (0,)]  # nor as the guest's
        assert db.execute("SELECT said_by FROM statements").fetchall() == [(here.id,)]
        assert db.execute("SELECT user_id FROM people").fetchall() == [(guest.id,)]
    assert not [identity for identity in SHARED if str(identity) in kept(trained)]


async def test_what_not_to_bring_up_is_for_private_chats(
    here: Person, admin: Person, telegram: LocalTelegram, trained: Settings
) -> None:
    await here.say("/facts ben")
    assert (await here.next()).text == "Ben\n• He bakes."
    await here.send_photo(portrait("ben", 91), "/who")
    answer = await here.next()
    assert "Ben" in answer.text
    corrected = await press(here, answer, "✓ Right")
    assert "He bakes." in corrected.text
    await admin.say("/facts ben")
    assert (await admin.next()).text.endswith("his old car")
    await admin.send_photo(portrait("ben", 92))
    assert "his old car" in (await admin.next()).text
    assert "his old car" not in "".join(sent_to(telegram, here.chat))
    await here.say("/facts")
    await press(here, await here.next(), "Ben")
