"""Questions to which an admin types the answer: the name of someone new, a cousin's right name, or a group's."""

from datetime import UTC, datetime, timedelta

from data.database.connection import Database, now, stamp

# Long enough to type a name, short enough that a later remark in the chat is not taken for one.
WITHOUT_REPLY = timedelta(minutes=10)
# The last one by its message's number, and none from the future: clocks are set wrong, and right again.
_JUST_ASKED = "chat_id = ? AND asked_of = ? AND topic IS ? AND at BETWEEN ? AND ? ORDER BY message_id DESC LIMIT 1"


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
                f"SELECT guess_id FROM prompts WHERE {_JUST_ASKED}", (chat_id, asked_of, topic, *_just_now())
            )
        return int(row["guess_id"]) if row else None

    async def is_open(self, chat_id: int, message_id: int) -> bool:
        """Whether this message asks somebody something."""
        sql = "SELECT 1 FROM prompts WHERE chat_id = ? AND message_id = ?"
        return await self._database.row(sql, (chat_id, message_id)) is not None

    async def asked_of(self, user_id: int) -> int:
        """How many questions this person has not answered yet."""
        return await self._database.count("SELECT count(*) FROM prompts WHERE asked_of = ?", (user_id,))

    async def answered(self, guess_id: int, asked_of: int) -> None:
        await self._database.write("DELETE FROM prompts WHERE guess_id = ? AND asked_of = ?", (guess_id, asked_of))

    async def ask_name(
        self, chat_id: int, message_id: int, asked_of: int, cousin: str, topic: int | None = None
    ) -> None:
        """A question for the right name of a cousin."""
        await self._database.write(
            "INSERT OR REPLACE INTO rename_prompts (chat_id, message_id, asked_of, cousin, topic, at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (chat_id, message_id, asked_of, cousin, topic, now()),
        )

    async def find_named(
        self, chat_id: int, asked_of: int, reply_to: int | None, topic: int | None = None
    ) -> str | None:
        """The cousin whom this person's message renames, found as `find` finds guesses."""
        if reply_to is not None:
            row = await self._database.row(
                "SELECT cousin FROM rename_prompts WHERE chat_id = ? AND asked_of = ? AND message_id = ?",
                (chat_id, asked_of, reply_to),
            )
        else:
            row = await self._database.row(
                f"SELECT cousin FROM rename_prompts WHERE {_JUST_ASKED}", (chat_id, asked_of, topic, *_just_now())
            )
        return str(row["cousin"]) if row else None

    async def named(self, chat_id: int, asked_of: int) -> None:
        """Whoever was asked for right names in this chat has answered, or thought better of it."""
        await self._database.write("DELETE FROM rename_prompts WHERE chat_id = ? AND asked_of = ?", (chat_id, asked_of))

    async def ask_of_group(
        self, chat_id: int, message_id: int, asked_of: int, group: int, meant: str, topic: int | None = None
    ) -> None:
        """A question for the name of a group of faces; `meant` is what the front has to know of it."""
        await self._database.write(
            "INSERT OR REPLACE INTO group_prompts (chat_id, message_id, asked_of, group_id, meant, topic, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (chat_id, message_id, asked_of, group, meant, topic, now()),
        )

    async def find_group(
        self, chat_id: int, asked_of: int, reply_to: int | None, topic: int | None = None
    ) -> str | None:
        """What is `meant` by the question that this person's message answers, found as `find` finds guesses."""
        if reply_to is not None:
            row = await self._database.row(
                "SELECT meant FROM group_prompts WHERE chat_id = ? AND asked_of = ? AND message_id = ?",
                (chat_id, asked_of, reply_to),
            )
        else:
            row = await self._database.row(
                f"SELECT meant FROM group_prompts WHERE {_JUST_ASKED}", (chat_id, asked_of, topic, *_just_now())
            )
        return str(row["meant"]) if row else None

    async def group_is_settled(self, chat_id: int, asked_of: int, group: int) -> None:
        """Nobody need type its name here any more."""
        await self._database.write(
            "DELETE FROM group_prompts WHERE chat_id = ? AND asked_of = ? AND group_id = ?", (chat_id, asked_of, group)
        )


def _just_now() -> tuple[str, str]:
    moment = datetime.now(UTC)
    return stamp(moment - WITHOUT_REPLY), stamp(moment)
