"""Forgetting a cousin: everything the database holds of them. And that it is gone for good, a guest's too."""

import json
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from data.changes.log import forget_changes
from data.database.connection import Database, now
from data.names import folded
from data.sorting.decisions import forget_sorted
from data.store.guesses import delete_photos
from data.store.journal import CLOSE, bare

# Faces that are, or may be, this cousin's: said to be by somebody and not rejected, or guessed and not contradicted. Of
# two who were asked about it may be either's.
_THEIRS = """
    SELECT photos.sha256 FROM photos JOIN guesses ON guesses.photo_id = photos.id
    WHERE EXISTS (
        SELECT 1 FROM statements WHERE guess_id = guesses.id
        AND says = 'is' AND statements.cousin = :cousin AND status != 'rejected')
    OR :cousin IN (guesses.cousin, iif(guesses.answer = 'either', guesses.runners_up ->> '$[0][0]', guesses.cousin))
    AND NOT EXISTS (
        SELECT 1 FROM statements WHERE guess_id = guesses.id
        AND status = 'accepted' AND (says != 'not' OR statements.cousin = :cousin))
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A guest's wish to be forgotten: the message they tapped on, and how many photos there were."""

    chat_id: int
    message_id: int
    photos: int


class Forgetting:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def photos_of(self, cousin: str) -> list[str]:
        """The sha256 of guests' photos that show this cousin, alone or among others."""
        rows = await self._database.rows(f"SELECT DISTINCT sha256 FROM ({_THEIRS}) ORDER BY 1", {"cousin": cousin})
        return [row["sha256"] for row in rows]

    async def cousin(self, cousin: str, names: Collection[str]) -> list[str]:
        """Delete the photos that show this cousin with all that came of them, and the name wherever else it stands.

        Messages set aside, errors, texts that were sent, names of files as they came and outcomes of runs that mention
        one of the `names` go too. Returns the photos' sha256.
        """
        spellings = {_folded(name) for name in (cousin, *names)}

        def mentioned(text: str | None) -> bool:
            return any(spelling in _folded(_unescaped(text or "")) for spelling in spellings)

        async with self._database.transaction() as db:
            photos = await delete_photos(db, f"sha256 IN ({_THEIRS})", {"cousin": cousin})
            await db.execute(
                "UPDATE guesses SET cousin = NULL, answer = 'nobody', fact = NULL WHERE cousin = ?", (cousin,)
            )
            await db.execute(
                "UPDATE guesses SET answer = 'maybe' WHERE answer = 'either' AND runners_up ->> '$[0][0]' = ?",
                (cousin,),
            )
            await db.execute(
                "UPDATE guesses SET"
                " candidates = (SELECT json_group_array(json(value)) FROM json_each(candidates)"
                "  WHERE value ->> 0 != :cousin),"
                " runners_up = (SELECT json_group_array(json(value)) FROM json_each(runners_up)"
                "  WHERE value ->> 0 != :cousin)",
                {"cousin": cousin},
            )
            for table in ("statements", "buttons", "told_facts", "selves"):
                await db.execute(f"DELETE FROM {table} WHERE cousin = ?", (cousin,))
            # In Python: SQLite's lower() knows the letters of English alone.
            await db.create_function("mentioned", 1, mentioned)
            await db.create_function("folded", 1, folded)
            # A button for someone new has the name as it was typed.
            await db.execute(
                "DELETE FROM buttons WHERE action = 'new' AND (folded(cousin) = ? OR mentioned(cousin))",
                (folded(cousin),),
            )
            await db.create_function("bare", 1, bare)
            await db.execute(f"{CLOSE} WHERE set_aside = 1 AND mentioned(body)", (now(),))
            await db.execute("UPDATE updates SET error = NULL WHERE mentioned(error)")
            await db.execute("UPDATE sent SET message = bare(message) WHERE mentioned(message)")
            for table in ("library_files", "library_arrivals"):
                await db.execute(f"UPDATE {table} SET name = NULL WHERE mentioned(name)")
            await db.execute("UPDATE runs SET message = NULL WHERE mentioned(message)")
            await forget_changes(db, cousin)
            await forget_sorted(db, cousin)
            await db.execute(
                "UPDATE changes SET undo = json_remove(undo, '$.facts') WHERE mentioned(undo ->> '$.facts')"
            )
            await db.execute("DELETE FROM rename_prompts WHERE cousin = ?", (cousin,))
            await db.execute("DELETE FROM buttons WHERE mentioned(name)")
        await self.for_good()
        return sorted(photos)

    async def for_good(self, attempts: int = 20) -> bool:
        """Empty the write-ahead log, which still has the pages as they were before; deleted rows are overwritten.

        False where another process goes on reading the database: until that ends, what was deleted is in the log.
        """
        return await self._database.checkpoint(attempts)

    async def sweep(self) -> bool:
        """The same, where there is anything in the log; without waiting for anybody."""
        return await self._database.log_is_empty() or await self._database.checkpoint(attempts=1)

    async def begin(self, chat_id: int, message_id: int, photos: int) -> Asked:
        """Note that a guest asks, with how many photos there are. Asked again for the same tap, as after a restart, it
        is as many as there were first."""
        await self._database.write(
            "INSERT INTO forgettings (chat_id, message_id, photos) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (chat_id, message_id, photos),
        )
        row = await self._database.row(
            "SELECT photos FROM forgettings WHERE chat_id = ? AND message_id = ?", (chat_id, message_id)
        )
        return Asked(chat_id, message_id, row["photos"] if row else photos)

    async def wait(self, asked: Asked) -> None:
        """All is deleted but for what stands in the log: it is to be said when that is empty."""
        await self._database.write(
            "UPDATE forgettings SET waits = 1, told_at = NULL WHERE chat_id = ? AND message_id = ?",
            (asked.chat_id, asked.message_id),
        )

    async def waiting(self) -> list[Asked]:
        rows = await self._database.rows("SELECT * FROM forgettings WHERE waits = 1 AND told_at IS NULL")
        return [Asked(row["chat_id"], row["message_id"], row["photos"]) for row in rows]

    async def told(self, asked: Asked) -> None:
        """It was said that nothing is left."""
        await self._database.write(
            "UPDATE forgettings SET told_at = ? WHERE chat_id = ? AND message_id = ?",
            (now(), asked.chat_id, asked.message_id),
        )


def _folded(text: str) -> str:
    """To compare by: no difference of case, nor between ways to write an umlaut."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def _unescaped(text: str) -> str:
    """The words in JSON with their letters as they are, in place of `\\u00fc` or `\\"`; other text as it is."""
    try:
        return "\n".join(_words(json.loads(text)))
    except (ValueError, RecursionError):
        return text


def _words(value: object) -> Iterator[str]:
    match value:
        case dict():
            for name, one in value.items():
                yield name
                yield from _words(one)
        case list():
            for one in value:
                yield from _words(one)
        case _:
            yield str(value)
