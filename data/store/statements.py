"""What people said of the guesses: proposals of guests, the word of admins, and praise."""

import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import aiosqlite

from data.database.connection import Database, now, stamp
from foundation.box import Box
from foundation.statement import Says, Statement, standing

Status = Literal["proposed", "accepted", "rejected"]


@dataclass(frozen=True, slots=True)
class StoredStatement:
    """A statement and what became of it.

    It was said `at`, of the face that `guess_id` is about, in a photo that `sender` sent at `sent_at`; `decided_by`
    accepted or rejected it at `decided_at`. `first_used_by` is the version that first learned from it.
    """

    statement: Statement
    guess_id: int
    sender: int
    sent_at: datetime
    at: datetime
    status: Status
    decided_by: int | None
    decided_at: datetime | None
    first_used_by: str | None

    @property
    def id(self) -> int:
        return self.statement.number


_SELECT = (
    "SELECT statements.*, photos.sha256, photos.sender, photos.at AS sent_at, box_left, box_top, box_right, box_bottom"
    " FROM statements JOIN guesses ON guesses.id = statements.guess_id JOIN photos ON photos.id = guesses.photo_id"
)


def _stored(row: sqlite3.Row) -> StoredStatement:
    decided_at = row["decided_at"]
    return StoredStatement(
        Statement(
            says=row["says"],
            cousin=row["cousin"],
            photo=row["sha256"],
            box=Box(row["box_left"], row["box_top"], row["box_right"], row["box_bottom"]),
            by=row["said_by"],
            accepted_by=row["decided_by"] if row["status"] == "accepted" else None,
            number=row["id"],
        ),
        guess_id=row["guess_id"],
        sender=row["sender"],
        sent_at=datetime.fromisoformat(row["sent_at"]),
        at=datetime.fromisoformat(row["at"]),
        status=row["status"],
        decided_by=row["decided_by"],
        decided_at=datetime.fromisoformat(decided_at) if decided_at else None,
        first_used_by=row["first_used_by"],
    )


