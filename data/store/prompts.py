"""Questions to which an admin types the answer: the name of someone new."""

from datetime import UTC, datetime, timedelta

from data.database.connection import Database, now, stamp

# Long enough to type a name, short enough that a later remark in the chat is not taken for one.
WITHOUT_REPLY = timedelta(minutes=10)


class Prompts:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def ask(self, chat_id: int, message_id: int, asked_of: int, guess_id: int, topic: int | None = None) -> None:
        await self._database.write(
            "INSERT OR REPLACE INTO prompts (chat_id, message_id, asked_of, guess_id, topic, at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (chat_id, message_id, asked_of, guess_id, topic, now()),
        )

    async def find(self, chat_id: int, asked_of: int, reply_to: int | None, topic: int | None = None) -> int | None:
        """The guess that this person's message names: by the question it replies to, or the last one just asked there.

        `topic` is that of the chat which the message is in; what is said in another topic is no answer.
        """
        if reply_to is not None:
            row = await self._database.row(
                "SELECT guess_id FROM prompts WHERE chat_id = ? AND asked_of = ? AND message_id = ?",
                (chat_id, asked_of, reply_to),
            )
        else:
            row = await self._database.row(
                "SELECT guess_id FROM prompts WHERE chat_id = ? AND asked_of = ? AND topic IS ? AND at >= ?"
                " ORDER BY at DESC LIMIT 1",
                (chat_id, asked_of, topic, stamp(datetime.now(UTC) - WITHOUT_REPLY)),
            )
        return int(row["guess_id"]) if row else None

    async def answered(self, guess_id: int, asked_of: int) -> None:
        await self._database.write("DELETE FROM prompts WHERE guess_id = ? AND asked_of = ?", (guess_id, asked_of))
