"""What people said of the guesses: proposals of guests, the word of admins, and praise."""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import aiosqlite

from data.database.connection import Database, now
from data.people.selves import drop_unfounded, note_accepted
from foundation.box import Box
from foundation.statement import Says, Statement, Way, standing

Status = Literal["proposed", "accepted", "rejected"]


@dataclass(frozen=True, slots=True)
class StoredStatement:
    """A statement and what became of it.

    It was said `at`, of the face that `guess_id` is about, in a photo that `sender` sent at `sent_at`; `decided_by`
    accepted or rejected it at `decided_at`, by the `decision` of this number: of two the later one counts, whatever the
    clock said. `first_used_by` is the version that first learned from it. `is_picture`: said not of a face, but of a
    whole picture. `way`: how it was said; None: by a button.
    """

    statement: Statement
    guess_id: int
    sender: int
    sent_at: datetime
    at: datetime
    status: Status
    decided_by: int | None
    decided_at: datetime | None
    decision: int | None
    first_used_by: str | None
    is_picture: bool
    way: Way | None

    @property
    def id(self) -> int:
        return self.statement.number


_SELECT = (
    "SELECT statements.*, photos.sha256, photos.sender, photos.at AS sent_at,"
    " box_left, box_top, box_right, box_bottom, is_picture"
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
        decision=row["decision"],
        first_used_by=row["first_used_by"],
        is_picture=bool(row["is_picture"]),
        way=row["way"],
    )


