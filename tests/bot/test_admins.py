"""Admins without editing files: in the chat, and by the command while the bot runs."""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner, Result

import cli
from bot.commands.wording import (
    is_admin_now,
    is_no_guest,
    last_admin,
    no_admin_any_more,
    no_guests,
    stands_in_settings,
    you_are_admin,
)
from bot.conversation.wording import admins_only
from data.people.identities import ANONYMOUS_ADMIN
from data.settings import Settings
from demo.telegram.faults import Fault
from demo.telegram.person import Message, Person
from demo.telegram.server import LocalTelegram
from tests.bot.conftest import ADMIN, OTHER_ADMIN, MakeSettings, invited, sent_to, serving, settled, until
from tests.bot.test_corrections import buttons, press

Command = Callable[..., Result]


@pytest.fixture
def command(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.chdir(settings.home.parent)
    monkeypatch.setenv("COUSINBOT_HOME", str(settings.home))
    monkeypatch.setenv("COUSINBOT_ADMINS", f"{ADMIN}, {OTHER_ADMIN}")

    def admin(*words: object) -> Result:
        return CliRunner().invoke(cli.main, ["admin", *map(str, words)])

    return admin


async def menu(admin: Person) -> Message:
    await admin.say("/admins")
    return await admin.next()


async def test_a_guest_is_made_an_admin_and_removed_again(
    telegram: LocalTelegram, admin: Person, guest: Person
) -> None:
    other = await Person.join(telegram.url, "Olga", OTHER_ADMIN)
    await other.say("/start")
    await other.next()
    listed = await menu(admin)
    assert f"• Ada ({ADMIN}), in COUSINBOT_ADMINS" in listed.text
    assert "only be removed there" in listed.text
    assert buttons(listed) == ["➕ Gus"]
    question = await press(admin, listed, "➕ Gus")
    assert "Shall Gus be an admin?" in question.text
    await press(admin, question, "« Back")
    await admin.press(await press(admin, await menu(admin), "➕ Gus"), "Yes, make Gus an admin")
    assert (await admin.answer_to_press()).text == is_admin_now("Gus")
    listed = await admin.next()
    assert buttons(listed) == [f"Remove Gus ({guest.id})"]
    assert (await guest.next()).text == you_are_admin("Ada")
    assert (await other.next()).text.startswith("Ada made Gus an admin.")
    await guest.say("/stats")
    assert (await guest.next()).text.startswith("This week")

    own = await menu(guest)
    await press(admin, listed, f"Remove Gus ({guest.id})")
    for person in (other, guest):
        assert "Ada removed Gus" in (await person.next()).text
    await guest.say("/stats")
    assert (await guest.next()).text.startswith("Send me a photo")
    await guest.press(own, f"Remove Gus ({guest.id})")
    assert (await guest.answer_to_press()).text == "Only an admin can do that."


async def test_those_in_the_settings_are_not_removed_in_the_chat(
    telegram: LocalTelegram, make_settings: MakeSettings, admin: Person
) -> None:
    """Nor by a button that was made before they stood there."""
    settings = make_settings()
    async with serving(settings):
        guest = await invited(telegram, "Gus")
        listed = await press(admin, await press(admin, await menu(admin), "➕ Gus"), "Yes, make Gus an admin")
        await guest.next()
    async with serving(make_settings(admins=f"{ADMIN}, {guest.id}")):
        await admin.press(listed, f"Remove Gus ({guest.id})")
        assert (await admin.answer_to_press()).text == stands_in_settings()
        await guest.say("/stats")
        assert (await guest.next()).text.startswith("This week")
        assert buttons(await menu(admin)) == []


async def test_the_list_has_the_names_that_telegram_tells(
    telegram: LocalTelegram, admin: Person, make_settings: MakeSettings
) -> None:
    """An admin in the settings has never been a guest; nobody has met the other one."""
    async with serving(make_settings()):
        assert f"• Ada ({ADMIN}), in COUSINBOT_ADMINS\n• {OTHER_ADMIN}, in COUSINBOT_ADMINS" in (await menu(admin)).text
        await (await Person.join(telegram.url, "Olga", OTHER_ADMIN)).say("/start")
        await until(lambda: bool(sent_to(telegram, OTHER_ADMIN)))
        telegram.faults.add(Fault("getChat", status=502, description="Bad Gateway"))
        listed = (await menu(admin)).text
        assert "Ada" not in listed or "Olga" not in listed  # a silent Telegram keeps nobody from the list
        assert str(ADMIN) in listed
        assert str(OTHER_ADMIN) in listed
        assert f"• Olga ({OTHER_ADMIN}), in COUSINBOT_ADMINS" in (await menu(admin)).text


async def test_an_added_admin_is_told_what_admins_are_told_and_survives_a_restart(
    telegram: LocalTelegram, make_settings: MakeSettings, command: Command
) -> None:
    settings = make_settings(admins="")
    async with serving(settings):
        owner = await Person.join(telegram.url, "Olga")
        await owner.say("/start")
        assert str(owner.id) in (await owner.next()).text
        added = await asyncio.to_thread(command, "add", owner.id, "--name", "Olga")
        assert (added.exit_code, added.output) == (0, f"{owner.id} is an admin now.\n")
        await owner.say("/start")  # at once
        assert "/review" in (await owner.next()).text
        settings.facts.write_text("lucy: [\n")
        assert "facts as they were" in (await owner.next()).text
    settings.facts.write_text("lucy: [She plays outfield.]\n")
    async with serving(settings):
        await owner.say("/invite")
        assert "?start=" in (await owner.next()).text
        await owner.press(await menu(owner), f"Remove Olga ({owner.id})")
        assert (await owner.answer_to_press()).text == last_admin()
        assert (await asyncio.to_thread(command, "remove", owner.id)).exit_code == 0
        before = len(sent_to(telegram, owner.id))
        await owner.say("/invite")
        await settled(telegram, settings)
        assert len(sent_to(telegram, owner.id)) == before


def test_the_command(command: Command) -> None:
    assert command("add", 7).output == "7 is an admin now.\n"
    assert command("add", 7, "--name", "Ada").output == "7 was an admin already.\n"
    assert command("add", ADMIN).output.startswith(f"{ADMIN} is an admin already, by COUSINBOT_ADMINS")
    listed = json.loads(command("list", "--json").output)["admins"]
    assert listed == [
        {"id": ADMIN, "name": None, "in_settings": True},
        {"id": OTHER_ADMIN, "name": None, "in_settings": True},
        {"id": 7, "name": "Ada", "in_settings": False},
    ]
    assert "Ada" in command("list").output
    refused = command("remove", ADMIN)
    assert refused.exit_code == 1
    assert "COUSINBOT_ADMINS" in refused.output
    assert command("remove", 7).output == "7 is no longer an admin.\n"
    assert command("remove", 7).exit_code == 1
    assert command("add", ANONYMOUS_ADMIN).exit_code == 1
    assert command("add", -7).exit_code == 2
    assert command("add", "bob").exit_code == 2


async def test_two_admins_who_remove_each_other_are_not_both_gone(
    telegram: LocalTelegram, make_settings: MakeSettings
) -> None:
    settings = make_settings(admins="")
    async with serving(settings):
        ann, bob = [await invited(telegram, name) for name in ("Ann", "Bob")]
        await settled(telegram, settings)
        with closing(sqlite3.connect(settings.home / "cousinbot.db")) as db, db:
            rows = [(person.id, person.name, datetime.now(UTC).isoformat()) for person in (ann, bob)]
            db.executemany("INSERT INTO admins (user_id, name, added_by, at) VALUES (?, ?, 0, ?)", rows)
        lists = [await menu(ann), await menu(bob)]
        await asyncio.gather(
            ann.press(lists[0], f"Remove Bob ({bob.id})"), bob.press(lists[1], f"Remove Ann ({ann.id})")
        )
        answers = {(await ann.answer_to_press()).text, (await bob.answer_to_press()).text}
        assert answers in ({no_admin_any_more("Ann"), admins_only()}, {no_admin_any_more("Bob"), admins_only()})
        await settled(telegram, settings)
        with closing(sqlite3.connect(settings.home / "cousinbot.db")) as db:
            assert db.execute("SELECT count(*) FROM admins").fetchone() == (1,)
        alerts = [text for person in (ann, bob) for text in sent_to(telegram, person.id) if "removed" in text]
        assert len(alerts) == 1  # to the one who was removed


async def test_an_admin_is_not_called_blocked(telegram: LocalTelegram, admin: Person, guest: Person) -> None:
    await admin.say("/block")
    before = await admin.next()
    listed = await press(admin, await press(admin, await menu(admin), "➕ Gus"), "Yes, make Gus an admin")
    await admin.press(before, "Gus")
    assert (await admin.answer_to_press()).text == is_no_guest("Gus")
    await admin.next()
    await admin.say("/block")
    assert (await admin.next()).text == no_guests()
    await press(admin, listed, f"Remove Gus ({guest.id})")
    await admin.say("/block")
    while "Gus" not in buttons(await admin.next()):
        pass
