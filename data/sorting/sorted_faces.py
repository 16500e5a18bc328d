"""The faces of the files that `photos sort` has looked at, and which group each is in.

The files stay where they are. Of a face there are its place, its embedding and its group.
"""

import os
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import aiosqlite
import numpy as np
from numpy.typing import NDArray

from data.database.connection import Database, now
from foundation.box import Box
from foundation.face import Clarity

_FACES: Final = (
    "SELECT faces.id, faces.sha256, path, number, box_left, box_top, box_right, box_bottom, clarity, embedding,"
    " probe, group_id, cousin FROM sorted_faces AS faces JOIN sorted_files USING (sha256)"
)
_ORDER: Final = " ORDER BY faces.sha256, box_left, box_top, box_right, box_bottom"
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class FacePlace:
    """A face, by the sha256 of the photo's bytes and where it is."""

    sha256: str
    box: Box


@dataclass(frozen=True, slots=True)
class NewFace:
    """A face as it was found.

    Attributes:
        number: among the photo's faces, as the cache has them.
        clarity: how much is seen of it.
        embedding: `(D,)` float32, of length one, to be compared with other faces'.
        probe: the same, to ask by who it is.
    """

    number: int
    box: Box
    clarity: Clarity
    embedding: NDArray[np.float32] = field(compare=False)
    probe: NDArray[np.float32] = field(compare=False)


@dataclass(frozen=True, slots=True)
class LookedAt:
    """A file, and how it was looked at.

    Attributes:
        path: where it lay last.
        network: the fingerprint of what made the embeddings.
        scene: the photo's difference hash, 8 bytes.
        year: in which it was taken; None: it is not known.
        size, mtime: when it was read; the latter in nanoseconds.
    """

    sha256: str
    path: Path
    network: str
    scene: bytes
    year: int | None
    size: int
    mtime: int


@dataclass(frozen=True, slots=True)
class SortedFace:
    """A face that is kept.

    Attributes:
        path: of the file it is in.
        group: the number of its group; None: it is alone.
        cousin: the key of whom the version that answers took it for, with certainty.
        probe: by which it is asked who this is; the embedding, where an older program noted it.
    """

    id: int
    sha256: str
    path: Path
    number: int
    box: Box
    clarity: Clarity
    group: int | None
    cousin: str | None
    embedding: NDArray[np.float32] = field(compare=False)
    probe: NDArray[np.float32] = field(compare=False)

    @property
    def poor(self) -> bool:
        """Whether there are better ones to show, and to find others by."""
        return self.clarity >= Clarity.POOR

    @property
    def place(self) -> FacePlace:
        return FacePlace(self.sha256, self.box)


