"""Keys with which programs ask: of each its hash, and the name it was given."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from data.database.connection import Database, stamp
from foundation.secret_token import new_token, token_sha256

PREFIX: Final = "cousinbot_"
"""Of every key, so that it is known for what it is wherever it turns up."""


@dataclass(frozen=True, slots=True)
class ProgramKey:
    name: str
    is_admin: bool
    made_at: datetime


class ProgramKeys:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, name: str, now: datetime, *, is_admin: bool) -> str | None:
        """The key, which nobody can find out again; None where there is one of that name."""
        key = PREFIX + new_token()
        added = await self._database.write(
            "INSERT INTO program_keys (name, key_sha256, is_admin, made_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (name, token_sha256(key), int(is_admin), stamp(now)),
        )
        return key if added else None

    async def find(self, key: str) -> ProgramKey | None:
        row = await self._database.row("SELECT * FROM program_keys WHERE key_sha256 = ?", (token_sha256(key),))
        return _program_key(row) if row else None

    async def all(self) -> list[ProgramKey]:
        """By name."""
        return [_program_key(row) for row in await self._database.rows("SELECT * FROM program_keys ORDER BY name")]

    async def revoke(self, name: str) -> bool:
        """False if there is none of that name."""
        return await self._database.write("DELETE FROM program_keys WHERE name = ?", (name,)) > 0


def _program_key(row: sqlite3.Row) -> ProgramKey:
    return ProgramKey(row["name"], bool(row["is_admin"]), datetime.fromisoformat(row["made_at"]))
