"""Messages go out once, and one at a time."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from telegram.error import ChatMigrated, NetworkError, RetryAfter

from bot.transport.outbox import HANGS, RETRIES, Outbox, apart, current_update, sending_for
from data.store.journal import Journal
from data.store.store import Store


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(tmp_path / "cousinbot.db") as store:
        await store.journal.record({1: "{}", 2: "{}"})
        yield store


class Telegram:
    """Takes messages, and notes how many were on their way at once. Raises the errors it was given."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.taken: list[str] = []
        self.busy = 0
        self.busiest = 0

    async def __call__(self, endpoint: str, data: dict[str, Any]) -> dict[str, Any]:
        self.busy += 1
        self.busiest = max(self.busy, self.busiest)
        await asyncio.sleep(0)
        self.busy -= 1
        if self.errors:
            raise self.errors.pop(0)
        self.taken.append(data["text"])
        return {"message_id": len(self.taken)}


async def send(
    outbox: Outbox, telegram: Telegram, text: str, endpoint: str = "sendMessage", chat_id: int | str = 5
) -> Any:
    data = {"chat_id": chat_id, "text": text}
    return await outbox.process_request(telegram, (endpoint, data), {}, endpoint, data, None)


async def test_handled_again_an_update_sends_nothing_again(store: Store) -> None:
    telegram = Telegram()
    for _ in range(3):
        outbox = Outbox(store.journal, store.groups)  # after every restart another
        with sending_for(1, "answer"):
            assert await send(outbox, telegram, "one") == {"message_id": 1}
            assert await send(outbox, telegram, "two") == {"message_id": 2}
            await send(outbox, telegram, "changed", "editMessageText")
    assert telegram.taken == ["one", "two", "changed", "changed", "changed"]


async def test_what_was_not_taken_is_sent_again_and_what_follows_is_sent_once(store: Store) -> None:
    telegram, outbox = Telegram(NetworkError("down")), Outbox(store.journal, store.groups)
    with pytest.raises(NetworkError), sending_for(1, "answer"):
        await send(outbox, telegram, "one")
    for _ in range(2):
        with sending_for(1, "answer"):
            await send(outbox, telegram, "one")
            with apart("pace"):
                await send(outbox, telegram, "a word between")
            await send(outbox, telegram, "two")
    assert telegram.taken == ["one", "a word between", "two"]


async def test_other_updates_other_parts_and_messages_for_no_update_are_their_own(store: Store) -> None:
    telegram, outbox = Telegram(), Outbox(store.journal, store.groups)
    for update_id, part in ((1, "answer"), (1, "excuse"), (2, "answer")):
        with sending_for(update_id, part):
            await send(outbox, telegram, f"{update_id} {part}")
    for _ in range(2):
        await send(outbox, telegram, "alert")
    assert telegram.taken == ["1 answer", "1 excuse", "2 answer", "alert", "alert"]


async def test_one_message_at_a_time_is_on_its_way(store: Store) -> None:
    telegram, outbox = Telegram(), Outbox(store.journal, store.groups)

    async def answer(update_id: int) -> None:
        with sending_for(update_id, "answer"):
            await send(outbox, telegram, str(update_id))

    await store.journal.record(dict.fromkeys(range(10, 26), "{}"))
    await asyncio.gather(*(answer(update_id) for update_id in range(10, 26)))
    assert telegram.busiest == 1
    assert len(telegram.taken) == 16


async def test_nothing_of_the_messages_is_kept_once_the_update_is_over(store: Store) -> None:
    telegram, outbox = Telegram(), Outbox(store.journal, store.groups)
    for update_id in (1, 2):
        with sending_for(update_id, "answer"):
            await send(outbox, telegram, "one")
    await store.journal.finish([1])
    await store.journal.set_aside([2])
    assert await store.journal.sent(1, "answer sendMessage 5 1") is None
    assert await store.journal.sent(2, "answer sendMessage 5 1") is None


async def test_a_message_that_hangs_holds_up_no_other_for_long(store: Store) -> None:
    hangs, goes_on = asyncio.Event(), asyncio.Event()
    telegram, outbox = Telegram(), Outbox(store.journal, store.groups, hangs=0.05)

    async def slow(endpoint: str, data: dict[str, Any]) -> dict[str, Any]:
        hangs.set()
        await goes_on.wait()
        return await telegram(endpoint, data)

    async def answer(update_id: int, through: Any) -> None:
        with sending_for(update_id, "answer"):
            await send(outbox, through, str(update_id))

    hanging = asyncio.create_task(answer(1, slow))
    await hangs.wait()
    await answer(2, telegram)
    assert telegram.taken == ["2"]
    goes_on.set()
    await hanging
    await answer(1, telegram)  # it was noted all the same
    assert telegram.taken == ["2", "1"]