class SortedFaces:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def files(self) -> dict[str, LookedAt]:
        """All that were looked at, by sha256."""
        rows = await self._database.rows("SELECT sha256, path, network, scene, year, size, mtime FROM sorted_files")
        return {sha: LookedAt(sha, Path(os.fsdecode(path)), *rest) for sha, path, *rest in rows}

    async def half_seen(self) -> set[str]:
        """Photos of whose faces an older program noted less than is noted now, by sha256."""
        rows = await self._database.rows("SELECT DISTINCT sha256 FROM sorted_faces WHERE probe IS NULL")
        return {row["sha256"] for row in rows}

    async def keep(self, looked_at: Sequence[tuple[LookedAt, Sequence[NewFace]]]) -> None:
        """Note files and all their faces; one that was there keeps its number and its group."""
        async with self._database.transaction() as db:
            for file, faces in looked_at:
                await db.execute(
                    "INSERT INTO sorted_files (sha256, path, network, scene, year, size, mtime, at)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET path = excluded.path,"
                    " network = excluded.network, scene = excluded.scene, year = excluded.year, size = excluded.size,"
                    " mtime = excluded.mtime, at = excluded.at",
                    (
                        file.sha256,
                        os.fsencode(file.path),
                        file.network,
                        file.scene,
                        file.year,
                        file.size,
                        file.mtime,
                        now(),
                    ),
                )
                await _replace_faces(db, file.sha256, faces)

    async def lie_at(self, files: Sequence[tuple[str, Path, int, int]]) -> None:
        """Note where files lie now: sha256, path, size, mtime."""
        async with self._database.transaction() as db:
            await db.executemany(
                "UPDATE sorted_files SET path = ?, size = ?, mtime = ? WHERE sha256 = ?",
                [(os.fsencode(path), size, mtime, sha256) for sha256, path, size, mtime in files],
            )

    async def drop(self, files: Collection[str]) -> None:
        """Forget files with their faces, by sha256."""
        async with self._database.transaction() as db:
            await db.executemany("DELETE FROM sorted_files WHERE sha256 = ?", [(sha256,) for sha256 in files])

    async def all(self) -> list[SortedFace]:
        """Every face, by photo and place: an order that depends neither on names nor on when files were looked at."""
        return [_face(row) for row in await self._database.rows(_FACES + _ORDER)]

    async def get(self, face: int) -> SortedFace | None:
        """The face of this number."""
        row = await self._database.row(_FACES + " WHERE faces.id = ?", (face,))
        return _face(row) if row else None

    async def stamp(self) -> tuple[int, int]:
        """As long as it stays the same there is nothing new, here nor in anything that was said."""
        return await self._database.stamp()

    async def groups_waiting(self) -> int:
        """How many groups have a face at whose place nobody has named one."""
        row = await self._database.row(
            "SELECT count(DISTINCT group_id) AS groups FROM sorted_faces AS faces WHERE group_id IS NOT NULL AND NOT"
            " EXISTS (SELECT 1 FROM decided_faces AS decided JOIN group_decisions ON group_decisions.id = decision_id"
            " WHERE decided.sha256 = faces.sha256 AND said = 'named' AND decided.box_left = faces.box_left"
            " AND decided.box_top = faces.box_top)"
        )
        return int(row["groups"]) if row else 0

    async def of(self, group: int) -> list[SortedFace]:
        """The faces of one group, whatever number of its it is called by."""
        led_to = await self.leads_to(group)
        return [_face(row) for row in await self._database.rows(f"{_FACES} WHERE group_id = ?{_ORDER}", (led_to,))]

    async def leads_to(self, group: int) -> int:
        """The number of the group that this one has become part of; itself where it has not."""
        seen = set[int]()
        while group not in seen:
            seen.add(group)
            row = await self._database.row("SELECT led_to FROM face_groups WHERE id = ?", (group,))
            if row is None or row["led_to"] is None:
                break
            group = int(row["led_to"])
        return group

    async def groups(self) -> dict[int, int]:
        """Face -> group, of all that are in one."""
        rows = await self._database.rows("SELECT id, group_id FROM sorted_faces WHERE group_id IS NOT NULL")
        return {row["id"]: row["group_id"] for row in rows}

    async def assign(
        self,
        groups: Sequence[Sequence[int]],
        ids: Sequence[int | None],
        led_to: Mapping[int, int],
        cousins: Mapping[int, str],
        decided: int,
    ) -> bool:
        """Let these be the groups, as lists of faces, and `ids` their numbers, None for a new one.

        `led_to` says into the place of which group in the list a number that is none's any more leads; `cousins` for
        whom a face was taken. False, and nothing is changed, where anything was decided after the decision `decided`.
        """
        async with self._database.transaction() as db:
            if await last_decision(db) != decided:
                return False
            await db.execute("UPDATE sorted_faces SET group_id = NULL, cousin = NULL")
            numbers = [await new_group(db) if number is None else number for number in ids]
            await db.executemany("UPDATE face_groups SET led_to = NULL WHERE id = ?", [(one,) for one in numbers])
            await db.executemany(
                "UPDATE face_groups SET led_to = ? WHERE id = ?",
                [(numbers[place], old) for old, place in led_to.items()],
            )
            await db.executemany(
                "UPDATE sorted_faces SET group_id = ? WHERE id = ?",
                [(number, face) for number, faces in zip(numbers, groups, strict=True) for face in faces],
            )
            await db.executemany(
                "UPDATE sorted_faces SET cousin = ? WHERE id = ?", [(cousin, face) for face, cousin in cousins.items()]
            )
            await drop_dead_groups(db)
        return True


