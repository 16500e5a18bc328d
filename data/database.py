"""One SQLite connection shared by the tasks of a process."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import aiosqlite

Value = str | int | float | bytes | None
Values = Sequence[Value] | Mapping[str, Value]


def now() -> str:
    """The time as the store keeps it: ISO 8601, UTC, a fixed width, so that it sorts as text."""
    return stamp(datetime.now(UTC))


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


class Database:
    """Reads at any time, writes one transaction at a time."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._writing = asyncio.Lock()

    async def rows(self, sql: str, values: Values = ()) -> list[sqlite3.Row]:
        async with self._connection.execute(sql, values) as cursor:
            return list(await cursor.fetchall())

    async def row(self, sql: str, values: Values = ()) -> sqlite3.Row | None:
        async with self._connection.execute(sql, values) as cursor:
            return await cursor.fetchone()

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

    async def write(self, sql: str, values: Values = ()) -> int:
        """One statement as a transaction of its own; returns how many rows it changed."""
        async with self.writing() as db, db.execute(sql, values) as cursor:
            return cursor.rowcount

    async def checkpoint(self, attempts: int = 20) -> bool:
        """Bring all of the write-ahead log into the file and empty it; False if others would not stop reading it."""
        async with self._writing:
            for _ in range(attempts):
                row = await self.row("PRAGMA wal_checkpoint(TRUNCATE)")
                if row and not row[0]:
                    return True
                await asyncio.sleep(0.05)
        return False
