"""Who may ask. Admins are not here: they are in the settings, and in `admins`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from data.database.connection import Database, now, stamp
from data.people.identities import is_on_telegram
from data.people.sign_ins import sign_out, take_invitations_back

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

    async def since(self, user_id: int) -> datetime | None:
        """Since when they are known."""
        row = await self._database.row("SELECT since FROM people WHERE user_id = ?", (user_id,))
        return datetime.fromisoformat(row["since"]) if row else None

    async def welcome(self, user_id: int, name: str, group_id: int | None = None) -> None:
        """Make them a guest, or note their new name. Someone blocked stays blocked.

        Who comes through a group is a guest for as long as they are in it; who came by an invitation is one for good.
        """
        await self._database.write(
            "INSERT INTO people (user_id, role, name, since, group_id, member_at) VALUES (?1, 'guest', ?2, ?3, ?4, ?3)"
            " ON CONFLICT DO UPDATE SET name = excluded.name, member_at = excluded.member_at,"
            " group_id = iif(role = 'guest' AND group_id IS NULL, NULL, excluded.group_id), role = 'guest'"
            " WHERE role != 'blocked'",
            (user_id, name, now(), group_id),
        )

    async def group_of(self, user_id: int) -> int | None:
        """The group through which a guest came; None if it was an invitation, or if they are no guest."""
        row = await self._database.row("SELECT group_id FROM people WHERE user_id = ? AND role = 'guest'", (user_id,))
        return row["group_id"] if row else None

    async def is_guest(self, user_id: int, since: datetime) -> bool:
        """Whether they are a guest for good, or were seen in a group of the family's since then."""
        row = await self._database.row(
            "SELECT 1 FROM people WHERE user_id = ? AND role = 'guest' AND (group_id IS NULL OR member_at >= ?)",
            (user_id, stamp(since)),
        )
        return row is not None

    async def claim_question(self, user_id: int, before: datetime, now: datetime) -> bool:
        """Whether it is time to ask if a guest is still in the group: nobody has since `before`, and now you do."""
        changed = await self._database.write(
            "UPDATE people SET member_at = ? WHERE user_id = ? AND role = 'guest' AND group_id IS NOT NULL"
            " AND (member_at IS NULL OR member_at < ? OR member_at > ?)",  # from the future: the clock was wrong
            (stamp(now), user_id, stamp(before), stamp(now)),
        )
        return changed > 0

    async def leave_question_open(self, user_id: int) -> None:
        """It was not answered: it is asked again at their next message."""
        await self._database.write("UPDATE people SET member_at = NULL WHERE user_id = ?", (user_id,))

    async def note_member(self, user_id: int, group_id: int) -> None:
        """A guest who came through a group is in this one."""
        await self._database.write(
            "UPDATE people SET group_id = ?, member_at = ? WHERE user_id = ? AND group_id IS NOT NULL",
            (group_id, now(), user_id),
        )

    async def let_go(self, user_id: int) -> None:
        """A guest who has left the group is an outsider, of whom the number is kept."""
        async with self._database.transaction() as db:
            await db.execute(
                "UPDATE people SET role = 'outsider', name = NULL, group_id = NULL, member_at = NULL, since = ?"
                " WHERE user_id = ? AND role = 'guest'",
                (now(), user_id),
            )
            await db.execute("DELETE FROM selves WHERE user_id = ?", (user_id,))
            await db.execute("DELETE FROM languages WHERE reader = ?", (user_id,))
            await db.execute("DELETE FROM reactions WHERE user_id = ?", (user_id,))
            await sign_out(db, user_id)

    async def turn_away(self, user_id: int) -> bool:
        """Remember that this outsider was told; True the first time."""
        changed = await self._database.write(
            "INSERT INTO people (user_id, role, since) VALUES (?, 'outsider', ?) ON CONFLICT DO NOTHING",
            (user_id, now()),
        )
        return changed > 0

    async def block(self, user_id: int) -> int:
        """How many invitations to the pages are taken back with it: whoever came by one would come by it again, and has
        no account by which they would be known."""
        async with self._database.transaction() as db:
            await db.execute("UPDATE people SET role = 'blocked' WHERE user_id = ?", (user_id,))
            await sign_out(db, user_id)
            return 0 if is_on_telegram(user_id) else await take_invitations_back(db)

    async def unblock(self, user_id: int) -> None:
        await self._database.write(
            "UPDATE people SET role = 'guest' WHERE user_id = ? AND role = 'blocked'", (user_id,)
        )

    async def forget(self, user_id: int) -> None:
        """Somebody who came by the pages: they have no account by which they would be known again."""
        async with self._database.transaction() as db:
            await db.execute("DELETE FROM people WHERE user_id = ? AND role = 'guest'", (user_id,))
            await db.execute("DELETE FROM admins WHERE user_id = ?", (user_id,))

    async def known(self) -> list[Person]:
        """Guests and blocked people, by name."""
        rows = await self._database.rows(
            "SELECT user_id, role, name FROM people WHERE role != 'outsider' ORDER BY name, user_id"
        )
        return [Person(row["user_id"], row["role"], row["name"] or str(row["user_id"])) for row in rows]
