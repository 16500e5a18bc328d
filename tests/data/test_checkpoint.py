"""Emptying the write-ahead log, which holds what was deleted until then."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from data.store.store import Store


async def test_a_checkpoint_waits_for_those_who_are_reading(tmp_path: Path) -> None:
    """Another process that reads for a moment, as `cousinbot stats` does, must not leave forgotten names behind."""
    path = tmp_path / "cousinbot.db"
    async with Store.open(path, patience=0.1) as store:
        await store.people.welcome(7, "Gus")
        with closing(sqlite3.connect(path, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM people").fetchall()
            await store.people.welcome(7, "Gustav")
            emptied = asyncio.create_task(store.people._database.checkpoint())
            tried = asyncio.create_task(store.people._database.checkpoint(attempts=1))
            assert await tried is False
            assert not emptied.done()
            reader.execute("COMMIT")
            assert await emptied is True
        assert path.with_name("cousinbot.db-wal").stat().st_size == 0


async def test_a_checkpoint_does_not_wait_for_ever(tmp_path: Path) -> None:
    path = tmp_path / "cousinbot.db"
    async with Store.open(path, patience=0.1) as store:
        with closing(sqlite3.connect(path, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM people").fetchall()
            await store.people.welcome(7, "Gus")
            assert await store.people._database.checkpoint(attempts=2) is False
