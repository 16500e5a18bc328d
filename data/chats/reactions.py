"""Whose 👍 and 👎 on which answer was followed last, and the menus that 👎 has opened."""

from dataclasses import dataclass
from datetime import datetime

from data.database.connection import Database, stamp


@dataclass(frozen=True, slots=True)
class Followed:
    """What of somebody's reaction on an answer has been carried out.

    `menu` is the message with what a 👎 has opened, for as long as nobody has answered there.
    """

    up: bool
    down: bool
    menu: int | None


class Reactions:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, answer_id: int, user_id: int, at: datetime, update_id: int) -> Followed | None:
        """What was followed before this update, of `at` by Telegram's clock; None where a later one has been followed
        already, as one that had to wait is, and where the answer is gone."""
        async with self._database.transaction() as db:
            rows = await db.execute_fetchall(
                "INSERT INTO reactions (answer_id, user_id, at, update_id)"
                " SELECT id, ?, ?, ? FROM answers WHERE id = ?"
                " ON CONFLICT DO UPDATE SET at = excluded.at, update_id = excluded.update_id"
                " WHERE (excluded.at, excluded.update_id) >= (reactions.at, reactions.update_id)"
                " RETURNING up, down, menu",
                (user_id, stamp(at), update_id, answer_id),
            )
        return next((Followed(bool(row["up"]), bool(row["down"]), row["menu"]) for row in rows), None)

    async def end(self, answer_id: int, user_id: int, followed: Followed) -> None:
        """Note what has been followed now."""
        await self._database.write(
            "UPDATE reactions SET up = ?, down = ?, menu = ? WHERE answer_id = ? AND user_id = ?",
            (int(followed.up), int(followed.down), followed.menu, answer_id, user_id),
        )

    async def menu_of(self, answer_id: int) -> int | None:
        """The message with a menu about this answer that somebody's 👎 has opened and nobody has answered."""
        row = await self._database.row(
            "SELECT menu FROM reactions WHERE answer_id = ? AND menu IS NOT NULL", (answer_id,)
        )
        return int(row["menu"]) if row else None

    async def is_held(self, answer_id: int, menu: int, but: int) -> bool:
        """Whether the 👎 of somebody but this person keeps the menu open."""
        row = await self._database.row(
            "SELECT 1 FROM reactions WHERE answer_id = ? AND menu = ? AND user_id != ?", (answer_id, menu, but)
        )
        return row is not None

    async def served(self, answer_id: int, menu: int) -> None:
        """The menu in this message was answered, or left: whoever takes their 👎 back leaves it alone."""
        await self._database.write(
            "UPDATE reactions SET menu = NULL WHERE answer_id = ? AND menu = ?", (answer_id, menu)
        )

    async def forget(self, user_id: int) -> None:
        await self._database.write("DELETE FROM reactions WHERE user_id = ?", (user_id,))
