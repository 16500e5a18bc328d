"""What the buttons under the bot's messages do: a button carries only its id, so it outlives a restart."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields

from data.database.connection import Database, now


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
    name: str | None = None


_COLUMNS = ", ".join(field.name for field in fields(Button))
_INSERT = f"INSERT INTO buttons ({_COLUMNS}, made_at) VALUES ({'?, ' * len(fields(Button))}?) RETURNING id"


class Buttons:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, buttons: Sequence[Button]) -> list[int]:
        """Returns their ids, in order."""
        rows = [(*astuple(button), now()) for button in buttons]
        async with self._database.transaction() as db:
            return [kept["id"] for row in rows for kept in await db.execute_fetchall(_INSERT, row)]

    async def get(self, button_id: int, chat_id: int) -> Button | None:
        """The button, if it exists and belongs to this chat: ids are easy to make up."""
        row = await self._database.row(
            f"SELECT {_COLUMNS} FROM buttons WHERE id = ? AND chat_id = ?", (button_id, chat_id)
        )
        return Button(*row) if row else None

    async def is_gone(self, button_id: int) -> bool:
        """Whether there was such a button, in whichever chat, and it was pruned or forgotten."""
        gone = (
            "SELECT count(*) FROM sqlite_sequence WHERE name = 'buttons' AND ?1 BETWEEN 1 AND seq"
            " AND NOT EXISTS (SELECT 1 FROM buttons WHERE id = ?1)"
        )
        return await self._database.count(gone, (button_id,)) > 0
