"""What people said of groups of faces, for good: named, one person, not one person, skipped.

A face is known by its photo and its place, so that a decision outlives the network that saw it and the group it was in.
"""

import json
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import aiosqlite

from data.database.connection import Database, now
from data.sorting.sorted_faces import FacePlace, SortedFace, drop_dead_groups, ids_at, last_decision
from foundation.box import Box

Said = Literal["named", "same", "apart", "skipped"]


@dataclass(frozen=True, slots=True)
class GroupDecision:
    """What was said.

    Attributes:
        cousin: the key, where faces were named.
        sides: the faces that it is about: two lists where they are not the same, else one.
    """

    id: int
    said: Said
    cousin: str | None
    sides: tuple[tuple[FacePlace, ...], ...]


@dataclass(frozen=True, slots=True)
class FormerName:
    """Whose face it was, by key, before it was said to be somebody else's; `token` is of the change that said so."""

    token: str
    cousin: str
    face: FacePlace


class GroupDecisions:
    """What stands; `data.changes.grouping` makes new ones."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[GroupDecision]:
        """In the order in which they were made."""
        rows = await self._database.rows(
            "SELECT decision_id, said, cousin, side, sha256, box_left, box_top, box_right, box_bottom"
            " FROM decided_faces JOIN group_decisions ON group_decisions.id = decision_id ORDER BY decision_id, side"
        )
        found: dict[int, tuple[Said, str | None, dict[int, list[FacePlace]]]] = {}
        for number, said, cousin, side, sha256, *box in rows:
            sides = found.setdefault(number, (said, cousin, {}))[2]
            sides.setdefault(side, []).append(FacePlace(sha256, Box(*box)))
        return [
            GroupDecision(number, said, cousin, tuple(tuple(faces) for faces in sides.values()))
            for number, (said, cousin, sides) in found.items()
        ]

    async def replaced(self, change: int) -> list[FormerName]:
        """The names that faces had before the naming that is this change."""
        return [
            FormerName(row["token"], row["cousin"], FacePlace(row["sha256"], Box(*list(row)[3:])))
            for row in await self._database.rows(
                "SELECT former.token, former.cousin, sha256, box_left, box_top, box_right, box_bottom"
                " FROM group_decisions AS later JOIN json_each(later.before) AS was"
                " JOIN group_decisions AS former ON former.id = json_extract(was.value, '$[2]')"
                " JOIN sorted_faces ON sorted_faces.id = json_extract(was.value, '$[0]')"
                " WHERE later.token = (SELECT token FROM changes WHERE id = ?) ORDER BY sha256, former.cousin",
                (change,),
            )
        ]

    async def newest(self) -> int:
        """The number of the last one that was ever made."""
        return await self._database.count(
            "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'group_decisions'), 0)"
        )

    async def named_since(self, decision: int, by: int) -> dict[str, set[str]]:
        """Cousin -> photos, by sha256, of what this person named after that decision, and did not take back."""
        named: dict[str, set[str]] = {}
        for cousin, sha256 in await self._database.rows(
            "SELECT cousin, sha256 FROM decided_faces JOIN group_decisions ON group_decisions.id = decision_id"
            " WHERE said = 'named' AND group_decisions.id > ? AND said_by = ? ORDER BY group_decisions.id",
            (decision, by),
        ):
            named.setdefault(cousin, set()).add(sha256)
        return named

    async def last(self) -> int:
        """What `SortedFaces.assign` takes."""
        async with self._database.transaction() as db:
            return await last_decision(db)


async def take_back_decisions(db: aiosqlite.Connection, token: str) -> None:
    """As if it had not been said: the faces are in the groups they were in, as far as they are there. Files of which
    faces were skipped are looked at once more by the next sorting."""
    for row in await db.execute_fetchall(
        "SELECT id, said, before FROM group_decisions WHERE token = ? ORDER BY id DESC", (token,)
    ):
        for face, group, *replaced in json.loads(row["before"]):
            if group is not None:
                await db.execute("INSERT INTO face_groups (id) VALUES (?) ON CONFLICT DO NOTHING", (group,))
                await db.execute("UPDATE face_groups SET led_to = NULL WHERE id = ?", (group,))
            await db.execute("UPDATE sorted_faces SET group_id = ? WHERE id = ?", (group, face))
            await db.executemany(
                "INSERT INTO decided_faces SELECT group_decisions.id, 0, sha256, box_left, box_top, box_right,"
                " box_bottom FROM sorted_faces JOIN group_decisions WHERE sorted_faces.id = ?"
                " AND group_decisions.id = ?",
                [(face, decision) for decision in replaced],
            )
        if row["said"] == "skipped":
            await db.execute(
                "UPDATE sorted_files SET network = '' WHERE sha256 IN"
                " (SELECT sha256 FROM decided_faces WHERE decision_id = ?)",
                (row["id"],),
            )
        await db.execute("DELETE FROM group_decisions WHERE id = ?", (row["id"],))


async def replace_names(db: aiosqlite.Connection, faces: Sequence[SortedFace]) -> dict[int, int]:
    """Let these faces be nobody's. Face -> the decision that named it, which gets it back when the new one is taken
    back."""
    replaced: dict[int, int] = {}
    for face in faces:
        rows = await db.execute_fetchall(
            "DELETE FROM decided_faces WHERE decision_id IN (SELECT id FROM group_decisions WHERE said = 'named')"
            " AND sha256 = ? AND box_left = ? AND box_top = ? AND box_right = ? AND box_bottom = ?"
            " RETURNING decision_id",
            (face.sha256, *face.box.sides),
        )
        for row in rows:
            replaced[face.id] = int(row["decision_id"])
    return replaced


async def was_decided(db: aiosqlite.Connection, token: str) -> bool:
    return bool(list(await db.execute_fetchall("SELECT 1 FROM group_decisions WHERE token = ?", (token,))))


async def forget_sorted(db: aiosqlite.Connection, cousin: str) -> None:
    """Delete the faces that are, or may be, this cousin's, and what was said of them. Knows `mentioned`."""
    rows = await db.execute_fetchall(
        "SELECT sha256, box_left, box_top, box_right, box_bottom FROM decided_faces JOIN group_decisions ON"
        " group_decisions.id = decision_id WHERE said = 'named' AND cousin = ?",
        (cousin,),
    )
    named = await ids_at(db, [FacePlace(sha256, Box(*box)) for sha256, *box in rows])
    theirs = {
        int(row["id"]) for row in await db.execute_fetchall("SELECT id FROM sorted_faces WHERE cousin = ?", (cousin,))
    } | set(named)
    groups = {group for group in (await groups_of(db, sorted(theirs))).values() if group is not None}
    for group in groups:
        found = await db.execute_fetchall("SELECT id FROM sorted_faces WHERE group_id = ?", (group,))
        theirs |= {int(row["id"]) for row in found}
    for face in sorted(theirs):
        for row in await db.execute_fetchall(
            "SELECT decided.rowid, faces.box_left, faces.box_top, faces.box_right, faces.box_bottom, decided.box_left,"
            " decided.box_top, decided.box_right, decided.box_bottom FROM sorted_faces AS faces"
            " JOIN decided_faces AS decided USING (sha256) WHERE faces.id = ?",
            (face,),
        ):
            number, *sides = row
            if Box(*sides[:4]).is_same_face(Box(*sides[4:])):  # it may have been found anew since
                await db.execute("DELETE FROM decided_faces WHERE rowid = ?", (number,))
    await db.executemany("DELETE FROM sorted_faces WHERE id = ?", [(face,) for face in sorted(theirs)])
    await db.execute("DELETE FROM group_decisions WHERE cousin = ?", (cousin,))
    await db.execute("DELETE FROM group_decisions WHERE id NOT IN (SELECT decision_id FROM decided_faces)")
    for row in await db.execute_fetchall("SELECT sha256, path FROM sorted_files"):
        [hit] = await db.execute_fetchall("SELECT mentioned(?)", (os.fsdecode(row["path"]),))
        if hit[0]:
            await db.execute("DELETE FROM sorted_files WHERE sha256 = ?", (row["sha256"],))
    await drop_dead_groups(db)


