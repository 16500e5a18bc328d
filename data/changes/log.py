"""The table of changes: renames, merges, imports, removals, groups. The newest can be taken back."""

import json
import os
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

import aiosqlite

from data.changes.moves import Move
from data.changes.rows import rename_rows, restore_rows, stray_rows
from data.database.connection import Database, now, stamp
from data.labels.pointed_faces import drop_loose_pointed
from data.sorting.decisions import take_back_decisions, was_decided
from foundation.box import Box

Kind = Literal["rename", "merge", "import", "removal", "naming", "grouping"]
"""`naming`: an import by which a group of faces got its name; `grouping`: what else was said of groups."""

KEPT: Final = 20
"""Changes that are remembered."""


@dataclass(frozen=True, slots=True)
class Change:
    """What was done.

    Attributes:
        old, new: the key that is no more, and the one that there is instead; None of an import. `old` of a removal is
            whose photo it was, `new` of a naming whose the group is.
        photos: how many it concerned.
        undo: what taking it back needs; None once it was taken back.
    """

    id: int
    kind: Kind
    old: str | None
    new: str | None
    photos: int
    undo: Mapping[str, Any] | None
    at: datetime


@dataclass(frozen=True, slots=True)
class AddedFile:
    """A photo that an import has added: its file, relative to the library's folder, whose it is, and what it is known
    by."""

    file: Path
    cousin: str
    sha256: str


@dataclass(frozen=True, slots=True)
class AddedLabel:
    """A cousin whom an import has found to be on a photo of which that was not noted.

    `box`: where, if what the import has found is just that.
    """

    sha256: str
    cousin: str
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class RemovedPhoto:
    """A photo that was deleted, with what there was noted of it.

    Attributes:
        file: where it lay, relative to the library's folder.
        sha256: of the bytes as they came.
        kept: sha256 of the `content`.
        name, at: of the file as it came, and when.
    """

    file: Path
    sha256: str
    kept: str
    name: str | None
    at: str
    content: bytes


