"""Invitation codes that let nobody in: who tried how many, so that nobody guesses one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from data.database.connection import Database, stamp

COUNTED_FOR: Final = timedelta(days=1)
BY_ONE: Final = 5
"""Tries of one person in a day, then no code of theirs is looked at. Links are opened, not typed: nobody needs more."""
BY_ALL: Final = 50
"""Tries of all people in a day, then a code that can be guessed lets nobody in."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Whether a try was one of those that a person has, and which limit it was the last of."""

    counts: bool
    by_one: bool
    by_all: bool


class InvitationTries:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, user_id: int, message_id: int, now: datetime) -> Spent:
        """Count the message, once however often it is handled, and no more of this person than they have tries."""
        since = stamp(now - COUNTED_FOR)
        async with self._database.transaction() as db:
            await db.execute(
                "INSERT INTO invitation_tries (user_id, message_id, at) SELECT ?1, ?2, ?3"
                " WHERE (SELECT count(*) FROM invitation_tries WHERE user_id = ?1 AND at > ?4 AND at <= ?3) < ?5"
                " ON CONFLICT DO NOTHING",
                (user_id, message_id, stamp(now), since, BY_ONE),
            )
            # How many there were up to this one: it is a limit's last whenever it is asked.
            [row] = await db.execute_fetchall(
                "SELECT sum(user_id = ?1) AS by_one, count(*) AS by_all FROM invitation_tries, "
                "(SELECT at AS this FROM invitation_tries WHERE user_id = ?1 AND message_id = ?2)"
                " WHERE at > ?3 AND at <= this",
                (user_id, message_id, since),
            )
        return Spent(counts=bool(row["by_one"]), by_one=row["by_one"] == BY_ONE, by_all=row["by_all"] == BY_ALL)

    async def spent_by(self, user_id: int, now: datetime) -> bool:
        """Whether this person has no tries left."""
        return await self._count("AND user_id = ?", now, user_id) >= BY_ONE

    async def spent_by_all(self, now: datetime) -> bool:
        return await self._count("", now) >= BY_ALL

    async def forget(self, user_id: int, now: datetime) -> None:
        """But for those that count: else a guest of the group who guesses has new tries by every /forgetme."""
        since = stamp(now - COUNTED_FOR)
        await self._database.write("DELETE FROM invitation_tries WHERE user_id = ? AND at <= ?", (user_id, since))

    async def _count(self, who: str, now: datetime, *values: int) -> int:
        # None from the future: clocks are set wrong, and right again.
        sql = f"SELECT count(*) FROM invitation_tries WHERE at > ? AND at <= ? {who}"
        return await self._database.count(sql, (stamp(now - COUNTED_FOR), stamp(now), *values))