class Statements:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def accepted(self) -> list[StoredStatement]:
        """Accepted and not contradicted by a later one; oldest decision first."""
        return standing(await self._select("WHERE status = 'accepted' ORDER BY decided_at, statements.id"))

    async def state(self) -> tuple[int, int, int, str]:
        """Changes whenever `accepted` may have, by whichever process, also where a clock was moved back."""
        row = await self._database.row(
            "SELECT count(*), coalesce(sum(status = 'accepted'), 0), coalesce(max(id), 0),"
            " coalesce(max(decided_at), '') FROM statements WHERE status != 'proposed'"
        )
        assert row is not None
        return row[0], row[1], row[2], row[3]

    async def proposed(self) -> list[StoredStatement]:
        """The review queue: the bot's least certain guesses first."""
        return await self._select("WHERE status = 'proposed' ORDER BY confidence, statements.id")

    async def all(self) -> list[StoredStatement]:
        """Every one ever made, oldest first."""
        return await self._select("ORDER BY statements.id")

    async def get(self, statement_id: int) -> StoredStatement | None:
        found = await self._select("WHERE statements.id = ?", statement_id)
        return found[0] if found else None

    async def of_guess(self, guess_id: int) -> StoredStatement | None:
        """The last accepted word on this guess."""
        found = await self._select(
            "WHERE guess_id = ? AND status = 'accepted' ORDER BY decided_at DESC, statements.id DESC LIMIT 1", guess_id
        )
        return found[0] if found else None

    async def of_guesses(self, guess_ids: Collection[int]) -> dict[int, StoredStatement]:
        """The last accepted word on each of these guesses, where there is one."""
        ids = ",".join(str(int(guess_id)) for guess_id in guess_ids)
        found = await self._select(
            f"WHERE guess_id IN ({ids}) AND status = 'accepted' ORDER BY decided_at, statements.id"
        )
        return {one.guess_id: one for one in found}

    async def waiting(self, guess_ids: Collection[int]) -> list[StoredStatement]:
        """Proposals on these guesses, oldest first."""
        ids = ",".join(str(int(guess_id)) for guess_id in guess_ids)
        return await self._select(f"WHERE guess_id IN ({ids}) AND status = 'proposed' ORDER BY statements.id")

    async def propose(self, guess_id: int, says: Says, cousin: str | None, by: int) -> int:
        """A guest's word, for review; their earlier proposal on the same face gives way to it."""
        async with self._database.transaction() as db:
            await db.execute(
                "DELETE FROM statements WHERE guess_id = ? AND said_by = ? AND status = 'proposed'", (guess_id, by)
            )
            cursor = await db.execute(
                "INSERT INTO statements (guess_id, says, cousin, said_by, at, status)"
                " VALUES (?, ?, ?, ?, ?, 'proposed')",
                (guess_id, says, cousin, by, now()),
            )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    async def declare(self, guess_id: int, says: Says, cousin: str | None, by: int, said_at: str | None = None) -> int:
        """An admin's word, accepted as it is said; it settles the guests' proposals on the same face.

        Saying the same again (a double tap) adds nothing. `said_at` is when the message came that says it, by default
        now: one that is handled again adds nothing either, and does not go over what others have said or taken back
        since.
        """
        moment = said_at or now()
        last = await self.of_guess(guess_id)
        if last is not None and (last.statement.says, last.statement.cousin, last.statement.by) == (says, cousin, by):
            return last.id
        async with self._database.transaction() as db:
            before = await db.execute_fetchall(
                "SELECT id FROM statements WHERE guess_id = ? AND said_by = ? AND at = ? AND status != 'proposed'",
                (guess_id, by, moment),
            )
            for row in before:
                return int(row["id"])
            await _settle(db, guess_id, says, cousin, by, moment)
            cursor = await db.execute(
                "INSERT INTO statements"
                " (guess_id, says, cousin, said_by, at, status, decided_by, decided_at)"
                " VALUES (?, ?, ?, ?, ?, 'accepted', ?, ?)",
                (guess_id, says, cousin, by, moment, by, moment),
            )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    async def accept(self, statement_id: int, by: int) -> bool:
        """Accept a proposal; False if it was decided already. It settles the other proposals on the same face."""
        async with self._database.transaction() as db:
            moment = now()
            update = (
                "UPDATE statements SET status = 'accepted', decided_by = ?, decided_at = ?"
                " WHERE id = ? AND status = 'proposed' RETURNING guess_id, says, cousin"
            )
            accepted = list(await db.execute_fetchall(update, (by, moment, statement_id)))
            for row in accepted:
                await _settle(db, row["guess_id"], row["says"], row["cousin"], by, moment)
        return bool(accepted)

    async def dismiss(self, statement_id: int, by: int) -> bool:
        """Reject a proposal; False if it was decided already."""
        return await self._reject(statement_id, by, "'proposed'")

    async def reject(self, statement_id: int, by: int) -> bool:
        """Reject a proposal, or take back what was accepted; False if there was nothing to reject."""
        return await self._reject(statement_id, by, "'proposed', 'accepted'")

    async def praise(self, guess_id: int, by: int) -> None:
        """A guest says the guess was right: counted, never learned from."""
        await self._database.write(
            "INSERT INTO praise (guess_id, said_by, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (guess_id, by, now()),
        )

    async def mark_used(self, ids: Iterable[int], version: str) -> None:
        """Note the version that first learned from these; one already noted stays.

        What was rejected or contradicted while that version was trained is not noted: the next one leaves it out.
        """
        stand = {one.id for one in await self.accepted()}
        async with self._database.transaction() as db:
            await db.executemany(
                "UPDATE statements SET first_used_by = ? WHERE id = ? AND first_used_by IS NULL",
                [(version, statement_id) for statement_id in ids if statement_id in stand],
            )

    async def to_learn(self, since: str) -> int:
        """How many words from `since` on the champion has not taken in: what was accepted, and what was taken back."""
        new = [one for one in await self.accepted() if one.first_used_by is None]
        taken_back = await self._database.count(
            "SELECT count(*) FROM statements"
            " WHERE status = 'rejected' AND first_used_by IS NOT NULL AND decided_at > ?",
            (since,),
        )
        return taken_back + sum(one.decided_at is not None and stamp(one.decided_at) > since for one in new)

    async def _reject(self, statement_id: int, by: int, decidable: str) -> bool:
        changed = await self._database.write(
            "UPDATE statements SET status = 'rejected', decided_by = ?, decided_at = ?"
            f" WHERE id = ? AND status IN ({decidable})",
            (by, now(), statement_id),
        )
        return changed > 0

    async def _select(self, rest: str, *values: int) -> list[StoredStatement]:
        return [_stored(row) for row in await self._database.rows(f"{_SELECT} {rest}", values)]


async def _settle(
    db: aiosqlite.Connection, guess_id: int, says: Says, cousin: str | None, by: int, moment: str
) -> None:
    """Who proposed what was decided was right, the others were not."""
    await db.execute(
        "UPDATE statements SET decided_by = ?, decided_at = ?,"
        " status = iif(says = ? AND cousin IS ?, 'accepted', 'rejected')"
        " WHERE guess_id = ? AND status = 'proposed'",
        (by, moment, says, cousin, guess_id),
    )