class ChangeLog:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def note_import(
        self,
        token: str,
        files: Sequence[AddedFile],
        labels: Sequence[AddedLabel] = (),
        folders: Collection[str] = (),
        named: str | None = None,
    ) -> None:
        """Note what an import has added, so that `photos undo` can take it out again; nothing where it added nothing.

        Noted again it is one change, of all that came: `token` is the import's own, which may have been killed and gone
        on. `folders` are the cousins who got one by it; `named` is whom a group of faces was said to be, where that
        brought the photos.
        """
        undo = {
            "files": [[os.fspath(one.file), one.cousin, one.sha256] for one in files],
            "labels": [[one.sha256, one.cousin] for one in labels if one.box is None],
            "boxes": [[one.sha256, one.cousin, *one.box.sides] for one in labels if one.box is not None],
            "folders": sorted(folders),
        }
        async with self._database.transaction() as db:
            said = named is not None and await was_decided(db, token)
            if not (files or labels or said):
                return
            if not await _is_noted(db, token):
                await insert_change(db, token, "naming" if named else "import", None, named, _photos_in(undo), undo)
                return
            for row in await db.execute_fetchall("SELECT undo FROM changes WHERE token = ?", (token,)):
                if row["undo"] is not None:  # else it was taken back
                    undo = _both(json.loads(row["undo"]), undo)
                    await db.execute(
                        "UPDATE changes SET undo = ?, photos = ? WHERE token = ?",
                        (json.dumps(undo), _photos_in(undo), token),
                    )

    async def note_removal(self, token: str, cousin: str, photos: Sequence[RemovedPhoto]) -> None:
        """Note the files of one photo of a cousin's that is about to be deleted, and keep them for a while.

        A second time changes nothing: `token` is the removal's own.
        """
        async with self._database.transaction() as db:
            if await _is_noted(db, token):
                return
            change = await insert_change(db, token, "removal", cousin, None, 1, {})
            await db.executemany(
                "INSERT INTO removed_photos (change_id, file, sha256, kept, name, at, content)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (change, os.fsencode(one.file), one.sha256, one.kept, one.name, one.at, one.content)
                    for one in photos
                ],
            )

    async def removed(self, change: int) -> list[RemovedPhoto]:
        """The files that a removal has deleted, as long as they are kept."""
        rows = await self._database.rows(
            "SELECT file, sha256, kept, name, at, content FROM removed_photos WHERE change_id = ?", (change,)
        )
        return [RemovedPhoto(Path(os.fsdecode(file)), *rest) for file, *rest in rows]

    async def take_back_removal(self, change: int) -> None:
        """Its photos are there again, and need not be kept here. A second time changes nothing."""
        async with self._database.transaction() as db:
            await db.execute("DELETE FROM removed_photos WHERE change_id = ?", (change,))
            await db.execute("UPDATE changes SET undo = NULL WHERE id = ?", (change,))

    async def latest(self) -> list[Change]:
        """The last 20, the newest first, also those that were taken back."""
        rows = await self._database.rows("SELECT * FROM changes ORDER BY id DESC LIMIT ?", (KEPT,))
        return [_change(row) for row in rows]

    async def of(self, token: str) -> Change | None:
        """The change that was made by this token."""
        row = await self._database.row("SELECT * FROM changes WHERE token = ?", (token,))
        return _change(row) if row else None

    async def newest(self) -> Change | None:
        """The newest that was not taken back."""
        row = await self._database.row("SELECT * FROM changes WHERE undo IS NOT NULL ORDER BY id DESC LIMIT 1")
        return _change(row) if row else None

    async def rename(
        self, token: str, kind: Kind, old: str, new: str, photos: int, undo: Mapping[str, Any], moves: Sequence[Move]
    ) -> None:
        """Let all rows speak of `new`, whose files made these `moves`, and note it; a second time changes nothing."""
        async with self._database.transaction() as db:
            if await _is_noted(db, token):
                return
            rows = await rename_rows(db, old, new, moves) if old != new else {}
            [last] = await db.execute_fetchall("SELECT coalesce(max(id), 0) AS id FROM statements")
            await insert_change(db, token, kind, old, new, photos, {**undo, "rows": rows, "last_statement": last["id"]})

    async def take_back_name(self, change: int, old: str, new: str, moves: Sequence[Move], *, folded: bool) -> None:
        """Let rows speak of `old` again; of two who had become one those that were theirs. Twice changes nothing."""
        async with self._database.transaction() as db:
            undo = await _undo_of(db, change)
            if undo is None:
                return
            if folded:
                await restore_rows(db, old, new, undo["rows"], moves)
            elif old != new:
                await rename_rows(db, new, old, moves)
            await db.execute("UPDATE changes SET undo = NULL WHERE id = ?", (change,))

    async def take_back_import(self, change: int) -> None:
        """Delete what was noted of its files, which are gone, and its labels. A second time changes nothing."""
        async with self._database.transaction() as db:
            undo = await _undo_of(db, change)
            if undo is None:
                return
            await db.executemany(
                "DELETE FROM library_files WHERE file = ?", [(os.fsencode(file),) for file, _, _ in undo["files"]]
            )
            await db.executemany("DELETE FROM library_labels WHERE sha256 = ? AND cousin = ?", undo["labels"])
            await db.executemany(
                "DELETE FROM library_labels WHERE sha256 = ? AND cousin = ? AND box_left = ? AND box_top = ?"
                " AND box_right = ? AND box_bottom = ?",
                undo.get("boxes", ()),
            )
            await db.execute("DELETE FROM library_labels WHERE sha256 NOT IN (SELECT sha256 FROM library_files)")
            await drop_loose_pointed(db)
            await take_back_decisions(db, await _token_of(db, change))
            await db.execute("UPDATE changes SET undo = NULL WHERE id = ?", (change,))

    async def made_folder(self, cousin: str) -> bool:
        """Whether an import, or a group's name, gave this cousin a folder, and was not taken back."""
        return (
            await self._database.count(
                "SELECT count(*) FROM changes JOIN json_each(undo, '$.folders') AS made WHERE made.value = ?", (cousin,)
            )
            > 0
        )

    async def take_back_grouping(self, change: int) -> str:
        """The groups are as they were before it was said. A second time changes nothing. Returns its token."""
        async with self._database.transaction() as db:
            token = await _token_of(db, change)
            await take_back_decisions(db, token)
            await db.execute("UPDATE changes SET undo = NULL WHERE id = ?", (change,))
        return token

    async def former_keys(self, since: datetime) -> set[str]:
        """The keys that cousins had before they were renamed since then."""
        rows = await self._database.rows(
            "SELECT old FROM changes WHERE undo IS NOT NULL AND old != new AND at > ?", (stamp(since),)
        )
        return {row["old"] for row in rows}

    async def successors(self) -> dict[str, str]:
        """The keys that cousins had before they were renamed or merged -> those they have now."""
        now_called: dict[str, str] = {}
        for change in await self.latest():
            if change.undo is not None and change.old is not None and change.new is not None:
                now_called.setdefault(change.old, now_called.get(change.new, change.new))
        return {old: new for old, new in now_called.items() if old != new}

    async def settle(self, keys: Collection[str]) -> bool:
        """Rename what was still said of these former keys, or guessed, when their cousins had been renamed already.

        For keys without a folder: where there is one, it is somebody new of that name. Whether there was anything.
        """
        found = False
        for change in reversed(await self.latest()):
            if change.undo is None or change.old is None or change.new is None or change.old not in keys:
                continue
            async with self._database.transaction() as db:
                if await stray_rows(db, change.old):
                    await rename_rows(db, change.old, change.new)
                    found = True
        return found


