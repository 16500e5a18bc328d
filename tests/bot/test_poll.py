"""What is asked of Telegram while polling: from which update on, and for how long."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from telegram.error import NetworkError, RetryAfter

from bot.updates.polling import ALLOWED_UPDATES, LONG_POLL, MARGIN, poll


class Script:
    """Telegram, the processor, the status and the pauses in one: answers as it was told, and notes what it is asked."""

    def __init__(self, *answers: list[dict[str, Any]] | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, dict[str, Any], float]] = []
        self.noted: list[object] = []
        self.errors: list[str] = []
        self.over = asyncio.Event()

    async def do_api_request(self, endpoint: str, data: dict[str, Any], *, read_timeout: float) -> Any:
        self.asked.append((endpoint, data, read_timeout))
        if not self.answers:
            self.over.set()
            await asyncio.Event().wait()
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def receive(self, updates: Sequence[Any]) -> int | None:
        return max((update["update_id"] for update in updates if "update_id" in update), default=None)

    def failed(self, error: Exception) -> None:
        self.noted.append(type(error))
        self.errors.append(str(error))

    def works(self) -> None:
        self.noted.append("works")

    def brought_updates(self) -> None:
        self.noted.append("updates")

    async def wait(self, at_least: float = 0) -> None:
        self.noted.append(at_least)

    def reset(self) -> None:
        self.noted.append("reset")

    async def run(self, **timings: float) -> list[tuple[int | None, int]]:
        """Poll until there are no more answers; returns the offsets and timeouts that were asked for."""
        me: Any = self
        options: dict[str, Any] = dict(timings)
        polling = asyncio.create_task(poll(me, me, me, me, **options))
        await asyncio.wait([polling, asyncio.create_task(self.over.wait())], return_when=asyncio.FIRST_COMPLETED)
        assert not polling.done()
        polling.cancel()
        return [(data["offset"], data["timeout"]) for _, data, _ in self.asked]


def updates(*ids: int) -> list[dict[str, Any]]:
    return [{"update_id": id_} for id_ in ids]


async def test_what_is_journaled_is_acknowledged_and_an_old_offset_is_not_kept() -> None:
    """After a quiet week Telegram starts its numbers anew: an offset from before would hide what comes then."""
    script = Script(updates(8, 9), [], updates(3), [])
    assert await script.run() == [(None, 0), (10, LONG_POLL), (None, LONG_POLL), (4, LONG_POLL), (None, LONG_POLL)]
    assert script.noted == [
        *("works", "reset", "updates"),
        *("works", "reset"),
        *("works", "reset", "updates"),
        *("works", "reset"),
    ]


async def test_the_first_answer_and_the_one_after_trouble_come_at_once() -> None:
    script = Script([], NetworkError("down"), RetryAfter(7), [])
    assert await script.run() == [(None, 0), (None, LONG_POLL), (None, 0), (None, 0), (None, LONG_POLL)]
    assert script.noted == ["works", "reset", NetworkError, 0, RetryAfter, 7, "works", "reset"]


async def test_trouble_acknowledges_nothing_new() -> None:
    script = Script(updates(8), NetworkError("down"), [])
    assert [offset for offset, _ in await script.run()] == [None, 9, 9, None]


async def test_an_answer_in_which_nothing_has_an_id_is_trouble() -> None:
    script = Script([{"message": {}}], [])
    assert await script.run() == [(None, 0), (None, 0), (None, LONG_POLL)]
    assert script.noted == [ValueError, 0, "works", "reset"]
    assert script.errors == ["no update in the answer has an id"]


async def test_what_telegram_is_asked_for() -> None:
    script = Script([])
    await script.run()
    data = {"limit": 100, "allowed_updates": ALLOWED_UPDATES}
    assert script.asked == [
        ("get_Updates", {"offset": None, "timeout": 0, **data}, MARGIN),
        ("get_Updates", {"offset": None, "timeout": LONG_POLL, **data}, LONG_POLL + MARGIN),
    ]


@pytest.mark.parametrize(("long_poll", "margin"), [(3, 2.0)])
async def test_how_long_it_waits_is_the_callers_choice(long_poll: int, margin: float) -> None:
    script = Script([])
    assert await script.run(long_poll=long_poll, margin=margin) == [(None, 0), (None, 3)]
    assert [timeout for *_, timeout in script.asked] == [2.0, 5.0]
