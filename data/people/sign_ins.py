"""Who is signed in on the pages, and the links that let people in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import aiosqlite

from data.database.connection import Database, now, stamp
from data.people.identities import new_number
from foundation.secret_token import new_token, token_sha256

SESSION_LASTS: Final = timedelta(days=30)
LINK_LASTS: Final = timedelta(minutes=10)
INVITATION_LASTS: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class SignInLink:
    """What a link is good for.

    Attributes:
        person: whom it lets in; None for somebody new, who says their name.
        name: theirs, where they are known.
        is_admin: somebody new becomes an admin by it.
        once: it lets one person in, and no other after that.
        is_used: it has let somebody in, or was taken back.
    """

    person: int | None
    name: str | None
    is_admin: bool
    once: bool
    expires_at: datetime
    is_used: bool

    def is_good(self, now: datetime) -> bool:
        return not self.is_used and now < self.expires_at


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who is signed in, on how many devices, and until when on the last."""

    person: int
    name: str
    devices: int
    until: datetime


class SignIns:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def make_link(self, person: int, name: str, now: datetime) -> str:
        """The token of a link that lets this person in, once."""
        return await self._link(person, name, now, LINK_LASTS, is_admin=False, once=True)

    async def make_link_for_newcomer(self, now: datetime, *, is_admin: bool) -> str:
        """The token of a link that lets somebody new in, once."""
        return await self._link(None, None, now, LINK_LASTS, is_admin=is_admin, once=True)

    async def make_invitation(self, now: datetime) -> str:
        """The token of a link that lets several people in, for a week."""
        return await self._link(None, None, now, INVITATION_LASTS, is_admin=False, once=False)

    async def link(self, token: str) -> SignInLink | None:
        row = await self._database.row("SELECT * FROM sign_in_links WHERE token_sha256 = ?", (token_sha256(token),))
        if row is None:
            return None
        return SignInLink(
            row["person"],
            row["name"],
            bool(row["is_admin"]),
            bool(row["once"]),
            datetime.fromisoformat(row["expires_at"]),
            row["used_at"] is not None,
        )

    async def enter(self, token: str, name: str, now: datetime) -> str | None:
        """Sign somebody in by a link: the token of their session; None where the link is not good (any more).

        `name` is what somebody new calls themselves. Of two who come with a link for one, one is let in.
        """
        async with self._database.transaction() as db:
            rows = await db.execute_fetchall(
                "UPDATE sign_in_links SET used_at = iif(once, ?1, NULL)"
                " WHERE token_sha256 = ?2 AND used_at IS NULL AND expires_at > ?1 RETURNING person, name, is_admin",
                (stamp(now), token_sha256(token)),
            )
            for row in rows:
                person = row["person"]
                if person is None:
                    person = await _newcomer(db, name, now, is_admin=bool(row["is_admin"]))
                return await _session(db, person, row["name"] or name, now)
        return None

    async def begin(self, person: int, name: str, now: datetime) -> str:
        """The token of a session of somebody of whom it is known otherwise who they are."""
        async with self._database.transaction() as db:
            return await _session(db, person, name, now)

    async def person(self, token: str, now: datetime) -> tuple[int, str] | None:
        """Whose session this is, by number and name."""
        row = await self._database.row(
            "SELECT web_sessions.person, coalesce(people.name, web_sessions.name) AS name FROM web_sessions"
            " LEFT JOIN people ON people.user_id = web_sessions.person WHERE token_sha256 = ? AND expires_at > ?",
            (token_sha256(token), stamp(now)),
        )
        return (row["person"], row["name"]) if row else None

    async def end(self, token: str) -> None:
        await self._database.write("DELETE FROM web_sessions WHERE token_sha256 = ?", (token_sha256(token),))

    async def end_all(self, person: int) -> None:
        """Sign somebody out everywhere, and take back the links that were made for them."""
        async with self._database.transaction() as db:
            await sign_out(db, person)

    async def signed_in(self, now: datetime) -> list[SignedIn]:
        """By name."""
        rows = await self._database.rows(
            "SELECT web_sessions.person, coalesce(people.name, max(web_sessions.name)) AS name, count(*) AS devices,"
            " max(expires_at) AS until FROM web_sessions LEFT JOIN people ON people.user_id = web_sessions.person"
            " WHERE expires_at > ? GROUP BY web_sessions.person ORDER BY 2, 1",
            (stamp(now),),
        )
        return [
            SignedIn(row["person"], row["name"], row["devices"], datetime.fromisoformat(row["until"])) for row in rows
        ]

    async def invitations(self, now: datetime) -> list[datetime]:
        """Until when each of those is good that still let people in."""
        rows = await self._database.rows(
            "SELECT expires_at FROM sign_in_links WHERE once = 0 AND used_at IS NULL AND expires_at > ? ORDER BY 1",
            (stamp(now),),
        )
        return [datetime.fromisoformat(row["expires_at"]) for row in rows]

    async def revoke_links(self, now: datetime) -> int:
        """Take back every link and invitation that is still good; how many there were."""
        return await self._database.write(
            "UPDATE sign_in_links SET used_at = ?1 WHERE used_at IS NULL AND expires_at > ?1", (stamp(now),)
        )

    async def _link(
        self, person: int | None, name: str | None, now: datetime, lasts: timedelta, *, is_admin: bool, once: bool
    ) -> str:
        token = new_token()
        await self._database.write(
            "INSERT INTO sign_in_links (token_sha256, person, name, is_admin, once, made_at, expires_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (token_sha256(token), person, name, int(is_admin), int(once), stamp(now), stamp(now + lasts)),
        )
        return token


async def sign_out(db: aiosqlite.Connection, person: int) -> None:
    """Within a transaction that makes an end of what somebody may."""
    await db.execute("DELETE FROM web_sessions WHERE person = ?", (person,))
    await db.execute("DELETE FROM sign_in_links WHERE person = ?", (person,))


async def take_invitations_back(db: aiosqlite.Connection) -> int:
    """Within a transaction: those to the pages that are still good; how many there were."""
    taken = await db.execute(
        "UPDATE sign_in_links SET used_at = ?1 WHERE once = 0 AND used_at IS NULL AND expires_at > ?1", (now(),)
    )
    return taken.rowcount


async def _newcomer(db: aiosqlite.Connection, name: str, now: datetime, *, is_admin: bool) -> int:
    person = new_number()
    await db.execute(
        "INSERT INTO people (user_id, role, name, since) VALUES (?, 'guest', ?, ?)", (person, name, stamp(now))
    )
    if is_admin:
        await db.execute(
            "INSERT INTO admins (user_id, name, added_by, at) VALUES (?, ?, 0, ?)", (person, name, stamp(now))
        )
    return person


async def _session(db: aiosqlite.Connection, person: int, name: str, now: datetime) -> str:
    token = new_token()
    await db.execute(
        "INSERT INTO web_sessions (token_sha256, person, name, made_at, expires_at) VALUES (?, ?, ?, ?, ?)",
        (token_sha256(token), person, name, stamp(now), stamp(now + SESSION_LASTS)),
    )
    return token