async def last_decision(db: aiosqlite.Connection) -> int:
    """A number that rises with every decision, also with one that is taken back; 0 before the first."""
    rows = await db.execute_fetchall("SELECT seq FROM sqlite_sequence WHERE name = 'group_decisions'")
    [taken_back] = await db.execute_fetchall("SELECT count(*) FROM group_decisions")
    return sum(2 * int(row["seq"]) for row in rows) - int(taken_back[0])


async def new_group(db: aiosqlite.Connection) -> int:
    """A number that no group ever had."""
    [row] = await db.execute_fetchall("INSERT INTO face_groups (led_to) VALUES (NULL) RETURNING id")
    return int(row["id"])


async def drop_dead_groups(db: aiosqlite.Connection) -> None:
    """Forget the numbers that lead to nobody any more."""
    alive = "SELECT group_id FROM sorted_faces WHERE group_id IS NOT NULL"
    await db.execute(
        f"DELETE FROM face_groups WHERE id NOT IN ({alive}) AND (led_to IS NULL OR led_to NOT IN ({alive}))"
    )


async def ids_at(db: aiosqlite.Connection, places: Iterable[FacePlace]) -> list[int]:
    """The faces that are at these places."""
    by_photo: dict[str, list[Box]] = {}
    for place in places:
        by_photo.setdefault(place.sha256, []).append(place.box)
    query = "SELECT id, box_left, box_top, box_right, box_bottom FROM sorted_faces WHERE sha256 = ?"
    return [
        row["id"]
        for sha256, boxes in by_photo.items()
        for row in await db.execute_fetchall(query, (sha256,))
        if any(Box(*list(row)[1:]).is_same_face(box) for box in boxes)
    ]


async def _replace_faces(db: aiosqlite.Connection, sha256: str, faces: Sequence[NewFace]) -> None:
    rows = list(
        await db.execute_fetchall(
            "SELECT id, box_left, box_top, box_right, box_bottom FROM sorted_faces WHERE sha256 = ?", (sha256,)
        )
    )
    there = {int(row["id"]): Box(*list(row)[1:]) for row in rows}
    for face in faces:
        same = max(there, key=lambda one: there[one].overlap(face.box), default=None)
        if same is not None and not there[same].is_same_face(face.box):
            same = None
        if same is not None:
            del there[same]
        await db.execute(
            "INSERT INTO sorted_faces"
            " (id, sha256, number, box_left, box_top, box_right, box_bottom, clarity, embedding, probe)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET number = excluded.number,"
            " box_left = excluded.box_left, box_top = excluded.box_top, box_right = excluded.box_right,"
            " box_bottom = excluded.box_bottom, clarity = excluded.clarity, embedding = excluded.embedding,"
            " probe = excluded.probe",
            (same, sha256, face.number, *face.box.sides, face.clarity, _bytes(face.embedding), _bytes(face.probe)),
        )
    await db.executemany("DELETE FROM sorted_faces WHERE id = ?", [(gone,) for gone in there])


def _face(row: sqlite3.Row) -> SortedFace:
    number, sha256, path, place, *box, clarity, embedding, probe, group, cousin = row
    vectors = _vector(embedding), _vector(embedding if probe is None else probe)
    return SortedFace(
        number, sha256, Path(os.fsdecode(path)), place, Box(*box), Clarity(clarity), group, cousin, *vectors
    )


def _bytes(vector: NDArray[np.float32]) -> bytes:
    return vector.astype("<f2").tobytes()


def _vector(values: bytes) -> NDArray[np.float32]:
    return np.frombuffer(values, "<f2").astype(np.float32)
