"""Whom we have named in files beside photos, outside the home: by it what is ours there is known, and can go."""

import os
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiosqlite

from data.database.connection import Database
from data.tags.sidecar import Named
from foundation.box import Box

_BOX: Final = ("box_left", "box_top", "box_right", "box_bottom")
_COLUMNS: Final = ", ".join(("file", "sha256", "cousin", "name", *_BOX, "is_ours", "is_copy"))


@dataclass(frozen=True, slots=True)
class WrittenName:
    """A cousin who is named in a sidecar.

    Attributes:
        file: the sidecar's whole path.
        sha256: of the photo's bytes as they came.
        named: as it stands there.
        is_ours: whether we have made the file.
        is_copy: whether the photo beside it was put there by us too.
    """

    file: Path
    sha256: str
    cousin: str
    named: Named
    is_ours: bool
    is_copy: bool


class WrittenNames:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[WrittenName]:
        """In the order in which they were written."""
        return [_written(row) for row in await self._database.rows(f"SELECT {_COLUMNS} FROM sidecars ORDER BY id")]

    async def note(self, file: Path, names: Collection[WrittenName]) -> None:
        """Note who is named in a file, in place of what was noted of it."""
        async with self._database.transaction() as db:
            await db.execute("DELETE FROM sidecars WHERE file = ?", (os.fsencode(file),))
            await db.executemany(
                f"INSERT INTO sidecars ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", map(_row, names)
            )

    async def drop(self, file: Path, cousin: str) -> None:
        """A cousin is named there no more."""
        await self._database.write("DELETE FROM sidecars WHERE file = ? AND cousin = ?", (os.fsencode(file), cousin))


async def rename_written(db: aiosqlite.Connection, old: str, new: str) -> list[int]:
    """Let what was written of `old` be `new`'s. Returns what `restore_written` takes."""
    rows = await db.execute_fetchall("SELECT id FROM sidecars WHERE cousin = ?", (old,))
    await db.execute("UPDATE sidecars SET cousin = ? WHERE cousin = ?", (new, old))
    return [int(row["id"]) for row in rows]


async def restore_written(db: aiosqlite.Connection, old: str, new: str, rows: Iterable[int]) -> None:
    """Give back what `rename_written` made `new`'s, but for what was written anew since."""
    await db.executemany(
        "UPDATE sidecars SET cousin = ? WHERE id = ? AND cousin = ?", [(old, number, new) for number in rows]
    )


def _written(row: sqlite3.Row) -> WrittenName:
    file, sha256, cousin, name, left, *others, is_ours, is_copy = row
    box = None if left is None else Box(left, *others)
    return WrittenName(Path(os.fsdecode(file)), sha256, cousin, Named(name, box), bool(is_ours), bool(is_copy))


def _row(one: WrittenName) -> tuple[object, ...]:
    sides = (None, None, None, None) if one.named.box is None else one.named.box.sides
    return (os.fsencode(one.file), one.sha256, one.cousin, one.named.name, *sides, one.is_ours, one.is_copy)
