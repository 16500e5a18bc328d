"""Invitations: codes that let people in until they run out or are taken back."""

import secrets
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from data.database.connection import Database, stamp

CODE_BYTES = 12  # 96 bits: nobody guesses one
UNGUESSABLE = 16  # characters of a code that somebody makes up


def new_code() -> str:
    return secrets.token_urlsafe(CODE_BYTES)


@dataclass(frozen=True, slots=True)
class Invite:
    id: int
    code: str
    made_at: datetime
    expires_at: datetime


def _invite(row: sqlite3.Row) -> Invite:
    return Invite(
        row["id"],
        row["code"],
        datetime.fromisoformat(row["made_at"]),
        datetime.fromisoformat(row["expires_at"]),
    )


class Invites:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def make(self, made_by: int, asked_in: int, now: datetime, lasts: timedelta) -> Invite:
        """The invitation that this person's message asked for: the same one if it is handled again."""
        await self._database.write(
            "INSERT INTO invites (code, made_by, asked_in, made_at, expires_at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (new_code(), made_by, asked_in, stamp(now), stamp(now + lasts)),
        )
        row = await self._database.row("SELECT * FROM invites WHERE made_by = ? AND asked_in = ?", (made_by, asked_in))
        assert row is not None
        return _invite(row)

    async def live(self, now: datetime) -> list[Invite]:
        """Those that let people in, newest first."""
        rows = await self._database.rows(
            "SELECT * FROM invites WHERE revoked_at IS NULL AND expires_at > ? ORDER BY made_at DESC, id DESC",
            (stamp(now),),
        )
        return [_invite(row) for row in rows]

    async def is_live(self, code: str, now: datetime) -> bool | None:
        """Whether the code lets people in; None if it never did."""
        row = await self._database.row(
            "SELECT revoked_at IS NULL AND expires_at > ? FROM invites WHERE code = ?", (stamp(now), code)
        )
        return bool(row[0]) if row else None

    async def revoke(self, invite_id: int, now: datetime) -> bool:
        """Take it back; False if it was taken back before."""
        changed = await self._database.write(
            "UPDATE invites SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", (stamp(now), invite_id)
        )
        return changed > 0
