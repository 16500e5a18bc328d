"""What is known of the labelled photos: the bytes each came as, and who is on it.

Families copy, move and delete files in photos/<cousin>/ by hand. So every reading begins with a look at the folder:
what lies in a cousin's folder shows that cousin. Only files that are new or changed are read for it.
"""

import asyncio
import hashlib
import os
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import aiosqlite

from data.database.connection import Database, now
from data.files.library import LabelledPhoto, PhotoLibrary, readable
from data.labels.pointed_faces import PointedFace, PointedFaces, drop_loose_pointed, forget_pointed
from data.photos.years import note_year
from foundation.box import Box
from foundation.file_digest import sha256_of
from foundation.photo_dates import Taken

_FILES: Final = "SELECT file, cousin, sha256, kept, size, mtime, name, at FROM library_files"

IMPORTED: Final = "import"
"""The source of a label that came with `photos import`, where the photo lay in somebody else's folder already."""

SORTED: Final = "sort"
"""The source of a label that says where the face is of whoever a group of faces was said to be."""

LEFT: Final = "left"
"""The source of a label whose cousin has no folder any more. It counts no longer, but goes along where they turn out to
have been renamed."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of the library.

    Attributes:
        file: relative to the library's folder.
        cousin: whose folder it lies in.
        sha256: of the bytes as they came.
        kept: sha256 of the file's own bytes.
        size, mtime: when it was last read; the latter in nanoseconds.
        name: of the file as it came; None where it named somebody who was forgotten.
        at: when it came, as the store keeps times.
    """

    file: Path
    cousin: str
    sha256: str
    kept: str
    size: int
    mtime: int
    name: str | None
    at: str


