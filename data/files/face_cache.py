"""What was seen in the family's photos, kept so that the next training run need not look again.

Everything here can be computed anew, and is never backed up. It shows faces all the same: a photo that is deleted takes
its entries along.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import sqlite3
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

T = TypeVar("T")

_LOG: Final = logging.getLogger(__name__)
_PATIENCE: Final = 10
"""Seconds to wait for another process that writes."""

_SCHEMA: Final = """
    PRAGMA auto_vacuum = FULL;
    PRAGMA secure_delete = ON;
    CREATE TABLE IF NOT EXISTS seen (
        sha256 TEXT, part TEXT, pipeline TEXT, content BLOB, digest BLOB, PRIMARY KEY (sha256, part));
    CREATE TABLE IF NOT EXISTS portraits (
        sha256 TEXT, part TEXT, number INTEGER, jpeg BLOB, PRIMARY KEY (sha256, part, number));
"""


class FaceCache:
    """Entries by the sha256 of a photo's bytes and the part of it that was looked at.

    Nothing ever fails for its sake: what is damaged, locked or can't be written counts as not there, and is logged.
    """

    def __init__(self, file: Path | None = None, spared: Iterable[str] = ()) -> None:
        """In `file`, readable by its owner only; without one, for this process only. Of the photos to be `spared`, by
        sha256, nothing is dropped for not being asked for."""
        self._file = file
        self._touched = set(spared)
        self._database = self._opened()

    def get(self, sha256: str, part: str, pipeline: str) -> bytes | None:
        """What was seen by this pipeline, whole; None where it is not known."""
        self._touched.add(sha256)
        rows = self._try(
            lambda: self._database.execute(
                "SELECT content, digest FROM seen WHERE (sha256, part, pipeline) = (?, ?, ?)", (sha256, part, pipeline)
            ).fetchall()
        )
        for content, digest in rows or ():
            if digest == _digest(sha256, part, content):
                return bytes(content)
            _LOG.warning("What the cache says of photo %s is damaged: it is looked at once more.", sha256[:12])
        return None

    def portrait(self, sha256: str, part: str, number: int) -> bytes | None:
        """The picture of one of the faces, a JPEG."""
        rows = self._try(
            lambda: self._database.execute(
                "SELECT jpeg FROM portraits WHERE (sha256, part, number) = (?, ?, ?)", (sha256, part, number)
            ).fetchall()
        )
        return bytes(rows[0][0]) if rows else None

    def keep(self, pipeline: str, entries: Iterable[tuple[str, str, bytes, Sequence[bytes]]]) -> None:
        """Note what this pipeline saw: sha256, part, content and portraits of each; all of them or none."""

        def write() -> None:
            with self._database:
                for sha256, part, content, portraits in entries:
                    self._database.execute("DELETE FROM portraits WHERE (sha256, part) = (?, ?)", (sha256, part))
                    self._database.execute(
                        "INSERT OR REPLACE INTO seen VALUES (?, ?, ?, ?, ?)",
                        (sha256, part, pipeline, content, _digest(sha256, part, content)),
                    )
                    self._database.executemany(
                        "INSERT INTO portraits VALUES (?, ?, ?, ?)",
                        [(sha256, part, number, jpeg) for number, jpeg in enumerate(portraits)],
                    )

        self._try(write)

    def drop(self, photos: Iterable[str]) -> bool:
        """Forget these photos, by their sha256; what was there is overwritten. False where that can't be done now."""
        doomed = [(sha256,) for sha256 in photos]

        def delete() -> bool:
            with self._database:
                for table in ("seen", "portraits"):
                    self._database.executemany(f"DELETE FROM {table} WHERE sha256 = ?", doomed)
            return self._file is not None

        return bool(self._try(delete))

    def drop_untouched(self, pipeline: str, gone: Iterable[str] = ()) -> None:
        """Forget whatever nobody asked for since this was opened, what other pipelines saw, and `gone`."""

        def known() -> list[tuple[str, str]]:
            return self._database.execute("SELECT sha256, pipeline FROM seen").fetchall()

        kept = self._touched - set(gone)
        self.drop({sha256 for sha256, by in self._try(known) or () if sha256 not in kept or by != pipeline})

    def close(self) -> None:
        self._database.close()

    def _opened(self) -> sqlite3.Connection:
        if self._file is not None:
            try:
                self._file.parent.mkdir(mode=0o700, exist_ok=True)
                os.close(os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600))
                return _connected(str(self._file))
            except (OSError, sqlite3.Error) as error:
                self._give_up(error)
        return _connected("")

    def _give_up(self, error: Exception) -> None:
        """Delete a damaged file, so that the next run starts a new one; leave one that is only locked alone."""
        assert self._file is not None
        _LOG.warning("The cache of faces can't be used (%s): photos are looked at once more.", error)
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
            with contextlib.suppress(OSError):
                delete_face_cache(self._file)

    def _try(self, work: Callable[[], T]) -> T | None:
        try:
            return work()
        except sqlite3.Error as error:
            if self._file is not None:
                self._give_up(error)
                self._file = None
            self._database.close()
            self._database = _connected("")
        return None


def forget_faces(file: Path, photos: Sequence[str]) -> None:
    """Drop these photos, by the sha256 of their bytes, from the cache in `file`, where there is one."""
    if photos and file.exists():
        cache = FaceCache(file)
        dropped = cache.drop(photos)
        cache.close()
        if not dropped:  # somebody reads it: nobody's faces are kept then, rather than theirs
            delete_face_cache(file)


def kept_portrait(file: Path, sha256: str, number: int) -> bytes | None:
    """The picture of a face of a whole photo, a JPEG, for whoever only shows it; None where there is none, or it can't
    be read now."""
    try:
        with contextlib.closing(
            sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=1)
        ) as database:
            rows = database.execute(
                "SELECT jpeg FROM portraits WHERE (sha256, part, number) = (?, '', ?)", (sha256, number)
            ).fetchall()
    except sqlite3.Error:
        return None
    return bytes(rows[0][0]) if rows else None


def delete_face_cache(file: Path) -> None:
    """Forget everybody."""
    for each in (file, file.with_name(f"{file.name}-journal")):
        each.unlink(missing_ok=True)


def _connected(file: str) -> sqlite3.Connection:
    database = sqlite3.connect(file, timeout=_PATIENCE, check_same_thread=False)  # several in turn, never at once
    database.executescript(_SCHEMA)
    return database


def _digest(sha256: str, part: str, content: bytes) -> bytes:
    return hashlib.blake2b(f"{sha256} {part} ".encode() + content, digest_size=16).digest()
