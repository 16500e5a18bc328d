"""/rename, /merge and /undo in the chat, and what a command changes while the bot runs."""

import asyncio
import json
import re
from contextlib import closing
from dataclasses import asdict
from sqlite3 import connect

import pytest
from click.testing import CliRunner

import cli
from actions.changes.renaming import Renamings
from data.facts.facts_file import FactsFile
from data.files.home import Home
from data.settings import Settings
from data.store.store import Store
from demo.telegram.person import Message, Person
from models.registry import Registry
from tests.bot.conftest import until
from tests.bot.test_corrections import buttons, press, said, shown
from tests.bot.test_newcomers import named
from tests.bot.trained import portrait


@pytest.fixture
async def admin(admin: Person, trained_bot: None) -> Person:
    return admin


async def unedited(person: Person) -> Message:
    while (message := await person.next()).edited:
        pass
    return message


async def edited(person: Person) -> Message:
    while not (message := await person.next()).edited:
        pass
    return message


async def renamed(admin: Person, shown_name: str, name: str) -> str:
    """What the bot says in the end."""
    await admin.say("/rename")
    offered = await unedited(admin)
    question = await press(admin, offered, shown_name)
    await admin.say(name, reply_to=question)
    asked = await unedited(admin)
    assert buttons(asked) == ["Yes, rename", "No, leave it"]
    await admin.press(asked, "Yes, rename")
    return (await edited(admin)).text


async def test_a_typo_in_someone_new_is_mended_and_everything_follows(admin: Person, trained: Settings) -> None:
    thanks = await named(admin, "Maja Ohare")
    assert "If that is misspelt: /rename" in thanks.text
    assert "Maya O'Hara" in await renamed(admin, "Maja Ohare", "Maya O'Hara")
    assert said(trained)[0][:2] == ("is", "Maya_O'Hara")
    assert not (trained.home / "photos" / "Maja_Ohare").exists()
    assert (trained.home / "photos" / "Maya_O'Hara").is_dir()
    assert "Maja" not in trained.facts.read_text()
    assert "Maya O'Hara" in (await shown(admin, portrait("maya", 100))).text
    await admin.say("/undo")
    question = await unedited(admin)
    assert "Maja Ohare was renamed to Maya O'Hara" in question.text  # as people say it, not as folders are called
    await admin.press(question, "Yes, take it back")
    assert "everything is as it was" in (await edited(admin)).text
    assert "Maja Ohare" in (await shown(admin, portrait("maya", 100))).text


async def test_two_are_merged_after_a_question(admin: Person, trained: Settings) -> None:
    await admin.say("/merge")
    whom = await unedited(admin)
    await admin.press(whom, "Ben")
    into = await edited(admin)
    assert "Ben" not in buttons(into)
    await admin.press(into, "Clara")
    asked = await edited(admin)
    assert buttons(asked) == ["Yes, they are one", "No, leave it"]
    assert (trained.home / "photos" / "ben").is_dir()
    await admin.press(asked, "Yes, they are one")
    assert "Clara" in (await edited(admin)).text
    assert not (trained.home / "photos" / "ben").exists()
    assert Registry(trained.home / "models").card("v001").cousins == ["amelia", "clara", "diego"]
    assert "Clara" in (await shown(admin, portrait("ben", 100))).text


async def test_no_changes_nothing_and_a_name_that_is_taken_is_refused(admin: Person, trained: Settings) -> None:
    await admin.say("/rename ben")
    question = await press(admin, await unedited(admin), "Ben")
    await admin.say("Clara", reply_to=question)
    assert "somebody else already" in (await unedited(admin)).text
    await admin.say("Benedict", reply_to=question)
    await admin.press(await unedited(admin), "No, leave it")
    assert "nothing has changed" in (await edited(admin)).text
    assert (trained.home / "photos" / "ben").is_dir()


async def test_the_running_bot_follows_a_command(
    admin: Person, trained: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUSINBOT_HOME", str(trained.home))
    monkeypatch.setenv("COUSINBOT_FACTS", str(trained.facts))
    assert "Ben" in (await shown(admin, portrait("ben", 100))).text
    words = ["photos", "rename", "ben", "Benedict", "--yes"]
    result = await asyncio.to_thread(CliRunner().invoke, cli.main, words)
    assert result.exit_code == 0, result.output
    assert re.search(r"\bBenedict\b", (await shown(admin, portrait("ben", 101))).text)
    assert guessed(trained) == {"Benedict"}


async def test_the_running_bot_finishes_what_was_killed_or_under_way(admin: Person, trained: Settings) -> None:
    """A command that was killed once its plan was written; and an answer about Ben that came when he was renamed."""
    await shown(admin, portrait("ben", 100))
    home = Home(trained.home)
    async with Store.open(home.database) as store:
        renaming = await Renamings(home, store, FactsFile(trained.facts)).plan_rename("ben", "Benedict")
    home.pending_change.write_text(json.dumps(asdict(renaming.plan)))
    await until(lambda: not home.pending_change.exists())
    assert (home.photos / "Benedict").is_dir()
    assert guessed(trained) == {"Benedict"}
    with closing(connect(home.database)) as db, db:
        db.execute("UPDATE guesses SET cousin = 'ben'")
    await until(lambda: guessed(trained) == {"Benedict"})


def guessed(settings: Settings) -> set[str]:
    with closing(connect(settings.home / "cousinbot.db")) as db:
        return {cousin for (cousin,) in db.execute("SELECT cousin FROM guesses")}
