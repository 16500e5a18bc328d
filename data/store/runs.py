"""Training runs, each a process of its own: how far they are, how they ended, and where that is shown."""

import contextlib
import sqlite3
import time
from dataclasses import dataclass, replace
from pathlib import Path

from data.database.connection import Database, now
from foundation.kept_sentences import kept, told

_COLUMNS = (
    "id, pid, started_at, finished_at, outcome, version, message, why, doing, done, total, cancelled_by, decisions"
)
_SELECT = f"SELECT {_COLUMNS} FROM runs"


@dataclass(frozen=True, slots=True)
class Run:
    """`outcome` is one word: promoted, kept, failed or cancelled; None while the run goes on.

    `pid` is 0 until the process has begun. `doing`, `done` and `total`: its last step, and how far that is.
    `why`: what it was started for; this, `message` and `doing` are kept as sentences, which their readers hear in their
    own language. `cancelled_by`: who asked for it to stop.
    `decisions`: the number of the last decision on a statement when it began.
    """

    id: int
    pid: int
    started_at: str
    finished_at: str | None
    outcome: str | None
    version: str | None
    message: str | None
    why: str | None
    doing: str | None
    done: int | None
    total: int | None
    cancelled_by: int | None
    decisions: int


class Runs:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def start(self, pid: int, why: str) -> int:
        async with self._database.transaction() as db:
            cursor = await db.execute(
                "INSERT INTO runs (pid, started_at, why, decisions) SELECT ?, ?, ?, number FROM decisions",
                (pid, now(), kept(why)),
            )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    async def take(self, run_id: int, pid: int) -> bool:
        """The process started for a run is at work; False if there is no such run, or it was cancelled."""
        changed = await self._database.write(
            "UPDATE runs SET pid = ? WHERE id = ? AND finished_at IS NULL AND cancelled_by IS NULL", (pid, run_id)
        )
        return changed > 0

    async def finish(self, run_id: int, outcome: str, version: str | None, message: str) -> None:
        """`message` is what explains the outcome. A run that was told to stop and did not finish was cancelled."""
        await self._database.write(
            "UPDATE runs SET finished_at = ?, version = ?, message = ?,"
            " outcome = iif(cancelled_by IS NOT NULL AND ? = 'failed', 'cancelled', ?)"
            " WHERE id = ? AND finished_at IS NULL",
            (now(), version, kept(message), outcome, outcome, run_id),
        )

    async def cancel(self, run_id: int, by: int) -> bool:
        """Note who wants this run to stop; False if it ended already, or somebody else was first."""
        changed = await self._database.write(
            "UPDATE runs SET cancelled_by = ? WHERE id = ? AND finished_at IS NULL AND cancelled_by IS NULL",
            (by, run_id),
        )
        return changed > 0

    async def get(self, run_id: int) -> Run | None:
        return await self._one("WHERE id = ?", run_id)

    async def latest(self) -> Run | None:
        return await self._one("ORDER BY id DESC LIMIT 1")

    async def latest_trained(self) -> Run | None:
        """The last run that made a version."""
        return await self._one("WHERE version IS NOT NULL ORDER BY id DESC LIMIT 1")

    async def under_way(self) -> list[Run]:
        """Those that nobody has noted the end of; a process that was killed has left its run here."""
        rows = await self._database.rows(f"{_SELECT} WHERE finished_at IS NULL ORDER BY id")
        return [_run(row) for row in rows]

    async def follow(self, run_id: int) -> None:
        """Remember that the admins are to be told how this run ends."""
        await self._database.write("UPDATE runs SET followed = 1 WHERE id = ?", (run_id,))

    async def untold(self) -> list[Run]:
        """Those that have ended, and whose end the admins wait to be told."""
        rows = await self._database.rows(f"{_SELECT} WHERE followed = 1 AND finished_at IS NOT NULL ORDER BY id")
        return [_run(row) for row in rows]

    async def told(self, run_id: int) -> None:
        async with self._database.transaction() as db:
            await db.execute("UPDATE runs SET followed = 0 WHERE id = ?", (run_id,))
            await db.execute("DELETE FROM run_messages WHERE run_id = ?", (run_id,))

    async def show_in(self, run_id: int, chat_id: int, message_id: int, topic: int | None = None) -> None:
        """Remember the one message of this chat that shows how far the run is, and in which topic."""
        await self._database.write(
            "INSERT INTO run_messages (run_id, chat_id, message_id, topic) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET message_id = excluded.message_id, topic = excluded.topic",
            (run_id, chat_id, message_id, topic),
        )

    async def shown_in(self, run_id: int) -> dict[int, int]:
        """Chat -> message that shows how far the run is."""
        rows = await self._database.rows("SELECT chat_id, message_id FROM run_messages WHERE run_id = ?", (run_id,))
        return {row["chat_id"]: row["message_id"] for row in rows}

    async def topic_in(self, run_id: int, chat_id: int) -> int | None:
        """The topic of this chat in which the run is shown, if it is in one."""
        row = await self._database.row(
            "SELECT topic FROM run_messages WHERE run_id = ? AND chat_id = ?", (run_id, chat_id)
        )
        return row["topic"] if row else None

    async def _one(self, rest: str, *values: int) -> Run | None:
        row = await self._database.row(f"{_SELECT} {rest}", values)
        return _run(row) if row else None


def _run(row: sqlite3.Row) -> Run:
    run = Run(**dict(row))
    why, message, doing = (told(text) if text else text for text in (run.why, run.message, run.doing))
    return replace(run, why=why, message=message, doing=doing)


class ProgressNote:
    """How far a run is, noted while it works: a training process has no event loop. Use as a context manager."""

    def __init__(self, database: Path, run_id: int, every: float = 0.5) -> None:
        """`every`: seconds between two notes of one step."""
        self._run_id = run_id
        self._every = every
        self._connection = sqlite3.connect(database, isolation_level=None, timeout=1)
        self._last: tuple[str, float] = ("", 0.0)

    def __enter__(self) -> "ProgressNote":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def __call__(self, doing: str, done: int, total: int) -> None:
        step, at = self._last
        if doing == step and done < total and time.monotonic() - at < self._every:
            return
        self._last = doing, time.monotonic()
        # A busy database must not stop the training: the next note comes soon.
        with contextlib.suppress(sqlite3.OperationalError):
            self._connection.execute(
                "UPDATE runs SET doing = ?, done = ?, total = ? WHERE id = ?", (kept(doing), done, total, self._run_id)
            )
