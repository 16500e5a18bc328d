"""/models and /rollback: which version answers, and that the bot follows whoever decides it."""

import json
import re
import shutil
import sqlite3
from contextlib import closing

import pytest

from data.settings import Settings
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from models.registry import Registry
from tests.bot.conftest import ADMIN, INVITE, OTHER_ADMIN, MakeSettings, invited, serving, until
from tests.bot.test_corrections import buttons, press, shown
from tests.bot.trained import portrait

OTTO = portrait("otto", 100, disguise="ben")


def another_version(settings: Settings, version: str, **changes: object) -> Registry:
    """The first version again, under another name."""
    models = settings.home / "models"
    shutil.copytree(models / "v001", models / version)
    card = json.loads((models / version / "card.json").read_text())
    (models / version / "card.json").write_text(json.dumps(card | {"version": version} | changes))
    return Registry(models)


def first_used(settings: Settings) -> list[str | None]:
    with closing(sqlite3.connect(settings.home / "cousinbot.db")) as db:
        return [row[0] for row in db.execute("SELECT first_used_by FROM statements ORDER BY id").fetchall()]


@pytest.fixture
async def admin(admin: Person, trained_bot: None) -> Person:
    return admin


async def test_another_version_is_chosen_from_the_list(admin: Person, trained: Settings) -> None:
    await press(admin, await shown(admin, portrait("ben", 300)), "✓ Right")
    registry = another_version(trained, "v002", corrections=[1])  # made by a run, and not promoted
    await admin.say("/models")
    page = await admin.next()
    assert [line.split(",")[0] for line in page.text.splitlines()[1:]] == ["• v002", "★ v001"]
    assert "cousins: 4; learned from 1 correction" in page.text
    assert buttons(page) == ["Use v002"]
    assert first_used(trained) == [None]
    await admin.press(page, "Use v002")
    assert (await admin.answer_to_press()).text == "v002 answers now, instead of v001."
    page = await admin.next()
    assert page.text.endswith("v002 answers now, instead of v001.")
    assert buttons(page) == ["Use v001"]
    assert registry.current() == "v002"
    assert first_used(trained) == ["v002"]


async def test_rollback_says_from_what_to_what(telegram: LocalTelegram, admin: Person, trained: Settings) -> None:
    await admin.say("/rollback")
    assert "no earlier version" in (await admin.next()).text
    for version in ("v002", "v003"):
        registry = another_version(trained, version)
        registry.promote(version)
    for now, before in (("v003", "v002"), ("v002", "v001")):  # once more leads to the one before that
        await admin.say("/rollback")
        question = await admin.next()
        assert re.search(rf"{now} answers now: \d+% of 20 ", question.text)
        assert re.search(rf"Before that it was {before}: \d+% of 20 ", question.text)
        await admin.press(question, f"↩ Go back from {now} to {before}")
        left, done = await admin.next(), await admin.next()
        assert (left.id, buttons(left)) == (question.id, [])
        assert done.text == f"{before} answers now, instead of {now}."
        assert registry.current() == before


async def test_a_version_that_cannot_be_loaded_is_not_let_answer(admin: Person, trained: Settings) -> None:
    registry = another_version(trained, "v002")
    (registry.folder / "v002" / "weights.safetensors").write_bytes(b"half of it")
    await admin.say("/models")
    await admin.press(await admin.next(), "Use v002")
    assert "v002 can't be loaded" in (await admin.next()).text
    assert registry.current() == "v001"
    assert "Ben" in (await shown(admin, portrait("ben", 300))).text


async def test_whoever_is_no_admin_any_more_chooses_nothing(
    telegram: LocalTelegram, make_settings: MakeSettings, trained: Settings
) -> None:
    admin = await Person.join(telegram.url, "Ada", ADMIN)
    registry = another_version(trained, "v002")
    async with serving(trained):
        await admin.say("/models")
        page = await admin.next()
    async with serving(make_settings(admins=str(OTHER_ADMIN))):
        await admin.say(f"/start {INVITE}")
        await admin.next()
        await admin.press(page, "Use v002")
        assert (await admin.answer_to_press()).text == "Only an admin can do that."
        for command in ("/models", "/rollback", "/retrain"):
            await admin.say(command)
            assert "/help" in (await admin.next()).text
    assert registry.current() == "v001"


async def test_an_idle_bot_follows_and_teaches_the_lessons_again(admin: Person, trained: Settings) -> None:
    """Before any photo is sent: the corrections were made under one network, and count under the next."""
    await press(admin, await press(admin, await shown(admin, OTTO), "✗ Wrong"), "Otto")
    another_version(trained, "v002", network="other", corrections=[1]).promote("v002")

    def taught_anew() -> bool:
        with closing(sqlite3.connect(trained.home / "cousinbot.db")) as db:
            return db.execute("SELECT space FROM guesses").fetchall() == [("other",)]

    await until(taught_anew)
    await until(lambda: first_used(trained) == ["v002"])
    await admin.say("/stats")
    assert "Version that answers: v002." in (await admin.next()).text
    assert "Otto" in (await shown(admin, OTTO)).text


async def test_no_photo_is_answered_without_the_lessons_while_versions_change(
    admin: Person, telegram: LocalTelegram, trained: Settings
) -> None:
    await press(admin, await press(admin, await shown(admin, OTTO), "✗ Wrong"), "Otto")
    registry = another_version(trained, "v002", network="other")
    guest = await invited(telegram, "Gus")
    for turn in range(4):
        registry.promote(("v002", "v001")[turn % 2])
        assert "Otto" in (await shown(guest, OTTO)).text