class Statements:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def accepted(self) -> list[StoredStatement]:
        """Accepted and not contradicted by a later one; oldest decision first."""
        return standing(await self._select("WHERE status = 'accepted' ORDER BY decision, statements.id"))

    async def state(self) -> tuple[int, int]:
        """Changes whenever `accepted` may have, by whichever process: how many were decided, and the last decision."""
        row = await self._database.row(
            "SELECT (SELECT count(*) FROM statements WHERE decision IS NOT NULL), number FROM decisions"
        )
        assert row is not None
        return row[0], row[1]

    async def proposed(self) -> list[StoredStatement]:
        """The review queue: the bot's least certain guesses first."""
        return await self._select("WHERE status = 'proposed' ORDER BY confidence, statements.id")

    async def all(self) -> list[StoredStatement]:
        """Every one ever made, oldest first."""
        return await self._select("ORDER BY statements.id")

    async def cousins(self) -> set[str]:
        """The keys of all whom somebody named and nobody rejected, or whom the bot guessed."""
        rows = await self._database.rows(
            "SELECT cousin FROM statements WHERE says = 'is' AND status != 'rejected'"
            " UNION SELECT cousin FROM guesses WHERE cousin IS NOT NULL"
        )
        return {row["cousin"] for row in rows}

    async def count_of(self, cousin: str) -> int:
        """How many name this cousin, of whatever status."""
        return await self._database.count("SELECT count(*) FROM statements WHERE cousin = ?", (cousin,))

    async def count_since(self, cousin: str, last: int) -> int:
        """How many that are not rejected have named this cousin after the statement of this number."""
        return await self._database.count(
            "SELECT count(*) FROM statements WHERE cousin = ? AND status != 'rejected' AND id > ?", (cousin, last)
        )

    async def get(self, statement_id: int) -> StoredStatement | None:
        found = await self._select("WHERE statements.id = ?", statement_id)
        return found[0] if found else None

    async def of_guess(self, guess_id: int) -> StoredStatement | None:
        """The last accepted word on this guess."""
        found = await self._select(
            "WHERE guess_id = ? AND status = 'accepted' ORDER BY decision DESC, statements.id DESC LIMIT 1", guess_id
        )
        return found[0] if found else None

    async def of_guesses(self, guess_ids: Collection[int]) -> dict[int, StoredStatement]:
        """The last accepted word on each of these guesses, where there is one."""
        ids = ",".join(str(int(guess_id)) for guess_id in guess_ids)
        found = await self._select(
            f"WHERE guess_id IN ({ids}) AND status = 'accepted' ORDER BY decision, statements.id"
        )
        return {one.guess_id: one for one in found}

    async def waiting(self, guess_ids: Collection[int]) -> list[StoredStatement]:
        """Proposals on these guesses, oldest first."""
        ids = ",".join(str(int(guess_id)) for guess_id in guess_ids)
        return await self._select(f"WHERE guess_id IN ({ids}) AND status = 'proposed' ORDER BY statements.id")

    async def is_repetition(self, guess_id: int, update: int | None) -> bool:
        """Whether this unfinished update has had its say on this guess: it is handled again."""
        said = "SELECT 1 FROM stated WHERE update_id = ? AND guess_id = ?"
        return await self._database.row(said, (update, guess_id)) is not None

    async def named_by(self, guess_id: int, update: int | None) -> str | None:
        """The cousin whom this unfinished update has named before, where it is handled again."""
        row = await self._database.row(
            "SELECT cousin FROM stated JOIN statements ON statements.id = stated.statement_id"
            " WHERE stated.update_id = ? AND stated.guess_id = ? AND says = 'is'",
            (update, guess_id),
        )
        return row["cousin"] if row else None

    async def propose(
        self,
        guess_id: int,
        says: Says,
        cousin: str | None,
        by: int,
        update: int | None = None,
        way: Way | None = None,
    ) -> int:
        """A guest's word, for review; their earlier proposal on the same face gives way to it.

        Of one `update` it is taken down once, whatever was said or decided since.
        """
        return await self._propose(guess_id, [(says, cousin)], by, update, way)

    async def deny(self, guess_id: int, cousins: Sequence[str], by: int, update: int | None = None) -> None:
        """A guest's word that it is none of these, of whom they say no more; else as `propose`."""
        await self._propose(guess_id, [("not", cousin) for cousin in cousins], by, update)

    async def _propose(
        self,
        guess_id: int,
        words: Sequence[tuple[Says, str | None]],
        by: int,
        update: int | None,
        way: Way | None = None,
    ) -> int:
        async with self._database.transaction() as db:
            if (before := await _stated(db, guess_id, update)) is not None:
                return before
            await db.execute(
                "DELETE FROM statements WHERE guess_id = ? AND said_by = ? AND status = 'proposed'", (guess_id, by)
            )
            for says, cousin in words:
                [row] = await db.execute_fetchall(
                    "INSERT INTO statements (guess_id, says, cousin, said_by, at, status, way)"
                    " VALUES (?, ?, ?, ?, ?, 'proposed', ?) RETURNING id",
                    (guess_id, says, cousin, by, now(), way),
                )
            return await _note(db, guess_id, update, row["id"])

    async def withdraw(self, guess_ids: Collection[int], by: int) -> bool:
        """Let go of what this guest proposed of these guesses; False if all of it was decided already."""
        ids = ",".join(str(int(guess_id)) for guess_id in guess_ids)
        gone = await self._database.write(
            f"DELETE FROM statements WHERE guess_id IN ({ids}) AND said_by = ? AND status = 'proposed'", (by,)
        )
        return gone > 0

    async def propose_another(self, statement_id: int, cousin: str) -> None:
        """Let a proposal that waits speak of this cousin: who was to be new is somebody known."""
        await self._database.write(
            "UPDATE statements SET cousin = ? WHERE id = ? AND status = 'proposed'", (cousin, statement_id)
        )

    async def declare(
        self,
        guess_id: int,
        says: Says,
        cousin: str | None,
        by: int,
        update: int | None = None,
        way: Way | None = None,
    ) -> int:
        """An admin's word, accepted as it is said; it settles the guests' proposals on the same face.

        Saying the same again (a double tap) adds nothing. Of one `update` it is taken down once: one that is handled
        again does not go over what others have said or taken back since.
        """
        async with self._database.transaction() as db:
            if (before := await _stated(db, guess_id, update)) is not None:
                return before
            last = await db.execute_fetchall(
                "SELECT id, says, cousin, said_by, decision FROM statements WHERE guess_id = ? AND status = 'accepted'"
                " ORDER BY decision DESC, id DESC LIMIT 1",
                (guess_id,),
            )
            for row in last:
                if (row["says"], row["cousin"], row["said_by"]) == (says, cousin, by):
                    # Said by a button too, it no longer goes with a reaction.
                    await db.execute(
                        "UPDATE statements SET way = coalesce(?, nullif(way, 'reaction')) WHERE id = ?",
                        (way, row["id"]),
                    )
                    await note_accepted(db, row["decision"])
                    return await _note(db, guess_id, update, row["id"])
            return await _note(db, guess_id, update, await _declare(db, guess_id, says, cousin, by, way))

    async def overrule(self, statement_id: int, says: Says, cousin: str | None, by: int) -> bool:
        """An admin's own word in place of a proposal; False if that was decided already."""
        async with self._database.transaction() as db:
            found = await db.execute_fetchall(
                "SELECT guess_id FROM statements WHERE id = ? AND status = 'proposed'", (statement_id,)
            )
            for row in found:
                await _declare(db, row["guess_id"], says, cousin, by)
                return True
        return False

    async def reopen(self, statement_id: int, by: int) -> bool:
        """Let a proposal wait once more, and take back what this admin said in its place; False if it was not they who
        decided it, or if somebody has decided on the same face since."""
        async with self._database.transaction() as db:
            found = await db.execute_fetchall(
                "SELECT guess_id, decision FROM statements WHERE id = ? AND decided_by = ? AND decision ="
                " (SELECT max(decision) FROM statements AS one WHERE one.guess_id = statements.guess_id)",
                (statement_id, by),
            )
            for row in found:
                await db.execute(
                    "UPDATE statements SET status = 'rejected', decision = ? WHERE guess_id = ? AND decision = ?"
                    " AND said_by = ? AND status = 'accepted' AND id != ?",
                    (await _decide(db), row["guess_id"], row["decision"], by, statement_id),
                )
                await db.execute(
                    "UPDATE statements SET status = 'proposed', decided_by = NULL, decided_at = NULL, decision = NULL"
                    " WHERE guess_id = ? AND decision = ?",
                    (row["guess_id"], row["decision"]),
                )
                await drop_unfounded(db)
                return True
        return False

    async def accept(self, statement_id: int, by: int, update: int | None = None) -> bool:
        """Accept a proposal; False if it was decided already, and not by this `update`.

        It settles the other proposals on the same face.
        """
        async with self._database.transaction() as db:
            found = await db.execute_fetchall(
                "SELECT guess_id, says, cousin, status FROM statements WHERE id = ?", (statement_id,)
            )
            for row in found:
                if await _stated(db, row["guess_id"], update) is not None:
                    return True
                if row["status"] != "proposed":
                    return False
                moment, decision = now(), await _decide(db)
                await db.execute(
                    "UPDATE statements SET status = 'accepted', decided_by = ?, decided_at = ?, decision = ?"
                    " WHERE id = ?",
                    (by, moment, decision, statement_id),
                )
                await _settle(db, row["guess_id"], row["says"], row["cousin"], by, moment, decision)
                await note_accepted(db, decision)
                await _note(db, row["guess_id"], update, statement_id)
                return True
        return False

    async def dismiss(self, statement_id: int, by: int) -> bool:
        """Reject a proposal; False if it was decided already."""
        return await self._reject(statement_id, by, "'proposed'")

    async def reject(self, statement_id: int, by: int) -> bool:
        """Reject a proposal, or take back what was accepted; False if there was nothing to reject."""
        return await self._reject(statement_id, by, "'proposed', 'accepted'")

    async def praise(self, guess_id: int, by: int, *, by_reaction: bool = False) -> None:
        """A guest says the guess was right: counted, never learned from."""
        await self._database.write(
            "INSERT INTO praise (guess_id, said_by, at, by_reaction) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET by_reaction = min(by_reaction, excluded.by_reaction)",
            (guess_id, by, now(), int(by_reaction)),
        )

    async def unpraise(self, guess_ids: Collection[int], by: int) -> None:
        """This guest has taken back the reaction by which they said that these guesses were right."""
        ids = ",".join(str(int(guess_id)) for guess_id in guess_ids)
        await self._database.write(
            f"DELETE FROM praise WHERE guess_id IN ({ids}) AND said_by = ? AND by_reaction", (by,)
        )

    async def take_back_reaction(self, guess_ids: Collection[int], by: int) -> bool:
        """Take back what this admin said of these guesses by a reaction; False if there is nothing of it any more.

        What guests had proposed of them waits once more, unless somebody has decided since.
        """
        ids = ",".join(str(int(guess_id)) for guess_id in guess_ids)
        async with self._database.transaction() as db:
            said = list(
                await db.execute_fetchall(
                    "SELECT id, guess_id, decision, decision = (SELECT max(decision) FROM statements AS one"
                    " WHERE one.guess_id = statements.guess_id) AS is_last FROM statements"
                    f" WHERE guess_id IN ({ids}) AND said_by = ? AND way = 'reaction' AND status = 'accepted'",
                    (by,),
                )
            )
            for row in said:
                await db.execute(
                    "UPDATE statements SET status = 'rejected', decided_at = ?, decision = ? WHERE id = ?",
                    (now(), await _decide(db), row["id"]),
                )
                if row["is_last"]:
                    await db.execute(
                        "UPDATE statements SET status = 'proposed', decided_by = NULL, decided_at = NULL,"
                        " decision = NULL WHERE guess_id = ? AND decision = ?",
                        (row["guess_id"], row["decision"]),
                    )
            await drop_unfounded(db)
            return bool(said)

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

    async def to_learn(self, since: int) -> int:
        """How many words, decided after this number, the champion has not taken in: accepted, or taken back."""
        new = [one for one in await self.accepted() if one.first_used_by is None]
        taken_back = await self._database.count(
            "SELECT count(*) FROM statements WHERE status = 'rejected' AND first_used_by IS NOT NULL AND decision > ?",
            (since,),
        )
        return taken_back + sum(one.decision is not None and one.decision > since for one in new)

    async def _reject(self, statement_id: int, by: int, decidable: str) -> bool:
        async with self._database.transaction() as db:
            rejected = await db.execute(
                "UPDATE statements SET status = 'rejected', decided_by = ?, decided_at = ?"
                f" WHERE id = ? AND status IN ({decidable})",
                (by, now(), statement_id),
            )
            if rejected.rowcount:
                await db.execute("UPDATE statements SET decision = ? WHERE id = ?", (await _decide(db), statement_id))
                await drop_unfounded(db)
            return rejected.rowcount > 0

    async def _select(self, rest: str, *values: int) -> list[StoredStatement]:
        return [_stored(row) for row in await self._database.rows(f"{_SELECT} {rest}", values)]


