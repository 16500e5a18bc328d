"""Messages go out once, and one at a time."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from telegram.error import NetworkError

from bot.transport.outbox import Outbox, apart, sending_for
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


async def send(outbox: Outbox, telegram: Telegram, text: str, endpoint: str = "sendMessage") -> Any:
    data = {"chat_id": 5, "text": text}
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
