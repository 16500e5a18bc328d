"""The journal of updates: written before Telegram is told that they arrived."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiosqlite

from data.database.connection import Database, Values, now


@dataclass(frozen=True, slots=True)
class Received:
    """An update not yet finished: its raw JSON, and how often its handling failed."""

    update_id: int
    body: str
    failures: int


CLOSE = "UPDATE updates SET finished_at = ?, set_aside = 0, body = NULL, error = NULL"
"""Nothing but the id is left of it, so that it is not handled if it comes once more."""


class Journal:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, bodies: Mapping[int, str]) -> list[int]:
        """Keep these updates (id → raw JSON); returns the ids that were new, in order."""
        insert = (
            "INSERT INTO updates (update_id, body, received_at) SELECT ?1, ?2, ?3"
            " WHERE NOT EXISTS (SELECT 1 FROM handled_updates WHERE update_id = ?1) ON CONFLICT DO NOTHING"
        )
        moment = now()
        async with self._database.transaction() as db:
            return [
                id_ for id_, body in sorted(bodies.items()) if (await db.execute(insert, (id_, body, moment))).rowcount
            ]

    async def unfinished(self, after: int = -(2**63), limit: int = -1) -> list[Received]:
        """In order, so many of those behind this number; all of them by default."""
        return await self._received("update_id > ? ORDER BY update_id LIMIT ?", (after, limit))

    async def unfinished_among(self, update_ids: Sequence[int]) -> list[Received]:
        """Those of these updates that are not finished, in the order given."""
        marks = ", ".join("?" * len(update_ids))
        found = {one.update_id: one for one in await self._received(f"update_id IN ({marks})", update_ids)}
        return [found[update_id] for update_id in update_ids if update_id in found]

    async def finish(self, update_ids: Collection[int]) -> None:
        """They were handled: only their ids are remembered, so that they are not handled twice."""
        finished = "UPDATE updates SET finished_at = ?, body = NULL WHERE update_id = ?"
        moment = now()
        async with self._database.transaction() as db:
            await db.executemany(finished, [(moment, update_id) for update_id in update_ids])
            await _forget_what_was_done(db, update_ids)

    async def rewrite(self, bodies: Mapping[int, str]) -> None:
        """Keep these bodies in place of those that came."""
        async with self._database.transaction() as db:
            await db.executemany(
                "UPDATE updates SET body = ? WHERE update_id = ?", [(body, id_) for id_, body in bodies.items()]
            )

    async def note_sent(self, update_id: int, step: str, message: Any) -> None:
        """A message went out for this unfinished update; `message` is Telegram's answer, any JSON."""
        await self._database.write(
            "INSERT OR REPLACE INTO sent (update_id, step, message) VALUES (?, ?, ?)",
            (update_id, step, json.dumps(message)),
        )

    async def sent(self, update_id: int, step: str) -> Any | None:
        """The message that went out at this step, if one did."""
        row = await self._database.row("SELECT message FROM sent WHERE update_id = ? AND step = ?", (update_id, step))
        return json.loads(row["message"]) if row else None

    async def fail(self, update_ids: Collection[int], error: str) -> int:
        """Their handling failed once more; returns how often by now."""
        failures = 0
        async with self._database.transaction() as db:
            for update_id in update_ids:
                counted = await db.execute_fetchall(
                    "UPDATE updates SET failures = failures + 1, error = ? WHERE update_id = ? RETURNING failures",
                    (error, update_id),
                )
                failures = max([failures, *(int(row["failures"]) for row in counted)])
        return failures

    async def set_aside(self, update_ids: Collection[int], *, erase: bool = False) -> None:
        """They are not tried again; their text stays for two days, for whoever looks into it, or goes at once."""
        ids = [(update_id,) for update_id in update_ids]
        async with self._database.transaction() as db:
            await db.executemany("UPDATE updates SET set_aside = 1 WHERE update_id = ?", ids)
            if erase:
                await db.executemany("UPDATE updates SET body = NULL, error = NULL WHERE update_id = ?", ids)
            await _forget_what_was_done(db, update_ids)

    async def _received(self, rest: str, values: Values) -> list[Received]:
        rows = await self._database.rows(
            f"SELECT update_id, body, failures FROM updates WHERE finished_at IS NULL AND set_aside = 0 AND {rest}",
            values,
        )
        return [Received(row["update_id"], row["body"], row["failures"]) for row in rows]

    async def depth(self) -> int:
        """How many updates wait or are under way."""
        return await self._database.count("SELECT count(*) FROM updates WHERE finished_at IS NULL AND set_aside = 0")

    async def count_set_aside(self) -> int:
        return await self._database.count("SELECT count(*) FROM updates WHERE set_aside = 1")

    async def forget(self, user_id: int) -> None:
        """Forget what this person sent and what was set aside, and their pictures that wait: they shall not be kept.

        What others sent and was set aside goes too where it has the person's number, as an answer to their message
        does; of messages that were sent for unfinished updates stays what is needed to know that they were.
        """
        person = {"now": now(), "person": user_id}
        async with self._database.transaction() as db:
            await db.create_function("bare", 1, bare)
            await db.execute(
                "UPDATE updates SET finished_at = :now, set_aside = 0, body = NULL, error = NULL"
                f" WHERE set_aside = 1 AND {_names('body')}",
                person,
            )
            await db.execute(
                "UPDATE updates SET finished_at = :now, body = NULL WHERE finished_at IS NULL AND json_valid(body)"
                " AND coalesce(body ->> '$.message.from.id', body ->> '$.edited_message.from.id') = :person"
                " AND coalesce(body -> '$.message.photo', body -> '$.message.document',"
                " body -> '$.edited_message.photo', body -> '$.edited_message.document') IS NOT NULL",
                person,
            )
            await db.execute("UPDATE updates SET error = NULL WHERE instr(error, :person)", person)
            await db.execute(f"UPDATE sent SET message = bare(message) WHERE {_names('message')}", person)


def _names(column: str) -> str:
    """Whether the `:person`'s number stands anywhere in this JSON: who sent it, where, whom it quotes or names."""
    inside = f"SELECT 1 FROM json_tree({column}) WHERE key IN ('id', 'user_id') AND atom = :person"
    return f"CASE WHEN json_valid({column}) THEN EXISTS ({inside}) ELSE 0 END"


def bare(message: str) -> str:
    """Of a message, or several, that an unfinished update has sent, what is needed to know that they were."""

    def bare(one: Any) -> Any:
        if not isinstance(one, dict):
            return one
        chat = one.get("chat")
        kept = {name: one[name] for name in ("message_id", "date") if name in one}
        return kept | ({"chat": {"id": chat["id"], "type": chat["type"]}} if chat else {})

    sent = json.loads(message)
    return json.dumps([bare(one) for one in sent] if isinstance(sent, list) else bare(sent))


async def is_open(db: aiosqlite.Connection, update_id: int) -> bool:
    """Whether an update is still to be handled: its sender may have had it forgotten meanwhile."""
    waiting = "SELECT 1 FROM updates WHERE update_id = ? AND finished_at IS NULL AND set_aside = 0"
    return bool(list(await db.execute_fetchall(waiting, (update_id,))))


async def _forget_what_was_done(db: aiosqlite.Connection, update_ids: Collection[int]) -> None:
    for table in ("sent", "stated"):
        await db.executemany(f"DELETE FROM {table} WHERE update_id = ?", [(update_id,) for update_id in update_ids])
