"""Training runs started, followed and stopped from the chat: real training processes beside the real bot."""

import asyncio
import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from bot.timings import Timings
from data.files.training_lock import TrainingLock
from data.settings import Settings
from demo.telegram.faults import Fault
from demo.telegram.person import Message, Person
from demo.telegram.server import LocalTelegram
from foundation.kept_sentences import told
from models.registry import Registry
from tests.bot.conftest import ADMIN, OTHER_ADMIN, MakeSettings, invited, serving, until
from tests.bot.siege import ended, environment, running
from tests.bot.test_corrections import buttons, press, said, shown
from tests.bot.trained import portrait

OTTO = portrait("otto", 100, disguise="ben")


def run_of(settings: Settings) -> dict[str, object]:
    """The latest row of the runs."""
    with closing(sqlite3.connect(settings.home / "cousinbot.db")) as db:
        db.row_factory = sqlite3.Row
        row = db.execute("SELECT * FROM runs ORDER BY id DESC LIMIT 1").fetchone()
    return {name: told(value) if isinstance(value, str) else value for name, value in dict(row or {}).items()}


def at_work(settings: Settings) -> bool:
    """Whether the training process has begun: it has noted its number."""
    return bool(run_of(settings).get("pid"))


TIMINGS = Timings(training_tick=0.05, between_looks=0.1, between_edits=0.2, training_killed=0.2)


@pytest.fixture
def timings() -> Timings:
    return TIMINGS


async def read_until(person: Person, words: str, seconds: float = 120) -> Message:
    """What comes from the bot, read until these words."""
    async with asyncio.timeout(seconds):
        while words not in (message := await person.next(seconds)).text:
            pass
    return message


@pytest.fixture(autouse=True)
def _no_run_outlives_its_test(trained: Settings) -> Iterator[None]:
    yield
    if run_of(trained).get("outcome") is None and at_work(trained):
        with suppress(ProcessLookupError):
            os.kill(int(str(run_of(trained)["pid"])), signal.SIGKILL)


@pytest.fixture
async def admin(admin: Person) -> Person:
    return admin


@pytest.fixture
async def asked(admin: Person, trained_bot: None, trained: Settings) -> Message:
    """/retrain was sent: the message that shows how far it is."""
    await admin.say("/retrain")
    message = await admin.next()
    assert message.text.startswith("🎓 Training since ")
    assert "Ada asked for it." in message.text
    assert buttons(message) == ["✗ Cancel"]
    await until(lambda: at_work(trained), 30)
    return message


async def test_a_run_is_followed_and_a_promoted_version_can_be_rolled_back(
    telegram: LocalTelegram, trained: Settings
) -> None:
    admin, other = await Person.join(telegram.url, "Ada", ADMIN), await Person.join(telegram.url, "Oda", OTHER_ADMIN)
    async with serving(trained, TIMINGS):
        guest = await invited(telegram, "Gus")
        await other.say("/start")
        await other.next()
        await press(admin, await shown(admin, portrait("ben", 300)), "✓ Right")
        await press(admin, await press(admin, await shown(admin, OTTO), "✗ Wrong"), "Otto")
        await admin.say("/retrain")
        message = await admin.next()
        await until(lambda: at_work(trained), 30)

        # Guests are answered meanwhile, niced as the process is.
        assert "Amelia" in (await shown(guest, portrait("amelia", 300))).text
        assert run_of(trained)["outcome"] is None
        assert os.getpriority(os.PRIO_PROCESS, int(str(run_of(trained)["pid"]))) > os.getpriority(os.PRIO_PROCESS, 0)

        # Progress edits this message, whatever becomes of one edit.
        telegram.faults.add(Fault("editMessageText", "fail", times=1, status=429, retry_after=1))
        progress = await read_until(admin, "Finding faces")
        assert (progress.id, progress.edited) == (message.id, True)
        ended = await read_until(admin, "Training is done: v002 answers now.")
        assert (ended.id, buttons(ended)) == (message.id, [])

        report = await admin.next()
        assert report.photo is not None
        assert "It is no worse than v001" in report.text
        assert "Named correctly, of photos it had not seen: " in report.text
        assert "Before that, v001: " in report.text
        assert "It learned from 1 correction.\nWhy it was started: Ada asked for it." in report.text
        assert buttons(report) == ["↩ Go back to v001"]
        assert "v002 answers now" in (await other.next()).text
        with closing(sqlite3.connect(trained.home / "cousinbot.db")) as db:
            used = dict(db.execute("SELECT cousin, first_used_by FROM statements").fetchall())
        assert used == {"ben": "v002", "otto": None}  # of Otto it has one photo, too few to train on

        await admin.press(report, "↩ Go back to v001")
        texts = [(await admin.next()).text for _ in range(2)]
        assert "v001 answers now, instead of v002." in texts
        assert (await other.next()).text == "Ada made a decision: v001 answers now, instead of v002."
        assert Registry(trained.home / "models").current() == "v001"
        assert "Otto" in (await shown(guest, OTTO)).text  # what was said goes on counting


async def test_another_run_at_the_same_time_is_shown_instead(
    asked: Message, admin: Person, trained: Settings, telegram: LocalTelegram
) -> None:
    await admin.say("/retrain")
    assert "already under way" in (await admin.next()).text
    again = await read_until(admin, "🎓 Training since")
    assert again.id != asked.id
    command = [sys.executable, "-m", "cli", "train"]
    second = await asyncio.create_subprocess_exec(
        *command,
        env=os.environ | {"COUSINBOT_HOME": str(trained.home)},
        stderr=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
    )
    _, error = await second.communicate()
    assert second.returncode == 1
    assert b"Another training is already under way" in error
    await admin.press(again, "✗ Cancel")
    await read_until(admin, "The training was cancelled.")


