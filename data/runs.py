"""Training runs, each a process of its own."""

from dataclasses import dataclass

from data.database import Database, now


@dataclass(frozen=True, slots=True)
class Run:
    id: int
    pid: int
    started_at: str
    finished_at: str | None
    outcome: str | None
    version: str | None
    message: str | None


class Runs:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def start(self, pid: int) -> int:
        async with (
            self._database.writing() as db,
            db.execute("INSERT INTO runs (pid, started_at) VALUES (?, ?)", (pid, now())) as cursor,
        ):
            assert cursor.lastrowid is not None
            return cursor.lastrowid

    async def finish(self, run_id: int, outcome: str, version: str | None, message: str) -> None:
        """`outcome` is one word (promoted, kept, failed …), `message` the sentence that explains it."""
        await self._database.write(
            "UPDATE runs SET finished_at = ?, outcome = ?, version = ?, message = ? WHERE id = ?",
            (now(), outcome, version, message, run_id),
        )

    async def latest(self) -> Run | None:
        row = await self._database.row("SELECT * FROM runs ORDER BY id DESC LIMIT 1")
        return Run(**dict(row)) if row else None
