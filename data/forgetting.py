"""Forgetting a cousin: everything the database holds of them."""

import json
from collections.abc import Collection

from data.database import Database

# Faces that are, or may be, this cousin's: said to be by somebody and not rejected, or guessed and not contradicted.
_THEIRS = """
    SELECT photos.sha256 FROM photos JOIN guesses ON guesses.photo_id = photos.id
    WHERE EXISTS (
        SELECT 1 FROM corrections WHERE guess_id = guesses.id
        AND verdict = 'is' AND corrections.cousin = :cousin AND status != 'rejected')
    OR guesses.cousin = :cousin AND NOT EXISTS (
        SELECT 1 FROM corrections WHERE guess_id = guesses.id
        AND status = 'accepted' AND (verdict != 'not' OR corrections.cousin = :cousin))
"""


class Forgetting:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def photos_of(self, cousin: str) -> list[str]:
        """The sha256 of guests' photos that show this cousin, alone or among others."""
        rows = await self._database.rows(f"SELECT DISTINCT sha256 FROM ({_THEIRS}) ORDER BY 1", {"cousin": cousin})
        return [row["sha256"] for row in rows]

    async def cousin(self, cousin: str, names: Collection[str]) -> list[str]:
        """Delete the photos that show this cousin with all that came of them, and the name wherever else it stands.

        Messages set aside and outcomes of runs that mention one of the `names` go too. Returns the photos' sha256.
        """
        mentions = [spelling for name in (cousin, *names) for spelling in {name, json.dumps(name)[1:-1]}]
        async with self._database.writing() as db:
            cursor = await db.execute(f"SELECT DISTINCT sha256 FROM ({_THEIRS}) ORDER BY 1", {"cousin": cousin})
            photos = [row["sha256"] for row in await cursor.fetchall()]
            await db.executemany("DELETE FROM photos WHERE sha256 = ?", [(photo,) for photo in photos])
            await db.execute("DELETE FROM answers WHERE id NOT IN (SELECT answer_id FROM photos)")
            await db.execute("UPDATE guesses SET cousin = NULL, fact = NULL WHERE cousin = ?", (cousin,))
            await db.execute(
                "UPDATE guesses SET"
                " candidates = (SELECT json_group_array(value) FROM json_each(candidates) WHERE value != :cousin),"
                " runners_up = (SELECT json_group_array(json(value)) FROM json_each(runners_up)"
                "  WHERE value ->> 0 != :cousin)",
                {"cousin": cousin},
            )
            for table in ("corrections", "buttons", "told_facts"):
                await db.execute(f"DELETE FROM {table} WHERE cousin = ?", (cousin,))
            for forget in (
                "DELETE FROM updates WHERE set_aside = 1 AND instr(lower(body), lower(?))",
                "UPDATE runs SET message = NULL WHERE instr(lower(message), lower(?))",
            ):
                await db.executemany(forget, [(mention,) for mention in mentions])
        await self.for_good()
        return photos

    async def for_good(self) -> None:
        """Empty the write-ahead log, which still has the pages as they were before; deleted rows are overwritten."""
        await self._database.checkpoint()
