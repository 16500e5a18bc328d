"""Messages to the admins, on a bad day."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telegram.ext import AIORateLimiter, ExtBot

from actions.people.languages import ReadersLanguage
from actions.running.housekeeping import AdminIds
from bot.operations.alerts import Alerts, Gathered
from data.store.store import Store
from demo.telegram.faults import Fault
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram


@pytest.fixture
async def languages(tmp_path: Path) -> AsyncIterator[ReadersLanguage]:
    async with Store.open(tmp_path / "cousinbot.db") as store:
        yield ReadersLanguage(store.languages, None)


def ids(*admins: int) -> AdminIds:
    async def who() -> frozenset[int]:
        return frozenset(admins)

    return who


async def test_one_admin_who_cannot_be_told_keeps_no_other_from_it(
    telegram: LocalTelegram, languages: ReadersLanguage
) -> None:
    first, second = await Person.join(telegram.url, "Ann", 1), await Person.join(telegram.url, "Bob", 2)
    for admin in (first, second):
        await admin.say("/start")
    telegram.faults.add(Fault("sendMessage", "fail", status=502, description="Bad Gateway"))
    async with ExtBot(telegram.token, base_url=f"{telegram.url}/bot", rate_limiter=AIORateLimiter()) as bot:
        await Alerts(bot, ids(1, 2), languages).tell(lambda: "The facts are broken.")

    assert (await second.next()).text == "The facts are broken."


async def test_what_comes_within_a_minute_is_told_together(telegram: LocalTelegram, languages: ReadersLanguage) -> None:
    admin = await Person.join(telegram.url, "Ann", 1)
    await admin.say("/start")

    def words(kinds: Counter[str]) -> str:
        return ", ".join(f"{what}: {count}" for what, count in kinds.items())

    async with ExtBot(telegram.token, base_url=f"{telegram.url}/bot", rate_limiter=AIORateLimiter()) as bot:
        gathered = Gathered(Alerts(bot, ids(1), languages), words, every=0.3)
        assert await gathered.tell("KeyError")
        assert all(await asyncio.gather(*(gathered.tell(what) for what in ("KeyError", "ValueError", "KeyError"))))

    assert [(await admin.next()).text for _ in range(2)] == ["KeyError: 1", "KeyError: 2, ValueError: 1"]
