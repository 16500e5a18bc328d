"""The journal of updates: written before Telegram is told that they arrived."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import aiosqlite

from data.database.connection import Database, now


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

    async def received_at(self, update_id: int) -> str | None:
        """When an update came, as the store keeps times."""
        row = await self._database.row("SELECT received_at FROM updates WHERE update_id = ?", (update_id,))
        return row["received_at"] if row else None

    async def unfinished(self) -> list[Received]:
        rows = await self._database.rows(
            "SELECT update_id, body, failures FROM updates"
            " WHERE finished_at IS NULL AND set_aside = 0 ORDER BY update_id"
        )
        return [Received(row["update_id"], row["body"], row["failures"]) for row in rows]

    async def finish(self, update_ids: Collection[int]) -> None:
        """They were handled: only their ids are remembered, so that they are not handled twice."""
        finished = "UPDATE updates SET finished_at = ?, body = NULL WHERE update_id = ?"
        moment = now()
        async with self._database.transaction() as db:
            await db.executemany(finished, [(moment, update_id) for update_id in update_ids])
            await _forget_what_was_sent(db, update_ids)

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
            await _forget_what_was_sent(db, update_ids)

    async def depth(self) -> int:
        """How many updates wait or are under way."""
        return await self._database.count("SELECT count(*) FROM updates WHERE finished_at IS NULL AND set_aside = 0")

    async def count_set_aside(self) -> int:
        return await self._database.count("SELECT count(*) FROM updates WHERE set_aside = 1")

    async def forget(self, user_id: int) -> None:
        """Forget what this person sent and what was set aside, and their pictures that wait: they shall not be kept."""
        async with self._database.transaction() as db:
            await db.execute(
                f"{CLOSE} WHERE set_aside = 1 AND json_valid(body)"
                " AND coalesce(body ->> '$.message.from.id', body ->> '$.edited_message.from.id',"
                " body ->> '$.callback_query.from.id') = ?",
                (now(), user_id),
            )
            await db.execute(
                "UPDATE updates SET finished_at = ?, body = NULL WHERE finished_at IS NULL AND json_valid(body)"
                " AND coalesce(body ->> '$.message.from.id', body ->> '$.edited_message.from.id') = ?"
                " AND coalesce(body -> '$.message.photo', body -> '$.message.document',"
                " body -> '$.edited_message.photo', body -> '$.edited_message.document') IS NOT NULL",
                (now(), user_id),
            )


async def is_open(db: aiosqlite.Connection, update_id: int) -> bool:
    """Whether an update is still to be handled: its sender may have had it forgotten meanwhile."""
    waiting = "SELECT 1 FROM updates WHERE update_id = ? AND finished_at IS NULL AND set_aside = 0"
    return bool(list(await db.execute_fetchall(waiting, (update_id,))))


async def _forget_what_was_sent(db: aiosqlite.Connection, update_ids: Collection[int]) -> None:
    await db.executemany("DELETE FROM sent WHERE update_id = ?", [(update_id,) for update_id in update_ids])
