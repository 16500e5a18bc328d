"""A backup of a family whose bot is at work, and a bot that goes on from it elsewhere."""

import asyncio
import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import cli
from bot.app import BotError, serve
from data.settings import Settings
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from tests.bot.conftest import ADMIN, FAMILY_FACTS, MakeSettings, invited, serving, settled
from tests.bot.siege import ended, environment, running
from tests.bot.trained import portrait


def command(settings: Settings) -> CliRunner:
    assert settings.telegram_token is not None
    values = {
        "HOME": settings.home,
        "FACTS": settings.facts,
        "DEVICE": "cpu",
        "ADMINS": str(ADMIN),
        "TELEGRAM_API": settings.telegram_api,
        "TELEGRAM_TOKEN": settings.telegram_token.get_secret_value(),
    }
    return CliRunner(env={f"COUSINBOT_{name}": str(value) for name, value in values.items()})


async def run(settings: Settings, *words: str) -> Result:
    return await asyncio.to_thread(command(settings).invoke, cli.main, words)


async def test_what_was_saved_while_photos_came_goes_on_elsewhere(
    telegram: LocalTelegram, trained: Settings, make_settings: MakeSettings, tmp_path: Path
) -> None:
    archive = tmp_path / "saved.zip"
    admin = await Person.join(telegram.url, "Ada", ADMIN)
    async with running(environment(telegram, trained.home, trained.facts), tmp_path / "log") as bot:
        await admin.send_photo(disguised := portrait("clara", 500, "ben"))
        answer = await admin.next(timeout=40)
        await admin.press(answer, answer.buttons[0][-1].text)  # “✗ Wrong”, or “No” where the bot asks
        await admin.press(await admin.next(), "Clara")
        assert "I'll remember" in ((await admin.answer_to_press()).text or "")
        await admin.send_photo(portrait("amelia", 501))
        before = await _name(admin)
        arriving = asyncio.create_task(_send_many(admin))
        saved = await run(trained, "backup", str(archive))
        assert saved.exit_code == 0, saved.output
        await arriving
        await settled(telegram, trained)
        bot.terminate()
        await ended(bot)

    shutil.rmtree(trained.home)
    trained.facts.unlink()
    elsewhere = make_settings(home=tmp_path / "another disk" / "family")
    restored = await run(elsewhere, "restore", str(archive))
    assert restored.exit_code == 0, restored.output
    assert elsewhere.facts.read_text() == FAMILY_FACTS
    looked = await run(elsewhere, "doctor", "--json")
    checks = {check["what"]: check for check in json.loads(looked.stdout)["checks"]}
    assert looked.exit_code == 0, looked.output
    assert checks["database"]["state"] == checks["model"]["state"] == checks["privacy"]["state"] == "well"

    fresh = await Person.join(telegram.url, "Ada", ADMIN)
    async with serving(elsewhere):
        await settled(telegram, elsewhere)
        for photo, name in ((portrait("amelia", 501), before), (disguised, "Clara")):
            asked = await fresh.send_photo(photo)
            while (reply := await fresh.next(timeout=20)).reply_to != asked:
                pass
            assert name in reply.text


async def _name(person: Person) -> str:
    """Of the cousin in the next answer that is not the corrected one."""
    while "Corrected" in (text := (await person.next(timeout=20)).text) or "Who is it" in text:
        pass
    named = re.search("Amelia|Ben|Clara|Diego", text)
    assert named, text
    return named[0]


async def _send_many(person: Person) -> None:
    for seed in range(600, 612):
        await person.send_photo(portrait("diego", seed))


@pytest.mark.usefixtures("bot")
async def test_a_second_bot_on_the_same_home_is_refused(settings: Settings, telegram: LocalTelegram) -> None:
    await invited(telegram, "Gus")
    with pytest.raises(BotError, match=r"Another cousinbot .*stop it first, or give this one a folder of its own"):
        await serve(settings)
    await invited(telegram, "Pia")