@dataclass(frozen=True, slots=True)
class _Label:
    id: int
    sha256: str
    cousin: str
    box: Box | None


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A photo that an import has brought or is bringing, until that import is noted."""

    sha256: str
    name: str | None
    at: str


@dataclass(frozen=True, slots=True)
class _Rows:
    """All that is noted."""

    files: Mapping[Path, KeptFile]
    labels: Sequence[_Label]
    arrivals: Mapping[str, _Arrival]


class Catalogue:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def photos(self, library: PhotoLibrary) -> list[LabelledPhoto]:
        """Every photo once for each cousin on it, by cousin and file name, as the folders are now.

        One that can't be read has no sha256. Raises `LibraryError` as `PhotoLibrary.photos` does; nothing is noted
        then: a disk that is not mounted leaves an empty folder.
        """
        while True:
            found = await asyncio.to_thread(library.photos)
            cousins = await asyncio.to_thread(library.cousins)
            rows = await self._rows()
            present, changed = await asyncio.to_thread(_compare, library.folder, found, rows)
            gone = [kept for file, kept in rows.files.items() if file not in present]
            # What is moved meanwhile, from a folder that was not yet looked into to one that was, is not gone.
            if not gone or await asyncio.to_thread(library.photos) == found:
                break
        left = [label.id for label in rows.labels if label.cousin not in cousins]
        if changed or gone or left:
            async with self._database.transaction() as db:
                await _note(db, rows, changed, gone, left)
            rows = await self._rows()
        return _labelled(library.folder, found, rows, await PointedFaces(self._database).all())

    async def known(self) -> dict[str, str]:
        """The photos' sha256 by which each is known, by that and by the sha256 of the file that is kept of it."""
        rows = await self._rows()
        known = {kept.kept: kept.sha256 for kept in rows.files.values()}
        return known | {kept.sha256: kept.sha256 for kept in rows.files.values()}

    async def names(self) -> dict[tuple[str, str], str]:
        """Sha256 and cousin -> what the file in that cousin's folder was called when it came, or is called."""
        rows = await self._rows()
        return {(kept.sha256, kept.cousin): kept.name or readable(kept.file.name) for kept in rows.files.values()}

    async def shown(self) -> set[tuple[str, str]]:
        """Who is on which photo: pairs of its sha256 and the cousin."""
        rows = await self._rows()
        in_folders = {(kept.sha256, kept.cousin) for kept in rows.files.values()}
        return in_folders | {(label.sha256, label.cousin) for label in rows.labels}

    async def files(self) -> list[KeptFile]:
        """What is noted of each file."""
        return list((await self._rows()).files.values())

    async def labels(self) -> set[tuple[str, str]]:
        """Who is on which photo without a file in a folder of theirs: pairs of its sha256 and the cousin."""
        return {(label.sha256, label.cousin) for label in (await self._rows()).labels}

    async def by_sorting(self) -> set[tuple[str, str]]:
        """Who is on which photo for nothing but that a group of faces was said to be theirs."""
        rows = await self._database.rows("SELECT sha256, cousin FROM library_labels WHERE source = ?", (SORTED,))
        return {(row["sha256"], row["cousin"]) for row in rows}

    async def boxes(self) -> set[tuple[str, str, Box]]:
        """What imports have noted of where a cousin's face is on a photo."""
        rows = await self._rows()
        return {(label.sha256, label.cousin, label.box) for label in rows.labels if label.box is not None}

    async def arriving(self) -> frozenset[str]:
        """The sha256 of the files of an import that is not noted yet, also of one it was writing when it ended."""
        return frozenset((await self._rows()).arrivals)

    async def arrived(self) -> None:
        """The import that has brought them is noted."""
        await self._database.write("DELETE FROM library_arrivals WHERE kept IN (SELECT kept FROM library_files)")

    async def add(
        self, library: PhotoLibrary, cousin: str, jpeg: bytes, sha256: str, name: str, taken: Taken | None = None
    ) -> Path:
        """Keep a JPEG in this cousin's folder, and note the bytes and the name of the file it was made from, and when
        the photo was taken.

        Raises what `PhotoLibrary.add` does. The bytes it came as are noted before the file is there: wherever the
        process ends, the next look at the folders knows them.
        """
        kept, name = hashlib.sha256(jpeg).hexdigest(), readable(name)
        await self.expect(kept, sha256, name, now())
        if taken is not None:
            await self.note_taken(sha256, taken)
        path = await asyncio.to_thread(library.add, cousin, jpeg)
        status = await asyncio.to_thread(path.stat)
        file = path.relative_to(library.folder)
        row = KeptFile(file, cousin, sha256, kept, status.st_size, status.st_mtime_ns, name, now())
        async with self._database.transaction() as db:
            await _put(db, row)
        return path

    async def expect(self, kept: str, sha256: str, name: str | None, at: str) -> None:
        """Note of a file that is about to be written, of this sha256, the bytes and the name it came as, and when."""
        await self._database.write(
            "INSERT OR REPLACE INTO library_arrivals (kept, sha256, name, at) VALUES (?, ?, ?, ?)",
            (kept, sha256, name, at),
        )

    async def note_taken(self, sha256: str, taken: Taken) -> None:
        """Note when a photo was taken that is here already."""
        async with self._database.transaction() as db:
            await note_year(db, sha256, taken)

    async def label(self, sha256: str, cousin: str, source: str, box: Box | None = None) -> None:
        """Note that a cousin is on a photo, and where; a second time changes nothing.

        One whose place on it is known already stays there.
        """
        if box is None:
            await self._database.write(
                "INSERT INTO library_labels (sha256, cousin, source) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                (sha256, cousin, source),
            )
            return
        await self._database.write(
            "INSERT INTO library_labels (sha256, cousin, source, box_left, box_top, box_right, box_bottom)"
            " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE NOT EXISTS (SELECT 1 FROM library_labels"
            " WHERE sha256 = ?1 AND cousin = ?2 AND source = ?3 AND box_left IS NOT NULL)",
            (sha256, cousin, source, *box.sides),
        )

    async def places(self) -> set[tuple[str, str, Box]]:
        """Whose face is where on which photo, as imports and people have said; two of one person where two have become
        one."""
        pointed = await PointedFaces(self._database).all()
        return await self.boxes() | {(one.sha256, one.cousin, one.box) for one in pointed if one.box is not None}

    async def shared(self, library: PhotoLibrary, cousin: str) -> dict[KeptFile, str]:
        """The files in this cousin's folders that must stay for somebody else's sake, one a photo, and for whose.

        A photo that lies in another cousin's folder too stays there.
        """
        rows = await self._rows()
        elsewhere = {kept.sha256 for kept in rows.files.values() if kept.cousin != cousin}
        others = {label.sha256: label.cousin for label in reversed(rows.labels) if label.cousin != cousin}
        own = [kept for kept in rows.files.values() if kept.cousin == cousin and kept.sha256 not in elsewhere]
        # What was deleted by hand is noted still where the folders could not be read as a library.
        there = await asyncio.to_thread(lambda: [kept for kept in own if (library.folder / kept.file).is_file()])
        one_each = {kept.sha256: kept for kept in reversed(there)}
        return {kept: others[sha256] for sha256, kept in one_each.items() if sha256 in others}

    async def also_on(self, cousin: str) -> frozenset[str]:
        """The photos in other cousins' folders that this one is on too, also where each has a file of it."""
        rows = await self._database.rows(
            "SELECT DISTINCT sha256 FROM library_files WHERE cousin != :cousin AND sha256 IN"
            " (SELECT sha256 FROM library_labels WHERE cousin = :cousin"
            " UNION SELECT sha256 FROM library_files WHERE cousin = :cousin)",
            {"cousin": cousin},
        )
        return frozenset(row["sha256"] for row in rows)

    async def hand_over(self, library: PhotoLibrary, kept: KeptFile, to: str) -> None:
        """Copy a file that is about to be deleted into another cousin's folder.

        A copy that was interrupted is noted by the next look at the folders.
        """
        path = await asyncio.to_thread(library.copy, library.folder / kept.file, to)
        status = await asyncio.to_thread(path.stat)
        file = path.relative_to(library.folder)
        row = replace(kept, file=file, cousin=to, size=status.st_size, mtime=status.st_mtime_ns)
        async with self._database.transaction() as db:
            await _put(db, row)

    async def forget(self, cousin: str) -> None:
        """Delete what is noted of this cousin, whose files are gone."""
        async with self._database.transaction() as db:
            for table in ("library_labels", "library_files", "pointed_faces", "sidecars"):
                await db.execute(f"DELETE FROM {table} WHERE cousin = ?", (cousin,))
            await db.execute("DELETE FROM library_arrivals")  # whose they are is not known, and none waits long
            await _drop_loose_labels(db)

    async def forget_photos(self, photos: Collection[str]) -> None:
        """Delete what is noted of these photos, by their sha256, whose files are gone."""
        async with self._database.transaction() as db:
            await db.executemany("DELETE FROM library_files WHERE sha256 = ?", [(sha256,) for sha256 in photos])
            await _drop_loose_labels(db)

    async def unshare(self, sha256: str, cousin: str) -> None:
        """Delete what says that this cousin is on a photo; their files of it are gone."""
        async with self._database.transaction() as db:
            for table in ("library_files", "library_labels"):
                await db.execute(f"DELETE FROM {table} WHERE sha256 = ? AND cousin = ?", (sha256, cousin))
            await forget_pointed(db, sha256, cousin)
            await _drop_loose_labels(db)

    async def _rows(self) -> _Rows:
        files = _files(await self._database.rows(_FILES))
        rows = await self._database.rows("SELECT * FROM library_labels WHERE source != ? ORDER BY id", (LEFT,))
        labels = [_Label(row["id"], row["sha256"], row["cousin"], _box(row)) for row in rows]
        waiting = await self._database.rows("SELECT kept, sha256, name, at FROM library_arrivals")
        return _Rows(files, labels, {kept: _Arrival(*rest) for kept, *rest in waiting})