async def test_a_run_is_cancelled(asked: Message, admin: Person, trained: Settings) -> None:
    await admin.press(asked, "✗ Cancel")
    assert "is being stopped" in (await admin.answer_to_press()).text
    ended = await read_until(admin, "The training was cancelled.")
    assert (ended.id, buttons(ended)) == (asked.id, [])
    assert "The training was cancelled.\nv001 keeps answering." in (await admin.next()).text
    assert run_of(trained)["outcome"] == "cancelled"
    assert [path.name for path in (trained.home / "models").iterdir() if path.name.startswith(".new")] == []
    assert Registry(trained.home / "models").current() == "v001"


async def test_a_run_that_hangs_is_killed(asked: Message, admin: Person, trained: Settings) -> None:
    os.kill(int(str(run_of(trained)["pid"])), signal.SIGSTOP)
    await admin.press(asked, "✗ Cancel")
    await read_until(admin, "The training was cancelled.")
    assert run_of(trained)["outcome"] == "cancelled"


async def test_a_run_that_is_killed_is_noted_and_told(asked: Message, admin: Person, trained: Settings) -> None:
    os.kill(int(str(run_of(trained)["pid"])), signal.SIGKILL)
    ended = await read_until(admin, "The training failed. The training was stopped before it had finished.")
    assert ended.id == asked.id
    assert "v001 keeps answering." in (await admin.next()).text
    assert run_of(trained)["outcome"] == "failed"


async def test_a_run_that_cannot_begin_says_why(admin: Person, trained_bot: None, trained: Settings) -> None:
    shutil.rmtree(trained.home / "photos")
    await admin.say("/retrain")
    assert "The training failed. There are no photos" in (await read_until(admin, "failed")).text


async def test_a_group_does_not_read_why_a_run_cannot_begin(
    telegram: LocalTelegram, admin: Person, trained: Settings
) -> None:
    """It may be the last line of a log, with folders in it."""
    here = await admin.in_group(await admin.create_group("The family"))
    shutil.rmtree(trained.home / "photos")
    async with serving(trained.model_copy(update={"chats": frozenset({here.chat})}), TIMINGS):
        await admin.say("/start")
        await admin.next()
        await here.say("/retrain")
        assert (await read_until(here, "failed")).text == "The training failed. I have told the admins why."
        assert str(trained.home) in (await read_until(admin, "failed")).text


async def test_a_run_outlives_the_bot_and_is_followed_by_the_next(
    telegram: LocalTelegram, trained: Settings, tmp_path: Path
) -> None:
    admin = await Person.join(telegram.url, "Ada", ADMIN)
    async with running(environment(telegram, trained.home, trained.facts), tmp_path / "log") as bot:
        await admin.say("/retrain")
        message = await admin.next()
        await until(lambda: at_work(trained), 30)
        bot.kill()
        await ended(bot)
    assert TrainingLock(trained.home / "training.lock").held()
    async with serving(trained, TIMINGS):
        await admin.press(message, "✗ Cancel")
        assert (await read_until(admin, "The training was cancelled.")).id == message.id
    await until(lambda: not TrainingLock(trained.home / "training.lock").held())


async def test_a_run_that_died_with_the_bot_is_told_by_the_next(telegram: LocalTelegram, trained: Settings) -> None:
    admin = await Person.join(telegram.url, "Ada", ADMIN)
    async with serving(trained, TIMINGS):
        await admin.say("/retrain")
        message = await admin.next()
        await until(lambda: at_work(trained), 30)
    # As after a power cut; its number belongs to another process by now: this one, which must not be taken for it.
    os.kill(int(str(run_of(trained)["pid"])), signal.SIGKILL)
    with closing(sqlite3.connect(trained.home / "cousinbot.db")) as db, db:
        db.execute("UPDATE runs SET pid = ?", (os.getpid(),))
    async with serving(trained, TIMINGS):
        assert (await read_until(admin, "The training failed. The training was stopped")).id == message.id
        assert "v001 keeps answering." in (await admin.next()).text


async def test_enough_corrections_start_a_run(
    telegram: LocalTelegram, make_settings: MakeSettings, trained: Settings
) -> None:
    admin = await Person.join(telegram.url, "Ada", ADMIN)
    async with serving(make_settings(retrain_after=1), TIMINGS):
        await press(admin, await press(admin, await shown(admin, OTTO), "✗ Wrong"), "Otto")
        assert len(said(trained)) == 1
        await until(lambda: at_work(trained), 30)
        assert run_of(trained)["why"] == "There is 1 new correction."


async def test_guests_start_no_run(telegram: LocalTelegram, trained_bot: None, trained: Settings) -> None:
    guest = await invited(telegram, "Gus")
    await guest.say("/retrain")
    assert "/help" in (await guest.next()).text
    assert run_of(trained) == {}


async def test_a_run_that_learns_from_forgotten_photos_begins_anew(
    asked: Message, admin: Person, telegram: LocalTelegram, trained: Settings
) -> None:
    """Its version would bring their faces back."""
    guest = await invited(telegram, "Gus")
    await press(guest, await press(guest, await shown(guest, OTTO), "✗ Wrong"), "Otto")
    await admin.say("/review")
    await admin.press(await read_until(admin, "waiting"), "✓ Accept: Otto")
    await read_until(guest, "This is Otto.")
    await guest.say("/forgetme")
    await guest.press(await guest.next(), "Yes, delete 1 photo")
    await read_until(guest, "Done. I deleted 1 photo")
    assert run_of(trained)["why"] == "Photos were deleted while the last training was learning from them."
    assert (await read_until(admin, "The training was cancelled.")).id == asked.id
    await until(lambda: at_work(trained), 30)
