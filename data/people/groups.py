"""Groups that became supergroups: Telegram gives them a new id, and they are still the same family's."""

from data.database.connection import Database


class Groups:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def moved(self, old_id: int, new_id: int) -> None:
        async with self._database.transaction() as db:
            await db.execute(
                "INSERT INTO moved_groups (new_id, old_id) VALUES (?, ?) ON CONFLICT DO NOTHING", (new_id, old_id)
            )
            await db.execute("UPDATE OR IGNORE languages SET reader = ? WHERE reader = ?", (new_id, old_id))

    async def names(self, chat_id: int) -> set[int]:
        """Every id this group has or had, `chat_id` itself included."""
        rows = await self._database.rows(
            "WITH RECURSIVE ids (id) AS ("
            " SELECT ? UNION SELECT old_id FROM moved_groups JOIN ids ON moved_groups.new_id = ids.id"
            ") SELECT id FROM ids",
            (chat_id,),
        )
        return {int(row["id"]) for row in rows}

    async def now(self, chat_id: int) -> int:
        """The id this group has today."""
        row = await self._database.row(
            "WITH RECURSIVE ids (id, moves) AS ("
            " SELECT ?, 0 UNION SELECT new_id, moves + 1 FROM moved_groups JOIN ids ON moved_groups.old_id = ids.id"
            " WHERE moves < 10"
            ") SELECT id FROM ids ORDER BY moves DESC LIMIT 1",
            (chat_id,),
        )
        assert row is not None
        return int(row["id"])
