"""The years in which photos were taken: in the database, since the files that are kept have no metadata."""

from collections.abc import Mapping

import aiosqlite

from data.database.connection import Database
from foundation.photo_dates import Taken

LONELY = (
    "sha256 NOT IN (SELECT sha256 FROM library_files UNION SELECT sha256 FROM photos"
    " UNION SELECT sha256 FROM removed_photos UNION SELECT sha256 FROM library_arrivals)"
)
"""Rows of photos that are not there. Triggers delete a year with its photo; this finds those of a file that was changed
in its place, or never came to lie there."""


class Years:
    """Photos are known by the sha256 of the bytes they came as."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> dict[str, int]:
        """Photo -> year, of those whose year is known."""
        rows = await self._database.rows("SELECT sha256, year FROM photo_years WHERE year IS NOT NULL")
        return {row["sha256"]: row["year"] for row in rows}

    async def looked_at(self) -> frozenset[str]:
        """The photos whose year has been looked for, also in vain."""
        rows = await self._database.rows("SELECT sha256 FROM photo_years")
        return frozenset(row["sha256"] for row in rows)

    async def note(self, found: Mapping[str, Taken | None]) -> None:
        """Photo -> when it was taken; None: that was looked for, and is not known."""
        async with self._database.transaction() as db:
            for sha256, taken in found.items():
                await note_year(db, sha256, taken)


async def note_year(db: aiosqlite.Connection, sha256: str, taken: Taken | None) -> None:
    """What a camera wrote counts more than a name, and any year more than none."""
    await db.execute(
        "INSERT INTO photo_years (sha256, year, source) VALUES (?, ?, ?) ON CONFLICT DO UPDATE"
        " SET year = excluded.year, source = excluded.source WHERE photo_years.source IS NULL"
        " OR (photo_years.source = 'name' AND excluded.source = 'camera')",
        (sha256, taken.year if taken else None, taken.by if taken else None),
    )
