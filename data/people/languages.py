"""Which language somebody reads, or a group."""

from data.database.connection import Database


class Languages:
    """Of people by their id, of groups by their chat's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def choose(self, reader: int, code: str | None) -> None:
        """As they said; None takes it back."""
        await self._database.write(
            "INSERT INTO languages (reader, chosen) VALUES (?, ?)"
            " ON CONFLICT (reader) DO UPDATE SET chosen = excluded.chosen",
            (reader, code),
        )

    async def note(self, reader: int, told: str) -> None:
        """As their Telegram or their browser last said it, for what is told them when they ask nothing."""
        await self._database.write(
            "INSERT INTO languages (reader, told) VALUES (?, ?)"
            " ON CONFLICT (reader) DO UPDATE SET told = excluded.told WHERE told IS NOT excluded.told",
            (reader, told),
        )

    async def of(self, reader: int) -> tuple[str | None, str | None]:
        """What they chose, and what their Telegram or browser last said."""
        row = await self._database.row("SELECT chosen, told FROM languages WHERE reader = ?", (reader,))
        return (row["chosen"], row["told"]) if row else (None, None)

    async def readers(self) -> list[int]:
        """Everybody of whom either is known."""
        rows = await self._database.rows("SELECT reader FROM languages ORDER BY reader")
        return [int(row["reader"]) for row in rows]

    async def forget(self, reader: int) -> None:
        await self._database.write("DELETE FROM languages WHERE reader = ?", (reader,))
