"""Which cousin a person is: said by themselves, and accepted by an admin."""

from dataclasses import dataclass

import aiosqlite

from data.database.connection import Database, now

# Those whose own words on it were all rejected. Where no such word is left at all, its photo was forgotten, and what an
# admin had accepted stays.
_UNFOUNDED = """
    DELETE FROM selves
    WHERE NOT EXISTS (SELECT 1 FROM statements WHERE way = 'self' AND status = 'accepted'
        AND said_by = selves.user_id AND statements.cousin = selves.cousin)
    AND EXISTS (SELECT 1 FROM statements WHERE way = 'self' AND said_by = selves.user_id
        AND statements.cousin = selves.cousin)
"""


@dataclass(frozen=True, slots=True)
class Self:
    """A person who is known to be a cousin. `name` is theirs on Telegram, or their number."""

    user_id: int
    cousin: str
    name: str


class Selves:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, user_id: int) -> str | None:
        """The key of the cousin whom this person is known to be."""
        row = await self._database.row("SELECT cousin FROM selves WHERE user_id = ?", (user_id,))
        return row["cousin"] if row else None

    async def all(self) -> list[Self]:
        """Everybody who is known to be somebody, by name."""
        rows = await self._database.rows(
            "SELECT selves.user_id, cousin, coalesce(people.name, admins.name, selves.user_id) AS name FROM selves"
            " LEFT JOIN people ON people.user_id = selves.user_id LEFT JOIN admins ON admins.user_id = selves.user_id"
            " ORDER BY 3, 1"
        )
        return [Self(row["user_id"], row["cousin"], str(row["name"])) for row in rows]

    async def take_back(self, user_id: int) -> str | None:
        """They are nobody's self any more; the key of whom they were."""
        async with self._database.transaction() as db:
            rows = await db.execute_fetchall("DELETE FROM selves WHERE user_id = ? RETURNING cousin", (user_id,))
            return next((str(row["cousin"]) for row in rows), None)

    async def untold(self) -> list[Self]:
        """Those who do not know yet that it was accepted."""
        rows = await self._database.rows("SELECT user_id, cousin FROM selves WHERE told_at IS NULL")
        return [Self(row["user_id"], row["cousin"], "") for row in rows]

    async def told(self, one: Self) -> None:
        await self._database.write(
            "UPDATE selves SET told_at = ? WHERE user_id = ? AND cousin = ?", (now(), one.user_id, one.cousin)
        )


async def note_accepted(db: aiosqlite.Connection, decision: int) -> None:
    """Whoever said of a face that it is their own, and was believed by this decision, is that cousin from now on."""
    await db.execute(
        "INSERT INTO selves (user_id, cousin, accepted_by, at, told_at)"
        " SELECT said_by, cousin, decided_by, decided_at, iif(said_by = decided_by, decided_at, NULL) FROM statements"
        " WHERE decision = ? AND status = 'accepted' AND way = 'self' AND says = 'is' AND cousin IS NOT NULL"
        " ON CONFLICT (user_id) DO UPDATE SET cousin = excluded.cousin, accepted_by = excluded.accepted_by,"
        " at = excluded.at, told_at = iif(cousin = excluded.cousin, coalesce(told_at, excluded.told_at),"
        " excluded.told_at)",
        (decision,),
    )


async def drop_unfounded(db: aiosqlite.Connection) -> None:
    """After a word was taken back: nobody is a cousin by nothing but words that were."""
    await db.execute(_UNFOUNDED)
