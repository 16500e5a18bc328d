"""Telegram may ask for any pause: whatever waits for it has not failed."""

import asyncio
import types

import pytest

from bot.transport.handling_limit import counted, handling_limit, waiting
from data.settings import Settings
from demo.telegram.faults import Fault
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from tests.bot.conftest import ADMIN, invited, sent_to, serving, settled


class Clock:
    """The event loop's, which leaps over what would be slept through. Every timer that is due by then goes off."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        loop = asyncio.get_running_loop()
        time = loop.time
        self.ahead = 0.0
        self.leaps = 0
        self.runs = asyncio.Event()
        self.runs.set()
        monkeypatch.setattr(loop, "time", lambda: time() + self.ahead)

    async def sleep(self, seconds: float) -> None:
        await self.runs.wait()
        self.leaps += 1
        self.ahead += seconds
        for _ in range(3):
            await asyncio.sleep(0)


async def test_a_pause_of_any_length_is_no_failure(
    telegram: LocalTelegram, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """400 s, seven times in a row: a handler has 300 s, and three failures."""
    async with serving(settings):
        guest = await invited(telegram, "Gus")
        clock = Clock(monkeypatch)
        clock.runs.clear()  # whoever says something to the bot has a timeout too
        limiter = types.SimpleNamespace(Event=asyncio.Event, sleep=clock.sleep)
        monkeypatch.setattr("telegram.ext._aioratelimiter.asyncio", limiter)
        monkeypatch.setattr("bot.transport.backoff.sleep", lambda _: asyncio.sleep(0.01))
        telegram.faults.add(Fault("sendMessage", retry_after=400, times=7))
        await guest.say("/help")
        clock.runs.set()
        while clock.leaps < 6:  # and so has `until`  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        assert "Send me a photo" in (await guest.next()).text
        await settled(telegram, settings)
        admin = await Person.join(telegram.url, "Ada", ADMIN)
        await admin.say("/start")
        await admin.next()
        assert len(sent_to(telegram, guest.id)) == 2
        assert not any("could not handle" in text for text in sent_to(telegram, ADMIN))


async def test_what_hangs_is_given_up_also_after_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)

    async def request() -> str:
        return "taken"

    async def handle() -> None:
        async with handling_limit(300):
            with waiting():
                await clock.sleep(1000)
                assert await counted(request)() == "taken"
                await clock.sleep(1000)
            await clock.sleep(299)
            left.append(299)
            await clock.sleep(2)
            await asyncio.Event().wait()

    left: list[int] = []
    with pytest.raises(TimeoutError):
        await handle()
    assert left == [299]


async def test_a_request_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)

    async def request() -> None:
        await clock.sleep(301)
        await asyncio.Event().wait()

    async def handle() -> None:
        async with handling_limit(300):
            with waiting():
                await counted(request)()

    with pytest.raises(TimeoutError):
        await handle()


async def test_work_that_outlives_its_handler_has_no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)

    async def late() -> str:
        with waiting():
            await clock.sleep(1000)
        return "done"

    async with handling_limit(300):
        task = asyncio.create_task(late())
    assert await task == "done"
    with waiting():
        assert await counted(late)() == "done"
