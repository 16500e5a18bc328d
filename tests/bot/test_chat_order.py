"""Who goes first within a chat."""

import asyncio
from typing import Literal

import pytest

from bot.updates.chat_order import ChatOrder, Turn

HERE, THERE = 5, 6


async def may_go(turn: Turn) -> bool:
    """Whether it is this turn's time: waiting for it is over at once."""
    coming = asyncio.create_task(turn.come())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    if coming.done():
        return True
    coming.cancel()
    return False


async def test_photos_share_a_turn_and_everything_else_has_its_own() -> None:
    order = ChatOrder()
    start = order.take(HERE, alone=True)
    photos = [order.take(HERE, alone=False) for _ in range(2)]
    forget = order.take(HERE, alone=True)
    late = order.take(HERE, alone=False)
    turns = [start, *photos, forget, late]
    assert [await may_go(turn) for turn in turns] == [True, False, False, False, False]
    order.end(HERE, start)
    assert [await may_go(turn) for turn in turns[1:]] == [True, True, False, False]
    order.end(HERE, photos[1])
    assert not await may_go(forget)
    order.end(HERE, photos[0])
    assert await may_go(forget)
    assert not await may_go(late)
    order.end(HERE, forget)
    assert await may_go(late)


async def test_chats_do_not_wait_for_each_other() -> None:
    order = ChatOrder()
    order.take(HERE, alone=True)
    assert await may_go(order.take(THERE, alone=True))


async def test_ending_twice_ends_nobody_elses_turn() -> None:
    order = ChatOrder()
    first, second = order.take(HERE, alone=True), order.take(HERE, alone=True)
    order.end(HERE, first)
    order.end(HERE, first)
    assert not await may_go(order.take(HERE, alone=True))
    assert await may_go(second)
    order.end(THERE, second)  # where it never was
    assert not await may_go(order.take(HERE, alone=False))


async def test_nothing_is_kept_of_a_chat_that_is_over() -> None:
    order = ChatOrder()
    turns = [order.take(HERE, alone=alone) for alone in (True, False, True)]
    for turn in turns:
        order.end(HERE, turn)
    assert order._last == {}
    await turns[2].come()
    assert turns[2].row.before is None


async def test_each_of_thousands_waits_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not for everybody before it: 5,000 texts would be twelve million waits."""
    waits, wait = 0, asyncio.Event.wait

    async def counted(event: asyncio.Event) -> Literal[True]:
        nonlocal waits
        waits += 1
        return await wait(event)

    monkeypatch.setattr(asyncio.Event, "wait", counted)
    order, came = ChatOrder(), list[int]()

    async def answer(number: int, turn: Turn) -> None:
        await turn.come()
        came.append(number)
        order.end(HERE, turn)

    turns = [order.take(HERE, alone=True) for _ in range(5000)]
    await asyncio.gather(*(answer(number, turn) for number, turn in enumerate(turns)))
    assert came == list(range(5000))
    assert waits == 4999
