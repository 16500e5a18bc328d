"""One SQLite connection shared by the tasks of a process."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import aiosqlite

_BETWEEN_ATTEMPTS: Final = 0.05  # seconds

Value = str | int | float | bytes | None
Values = Sequence[Value] | Mapping[str, Value]


def now() -> str:
    """The time as the store keeps it: ISO 8601, UTC, a fixed width, so that it sorts as text."""
    return stamp(datetime.now(UTC))


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


@asynccontextmanager
async def connected(path: Path, patience: float) -> AsyncIterator[aiosqlite.Connection]:
    """A connection, closed in the end. Whoever is cancelled while it opens waits for that: else its thread would tell
    an event loop that may be closed by then."""
    opening = asyncio.ensure_future(aiosqlite.connect(path, isolation_level=None, timeout=patience))
    try:
        await asyncio.shield(opening)
    except asyncio.CancelledError:
        with suppress(sqlite3.Error):
            await (await opening).close()
        raise
    try:
        yield opening.result()
    finally:
        await opening.result().close()


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
    """A connection whose users take turns: none of them sees what another has not finished.

    Whoever has to wait for another process that is writing waits without the turn, so that others read meanwhile.
    """

    def __init__(self, connection: aiosqlite.Connection, patience: float = 0.0) -> None:
        """`patience` is for how many seconds another process may be in the way before something fails."""
        self._connection = connection
        self._patience = patience
        self._turn = asyncio.Lock()
        self._writers = asyncio.Lock()
        self._whose: asyncio.Task[object] | None = None

    def _refuse_nesting(self) -> None:
        """Who asks for a turn within a turn of their own would wait for ever: that is said instead."""
        me = asyncio.current_task()
        if me is not None and me is self._whose:
            raise RuntimeError("within a transaction: ask the connection that it gives")  # for whoever wrote that

    @asynccontextmanager
    async def _my_turn(self) -> AsyncIterator[None]:
        self._refuse_nesting()
        async with self._turn:
            self._whose = asyncio.current_task()
            try:
                yield
            finally:
                self._whose = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[aiosqlite.Connection]:
        """A turn, as one transaction (see `whole`). Inside it, ask the connection only: the rest waits for the turn."""
        self._refuse_nesting()
        until = time.monotonic() + self._patience
        async with self._writers, AsyncExitStack() as turn:
            while True:
                try:
                    async with AsyncExitStack() as attempt:
                        await attempt.enter_async_context(self._my_turn())
                        await attempt.enter_async_context(whole(self._connection))
                        turn.push_async_exit(attempt.pop_all())
                        break
                except sqlite3.OperationalError as error:
                    await _wait_for_others(error, until)
            yield self._connection

    async def write(self, sql: str, values: Values = ()) -> int:
        """One statement as a transaction of its own; returns how many rows it changed."""
        async with self.transaction() as db:
            return (await db.execute(sql, values)).rowcount

    async def rows(self, sql: str, values: Values = ()) -> list[sqlite3.Row]:
        until = time.monotonic() + self._patience
        while True:
            try:
                async with self._my_turn():
                    return list(await self._connection.execute_fetchall(sql, values))
            except sqlite3.OperationalError as error:  # while another process opens the database, or closes it last
                await _wait_for_others(error, until)

    async def row(self, sql: str, values: Values = ()) -> sqlite3.Row | None:
        rows = await self.rows(sql, values)
        return rows[0] if rows else None

    async def count(self, sql: str, values: Values = ()) -> int:
        row = await self.row(sql, values)
        return int(row[0]) if row else 0

    async def stamp(self) -> tuple[int, int]:
        """It is another one once anything was written, by this connection or another."""
        async with self._my_turn():
            [row] = await self._connection.execute_fetchall("PRAGMA data_version")
            return int(row[0]), self._connection.total_changes

    async def checkpoint(self, attempts: int = 20) -> bool:
        """Bring all of the write-ahead log into the file and empty it; False if others would not stop reading it.

        On a connection of its own that waits for nobody: meanwhile everybody else reads and writes.
        """
        file = await self._file()
        for attempt in range(attempts):
            if attempt:
                await asyncio.sleep(_BETWEEN_ATTEMPTS)
            if await asyncio.to_thread(_empty_log, file):
                return True
        return False

    async def log_is_empty(self) -> bool:
        """Whether the write-ahead log holds nothing, neither what is there nor what was deleted."""
        return await asyncio.to_thread(_is_empty, Path(f"{await self._file()}-wal"))

    async def _file(self) -> str:
        row = await self.row("SELECT file FROM pragma_database_list WHERE name = 'main'")
        assert row is not None
        return str(row[0])


async def _wait_for_others(error: sqlite3.OperationalError, until: float) -> None:
    """Wait a moment if another process is in the way and there is time left; else raise the error."""
    if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
        raise error
    await asyncio.sleep(_BETWEEN_ATTEMPTS)


def _is_empty(log: Path) -> bool:
    return not log.exists() or log.stat().st_size == 0


def _empty_log(file: str) -> bool:
    with closing(sqlite3.connect(file, timeout=0)) as connection:
        try:
            connection.execute("SELECT 1 FROM sqlite_schema").fetchall()  # opens the log: else there is none to empty
            (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise
            return False
    return not busy
