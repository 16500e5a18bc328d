"""A family group with topics, and a private chat with some: whatever the bot says is said where it was asked."""

import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass

import pytest

from bot.conversation.wording import sorry
from data.files.home import Home
from data.files.training_lock import TrainingLock
from data.settings import Settings
from demo.telegram.faults import Fault
from demo.telegram.person import Message, Person
from demo.telegram.server import LocalTelegram
from tests.bot.conftest import ADMIN, MakeSettings, serving, settled, until
from tests.bot.test_corrections import buttons, said
from tests.bot.trained import portrait


@dataclass
class Forum:
    """A group with topics, in one of which Ada, an admin, is: `elsewhere` in another, `outside` in none."""

    group: int
    admin: Person
    elsewhere: Person
    outside: Person


@pytest.fixture
async def telegram() -> AsyncIterator[LocalTelegram]:
    """The bot sees everything that is said in its group."""
    async with LocalTelegram(privacy=False) as telegram:
        yield telegram


@pytest.fixture
async def forum(telegram: LocalTelegram, admin: Person, make_settings: MakeSettings) -> Forum:
    group = await admin.create_group("The family", is_forum=True)
    outside = await admin.in_group(group)
    return Forum(group, await outside.open_topic("Reunion"), await outside.open_topic("Recipes"), outside)


@pytest.fixture
def settings(forum: Forum, trained: Settings, make_settings: MakeSettings) -> Settings:
    return make_settings(chats=str(forum.group))


@asynccontextmanager
async def nothing_said_outside(telegram: LocalTelegram, forum: Forum, settings: Settings) -> AsyncIterator[None]:
    """Everything that goes to the group in here names the topic."""
    before = len(telegram.calls.of())
    yield
    await settled(telegram, settings)
    sent = [
        call
        for call in telegram.calls.of()[before:]
        if call.method.startswith("send") and str(call.params["chat_id"]) == str(forum.group)
    ]
    assert sent
    assert {str(call.params.get("message_thread_id")) for call in sent} == {str(forum.admin.topic)}


async def new(person: Person) -> Message:
    """The next message that is no edit."""
    while (message := await person.next()).edited:
        pass
    return message


async def test_photos_commands_and_corrections_stay_in_the_topic(
    telegram: LocalTelegram, forum: Forum, settings: Settings
) -> None:
    admin = forum.admin
    async with serving(settings), nothing_said_outside(telegram, forum, settings):
        await admin.send_photo(portrait("ben", 100), "/who")
        answer = await admin.next()
        assert "Ben" in answer.text
        await admin.send_album([portrait("ben", 101), portrait("clara", 101)], "/who")
        album = await admin.next()
        assert album.photo is not None
        await admin.say("/help@family_cousin_bot")
        assert "/facts" in (await admin.next()).text
        await admin.say("/facts ben")
        assert "He bakes." in (await admin.next()).text
        await admin.say("/facts")
        await admin.press(await admin.next(), "Ben")
        assert "He bakes." in (await admin.next()).text

        await admin.say("/wrong", reply_to=answer)
        menu = await admin.next()
        assert menu.text == "Who is it?"
        await admin.press(menu, "Someone new")
        question = await new(admin)
        assert question.text.startswith("What is this person's name?")
        await telegram.calls.until(lambda calls: bool(calls.of("sendChatAction")))


async def test_a_name_typed_in_the_topic_is_understood_and_one_in_another_is_none(
    telegram: LocalTelegram, forum: Forum, settings: Settings
) -> None:
    """In a topic Telegram makes every message a reply to the one that opened it."""
    admin = forum.admin
    async with serving(settings):
        await admin.send_photo(portrait("maya", 100), "/who")
        await admin.press(await admin.next(), "✗ Wrong")
        await admin.press(await admin.next(), "Someone new")
        assert "What is this person's name" in (await new(admin)).text
        for elsewhere in (forum.elsewhere, forum.outside):
            await elsewhere.say("Marmalade")
        await settled(telegram, settings)
        assert said(settings) == []
        await admin.say("Maya")
        assert "That is a new name for me: Maya" in (await new(admin)).text
        assert [one[:2] for one in said(settings)] == [("is", "Maya")]


async def test_a_right_name_typed_in_the_topic_is_understood_and_one_in_another_is_none(
    telegram: LocalTelegram, admin: Person, trained: Settings
) -> None:
    await admin.say("/start")
    here, elsewhere = await admin.open_topic("Names"), await admin.open_topic("Recipes")
    async with serving(trained):
        await here.say("/rename")
        await here.press(await new(here), "Ben")
        await new(here)
        for other in (elsewhere, admin):
            await other.say("Marmalade")
        await settled(telegram, trained)
        await here.say("Benjamin")
        asked = await new(here)
    assert "Benjamin" in asked.text
    assert buttons(asked) == ["Yes, rename", "No, leave it"]


