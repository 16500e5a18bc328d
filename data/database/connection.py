"""One SQLite connection shared by the tasks of a process."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import aiosqlite

Value = str | int | float | bytes | None
Values = Sequence[Value] | Mapping[str, Value]
Result = TypeVar("Result")


def now() -> str:
    """The time as the store keeps it: ISO 8601, UTC, a fixed width, so that it sorts as text."""
    return stamp(datetime.now(UTC))


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


class Connection(aiosqlite.Connection):
    """A connection whose thread also does several things in one go: each way there and back takes 0.1 ms."""

    async def run(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """What `work` makes of the connection, in its thread."""
        result: Result = await self._execute(work, self._conn)  # type: ignore[no-untyped-call]
        return result


class Database:
    """Reads at any time, writes one transaction at a time."""

    def __init__(self, connection: Connection, log: Path) -> None:
        """`log` is the write-ahead log's file."""
        self._connection = connection
        self._log = log
        self._writing = asyncio.Lock()

    async def read(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """What `work` reads with several queries, in one go."""
        return await self._connection.run(work)

    async def rows(self, sql: str, values: Values = ()) -> list[sqlite3.Row]:
        return await self.read(lambda db: db.execute(sql, values).fetchall())

    async def row(self, sql: str, values: Values = ()) -> sqlite3.Row | None:
        rows = await self.rows(sql, values)
        return rows[0] if rows else None

    async def count(self, sql: str, values: Values = ()) -> int:
        row = await self.row(sql, values)
        return int(row[0]) if row else 0

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[aiosqlite.Connection]:
        """A transaction: all of it is on the disk when the block ends, or none of it if the block fails.

        The tasks of a process share the connection, so they take turns; other processes wait on SQLite's lock.
        """
        async with self._writing:
            await self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                await self._connection.rollback()
                raise
            await self._connection.commit()

    async def transaction(self, work: Callable[[sqlite3.Connection], Result], *, durable: bool = True) -> Result:
        """`work` as one transaction, in the connection's thread: what many photos wait for.

        All of it is on the disk when this returns, or none of it if `work` fails. What need not be `durable` outlives
        the process, but a power cut before the next durable transaction, or `settle`, may undo it.
        """
        async with self._writing:
            return await self._connection.run(partial(_transact, work, durable))

    async def write(self, sql: str, values: Values = (), *, durable: bool = True) -> int:
        """One statement as a transaction of its own; returns how many rows it changed."""
        return await self.transaction(lambda db: db.execute(sql, values).rowcount, durable=durable)

    async def settle(self) -> None:
        """Wait until whatever was written is on the disk, `durable` or not. Raises `OSError`."""
        with suppress(FileNotFoundError):  # where a disk allows no log, every commit is there at once
            await asyncio.to_thread(sync, self._log)

    async def checkpoint(self, attempts: int = 20) -> bool:
        """Bring all of the write-ahead log into the file and empty it; False if others would not stop reading it."""
        async with self._writing:
            for _ in range(attempts):
                row = await self.row("PRAGMA wal_checkpoint(TRUNCATE)")
                if row and not row[0]:
                    return True
                await asyncio.sleep(0.05)
        return False


def _transact(work: Callable[[sqlite3.Connection], Result], durable: bool, db: sqlite3.Connection) -> Result:
    # With write-ahead logging NORMAL leaves the log to be brought to the disk by the next commit that is FULL.
    if not durable:
        db.execute("PRAGMA synchronous = NORMAL")
    try:
        db.execute("BEGIN IMMEDIATE")
        try:
            result = work(db)
            db.execute("COMMIT")
        except BaseException:
            db.rollback()
            raise
        return result
    finally:
        if not durable:
            db.execute("PRAGMA synchronous = FULL")


def sync(path: Path) -> None:
    """Wait until a file, or which files a folder has, is on the disk. Raises `OSError`."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
