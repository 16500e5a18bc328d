"""A disk that is full or read-only, a database that somebody else holds: said clearly, nothing lost, nothing broken."""

import asyncio
import errno
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.app import BotError, serve
from bot.timings import Timings
from data.settings import Settings
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from foundation.whole_file import write_whole
from tests.bot.conftest import FAMILY_FACTS, MakeSettings, invited, jpeg, sent_to, serving, settled, until
from tests.bot.trained import portrait


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 60 MB, which only root may attach."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=60m", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a small disk can't be attached here: that takes root")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


@pytest.fixture
def on_small_disk(small_disk: Path, make_settings: MakeSettings, trained_home: Path) -> Settings:
    settings = make_settings(home=small_disk / "family")
    shutil.copytree(trained_home, settings.home)
    settings.facts.write_text(FAMILY_FACTS)
    return settings


def fill(disk: Path) -> Path:
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    assert shutil.disk_usage(disk).free == 0
    return ballast


def is_whole(settings: Settings) -> bool:
    with closing(sqlite3.connect(settings.home / "cousinbot.db")) as db:
        return bool(db.execute("PRAGMA integrity_check").fetchone() == ("ok",))


async def test_a_photo_on_a_full_disk_is_answered_once_there_is_room(
    telegram: LocalTelegram, on_small_disk: Settings, small_disk: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(on_small_disk):
        guest = await invited(telegram, "Gus")
        await settled(telegram, on_small_disk)
        ballast = fill(small_disk)
        asked = [await guest.send_photo(portrait("ben", seed)) for seed in range(100, 103)]
        await until(lambda: "The disk is full: please free up some space" in caplog.text, 20)
        ballast.unlink()
        answers = [await guest.next(timeout=40) for _ in asked]
        assert sorted(answer.reply_to or 0 for answer in answers) == asked
        assert all("Ben" in answer.text for answer in answers)
        await settled(telegram, on_small_disk)
    assert is_whole(on_small_disk)
    assert len(list((on_small_disk.home / "inbox").iterdir())) == 3
    with closing(sqlite3.connect(on_small_disk.home / "cousinbot.db")) as db:
        assert db.execute("SELECT count(*) FROM updates WHERE set_aside = 1").fetchone() == (0,)


async def test_admins_are_told_once_that_the_disk_gets_full(
    telegram: LocalTelegram, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = await Person.join(telegram.url, "Ada", 1001)
    async with serving(settings, Timings(disk_check=0.01)):
        await admin.say("/help")
        await admin.next()
        monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=10**6))
        assert "My disk is nearly full" in (await admin.next()).text
        await admin.say("/cousins")
        assert "I know 2 cousins" in (await admin.next()).text


async def test_a_photo_that_cannot_be_kept_waits_in_the_journal(
    telegram: LocalTelegram, trained: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same at the very write of the photo, on any machine: it is answered once it is kept, and once."""
    full = asyncio.Event()

    def write(file: Path, content: bytes) -> None:
        if not full.is_set():
            full.set()
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write_whole(file, content)

    async with serving(trained):
        guest = await invited(telegram, "Gus")
        monkeypatch.setattr("actions.inbox.write_whole", write)
        await guest.send_photo(portrait("ben", 100))
        assert "Ben" in (await guest.next(timeout=20)).text
        [kept] = (trained.home / "inbox").iterdir()
        assert kept.suffix == ".jpg"
        await settled(telegram, trained)
    assert full.is_set()
    assert sum("Ben" in text for text in sent_to(telegram, guest.id)) == 1


async def test_an_update_that_cannot_be_journaled_stays_with_telegram(
    telegram: LocalTelegram, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """Another program holds the database for longer than SQLite waits: nothing is acknowledged until it is written."""
    async with serving(settings, Timings(first_pause=0.05, database_patience=0.2)):
        guest = await invited(telegram, "Gus")
        await settled(telegram, settings)
        with closing(sqlite3.connect(settings.home / "cousinbot.db", isolation_level=None)) as db:
            db.execute("BEGIN IMMEDIATE")
            await guest.send_photo(jpeg())
            await until(lambda: "Another program is using the database: please close it" in caplog.text, 30)
            assert telegram.pending()
            db.execute("ROLLBACK")
        assert "still getting to know" in (await guest.next(timeout=20)).text
        await settled(telegram, settings)


async def test_a_database_in_other_hands_is_said_at_the_start(settings: Settings) -> None:
    settings.home.mkdir()
    with closing(sqlite3.connect(settings.home / "cousinbot.db", isolation_level=None)) as db:
        db.execute("BEGIN EXCLUSIVE")
        with pytest.raises(BotError, match=r"The database .* can't be used. Another program is using"):
            await serve(settings, Timings(database_patience=0.2))


async def test_a_read_only_home_is_said_at_the_start(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.home.mkdir()
    really = os.open

    def read_only(path: Any, flags: int, *rest: Any, **more: Any) -> int:
        if flags & os.O_CREAT and Path(path).is_relative_to(settings.home):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return really(path, flags, *rest, **more)

    monkeypatch.setattr("os.open", read_only)
    with pytest.raises(BotError, match=r"can.t be used \(Read-only file system\). Please give this user write access"):
        await serve(settings)


async def test_a_damaged_database_is_no_updates_fault(
    telegram: LocalTelegram, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """What cannot be read is said, and the update waits: with the database as it was it is answered."""
    async with serving(settings):
        guest = await invited(telegram, "Gus")
        await settled(telegram, settings)
    with damaged(settings.home / "cousinbot.db", "people"):
        async with serving(settings):
            await guest.say("/help")
            await until(lambda: caplog.text.count("waits: The database is damaged") > 3)
    async with serving(settings):
        assert "Send me a photo" in (await guest.next()).text
        await settled(telegram, settings)
        with closing(sqlite3.connect(settings.home / "cousinbot.db")) as db:
            assert db.execute("SELECT count(*) FROM updates WHERE set_aside = 1 OR failures > 0").fetchone() == (0,)


@contextmanager
def damaged(database: Path, table: str) -> Iterator[None]:
    """Nonsense where this table begins, while this is open."""
    with closing(sqlite3.connect(database, isolation_level=None)) as db:
        assert db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
        (size,) = db.execute("PRAGMA page_size").fetchone()
        (root,) = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()

        def write(page: bytes) -> bytes:
            with database.open("r+b") as file:
                file.seek((root - 1) * size)
                before = file.read(size)
                file.seek((root - 1) * size)
                file.write(page)
            db.execute("UPDATE updates SET failures = failures")  # so that nobody goes by what they had read before
            return before

        before = write(b"\xff" * size)
        try:
            yield
        finally:
            write(before)