async def rename_sorted(db: aiosqlite.Connection, old: str, new: str) -> list[int]:
    """Let faces be `new`'s where they were said, or taken, to be `old`'s. Returns what `restore_sorted` takes."""
    rows = list(await db.execute_fetchall("SELECT id FROM group_decisions WHERE cousin = ?", (old,)))
    for table in ("group_decisions", "sorted_faces"):
        await db.execute(f"UPDATE {table} SET cousin = ? WHERE cousin = ?", (new, old))
    return [int(row["id"]) for row in rows]


async def restore_sorted(db: aiosqlite.Connection, old: str, new: str, decisions: Collection[int]) -> None:
    """Give `old` back what `rename_sorted` made `new`'s; the next sorting says whom faces are taken for."""
    await db.executemany(
        "UPDATE group_decisions SET cousin = ? WHERE id = ? AND cousin = ?",
        [(old, number, new) for number in decisions],
    )


async def note_decision(
    db: aiosqlite.Connection,
    token: str,
    said: Said,
    cousin: str | None,
    sides: Sequence[Sequence[FacePlace]],
    before: Mapping[int, int | None],
    by: int,
    replaced: Mapping[int, int] = MappingProxyType({}),
) -> None:
    """`before` says in which group faces were, `replaced` by which decisions they had a name."""
    was = [[face, group, replaced[face]] if face in replaced else [face, group] for face, group in before.items()]
    [row] = await db.execute_fetchall(
        "INSERT INTO group_decisions (token, said, cousin, before, said_by, at) VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
        (token, said, cousin, json.dumps(was), by, now()),
    )
    await db.executemany(
        "INSERT INTO decided_faces (decision_id, side, sha256, box_left, box_top, box_right, box_bottom)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(row["id"], side, one.sha256, *one.box.sides) for side, faces in enumerate(sides) for one in faces],
    )


async def groups_of(db: aiosqlite.Connection, faces: Sequence[int]) -> dict[int, int | None]:
    rows = [
        row
        for face in faces
        for row in await db.execute_fetchall("SELECT id, group_id FROM sorted_faces WHERE id = ?", (face,))
    ]
    return {row["id"]: row["group_id"] for row in rows}
