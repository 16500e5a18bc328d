"""“typing…”: shown while a photo is looked at, and no more than that."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from telegram.ext import ExtBot

from bot.transport.chat_action import typing
from bot.transport.outbox import Outbox, sending_for
from data.settings import Settings
from data.store.store import Store
from demo.telegram.faults import Fault
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from tests.bot.conftest import jpeg, settled


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
                async with typing(bot, person.id, again=0.01):
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
