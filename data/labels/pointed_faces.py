"""At which face of a labelled photo an admin has pointed, where training could not tell which is the cousin's."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import aiosqlite

from data.database.connection import Database, now
from foundation.box import Box

_COLUMNS: Final = ", ".join(("sha256", "cousin", "box_left", "box_top", "box_right", "box_bottom", "said_by", "at"))
_INSERT: Final = f"INSERT OR REPLACE INTO pointed_faces ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class PointedFace:
    """Which face is a cousin's.

    Attributes:
        sha256: of the photo's bytes as they came.
        box: the face; None: none of them is theirs.
        said_by: the admin's number; 0 at the command line.
    """

    sha256: str
    cousin: str
    box: Box | None
    said_by: int
    at: datetime


class PointedFaces:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[PointedFace]:
        """All that stand, the earliest first; also of photos that are the cousin's no more, of which they say nothing
        any longer."""
        return [_pointed(row) for row in await self._database.rows(f"SELECT {_COLUMNS} FROM pointed_faces ORDER BY at")]

    async def count_since(self, moment: str) -> int:
        """How many were pointed at after this moment, as the store writes it."""
        return await self._database.count("SELECT count(*) FROM pointed_faces WHERE at > ?", (moment,))

    async def point(self, sha256: str, cousin: str, box: Box | None, by: int) -> None:
        """Note it, in place of what was said of this photo and this cousin before."""
        sides = (None, None, None, None) if box is None else box.sides
        await self._database.write(_INSERT, (sha256, cousin, *sides, by, now()))

    async def take_back(self, sha256: str, cousin: str) -> None:
        """It is open again whose face is whose."""
        await self._database.write("DELETE FROM pointed_faces WHERE sha256 = ? AND cousin = ?", (sha256, cousin))


async def rename_pointed(db: aiosqlite.Connection, old: str, new: str) -> list[list[object]]:
    """Let what was pointed at be `new`'s where it was `old`'s; what was said of both stays `new`'s own.

    Returns what `restore_pointed` takes.
    """
    rows = await db.execute_fetchall(f"SELECT {_COLUMNS} FROM pointed_faces WHERE cousin = ?", (old,))
    await db.execute("UPDATE OR IGNORE pointed_faces SET cousin = ? WHERE cousin = ?", (new, old))
    await db.execute("DELETE FROM pointed_faces WHERE cousin = ?", (old,))
    return [list(row) for row in rows]


async def restore_pointed(db: aiosqlite.Connection, new: str, rows: list[list[object]]) -> None:
    """Give back what `rename_pointed` made `new`'s, but for what was said anew since."""
    for row in rows:
        sha256, *_, at = row
        await db.execute("DELETE FROM pointed_faces WHERE sha256 = ? AND cousin = ? AND at = ?", (sha256, new, at))
        await db.execute(_INSERT, row)


async def forget_pointed(db: aiosqlite.Connection, sha256: str, cousin: str) -> None:
    """The photo is this cousin's no more; what was said of it stays while it can be brought back."""
    await db.execute(
        "DELETE FROM pointed_faces WHERE sha256 = ? AND cousin = ? AND sha256 NOT IN"
        " (SELECT sha256 FROM removed_photos)",
        (sha256, cousin),
    )


async def drop_loose_pointed(db: aiosqlite.Connection) -> None:
    """Delete what is said of photos that lie in no folder, and can't be brought back into one."""
    await db.execute(
        "DELETE FROM pointed_faces WHERE sha256 NOT IN"
        " (SELECT sha256 FROM library_files UNION ALL SELECT sha256 FROM removed_photos)"
    )


def _pointed(row: sqlite3.Row) -> PointedFace:
    sha256, cousin, left, *others, said_by, at = row
    return PointedFace(
        sha256, cousin, None if left is None else Box(left, *others), said_by, datetime.fromisoformat(at)
    )
