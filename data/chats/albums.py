"""The pictures of albums, by which a question about one of them finds the others: Telegram names that one only."""

from collections.abc import Sequence
from dataclasses import dataclass

from data.database.connection import Database, now
from foundation.discretion import Discretion


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in a message, as Telegram hands it out.

    `file_id` is what it is asked for by; `size`, in bytes, None where Telegram does not say it.
    """

    chat_id: int
    message_id: int
    sender: int | None
    file_id: str
    size: int | None
    discretion: Discretion


class Albums:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def remember(self, album: str, pictures: Sequence[Picture]) -> None:
        """Note down these of an album's; those that were noted before stay."""
        moment = now()
        async with self._database.transaction() as db:
            await db.executemany(
                "INSERT OR REPLACE INTO albums"
                " (chat_id, album, message_id, sender, file_id, size, spoiler, protected, at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        one.chat_id,
                        album,
                        one.message_id,
                        one.sender,
                        one.file_id,
                        one.size,
                        int(one.discretion.spoiler),
                        int(one.discretion.protected),
                        moment,
                    )
                    for one in pictures
                ],
            )

    async def of(self, chat_id: int, album: str) -> list[Picture]:
        """What is known of an album, in order."""
        rows = await self._database.rows(
            "SELECT * FROM albums WHERE chat_id = ? AND album = ? ORDER BY message_id", (chat_id, album)
        )
        return [
            Picture(
                row["chat_id"],
                row["message_id"],
                row["sender"],
                row["file_id"],
                row["size"],
                Discretion(bool(row["spoiler"]), bool(row["protected"])),
            )
            for row in rows
        ]

    async def forget(self, sender: int) -> None:
        await self._database.write("DELETE FROM albums WHERE sender = ?", (sender,))
