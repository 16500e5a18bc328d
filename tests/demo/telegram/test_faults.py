"""Bad days on demand, as the real client meets them."""

import time

import httpx
import pytest
from telegram import Bot
from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut

from demo.telegram.faults import Fault
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from tests.demo.telegram.small_bot import small_bot


async def test_flood_limit(bot: Bot, ann: Person, telegram: LocalTelegram, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # else the client warns of the days when this will be the default
    telegram.faults.add(Fault("sendMessage", retry_after=7, times=2))
    for _ in range(2):
        with pytest.raises(RetryAfter, match="Retry in 0:00:07"):
            await bot.send_message(ann.id, "hello")
    await bot.send_message(ann.id, "hello")
    assert [call.status for call in telegram.calls.of("sendMessage")] == [429, 429, 200]
    async with httpx.AsyncClient(base_url=telegram.url) as http:
        telegram.faults.add(Fault("*", retry_after=3))
        answer = await http.get(f"/bot{telegram.token}/getMe")
        assert answer.headers["retry-after"] == "3"
        assert answer.json()["parameters"] == {"retry_after": 3}
        calls = (await http.get("/control/calls", params={"method": "getMe"})).json()["calls"]
        assert [call["status"] for call in calls][-1] == 429


async def test_a_dropped_request_was_carried_out_or_not(bot: Bot, ann: Person, telegram: LocalTelegram) -> None:
    telegram.faults.add(Fault("sendMessage", "drop"))
    with pytest.raises(NetworkError):
        await bot.send_message(ann.id, "never sent")
    telegram.faults.add(Fault("sendMessage", "drop", after=True))
    with pytest.raises(NetworkError):
        await bot.send_message(ann.id, "sent")
    assert (await ann.next()).text == "sent"
    await bot.send_message(ann.id, "after that all is well")
    assert (await ann.next()).text == "after that all is well"


@pytest.mark.parametrize("kind", ["html", "garbage"])
async def test_answers_nobody_can_read(bot: Bot, telegram: LocalTelegram, kind: str) -> None:
    telegram.faults.add(Fault("getMe", "html" if kind == "html" else "garbage", status=502))
    with pytest.raises(TelegramError):
        await bot.get_me()
    assert (await bot.get_me()).is_bot


async def test_hanging_and_delay(bot: Bot, telegram: LocalTelegram) -> None:
    telegram.faults.add(Fault("getMe", "hang", seconds=30))
    with pytest.raises(TimedOut):
        await bot.get_me(read_timeout=0.2)
    telegram.faults.add(Fault("getMe", "delay", seconds=0.3))
    begin = time.monotonic()
    await bot.get_me()
    assert time.monotonic() - begin >= 0.3


async def test_an_answer_that_is_late(bot: Bot, telegram: LocalTelegram, ann: Person) -> None:
    telegram.faults.add(Fault("sendMessage", "delay", seconds=30, after=True))
    with pytest.raises(TimedOut):
        await bot.send_message(ann.id, "sent all the same", read_timeout=0.2)
    assert (await ann.next()).text == "sent all the same"


async def test_the_bot_polls_on_after_a_bad_day(telegram: LocalTelegram) -> None:
    async with small_bot(telegram):
        ann = await Person.join(telegram.url, "Ann")
        await telegram.calls.until(lambda calls: bool(calls.of("deleteWebhook")))
        await ann.say("one")
        assert (await ann.next()).text == "one"
        telegram.faults.add(Fault("getUpdates", "drop"))
        telegram.faults.add(Fault("getUpdates", status=500))
        await ann.say("two")  # may still come by the poll that was open before
        assert (await ann.next(timeout=15)).text == "two"
        await ann.say("three")
        assert (await ann.next(timeout=15)).text == "three"
    statuses = [call.status for call in telegram.calls.of("getUpdates")]
    assert (statuses.count(0), statuses.count(500)) == (1, 1)


async def test_an_unparsable_update_is_delivered_as_it_is(telegram: LocalTelegram, bot: Bot) -> None:
    broken = {"message": {"message_id": "no number, no chat, no date"}}
    number = telegram.inject(broken)
    with pytest.raises(KeyError):
        await bot.get_updates()
    assert telegram.pending() == [{"update_id": number} | broken]  # and it would come again