async def _declare(
    db: aiosqlite.Connection, guess_id: int, says: Says, cousin: str | None, by: int, way: Way | None = None
) -> int:
    """A new accepted word on a guess."""
    moment, decision = now(), await _decide(db)
    await _settle(db, guess_id, says, cousin, by, moment, decision)
    [row] = await db.execute_fetchall(
        "INSERT INTO statements (guess_id, says, cousin, said_by, at, status, decided_by, decided_at, decision, way)"
        " VALUES (?, ?, ?, ?, ?, 'accepted', ?, ?, ?, ?) RETURNING id",
        (guess_id, says, cousin, by, moment, by, moment, decision, way),
    )
    await note_accepted(db, decision)
    return int(row["id"])


async def _settle(
    db: aiosqlite.Connection, guess_id: int, says: Says, cousin: str | None, by: int, moment: str, decision: int
) -> None:
    """Who proposed what was decided was right, the others were not; who it is not either still waits."""
    await db.execute(
        "UPDATE statements SET decided_by = ?, decided_at = ?, decision = ?,"
        " status = iif(says = ? AND cousin IS ?, 'accepted', 'rejected')"
        " WHERE guess_id = ? AND status = 'proposed' AND NOT (? = 'not' AND says = 'not' AND cousin IS NOT ?)",
        (by, moment, decision, says, cousin, guess_id, says, cousin),
    )


async def _decide(db: aiosqlite.Connection) -> int:
    """The number of one more decision."""
    [row] = await db.execute_fetchall("UPDATE decisions SET number = number + 1 RETURNING number")
    return int(row["number"])


async def _stated(db: aiosqlite.Connection, guess_id: int, update: int | None) -> int | None:
    """The number of what this update has said of this guess, if anything. It need not be there any more."""
    found = await db.execute_fetchall(
        "SELECT statement_id FROM stated WHERE update_id = ? AND guess_id = ?", (update, guess_id)
    )
    return next((int(row["statement_id"]) for row in found), None)


async def _note(db: aiosqlite.Connection, guess_id: int, update: int | None, statement_id: int) -> int:
    if update is not None:
        await db.execute(
            "INSERT INTO stated (update_id, guess_id, statement_id) VALUES (?, ?, ?)",
            (update, guess_id, statement_id),
        )
    return statement_id