async def forget_changes(db: aiosqlite.Connection, cousin: str) -> None:
    """Delete what would bring a cousin back, whatever they were called before."""
    rows = await db.execute_fetchall("SELECT * FROM changes ORDER BY id DESC")
    keys = {cousin}
    for change in map(_change, rows):  # the newest first: from today's key to the earlier ones
        if change.kind == "removal":  # all of them: they may be in anybody's photos
            await db.execute("DELETE FROM changes WHERE id = ?", (change.id,))
        elif change.kind == "grouping":
            continue
        elif change.kind not in ("import", "naming"):
            if keys & {change.old, change.new}:
                keys |= {key for key in (change.old, change.new) if key}
                await db.execute("DELETE FROM changes WHERE id = ?", (change.id,))
        elif change.undo is not None:
            rest = _without(change.undo, keys)
            if rest != {"boxes": [], **change.undo}:
                photos = _photos_in(rest)
                await db.execute(
                    "UPDATE changes SET undo = ?, photos = ? WHERE id = ?", (json.dumps(rest), photos, change.id)
                )
                if not photos:
                    await db.execute("DELETE FROM changes WHERE id = ?", (change.id,))


def _without(undo: Mapping[str, Any], keys: Collection[str]) -> dict[str, Any]:
    return {
        "files": [one for one in undo["files"] if one[1] not in keys],
        "labels": [one for one in undo["labels"] if one[1] not in keys],
        "boxes": [one for one in undo.get("boxes", ()) if one[1] not in keys],
        "folders": [one for one in undo["folders"] if one not in keys],
    }


def _both(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """What two parts of one import have added."""

    def united(key: str) -> list[Any]:
        return list({json.dumps(item): item for item in (*one.get(key, ()), *other.get(key, ()))}.values())

    return {key: united(key) for key in other}


def _photos_in(undo: Mapping[str, Any]) -> int:
    return len({one[2] for one in undo["files"]} | {one[0] for one in (*undo["labels"], *undo["boxes"])})


async def insert_change(
    db: aiosqlite.Connection,
    token: str,
    kind: Kind,
    old: str | None,
    new: str | None,
    photos: int,
    undo: Mapping[str, Any],
) -> int:
    """Its number."""
    [row] = await db.execute_fetchall(
        "INSERT INTO changes (token, kind, old, new, photos, undo, at) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (token, kind, old, new, photos, json.dumps(undo), now()),
    )
    await db.execute("DELETE FROM changes WHERE id NOT IN (SELECT id FROM changes ORDER BY id DESC LIMIT ?)", (KEPT,))
    return int(row["id"])


async def _token_of(db: aiosqlite.Connection, change: int) -> str:
    rows = await db.execute_fetchall("SELECT token FROM changes WHERE id = ?", (change,))
    return next((str(row["token"]) for row in rows), "")


async def _is_noted(db: aiosqlite.Connection, token: str) -> bool:
    return bool(list(await db.execute_fetchall("SELECT 1 FROM changes WHERE token = ?", (token,))))


async def _undo_of(db: aiosqlite.Connection, change: int) -> dict[str, Any] | None:
    rows = await db.execute_fetchall("SELECT undo FROM changes WHERE id = ? AND undo IS NOT NULL", (change,))
    return next((dict(json.loads(row["undo"])) for row in rows), None)


def _change(row: sqlite3.Row) -> Change:
    undo = json.loads(row["undo"]) if row["undo"] is not None else None
    return Change(
        row["id"], row["kind"], row["old"], row["new"], row["photos"], undo, datetime.fromisoformat(row["at"])
    )
