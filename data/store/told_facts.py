"""Which facts a chat has heard, so that all of them have their turn."""

import json
from collections.abc import Sequence

import aiosqlite

from data.database.connection import Database


class ToldFacts:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def next(self, chat_id: int, cousin: str, facts: Sequence[str]) -> str | None:
        """The fact this chat has not heard for longest (in the book's order among the new ones), now told."""
        async with self._database.transaction() as db:
            return await next_fact(db, chat_id, cousin, facts)

    async def forget(self, chat_id: int) -> None:
        await self._database.write("DELETE FROM told_facts WHERE chat_id = ?", (chat_id,))


async def next_fact(db: aiosqlite.Connection, chat_id: int, cousin: str, facts: Sequence[str]) -> str | None:
    """See `ToldFacts.next`."""
    if not facts:
        return None
    await db.execute(
        "DELETE FROM told_facts WHERE chat_id = ? AND cousin = ? AND fact NOT IN (SELECT value FROM json_each(?))",
        (chat_id, cousin, json.dumps(list(facts))),
    )
    told = "SELECT fact, turn FROM told_facts WHERE chat_id = ? AND cousin = ?"
    turns = {row["fact"]: int(row["turn"]) for row in await db.execute_fetchall(told, (chat_id, cousin))}
    fact = min(facts, key=lambda fact: turns.get(fact, 0))
    await db.execute(
        "INSERT INTO told_facts (chat_id, cousin, fact, turn) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET turn = excluded.turn",
        (chat_id, cousin, fact, max(turns.values(), default=0) + 1),
    )
    return fact
