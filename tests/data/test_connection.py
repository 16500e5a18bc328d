"""Transactions of tasks that share a connection, cancelled at each of their steps."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Coroutine, Generator
from itertools import combinations
from pathlib import Path
from typing import Any

import aiosqlite
import pytest

from data.database.connection import Database
from data.store.store import Store
from tests.data.holding import held

MOST_STEPS = 8  # of `two_rows`, with all that a transaction awaits before and after it


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncIterator[aiosqlite.Connection]:
    async with aiosqlite.connect(tmp_path / "a.db", isolation_level=None) as connection:
        await connection.execute("PRAGMA journal_mode = WAL")
        await connection.execute("PRAGMA synchronous = FULL")
        await connection.execute("CREATE TABLE notes (text TEXT UNIQUE)")
        yield connection


@pytest.fixture
def database(connection: aiosqlite.Connection, tmp_path: Path) -> Database:
    return Database(connection)


class Cancelled:
    """Awaits `work` in a task that is cancelled each time it comes to one of these steps, counted from 1."""

    def __init__(self, work: Coroutine[Any, Any, None], at: tuple[int, ...]) -> None:
        self._work = work
        self._at = at
        self.steps = 0

    def __await__(self) -> Generator[Any, None, None]:
        task = asyncio.current_task()
        assert task is not None
        error: BaseException | None = None
        while True:
            try:
                waits_for = self._work.throw(error) if error else self._work.send(None)
            except StopIteration:
                return
            self.steps += 1
            if self.steps in self._at:
                task.cancel()
            try:
                yield waits_for
                error = None
            except asyncio.CancelledError as cancelled:
                error = cancelled


@pytest.mark.parametrize(
    "at", [at for many in (1, 2) for at in combinations(range(1, MOST_STEPS + 1), many)], ids=lambda at: f"at{at}"
)
async def test_a_cancelled_transaction_leaves_nothing_half(
    database: Database, connection: aiosqlite.Connection, at: tuple[int, ...]
) -> None:
    ended = False

    async def two_rows() -> None:
        nonlocal ended
        async with database.transaction() as db:
            await db.execute("INSERT INTO notes VALUES ('one')")
            await db.execute("INSERT INTO notes VALUES ('two')")
            ended = True

    work = Cancelled(two_rows(), at)

    async def run() -> None:
        await work

    first = asyncio.create_task(run())
    behind = asyncio.create_task(database.write("INSERT INTO notes VALUES ('behind')"))
    [outcome] = await asyncio.gather(first, return_exceptions=True)
    assert await behind == 1
    assert isinstance(outcome, asyncio.CancelledError) == (at[0] <= work.steps)

    kept = {text for (text,) in await connection.execute_fetchall("SELECT text FROM notes")} - {"behind"}
    assert kept in (set(), {"one", "two"})
    if not ended:
        assert kept == set()
    if outcome is None:
        assert kept == {"one", "two"}
    assert not connection.in_transaction
    [pragma] = await connection.execute_fetchall("PRAGMA synchronous")
    assert pragma[0] == 2


async def test_all_steps_of_a_transaction_are_cancelled_above(database: Database) -> None:
    async def two_rows() -> None:
        async with database.transaction() as db:
            await db.execute("INSERT INTO notes VALUES ('one')")
            await db.execute("INSERT INTO notes VALUES ('two')")

    work = Cancelled(two_rows(), ())
    await work
    assert 4 <= work.steps < MOST_STEPS


@pytest.mark.parametrize("fails", [True, False])
async def test_others_see_a_transaction_when_it_is_over(database: Database, fails: bool) -> None:
    looking: asyncio.Task[int] | None = None
    try:
        async with database.transaction() as db:
            await db.execute("INSERT INTO notes VALUES ('one')")
            looking = asyncio.create_task(database.count("SELECT count(*) FROM notes"))
            await db.execute("SELECT 1")
            await db.execute("INSERT INTO notes VALUES ('two')")
            if fails:
                await db.execute("INSERT INTO notes VALUES ('two')")
    except sqlite3.IntegrityError:
        assert fails
    assert looking is not None
    assert await looking == (0 if fails else 2)


async def test_a_database_that_another_holds_is_let_go_of(database: Database, tmp_path: Path) -> None:
    await database.write("PRAGMA busy_timeout = 0")
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        await database.write("INSERT INTO notes VALUES ('one')")
    other.execute("ROLLBACK")
    other.close()
    assert await database.write("INSERT INTO notes VALUES ('one')") == 1


async def test_who_waits_to_write_keeps_nobody_from_reading(tmp_path: Path) -> None:
    path = tmp_path / "cousinbot.db"
    async with Store.open(path) as store:
        with held(path, "BEGIN IMMEDIATE"):
            writing = [asyncio.create_task(store.people.welcome(number, "Gus")) for number in (7, 8)]
            for _ in range(50):
                assert await store.people.known() == []
            assert not any(task.done() for task in writing)
        await asyncio.gather(*writing)
        assert len(await store.people.known()) == 2


async def test_who_has_waited_long_enough_fails_and_leaves_no_transaction(tmp_path: Path) -> None:
    path = tmp_path / "cousinbot.db"
    async with Store.open(path, patience=0.1) as store:
        with held(path, "BEGIN IMMEDIATE"), pytest.raises(sqlite3.OperationalError, match="locked"):
            await store.people.welcome(7, "Gus")
        await store.people.welcome(7, "Gus")


@pytest.mark.parametrize("asked", [Database.rows, Database.write])
async def test_who_asks_for_a_turn_within_their_own_is_told(database: Database, asked: Any) -> None:
    """It would wait for ever for itself."""
    async with asyncio.timeout(5):
        with pytest.raises(RuntimeError, match="within a transaction"):
            async with database.transaction():
                await asked(database, "SELECT 1")
        assert await database.count("SELECT 1") == 1