async def test_how_a_message_is_known_again(store: Store) -> None:
    """By its place among those of its update: restarts of another version must find it too."""
    telegram, outbox = Telegram(), Outbox(store.journal, store.groups)
    with sending_for(1, "answer"):
        await send(outbox, telegram, "one")
        await send(outbox, telegram, "elsewhere", chat_id=6)
        await send(outbox, telegram, "a picture", "sendPhoto")
        await send(outbox, telegram, "two")
    steps = ("sendMessage 5 1", "sendMessage 6 1", "sendPhoto 5 1", "sendMessage 5 2")
    assert [await store.journal.sent(1, f"answer {step}") for step in steps] == [
        {"message_id": n} for n in (1, 2, 3, 4)
    ]
    assert telegram.taken == ["one", "elsewhere", "a picture", "two"]


async def test_typing_is_never_noted_and_waits_for_nothing(store: Store) -> None:
    telegram, outbox = Telegram(), Outbox(store.journal, store.groups)
    with sending_for(1, "answer"):
        for _ in range(2):
            assert await send(outbox, telegram, "typing", "sendChatAction") == {"message_id": len(telegram.taken)}
    assert telegram.taken == ["typing", "typing"]
    assert await store.journal.sent(1, "answer sendChatAction 5 1") is None


class FullDisk(Journal):
    """Finds what was sent, and can note nothing."""

    async def note_sent(self, update_id: int, step: str, message: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")


async def test_a_message_that_cannot_be_noted_fails_nothing(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    """It is there: an update that fails for it would send it again."""
    telegram = Telegram()
    outbox = Outbox(FullDisk(store.journal._database), store.groups)
    with sending_for(1, "answer"):
        assert await send(outbox, telegram, "one") == {"message_id": 1}
        assert await send(outbox, telegram, "two") == {"message_id": 2}
    assert telegram.taken == ["one", "two"]
    assert caplog.text.count("could not be noted") == 2


async def test_a_group_that_moved_gets_its_message_under_its_new_id_and_is_known_by_both(store: Store) -> None:
    telegram, outbox = Telegram(ChatMigrated(-100)), Outbox(store.journal, store.groups)
    data = {"chat_id": -5, "text": "hello"}
    with sending_for(1, "answer"):
        sent = await outbox.process_request(telegram, ("sendMessage", data), {}, "sendMessage", data, None)
    assert sent == {"message_id": 1}
    assert data["chat_id"] == -100
    assert await store.groups.names(-100) == {-100, -5}
    assert await store.journal.sent(1, "answer sendMessage -5 1") == {"message_id": 1}


async def test_what_stayed_behind_in_a_group_that_moved_is_not_changed(store: Store) -> None:
    telegram, outbox = Telegram(ChatMigrated(-100)), Outbox(store.journal, store.groups)
    with pytest.raises(ChatMigrated):
        await send(outbox, telegram, "changed", "editMessageText", chat_id=-5)
    assert telegram.taken == []
    assert await store.groups.names(-100) == {-100, -5}


async def test_a_chat_without_a_number_that_moved_is_written_to_all_the_same(store: Store) -> None:
    telegram, outbox = Telegram(ChatMigrated(-100)), Outbox(store.journal, store.groups)
    await send(outbox, telegram, "hello", chat_id="@family")
    assert telegram.taken == ["hello"]
    assert await store.groups.names(-100) == {-100}


async def test_the_update_under_way_is_known_inside_only() -> None:
    assert current_update() is None
    with apart("pace"):
        assert current_update() is None
    with sending_for(3, "answer"):
        assert current_update() == 3
        with apart("pace"):
            assert current_update() == 3
        with sending_for(4, "wait"):
            assert current_update() == 4
        assert current_update() == 3
    assert current_update() is None


async def test_no_more_messages_go_out_than_telegram_lets_a_bot_send(store: Store) -> None:
    limiter = Outbox(store.journal, store.groups)._base_limiter
    assert limiter is not None
    assert (limiter.max_rate, limiter.time_period) == (30, 1)


async def test_too_many_requests_is_waited_out_five_times(store: Store) -> None:
    assert (RETRIES, HANGS) == (5, 2.0)
    outbox = Outbox(store.journal, store.groups)
    busy = Telegram(*[RetryAfter(0) for _ in range(RETRIES)])
    with sending_for(1, "answer"):
        assert await send(outbox, busy, "one") == {"message_id": 1}
    too_busy = Telegram(*[RetryAfter(0) for _ in range(RETRIES + 1)])
    with pytest.raises(RetryAfter), sending_for(2, "answer"):
        await send(outbox, too_busy, "one")
    assert too_busy.taken == []


async def test_a_message_that_fails_lets_the_next_one_go_at_once(store: Store) -> None:
    telegram, outbox = Telegram(NetworkError("down")), Outbox(store.journal, store.groups, hangs=60)
    async with asyncio.timeout(5):
        for update_id in (1, 2):
            with sending_for(update_id, "answer"):
                try:
                    await send(outbox, telegram, str(update_id))
                except NetworkError:
                    assert update_id == 1
    assert telegram.taken == ["2"]
