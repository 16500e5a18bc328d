"""What those who watch over the bot can read: health, metrics, the log."""

import asyncio
import json
import logging
import os
import socket
import sys
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.app import BotError, serve
from bot.timings import Timings
from bot.transport.outbox import current_update, sending_for
from data.settings import Settings
from demo.telegram.faults import Fault
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from foundation.logs import write_to_stderr
from tests.bot.conftest import INVITE, MakeSettings, invited, jpeg, serving, settled, until
from tests.bot.siege import ended, environment, running, webhook_settings
from tests.free_port import free_port


async def get(port: int, path: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.get(f"http://127.0.0.1:{port}/{path}")


async def samples(port: int) -> dict[str, float]:
    """Every sample by its name and labels, read by Prometheus' own parser."""
    answer = await get(port, "metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        " ".join([sample.name, *(f"{name}={value}" for name, value in sorted(sample.labels.items()))]): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def test_health_says_how_it_is(telegram: LocalTelegram, make_settings: MakeSettings) -> None:
    port = free_port()
    settings = make_settings(health_port=port)
    async with serving(settings):
        await invited(telegram, "Gus")
        await settled(telegram, settings)
        answer = await get(port, "healthz")
        report = answer.json()
        assert answer.status_code == 200
        assert report.pop("last_update").startswith("20")
        assert report == {
            "ok": True,
            "telegram": "ok",
            "database": "ok",
            "queue_depth": 0,
            "set_aside": 0,
            "model": None,
        }
        assert (await get(port, "")).status_code == 404


async def test_health_is_red_when_the_database_is_gone(
    telegram: LocalTelegram, make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    async with serving(make_settings(health_port=port)):
        await invited(telegram, "Gus")

        async def broken(_: object) -> int:
            raise OSError("disk I/O error")

        monkeypatch.setattr("data.store.journal.Journal.depth", broken)
        answer = await get(port, "healthz")
        assert answer.status_code == 503
        assert "disk I/O error" in answer.json()["database"]


async def test_health_is_red_when_telegrams_calls_do_not_arrive(
    telegram: LocalTelegram, make_settings: MakeSettings
) -> None:
    port, elsewhere, here = free_port(), free_port(), free_port()
    url = f"http://127.0.0.1:{elsewhere}/"
    settings = make_settings(health_port=port, webhook_url=url, webhook_port=here, webhook_secret="s3cret")
    async with serving(settings, Timings(webhook_check=0.05)):
        async with asyncio.timeout(20):
            while not await answers(port, 200):
                pass
            await (await Person.join(telegram.url, "Gus")).say("/help")
            while not await answers(port, 503):
                pass
        assert "calls do not arrive" in (await get(port, "healthz")).json()["telegram"]


async def answers(port: int, status: int) -> bool:
    try:
        return (await get(port, "healthz")).status_code == status
    except httpx.ConnectError:  # not open yet
        return False


async def test_metrics_count_what_happened(
    telegram: LocalTelegram, make_settings: MakeSettings, trained: Settings
) -> None:
    port = free_port()
    settings = make_settings(health_port=port)
    async with serving(settings):
        guest = await invited(telegram, "Gus")
        await guest.send_photo(jpeg())
        await guest.next()
        telegram.faults.add(Fault("sendMessage", status=500))
        await guest.say("/help")
        await guest.next()
        telegram.inject({"message": {"message_id": 1, "date": "today"}})
        await settled(telegram, settings)
        found = await samples(port)
        assert found["cousinbot_updates_total outcome=handled"] == 3
        assert found["cousinbot_updates_total outcome=set_aside"] == 1
        assert found["cousinbot_answer_seconds_count kind=photo"] == 1
        assert found["cousinbot_answer_seconds_count kind=message"] == 2
        assert found["cousinbot_answer_seconds_bucket kind=photo le=+Inf"] == 1
        assert found["cousinbot_errors_total kind=NetworkError"] == 1
        assert found["cousinbot_errors_total kind=TypeError"] == 3
        assert found["cousinbot_queue_depth"] == 0
        assert found["cousinbot_model_info version=v001"] == 1


async def test_only_this_machine_can_read_them(make_settings: MakeSettings, telegram: LocalTelegram) -> None:
    port = free_port()
    async with serving(make_settings(health_port=port)):
        await invited(telegram, "Gus")
        # The same port of another address of this machine is free: nothing listens there.
        socket.create_server(("127.0.0.2", port)).close()


async def test_taken_port_is_said(make_settings: MakeSettings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(BotError, match="COUSINBOT_HEALTH_PORT"):
        await serve(make_settings(health_port=taken.getsockname()[1]))


def test_log_is_json_lines_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    before = logging.getLogger().handlers[:]
    try:
        write_to_stderr(("s3cret",), update=current_update)
        with sending_for(42, "answer"):
            logging.getLogger("bot.test").warning("Update of %s with “s3cret”", "Zoë\nand Bob")
        try:
            raise RuntimeError("s3cret")
        except RuntimeError:
            logging.getLogger("bot.test").exception("failed")
        write_to_stderr(("s3cret",), "text")
        logging.getLogger("bot.test").warning("for people")
    finally:
        logging.getLogger().handlers[:] = before
    first, second, third = capsys.readouterr().err.splitlines()
    line = json.loads(first)
    assert line.pop("time").startswith("20")
    assert line == {
        "level": "warning",
        "logger": "bot.test",
        "message": "Update of Zoë\nand Bob with “[secret]”",
        "update": 42,
    }
    assert "RuntimeError: [secret]" in json.loads(second)["traceback"]
    assert third.endswith("WARNING bot.test: for people")


async def test_busy_bot_ends_within_ten_seconds_of_sigterm_and_keeps_what_is_unfinished(
    telegram: LocalTelegram, settings: Settings, tmp_path: Path
) -> None:
    variables = environment(telegram, settings.home, settings.facts, health_port=free_port(), **webhook_settings())
    people = [await Person.join(telegram.url, name) for name in ("Gus", "Pia", "Zoe", "Leo", "Mia")]
    async with running(variables, tmp_path / "log") as process:
        for person in people:
            await person.say(f"/start {INVITE}")
            await person.next()
        telegram.faults.add(Fault("getFile", "hang", times=None, seconds=60))
        asked = {(person.id, await person.send_photo(jpeg(number))) for person in people for number in range(8)}
        await until(lambda: telegram.pending() == [], 30)
        process.terminate()
        assert await ended(process, 10) == 0
    telegram.faults.clear()
    async with running(variables, tmp_path / "log"):
        answered = set()
        for person in people:
            answered |= {(person.id, (await person.next()).reply_to) for _ in range(8)}
        assert answered == asked


async def test_dockers_health_check_is_green_while_the_bot_is_well(
    telegram: LocalTelegram, make_settings: MakeSettings
) -> None:
    """The very command of the Dockerfile, outside of a container."""
    lines = (Path(__file__).parents[2] / "Dockerfile").read_text().replace("\\\n", "")
    command = json.loads(lines.partition("HEALTHCHECK")[2].partition("CMD ")[2].partition("\n")[0])
    port = free_port()

    async def status() -> int:
        variables = os.environ | {"COUSINBOT_HEALTH_PORT": str(port)}
        check = await asyncio.create_subprocess_exec(
            sys.executable, *command[1:], env=variables, stderr=asyncio.subprocess.DEVNULL
        )
        return await check.wait()

    assert await status() != 0
    async with serving(make_settings(health_port=port)):
        await invited(telegram, "Gus")
        assert await status() == 0
        telegram.faults.add(Fault("getUpdates", status=401, description="Unauthorized", times=None))
        telegram.inject({"message": {}})
        async with asyncio.timeout(20):
            while (await get(port, "healthz")).status_code == 200:
                pass
        assert await status() != 0