def _files(rows: Iterable[sqlite3.Row]) -> dict[Path, KeptFile]:
    kept = [KeptFile(Path(os.fsdecode(file)), *rest) for file, *rest in rows]
    return {one.file: one for one in kept}


def _box(row: sqlite3.Row) -> Box | None:
    if row["box_left"] is None:
        return None
    return Box(row["box_left"], row["box_top"], row["box_right"], row["box_bottom"])


def _compare(folder: Path, found: Sequence[LabelledPhoto], rows: _Rows) -> tuple[set[Path], list[KeptFile]]:
    """Which of the files that are noted, or can be read, are there; and rows for those that are new or changed.

    A photo that was moved or copied is known by the bytes of the file it was.
    """
    files = rows.files.values()
    came_as: dict[str, KeptFile | _Arrival] = {kept.sha256: kept for kept in files}
    came_as |= {**rows.arrivals, **{kept.kept: kept for kept in files}}
    present, changed = set(), []
    for photo in found:
        file = photo.path.relative_to(folder)
        before = rows.files.get(file)
        try:
            status = photo.path.stat()
            if before and (before.size, before.mtime) == (status.st_size, status.st_mtime_ns):
                present.add(file)
                continue
            digest = sha256_of(photo.path)
        except OSError:
            if before and photo.path.exists():  # it can't be read now; it was
                present.add(file)
            continue
        present.add(file)
        twin = before if before and before.kept == digest else came_as.get(digest)
        sha256, name, at = (twin.sha256, twin.name, twin.at) if twin else (digest, readable(photo.path.name), now())
        changed.append(KeptFile(file, photo.cousin, sha256, digest, status.st_size, status.st_mtime_ns, name, at))
    return present, changed


