"""Starting and stopping: what is missing is said in one line, and nothing is left hanging."""

import asyncio
import logging
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import httpx
import pytest

from bot.app import BotError, serve
from bot.timings import Timings
from data.settings import Settings
from demo.telegram.faults import Fault
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from tests.bot.conftest import HURRIED, MakeSettings, invited, jpeg, serving, settled, until
from tests.free_port import free_port


async def test_missing_token_is_named(make_settings: MakeSettings) -> None:
    with pytest.raises(BotError, match="COUSINBOT_TELEGRAM_TOKEN"):
        await serve(make_settings(telegram_token=None))


async def test_wrong_token_is_said_without_showing_it(make_settings: MakeSettings) -> None:
    token = "123456789:AAWrongWrongWrongWrongWrongWrongWr"
    with pytest.raises(BotError, match="does not know the token in COUSINBOT_TELEGRAM_TOKEN") as caught:
        await serve(make_settings(telegram_token=token), HURRIED)
    assert token not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_stray_401_at_start_is_survived(telegram: LocalTelegram, settings: Settings) -> None:
    telegram.faults.add(Fault("getMe", "fail", times=2, status=401, description="Unauthorized"))
    async with serving(settings):
        await invited(telegram, "Gus")


async def test_newer_database_is_said(settings: Settings) -> None:
    settings.home.mkdir()
    with closing(sqlite3.connect(settings.home / "cousinbot.db")) as db:
        db.execute("PRAGMA user_version = 999")
    with pytest.raises(BotError, match="newer version of cousinbot"):
        await serve(settings)


async def test_bot_waits_for_the_network_and_says_so(
    make_settings: MakeSettings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    port = free_port()
    async with LocalTelegram() as elsewhere:
        token = elsewhere.token
    settings = make_settings(telegram_api=f"http://127.0.0.1:{port}", telegram_token=token)
    async with serving(settings):
        await until(lambda: "Telegram cannot be reached" in caplog.text)
        async with LocalTelegram(port, token=token) as telegram:
            await invited(telegram, "Gus")


async def test_telegram_goes_away_and_comes_back(make_settings: MakeSettings) -> None:
    port = free_port()
    async with LocalTelegram(port) as telegram:
        settings = make_settings(telegram_api=telegram.url, telegram_token=telegram.token)
        task = asyncio.create_task(serve(settings))
        await invited(telegram, "Gus")
    async with LocalTelegram(port, token=telegram.token) as telegram:
        await invited(telegram, "Pia")
        task.cancel()
        await asyncio.wait([task])


async def test_stopping_takes_less_than_ten_seconds_and_keeps_what_is_under_way(
    telegram: LocalTelegram, settings: Settings
) -> None:
    async with serving(settings, Timings(grace=0.5)):
        guest = await invited(telegram, "Gus")
        telegram.faults.add(Fault("getFile", "hang", times=1, seconds=60))
        await guest.send_photo(jpeg())
        database = settings.home / "cousinbot.db"

        def unfinished() -> bool:
            with closing(sqlite3.connect(database)) as db:
                count = db.execute("SELECT count(*) FROM updates WHERE finished_at IS NULL").fetchone()
            return bool(count == (1,))

        await until(unfinished)
        started = time.monotonic()
    assert time.monotonic() - started < 5  # the usual grace is 5 s, and what is beyond it must stay below another 5
    telegram.faults.clear()
    async with serving(settings):
        assert "still getting to know" in (await guest.next()).text
        await settled(telegram, settings)


async def test_webhook_answers_only_to_the_secret_and_journals_first(
    telegram: LocalTelegram, make_settings: MakeSettings
) -> None:
    port, secret = free_port(), "a-secret-of-the-family"
    url = f"http://127.0.0.1:{port}/telegram"
    settings = make_settings(webhook_url=url, webhook_port=port, webhook_secret=secret)
    async with serving(settings):
        guest = await invited(telegram, "Gus")
        await guest.send_album([jpeg(1), jpeg(2)])
        assert "still getting to know" in (await guest.next()).text
        async with httpx.AsyncClient(verify=False, trust_env=False) as stranger:
            assert (await stranger.post(url, json={"update_id": 1})).status_code == 403
            wrong = {"X-Telegram-Bot-Api-Secret-Token": "wrong"}
            assert (await stranger.post(url, json={"update_id": 1}, headers=wrong)).status_code == 403
            right = {"X-Telegram-Bot-Api-Secret-Token": secret}
            assert (await stranger.post(url, content=b"{", headers=right)).status_code == 400
            assert (await stranger.post(url, json=[1], headers=right)).status_code == 400
            assert (await stranger.get(url)).status_code == 405
        assert telegram.calls.of("getUpdates") == []


async def test_from_webhook_back_to_polling(telegram: LocalTelegram, make_settings: MakeSettings) -> None:
    port = free_port()
    settings = make_settings(webhook_url=f"http://127.0.0.1:{port}/", webhook_port=port, webhook_secret="s3cret")
    async with serving(settings):
        await invited(telegram, "Gus")
    async with serving(make_settings()):
        await invited(telegram, "Pia")


async def test_taken_webhook_port_is_said(make_settings: MakeSettings) -> None:
    with socket.create_server(("", 0)) as taken:
        port = taken.getsockname()[1]
        settings = make_settings(webhook_url="https://bot.example.org/", webhook_port=port, webhook_secret="s3cret")
        with pytest.raises(BotError, match="COUSINBOT_WEBHOOK_PORT"):
            await serve(settings)


def test_bot_never_imports_the_training_stack() -> None:
    heavy = ["training", "fastai", "matplotlib", "pandas", "sklearn"]
    code = f"import bot.app, sys; print([name for name in {heavy} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


async def test_a_short_invitation_is_for_homes_that_have_it_already(
    telegram: LocalTelegram, make_settings: MakeSettings
) -> None:
    short = make_settings(invite="reunion-2026")
    with pytest.raises(BotError, match=r"at least 16 characters, for example COUSINBOT_INVITE=[\w-]{16}$"):
        await serve(short)
    async with serving(make_settings()):
        await invited(telegram, "Gus")
    async with serving(short):
        person = await Person.join(telegram.url, "Pia")
        await person.say("/start reunion-2026")
        assert (await person.next()).text.startswith("Hello Pia!")
