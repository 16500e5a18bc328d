"""Who may ask. Admins are not here: they are in the settings."""

from dataclasses import dataclass
from typing import Literal

from data.database.connection import Database, now

Role = Literal["guest", "blocked", "outsider"]


@dataclass(frozen=True, slots=True)
class Person:
    user_id: int
    role: Role
    name: str


class People:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def role(self, user_id: int) -> Role | None:
        row = await self._database.row("SELECT role FROM people WHERE user_id = ?", (user_id,))
        return row["role"] if row else None

    async def name(self, user_id: int) -> str | None:
        row = await self._database.row("SELECT name FROM people WHERE user_id = ?", (user_id,))
        return row["name"] if row else None

    async def welcome(self, user_id: int, name: str) -> None:
        """Make them a guest, or note their new name. Someone blocked stays blocked."""
        await self._database.write(
            "INSERT INTO people (user_id, role, name, since) VALUES (?, 'guest', ?, ?)"
            " ON CONFLICT DO UPDATE SET role = 'guest', name = excluded.name WHERE role != 'blocked'",
            (user_id, name, now()),
        )

    async def turn_away(self, user_id: int) -> bool:
        """Remember that this outsider was told; True the first time."""
        changed = await self._database.write(
            "INSERT INTO people (user_id, role, since) VALUES (?, 'outsider', ?) ON CONFLICT DO NOTHING",
            (user_id, now()),
        )
        return changed > 0

    async def block(self, user_id: int) -> None:
        await self._database.write("UPDATE people SET role = 'blocked' WHERE user_id = ?", (user_id,))

    async def unblock(self, user_id: int) -> None:
        await self._database.write(
            "UPDATE people SET role = 'guest' WHERE user_id = ? AND role = 'blocked'", (user_id,)
        )

    async def known(self) -> list[Person]:
        """Guests and blocked people, by name."""
        rows = await self._database.rows(
            "SELECT user_id, role, name FROM people WHERE role != 'outsider' ORDER BY name, user_id"
        )
        return [Person(row["user_id"], row["role"], row["name"] or str(row["user_id"])) for row in rows]