async def _note(
    db: aiosqlite.Connection,
    seen: _Rows,
    changed: Sequence[KeptFile],
    gone: Sequence[KeptFile],
    left: Collection[int],
) -> None:
    """Bring the rows up to what was found, but for those that another process has changed since they were `seen`."""
    current = _files(await db.execute_fetchall(_FILES))
    for kept in changed:  # before what is gone: what is known of a photo that was moved stays known
        if current.get(kept.file) == seen.files.get(kept.file):
            await _put(db, kept)
    for kept in gone:
        if current.get(kept.file) == kept:
            await db.execute("DELETE FROM library_files WHERE file = ?", (_bytes(kept.file),))
    await db.executemany(
        "UPDATE OR REPLACE library_labels SET source = ? WHERE id = ?", [(LEFT, label) for label in left]
    )
    await _drop_loose_labels(db)


async def _put(db: aiosqlite.Connection, kept: KeptFile) -> None:
    await db.execute(
        "INSERT OR REPLACE INTO library_files (file, cousin, sha256, kept, size, mtime, name, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            _bytes(kept.file),
            kept.cousin,
            kept.sha256,
            kept.kept,
            kept.size,
            kept.mtime,
            kept.name,
            kept.at,
        ),
    )


async def _drop_loose_labels(db: aiosqlite.Connection) -> None:
    await db.execute("DELETE FROM library_labels WHERE sha256 NOT IN (SELECT sha256 FROM library_files)")
    await drop_loose_pointed(db)


def _labelled(
    folder: Path, found: Sequence[LabelledPhoto], rows: _Rows, pointed: Iterable[PointedFace]
) -> list[LabelledPhoto]:
    """The photos in the folders, and once more for each cousin who is on them and in whose folder they don't lie."""
    boxes = {(label.sha256, label.cousin): label.box for label in rows.labels if label.box is not None}
    said = {(one.sha256, one.cousin): one.box for one in pointed}
    photos: list[LabelledPhoto] = []
    first: dict[str, Path] = {}
    placed: set[tuple[str, str]] = set()

    def place(path: Path, cousin: str, sha256: str) -> None:
        who = sha256, cousin
        box = said[who] if who in said else boxes.get(who)
        nobodys = who in said and box is None
        photos.append(LabelledPhoto(path, cousin, sha256, None if who in placed else box, nobodys))
        placed.add(who)

    for photo in found:
        kept = rows.files.get(photo.path.relative_to(folder))
        if kept is None:
            photos.append(photo)
            continue
        first.setdefault(kept.sha256, photo.path)
        place(photo.path, photo.cousin, kept.sha256)
    for label in rows.labels:
        if (label.sha256, label.cousin) not in placed and label.sha256 in first:
            place(first[label.sha256], label.cousin, label.sha256)
    return sorted(photos, key=lambda photo: photo.cousin)


def _bytes(file: Path) -> bytes:
    return os.fsencode(file)
