"""“typing…”: shown while a photo is looked at, and no more than that."""

import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from telegram.ext import AIORateLimiter, ExtBot

from bot.transport.chat_action import Typing
from bot.transport.outbox import Outbox, sending_for
from bot.transport.topics import Topic, within
from data.settings import Settings
from data.store.store import Store
from demo.telegram.faults import Fault
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from tests.bot.conftest import MakeSettings, invited, jpeg, serving, settled


async def test_it_is_shown_again_until_the_work_is_done_and_is_no_message(
    telegram: LocalTelegram, tmp_path: Path
) -> None:
    person = await Person.join(telegram.url, "Gus")
    await person.say("/start")
    async with Store.open(tmp_path / "cousinbot.db") as store:
        await store.journal.record({1: "{}"})
        outbox = Outbox(store.journal, store.groups)
        async with ExtBot(telegram.token, base_url=f"{telegram.url}/bot", rate_limiter=outbox) as bot:
            with sending_for(1, "answer"):
                with Typing(bot, again=0.01).shown_in(person.id):
                    await telegram.calls.until(lambda calls: len(calls.of("sendChatAction")) >= 3)
                await bot.send_message(person.id, "Ben")
        assert (await person.next()).text == "Ben"
        shown = telegram.calls.of("sendChatAction")
    assert {(call.params["chat_id"], call.params["action"], call.status) for call in shown} == {
        (str(person.id), "typing", 200)
    }
    with closing(sqlite3.connect(tmp_path / "cousinbot.db")) as db:
        assert [step for (step,) in db.execute("SELECT step FROM sent")] == [f"answer sendMessage {person.id} 1"]


@pytest.mark.usefixtures("bot")
async def test_who_sends_a_photo_sees_that_it_is_looked_at(
    telegram: LocalTelegram, settings: Settings, guest: Person
) -> None:
    await guest.say("/help")
    await guest.next()
    assert telegram.calls.of("sendChatAction") == []
    await guest.send_photo(jpeg())
    await guest.next()
    await settled(telegram, settings)
    await telegram.calls.until(lambda calls: bool(calls.of("sendChatAction")))
    [shown] = telegram.calls.of("sendChatAction")
    assert str(shown.params["chat_id"]) == str(guest.id)


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("fault", [Fault("sendChatAction", status=500, times=None), Fault("sendChatAction", "hang")])
async def test_a_photo_is_answered_whether_or_not_it_can_be_shown(
    telegram: LocalTelegram, settings: Settings, guest: Person, fault: Fault
) -> None:
    telegram.faults.add(fault)
    for number in range(2):
        await guest.send_photo(jpeg(number))
        assert "still getting to know" in (await guest.next()).text
    await settled(telegram, settings)


async def test_a_chat_has_one_request_at_a_time_however_much_is_waited_for(telegram: LocalTelegram) -> None:
    people = [await Person.join(telegram.url, name) for name in ("Gus", "Pia", "Zoe")]
    for person in people:
        await person.say("/start")
    async with ExtBot(telegram.token, base_url=f"{telegram.url}/bot", rate_limiter=AIORateLimiter()) as bot:
        typing = Typing(bot, again=3600, most=2)
        with ExitStack() as stack:
            for _ in range(50):
                for person in people:
                    stack.enter_context(typing.shown_in(person.id))
            await telegram.calls.until(lambda calls: len(calls.of("sendChatAction")) >= 2)
        with typing.shown_in(people[0].id):  # it is shown still
            await bot.get_me()
        shown = [str(call.params["chat_id"]) for call in telegram.calls.of("sendChatAction")]
        assert shown == [str(person.id) for person in people[:2]]


async def test_each_topic_of_a_chat_has_its_own(telegram: LocalTelegram) -> None:
    person = await Person.join(telegram.url, "Gus")
    await person.say("/start")
    topics = [await person.open_topic(name) for name in ("Reunion", "Recipes")]
    async with ExtBot(telegram.token, base_url=f"{telegram.url}/bot", rate_limiter=AIORateLimiter()) as bot:
        typing = Typing(bot, again=3600)
        with ExitStack() as stack:
            for topic in (None, *(topic.topic for topic in topics)):
                with within(Topic(person.id, topic) if topic else None):
                    for _ in range(2):
                        stack.enter_context(typing.shown_in(person.id))
            await telegram.calls.until(lambda calls: len(calls.of("sendChatAction")) >= 3)
        shown = [call.params.get("message_thread_id") for call in telegram.calls.of("sendChatAction")]
    assert shown[0] is None
    assert list(map(str, shown[1:])) == [str(topic.topic) for topic in topics]


async def test_who_waits_in_line_in_a_topic_sees_it_there(
    telegram: LocalTelegram, make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.updates.processor.PHOTOS", 1)
    member = await Person.join(telegram.url, "Mia")
    group = await member.create_group("The family", is_forum=True)
    here = await (await member.in_group(group)).open_topic("Reunion")
    there = await (await member.in_group(group)).open_topic("Recipes")
    settings = make_settings(chats=str(group))
    async with serving(settings):
        telegram.faults.add(Fault("getFile", "delay", seconds=1, times=1))
        await here.send_photo(jpeg(), "/who")  # is looked at, and keeps the only place
        await telegram.calls.until(lambda calls: bool(calls.of("getFile")))
        await there.send_photo(jpeg(1), "/who")
        await settled(telegram, settings)
    calls = [call for call in telegram.calls.of() if call.method in ("sendChatAction", "getFile")]
    looked_at = [number for number, call in enumerate(calls) if call.method == "getFile"]
    shown = [str(call.params.get("message_thread_id")) for call in calls[: looked_at[1]] if "action" in call.params]
    assert set(shown) == {str(here.topic), str(there.topic)}


@pytest.mark.parametrize("asked", [True, False])
async def test_it_is_shown_while_a_photo_waits_in_line_to_whom_will_be_answered(
    telegram: LocalTelegram, make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch, asked: bool
) -> None:
    monkeypatch.setattr("bot.updates.processor.PHOTOS", 1)
    member = await Person.join(telegram.url, "Mia")
    group = await member.create_group("The family")
    settings = make_settings(chats=str(group))
    async with serving(settings):
        guest = await invited(telegram, "Gus")
        telegram.faults.add(Fault("getFile", "delay", seconds=1, times=1))
        await guest.send_photo(jpeg())  # is looked at, and keeps the only place
        await telegram.calls.until(lambda calls: bool(calls.of("getFile")))
        here = await member.in_group(group)
        await here.send_photo(jpeg(1), "/who" if asked else None)
        outsider = await Person.join(telegram.url, "Otto")
        await outsider.send_photo(jpeg(2))
        await settled(telegram, settings)
        shown = [int(call.params["chat_id"]) for call in telegram.calls.of("sendChatAction")]
    assert set(shown) == {guest.id, group} if asked else {guest.id}
    if asked:
        calls = [call for call in telegram.calls.of() if call.method in ("sendChatAction", "getFile")]
        looked_at = [number for number, call in enumerate(calls) if call.method == "getFile"]
        assert str(group) in [str(call.params.get("chat_id")) for call in calls[: looked_at[1]]]