async def test_who_in_a_topic_without_a_reply_says_how(
    telegram: LocalTelegram, forum: Forum, settings: Settings
) -> None:
    async with serving(settings), nothing_said_outside(telegram, forum, settings):
        for command, words in (("/who", "as a reply to the photo"), ("/wrong", "as a reply to the answer")):
            await forum.admin.say(command)
            assert words in (await forum.admin.next()).text


async def test_what_was_asked_before_a_kill_is_answered_in_its_topic(
    telegram: LocalTelegram, forum: Forum, settings: Settings
) -> None:
    admin = forum.admin
    telegram.faults.add(Fault("sendMessage", "fail", times=None, status=500))
    async with serving(settings):
        await admin.send_photo(portrait("ben", 100), "/who")
        await telegram.calls.until(lambda calls: bool(calls.of("sendMessage")))
    telegram.faults.clear()
    async with serving(settings), nothing_said_outside(telegram, forum, settings):
        assert "Ben" in (await admin.next()).text


async def test_excuses_and_requests_for_patience(
    telegram: LocalTelegram, forum: Forum, make_settings: MakeSettings, trained: Settings
) -> None:
    settings = make_settings(chats=str(forum.group), photos_a_minute=1)
    async with serving(settings):
        guest = await Person.join(telegram.url, "Gus")
        there = (await guest.in_group(forum.group)).in_topic(forum.admin.topic)
        async with nothing_said_outside(telegram, forum, settings):
            await there.send_photo(portrait("ben", 100), "/who")
            assert "Ben" in (await there.next()).text
            telegram.faults.add(Fault("sendMessage", "fail", times=3, status=400, description="Bad Request: oh dear"))
            await there.say("/help")
            assert (await there.next()).text == sorry()
        await there.send_photo(portrait("ben", 101), "/who")
        assert "I answer 1 photo a minute" in (await there.next()).text


async def test_a_topic_that_is_gone_or_closed_is_no_failure(
    telegram: LocalTelegram, forum: Forum, settings: Settings
) -> None:
    async with serving(settings):
        for only_close in (True, False):
            topic = await forum.outside.open_topic("Soon over")
            telegram.faults.add(Fault("getUpdates", "delay", seconds=0.2))
            await topic.say("/help")
            await topic.end_topic(only_close=only_close)
            await settled(telegram, settings)
        await forum.admin.say("/help")
        assert "/facts" in (await forum.admin.next()).text
    with closing(sqlite3.connect(settings.home / "cousinbot.db")) as db:
        failed = db.execute("SELECT count(*) FROM updates WHERE set_aside = 1 OR failures > 0").fetchone()
    assert failed == (0,)


@pytest.mark.parametrize("is_gone", [False, True])
async def test_the_report_of_a_training_run_goes_to_the_topic_it_was_asked_for_in(
    telegram: LocalTelegram, admin: Person, settings: Settings, is_gone: bool
) -> None:
    await admin.say("/start")
    topic = await admin.open_topic("Training")
    async with serving(settings):
        await topic.say("/help")
        assert "/retrain" in (await topic.next()).text
        await settled(telegram, settings)
    with closing(sqlite3.connect(settings.home / "cousinbot.db", timeout=30)) as db, db:
        db.execute(
            "INSERT INTO runs (id, pid, started_at, finished_at, outcome, message, followed)"
            " VALUES (1, 1, '2026-01-01', '2026-01-01', 'failed', 'Too few photos.', 1)"
        )
        db.execute(
            "INSERT INTO run_messages (run_id, chat_id, message_id, topic) VALUES (1, ?, 1, ?)", (ADMIN, topic.topic)
        )
    if is_gone:
        await topic.end_topic()
    async with serving(settings):
        while "Too few photos." not in (await (admin if is_gone else topic).next()).text:
            pass
        await until(lambda: untold(settings) == 0)


def untold(settings: Settings) -> int:
    with closing(sqlite3.connect(settings.home / "cousinbot.db")) as db:
        return int(db.execute("SELECT count(*) FROM runs WHERE followed = 1").fetchone()[0])


async def test_progress_is_shown_in_the_topic(telegram: LocalTelegram, forum: Forum, settings: Settings) -> None:
    """Of a run that is under way already: nothing has to be trained."""
    async with serving(settings):
        await forum.admin.say("/help")
        await forum.admin.next()
        await settled(telegram, settings)
        lock = TrainingLock(Home(settings.home).training_lock).acquire()
        assert lock is not None
        with closing(sqlite3.connect(settings.home / "cousinbot.db", timeout=30)) as db, db:
            db.execute("INSERT INTO runs (id, pid, started_at) VALUES (1, 0, '2026-01-01T00:00:00.000000+00:00')")
        async with nothing_said_outside(telegram, forum, settings):
            await forum.admin.say("/retrain")
            assert "already under way" in (await forum.admin.next()).text
            shown = await forum.admin.next()
            assert shown.text.startswith("🎓")
        with closing(sqlite3.connect(settings.home / "cousinbot.db")) as db:
            in_chats = db.execute("SELECT chat_id, message_id, topic FROM run_messages").fetchall()
        os.close(lock)
    assert in_chats == [(forum.group, shown.id, forum.admin.topic)]
