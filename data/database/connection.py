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


@asynccontextmanager
async def whole(connection: aiosqlite.Connection) -> AsyncIterator[None]:
    """A transaction: all that the block does is on the disk when it ends, or none of it if it fails or is cancelled.

    Cancelled while it commits, it is one or the other. A connection does what it is asked in order, also what nobody
    waits for any more: however often a task is cancelled, its rollback comes before whatever is asked after it.
    """
    try:
        await connection.execute("BEGIN IMMEDIATE")
        yield
        await connection.commit()
    except BaseException:
        await connection.rollback()
        raise


class Database:
    """A connection whose users take turns: none of them sees what another has not finished."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._turn = asyncio.Lock()
        self._whose: asyncio.Task[object] | None = None

    @asynccontextmanager
    async def _my_turn(self) -> AsyncIterator[None]:
        """Who asks for a turn within a turn of their own would wait for ever: that is said instead."""
        me = asyncio.current_task()
        if me is not None and me is self._whose:
            raise RuntimeError("within a transaction: ask the connection that it gives")  # for whoever wrote that
        async with self._turn:
            self._whose = me
            try:
                yield
            finally:
                self._whose = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[aiosqlite.Connection]:
        """A turn, as one transaction (see `whole`). Inside it, ask the connection only: the rest waits for the turn."""
        async with self._my_turn(), whole(self._connection):
            yield self._connection

    async def write(self, sql: str, values: Values = ()) -> int:
        """One statement as a transaction of its own; returns how many rows it changed."""
        async with self.transaction() as db:
            return (await db.execute(sql, values)).rowcount

    async def rows(self, sql: str, values: Values = ()) -> list[sqlite3.Row]:
        async with self._my_turn():
            return list(await self._connection.execute_fetchall(sql, values))

    async def row(self, sql: str, values: Values = ()) -> sqlite3.Row | None:
        rows = await self.rows(sql, values)
        return rows[0] if rows else None

    async def count(self, sql: str, values: Values = ()) -> int:
        row = await self.row(sql, values)
        return int(row[0]) if row else 0

    async def checkpoint(self, attempts: int = 20) -> bool:
        """Bring all of the write-ahead log into the file and empty it; False if others would not stop reading it."""
        for _ in range(attempts):
            row = await self.row("PRAGMA wal_checkpoint(TRUNCATE)")
            if row and not row[0]:
                return True
            await asyncio.sleep(0.05)
        return False
