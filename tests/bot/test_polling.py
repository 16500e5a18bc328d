"""Telegram's bad days: the real bot against the local Telegram, which misbehaves on demand."""

import logging
from dataclasses import replace
from typing import Any

import pytest

from bot.timings import Timings
from data.settings import Settings
from demo.telegram.faults import Fault
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from tests.bot.conftest import jpeg, settled


@pytest.fixture
def timings() -> Timings:
    return Timings(first_pause=0.05, between_alerts=0.1)


async def still_answers(person: Person) -> None:
    """Twice: the first message may reach a poll that was waiting before the fault was set."""
    for _ in range(2):
        await person.say("/help")
        assert "Send me a photo" in (await person.next()).text


BAD_DAYS = [
    Fault("getUpdates", "fail", status=500),
    Fault("getUpdates", "fail", status=401, description="Unauthorized"),
    Fault("getUpdates", "fail", status=404, description="Not Found"),
    Fault("getUpdates", "fail", status=409, description="Conflict: terminated by other getUpdates request"),
    Fault("getUpdates", "drop"),
    Fault("getUpdates", "html", status=502),
    Fault("getUpdates", "garbage"),
    Fault("getUpdates", "garbage", after=True),
    Fault("getUpdates", "drop", after=True),
]


@pytest.mark.parametrize("times", [1, 3])
async def test_polling_goes_on_after(telegram: LocalTelegram, guest: Person, times: int) -> None:
    for fault in BAD_DAYS:
        telegram.faults.add(replace(fault, times=times))
        await still_answers(guest)


async def test_revoked_token_is_said_and_tried_again(
    telegram: LocalTelegram, guest: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    telegram.faults.add(Fault("getUpdates", "fail", times=4, status=401, description="Unauthorized"))
    await still_answers(guest)
    assert caplog.text.count("does not accept the bot's token") == 1
    assert "Telegram answers" in caplog.text


async def test_second_poller_is_named(telegram: LocalTelegram, guest: Person, caplog: pytest.LogCaptureFixture) -> None:
    description = "Conflict: terminated by other getUpdates request"
    telegram.faults.add(Fault("getUpdates", "fail", times=2, status=409, description=description))
    await still_answers(guest)
    assert "another program receives this bot's messages" in caplog.text


async def test_unparsable_updates_stop_nothing_behind_them(
    telegram: LocalTelegram, settings: Settings, guest: Person
) -> None:
    nonsense: list[dict[str, Any]] = [
        {"message": {"message_id": 1}},
        {"message": 7},
        {"message": {"message_id": "x", "chat": [], "date": None}},
        {"callback_query": {"id": "1"}},
        {"something_new": {"a": 1}},
        {},
    ]
    for update in nonsense:
        telegram.inject(update)
        await still_answers(guest)
    await settled(telegram, settings)


async def test_admins_and_sender_are_told_of_what_was_set_aside(
    telegram: LocalTelegram, settings: Settings, admin: Person, guest: Person
) -> None:
    await admin.say("/start")
    await admin.next()
    chat = {"id": guest.id, "type": "private"}
    telegram.inject({"message": {"message_id": 1, "date": "today", "chat": chat, "from": {"id": guest.id}}})
    assert "could not handle" in (await admin.next()).text
    assert "went wrong" in (await guest.next()).text
    await admin.say("/stats")
    assert "could not handle: 1" in (await admin.next()).text
    await settled(telegram, settings)


@pytest.mark.parametrize("method", ["sendMessage", "getFile", "file"])
async def test_answer_comes_in_spite_of_trouble_with(telegram: LocalTelegram, guest: Person, method: str) -> None:
    for fault in (
        Fault(method, "fail", status=429, description="Too Many Requests: retry after 1", retry_after=1),
        Fault(method, "fail", times=2, status=500),
        Fault(method, "drop", times=2),
        Fault(method, "html", times=2, status=502),
    ):
        telegram.faults.add(fault)
        asked = await guest.send_photo(jpeg())
        answer = await guest.next()
        assert "still getting to know" in answer.text
        assert answer.reply_to == asked


async def test_link_that_ran_out_is_asked_for_again(telegram: LocalTelegram, guest: Person) -> None:
    telegram.faults.add(Fault("file", "fail", times=1, status=404, description="Not Found"))
    await guest.send_photo(jpeg())
    assert "still getting to know" in (await guest.next()).text
    telegram.faults.add(Fault("file", "fail", times=2, status=404, description="Not Found"))
    await guest.send_photo(jpeg())
    assert "no longer has that picture" in (await guest.next()).text


async def test_guest_who_blocked_the_bot_is_let_go(
    telegram: LocalTelegram, settings: Settings, guest: Person, admin: Person
) -> None:
    telegram.faults.add(Fault("sendMessage", "fail", status=403, description="Forbidden: bot was blocked by the user"))
    await guest.send_photo(jpeg())
    await settled(telegram, settings)
    await admin.say("/stats")
    assert "could not handle" not in (await admin.next()).text
    await still_answers(guest)


@pytest.mark.usefixtures("bot")
async def test_late_tap_is_handled_quietly(telegram: LocalTelegram, settings: Settings, admin: Person) -> None:
    await admin.say("/block")
    await admin.next()
    description = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    telegram.faults.add(Fault("answerCallbackQuery", "fail", status=400, description=description))
    sender = {"id": admin.id, "is_bot": False, "first_name": "Ada"}
    telegram.inject({"callback_query": {"id": "5", "from": sender, "chat_instance": "1", "data": "12"}})
    await settled(telegram, settings)
    await still_answers(admin)
