"""Emptying the write-ahead log, which holds what was deleted until then."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from data.store.store import Store
from tests.data.holding import held


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


async def test_everybody_reads_and_writes_while_a_checkpoint_is_tried(tmp_path: Path) -> None:
    """A checkpoint that waited for the reader on their connection would keep all of them waiting with it."""
    path = tmp_path / "cousinbot.db"
    async with Store.open(path) as store:
        await store.people.welcome(7, "Gus")
        with held(path, "BEGIN"):
            await store.people.welcome(7, "Gustav")
            trying = asyncio.create_task(store.forgetting.for_good(attempts=1000))
            for number in range(8, 20):
                await store.people.welcome(number, "Pia")
                assert await store.people.name(number) == "Pia"
            assert not trying.done()
            assert await store.forgetting.sweep() is False
        assert await trying is True
        assert await store.forgetting.sweep() is True
