"""A real bot process, killed while photos arrive."""

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from data.settings import Settings
from demo.telegram.faults import Fault
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from tests.bot.conftest import INVITE, jpeg

RUN = "from bot.app import run; from data.settings import load_settings; run(load_settings())"
PHOTOS = 24
KILLS = 2


@asynccontextmanager
async def process(settings: Settings, log: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    assert settings.telegram_token is not None
    environment = os.environ | {
        "COUSINBOT_TELEGRAM_TOKEN": settings.telegram_token.get_secret_value(),
        "COUSINBOT_TELEGRAM_API": settings.telegram_api,
        "COUSINBOT_ADMINS": "1001",
        "COUSINBOT_INVITE": INVITE,
        "COUSINBOT_HOME": str(settings.home),
        "COUSINBOT_FACTS": str(settings.facts),
        "COUSINBOT_DEVICE": "cpu",
    }
    with log.open("ab") as file:
        running = await asyncio.create_subprocess_exec(
            sys.executable, "-c", RUN, env=environment, stderr=file, stdout=file
        )
    try:
        yield running
    finally:
        if running.returncode is None:
            running.kill()
        await running.wait()


def answered(telegram: LocalTelegram, chat: int) -> list[int]:
    """The photos that were answered, one entry an answer."""
    return [
        int(call.result["reply_to_message"]["message_id"])
        for call in telegram.calls.of("sendMessage")
        if call.status == 200 and call.result["chat"]["id"] == chat and "reply_to_message" in call.result
    ]


async def more_answers(telegram: LocalTelegram, chat: int, than: int) -> None:
    await telegram.calls.until(lambda _: len(answered(telegram, chat)) > than, timeout=40)


async def test_no_photo_is_lost_when_the_bot_is_killed(
    telegram: LocalTelegram, settings: Settings, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    guest = await Person.join(telegram.url, "Gus")
    await guest.say(f"/start {INVITE}")
    sent: list[int] = []
    for kill in range(KILLS):
        async with process(settings, log) as running:
            # Slow enough that several photos are under way when the process dies.
            telegram.faults.add(Fault("getFile", "delay", times=PHOTOS, seconds=0.2))
            before = len(answered(telegram, guest.id))
            sent += [await guest.send_photo(jpeg(kill * PHOTOS + number)) for number in range(PHOTOS // KILLS)]
            await more_answers(telegram, guest.id, before)
            running.send_signal(signal.SIGKILL)
            await running.wait()
        telegram.faults.clear()
    async with process(settings, log) as running:
        await telegram.calls.until(lambda _: set(sent) <= set(answered(telegram, guest.id)), timeout=40)
        running.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            assert await running.wait() == 0
    answers = answered(telegram, guest.id)
    assert set(answers) == set(sent)
    # An answer may be sent again if the process died before it noted that it was: those on the way at a kill.
    assert len(answers) - len(sent) <= KILLS * 16
    with closing(sqlite3.connect(settings.home / "cousinbot.db")) as db:
        assert db.execute("SELECT count(*) FROM updates WHERE finished_at IS NULL").fetchone() == (0,)
    assert settings.telegram_token is not None
    assert settings.telegram_token.get_secret_value() not in log.read_text()
