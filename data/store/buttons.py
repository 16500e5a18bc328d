"""What the buttons under the bot's messages do: a button carries only its id, so it outlives a restart."""

import sqlite3
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields

from data.database.connection import Database


@dataclass(frozen=True, slots=True)
class Button:
    """One button of a chat; which of the fields are set depends on the action."""

    chat_id: int
    action: str
    guess_id: int | None = None
    statement_id: int | None = None
    person: int | None = None
    cousin: str | None = None
    run_id: int | None = None
    version: str | None = None
    invite_id: int | None = None


_COLUMNS = ", ".join(field.name for field in fields(Button))
_INSERT = f"INSERT INTO buttons ({_COLUMNS}) VALUES ({', '.join('?' * len(fields(Button)))}) RETURNING id"


def insert_buttons(db: sqlite3.Connection, buttons: Sequence[Button]) -> list[int]:
    """Returns their ids, in order."""
    return [db.execute(_INSERT, astuple(button)).fetchone()["id"] for button in buttons]


class Buttons:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, buttons: Sequence[Button]) -> list[int]:
        """Returns their ids, in order."""
        return await self._database.transaction(lambda db: insert_buttons(db, buttons))

    async def get(self, button_id: int, chat_id: int) -> Button | None:
        """The button, if it exists and belongs to this chat: ids are easy to make up."""
        row = await self._database.row(
            f"SELECT {_COLUMNS} FROM buttons WHERE id = ? AND chat_id = ?", (button_id, chat_id)
        )
        return Button(*row) if row else None
