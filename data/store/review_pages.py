"""The page of the review that is open in a chat: which proposals its numbers stand for."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from data.database.connection import Database


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """`statements`: the proposals on it; the first is number 1."""

    chat_id: int
    message_id: int
    has_picture: bool
    statements: tuple[int, ...]


class ReviewPages:
    """One page a chat at the most."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, chat_id: int, message_id: int, has_picture: bool, statements: Sequence[int]) -> None:
        """In place of the page that was open in this chat."""
        await self._database.write(
            "INSERT OR REPLACE INTO review_pages (chat_id, message_id, has_picture, statements) VALUES (?, ?, ?, ?)",
            (chat_id, message_id, int(has_picture), json.dumps(list(statements))),
        )

    async def get(self, chat_id: int) -> ReviewPage | None:
        row = await self._database.row("SELECT * FROM review_pages WHERE chat_id = ?", (chat_id,))
        return _page(row) if row else None

    async def showing(self, guess_id: int) -> list[ReviewPage]:
        """Every open page with a proposal on this guess."""
        rows = await self._database.rows(
            "SELECT * FROM review_pages WHERE EXISTS (SELECT 1 FROM json_each(review_pages.statements) AS shown"
            " JOIN statements ON statements.id = shown.value WHERE statements.guess_id = ?)",
            (guess_id,),
        )
        return [_page(row) for row in rows]

    async def close(self, chat_id: int, message_id: int) -> None:
        await self._database.write(
            "DELETE FROM review_pages WHERE chat_id = ? AND message_id = ?", (chat_id, message_id)
        )


def _page(row: sqlite3.Row) -> ReviewPage:
    return ReviewPage(row["chat_id"], row["message_id"], bool(row["has_picture"]), tuple(json.loads(row["statements"])))
