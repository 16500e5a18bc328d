"""Admins whom another admin, or the command, made: those in the settings are not here."""

from dataclasses import dataclass

from data.database.connection import Database, now


@dataclass(frozen=True, slots=True)
class Admin:
    user_id: int
    name: str | None


class AddedAdmins:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[Admin]:
        """By name. Who has none of their own here has the one they have as a guest."""
        rows = await self._database.rows(
            "SELECT admins.user_id, coalesce(admins.name, people.name) AS name FROM admins"
            " LEFT JOIN people ON people.user_id = admins.user_id ORDER BY name, admins.user_id"
        )
        return [Admin(row["user_id"], row["name"]) for row in rows]

    async def add(self, user_id: int, name: str | None, added_by: int) -> bool:
        """False if they are one already, whose name is noted if there is a new one."""
        async with self._database.transaction() as db:
            inserted = await db.execute(
                "INSERT INTO admins (user_id, name, added_by, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (user_id, name, added_by, now()),
            )
            if not inserted.rowcount and name is not None:
                await db.execute("UPDATE admins SET name = ? WHERE user_id = ?", (name, user_id))
        return inserted.rowcount > 0

    async def remove(self, user_id: int) -> bool:
        """False if they were none."""
        return await self._database.write("DELETE FROM admins WHERE user_id = ?", (user_id,)) > 0
