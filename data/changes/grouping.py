"""What is said of groups of faces: each decision with the groups as they are after it, and what takes it back."""

from collections.abc import Collection, Sequence
from typing import Any

import aiosqlite

from data.changes.log import KEPT, insert_change
from data.database.connection import Database
from data.sorting.decisions import groups_of, note_decision, replace_names
from data.sorting.sorted_faces import FacePlace, SortedFace, drop_dead_groups, ids_at, new_group
from foundation.box import Box


class GroupChanges:
    """Each is one transaction, known by its `token`; `by` is whose number, 0 at the command line."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._skipped: dict[str, list[dict[str, Any]]] = {}

    async def name(self, token: str, faces: Sequence[SortedFace], cousin: str, by: int) -> int:
        """These are this cousin's, and nobody else's any more; and one group with all others who were named so. Returns
        its number; what else was in a group with them stays there.

        What `photos undo` needs is noted by whoever takes the photos in, under the same `token`.
        """
        async with self._database.transaction() as db:
            before = await groups_of(db, [face.id for face in faces])
            replaced = await replace_names(db, faces)
            rows = await db.execute_fetchall(
                "SELECT sha256, box_left, box_top, box_right, box_bottom FROM decided_faces JOIN group_decisions ON"
                " group_decisions.id = decision_id WHERE said = 'named' AND cousin = ?",
                (cousin,),
            )
            theirs = await ids_at(db, [FacePlace(sha256, Box(*box)) for sha256, *box in rows])
            before |= await groups_of(db, theirs)
            numbers = {group for group in before.values() if group is not None}
            home = {group for face in theirs if (group := before[face]) is not None}
            home |= numbers - await _with_others(db, numbers, before)
            into = min(home) if home else await new_group(db)
            await note_decision(db, token, "named", cousin, [[face.place for face in faces]], before, by, replaced)
            await _put(db, before, into)
            await _lead(db, numbers, into)
        return into

    async def same(self, token: str, faces: Sequence[SortedFace], into: int, by: int) -> None:
        """These are one person: the group of number `into`."""
        async with self._database.transaction() as db:
            before = await groups_of(db, [face.id for face in faces])
            await note_decision(db, token, "same", None, [[face.place for face in faces]], before, by)
            await _put(db, before, into)
            await _lead(db, [group for group in before.values() if group is not None], into)
            await insert_change(db, token, "grouping", None, None, _photos(faces), {"said": "same"})

    async def apart(
        self,
        token: str,
        one: Sequence[SortedFace],
        other: Sequence[SortedFace],
        by: int,
        *,
        split: bool = False,
    ) -> int | None:
        """None of the one is the person of any of the other. `split`: the first were in the others' group, and become
        one of their own, whose number is returned."""
        async with self._database.transaction() as db:
            before = await groups_of(db, [face.id for face in one] if split else [])
            sides = [[face.place for face in faces] for faces in (one, other)]
            await note_decision(db, token, "apart", None, sides, before, by)
            number = None
            if split:
                number = await new_group(db)
                await _put(db, before, number)
            photos = _photos([*one, *other])
            await insert_change(db, token, "grouping", None, None, photos, {"said": "split" if split else "apart"})
        return number

    async def skip(self, token: str, faces: Sequence[SortedFace], by: int) -> None:
        """Nobody is to be asked about these again; nothing is kept of them but that. For `unskip` some stay in memory,
        as long as this process is there."""
        async with self._database.transaction() as db:
            rows = [
                dict(row)
                for face in faces
                for row in await db.execute_fetchall("SELECT * FROM sorted_faces WHERE id = ?", (face.id,))
            ]
            self._skipped[token] = rows
            for oldest in list(self._skipped)[:-KEPT]:
                del self._skipped[oldest]
            await note_decision(db, token, "skipped", None, [[face.place for face in faces]], {}, by)
            await db.executemany("DELETE FROM sorted_faces WHERE id = ?", [(face.id,) for face in faces])
            await drop_dead_groups(db)
            await insert_change(db, token, "grouping", None, None, _photos(faces), {"said": "skipped"})

    async def unskip(self, token: str) -> None:
        """What was skipped by this token is there again, where it is still in memory, its photo is there, and nobody
        has sorted since; else the next sorting finds it."""
        async with self._database.transaction() as db:
            for row in self._skipped.pop(token, ()):
                there = await db.execute_fetchall(
                    "SELECT 1 FROM sorted_files WHERE sha256 = :sha256 AND network = ''"
                    " AND NOT EXISTS (SELECT 1 FROM sorted_faces WHERE id = :id)",
                    row,
                )
                if not there:
                    continue
                if row["group_id"] is not None:
                    await db.execute(
                        "INSERT INTO face_groups (id) VALUES (?) ON CONFLICT DO NOTHING", (row["group_id"],)
                    )
                columns, values = ", ".join(row), ", ".join(f":{column}" for column in row)
                await db.execute(f"INSERT INTO sorted_faces ({columns}) VALUES ({values})", row)


async def _put(db: aiosqlite.Connection, faces: Collection[int], group: int) -> None:
    await db.executemany("UPDATE sorted_faces SET group_id = ? WHERE id = ?", [(group, face) for face in faces])


async def _with_others(db: aiosqlite.Connection, groups: Collection[int], faces: Collection[int]) -> set[int]:
    """Those of the groups that have more faces than these."""
    found = set()
    for group in groups:
        rows = await db.execute_fetchall("SELECT id FROM sorted_faces WHERE group_id = ?", (group,))
        if {int(row["id"]) for row in rows} - set(faces):
            found.add(group)
    return found


async def _lead(db: aiosqlite.Connection, groups: Collection[int], into: int) -> None:
    """Let the numbers of groups without faces lead to this one."""
    for group in sorted(set(groups) - {into}):
        await db.execute(
            "UPDATE face_groups SET led_to = ? WHERE id = ? AND NOT EXISTS"
            " (SELECT 1 FROM sorted_faces WHERE group_id = face_groups.id)",
            (into, group),
        )


def _photos(faces: Collection[SortedFace]) -> int:
    return len({face.sha256 for face in faces})
