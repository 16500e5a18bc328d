"""A backup into an empty home."""

import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final

from data import wording
from data.backup.archive import (
    CHUNK,
    DATABASE,
    FACTS,
    FORMAT,
    MANIFEST,
    ROOMS,
    ArchiveError,
    Contents,
    Progress,
    check_database,
    contents_of,
    holds_nothing,
)
from data.files.home import Home, HomeError
from data.files.home_lock import nobody_using, using
from foundation.storage_errors import why
from foundation.whole_file import sync_folder, write_whole

_SCRATCH: Final = ".restore-"
_CHECKED: Final = ".restored"
"""What is unpacked and checked, and on its way to its place."""
_LONGEST_MANIFEST: Final = 2**26  # bytes: 100 of them a file make more than half a million files
_IN_NOBODYS_WAY: Final = {"cache", "weights", FACTS}
_LOGS: Final = (f"{DATABASE}-wal", f"{DATABASE}-shm")


def restore(archive: Path, home: Home, facts: Path, progress: Progress) -> Contents:
    """Unpack a backup into a home that holds nothing yet: checked to the last byte before anything takes its place.

    facts.yaml goes to `facts`, or into the home where there is another one already. Nobody works with the home from
    before it is looked at until all is in its place. Whoever is killed before everything was checked leaves the home as
    empty as it was; after that, `finish_restoring` puts the rest into its place.

    Raises:
        ArchiveError: the file is no backup, damaged or of a newer version, the home is not empty, or there is no room.
        HomeError: somebody works with the home.
    """
    with _opened(archive) as zipped:
        sums = _manifest(zipped)
        try:
            home.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            with nobody_using(home):
                if _interrupted(home):
                    _finish(home, facts)
                _require_empty(home.root)
                _unpack(zipped, sums, home, progress)
                place = _finish(home, facts)
        except (OSError, sqlite3.Error) as error:
            raise ArchiveError(wording.backup_not_restored(archive, why(error))) from error
    return contents_of(sums, place)


def finish_restoring(home: Home, facts: Path) -> None:
    """What a restore that was killed had checked already goes to its place; for the start of whatever uses a home.

    Raises:
        HomeError: one is at work right now, or it can't be finished.
    """
    try:
        with using(home):
            if not _interrupted(home):
                return
        with nobody_using(home):
            _finish(home, facts)
    except OSError as error:
        raise HomeError(wording.folder_unusable(home.root, error.strerror or str(error))) from error


@contextlib.contextmanager
def _opened(archive: Path) -> Iterator[zipfile.ZipFile]:
    try:
        if archive.exists() and not archive.is_file():  # a pipe would keep its reader waiting for ever
            raise ArchiveError(wording.folder_is_no_backup(archive) if archive.is_dir() else wording.pipe(archive))
        file = archive.open("rb")
    except FileNotFoundError:
        raise ArchiveError(wording.no_such_file(archive)) from None
    except OSError as error:
        raise ArchiveError(wording.backup_not_restored(archive, why(error))) from error
    with file:
        try:
            with zipfile.ZipFile(file) as zipped:
                yield zipped
        except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, UnicodeDecodeError) as error:
            raise ArchiveError(wording.no_backup(archive, str(error))) from error


def _interrupted(home: Home) -> bool:
    return (home.root / _CHECKED).exists() or next(home.root.glob(f"{_SCRATCH}*"), None) is not None


def _finish(home: Home, facts: Path) -> Path | None:
    """Put what was checked into its place, and delete what was not, which is in the backup; where facts.yaml is then.

    Whoever is killed here begins once more: each thing is moved, and in one place or the other.
    """
    for leftover in home.root.glob(f"{_SCRATCH}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    checked = home.root / _CHECKED
    if not checked.is_dir():
        return None
    for room in ROOMS:
        # `current` comes behind the versions, one of which it names.
        for path in sorted((checked / room).iterdir(), key=_files_last) if (checked / room).is_dir() else ():
            place = home.root / room / path.name
            if room != "weights" or not place.exists():
                path.rename(place)
        sync_folder(home.root / room)
    facts_place = _put_facts(checked / FACTS, home, facts)
    if (checked / DATABASE).exists():
        for log in _LOGS:  # of an empty one that was there: it would be taken for this one's
            (home.root / log).unlink(missing_ok=True)
        (checked / DATABASE).rename(home.database)
    sync_folder(home.root)
    shutil.rmtree(checked)
    return facts_place


def _files_last(path: Path) -> tuple[bool, str]:
    return path.is_file(), path.name


def _require_empty(root: Path) -> None:
    taken = next(_in_the_way(root), None)
    if taken is not None:
        raise ArchiveError(wording.home_not_empty(root, taken.name))


def _in_the_way(root: Path) -> Iterator[Path]:
    """What a restored home would be mixed up with; weights, locks and empty folders are in nobody's way, nor is what
    commands leave that have only looked."""
    allowed = {*_IN_NOBODYS_WAY, *_LOGS} | ({DATABASE} if holds_nothing(root / DATABASE) else set())
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if path.is_file() and inside.parts[0] not in allowed and not path.name.endswith(".lock"):
            yield path


def _unpack(zipped: zipfile.ZipFile, sums: dict[str, str], home: Home, progress: Progress) -> None:
    """Everything, into one folder of the home, which gets its name once every file is checked and on the disk."""
    scratch = Path(tempfile.mkdtemp(dir=home.root, prefix=_SCRATCH))
    try:
        sizes = {entry.filename: entry.file_size for entry in zipped.infolist()}
        needed, free = sum(sizes.values()), shutil.disk_usage(scratch).free
        if needed > free:
            raise ArchiveError(wording.no_room(needed, free))
        for number, (name, digest) in enumerate(sums.items()):
            progress(wording.restoring(), number, len(sums))
            _extract(zipped, name, digest, scratch)
        progress(wording.restoring(), len(sums), len(sums))
        if DATABASE in sums:
            check_database(scratch / DATABASE)
        for folder in (*(path for path in scratch.rglob("*") if path.is_dir()), scratch):
            sync_folder(folder)
        home.create()
        scratch.rename(home.root / _CHECKED)
        sync_folder(home.root)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _manifest(zipped: zipfile.ZipFile) -> dict[str, str]:
    """The files and their checksums. Raises `ArchiveError` for names that would leave the home."""
    try:
        if zipped.getinfo(MANIFEST).file_size > _LONGEST_MANIFEST:
            raise ValueError
        manifest: Any = json.loads(zipped.read(MANIFEST))
        version, sums = int(manifest["format"]), {str(k): str(v) for k, v in manifest["sha256"].items()}
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ArchiveError(wording.backup_without_list(str(zipped.filename))) from None
    if version > FORMAT:
        raise ArchiveError(wording.backup_newer())
    for name in sums:
        if not _stays_inside(name):
            raise ArchiveError(wording.backup_reaches_out(repr(name)))
    return sums


def _stays_inside(name: str) -> bool:
    parts = name.split("/")
    plain = all(part and not part.startswith(".") and not set(part) & set("\\\0") for part in parts)
    return plain and (name in (DATABASE, FACTS) or (len(parts) > 1 and parts[0] in ROOMS))


def _extract(zipped: zipfile.ZipFile, name: str, digest: str, scratch: Path) -> None:
    path = scratch.joinpath(*PurePosixPath(name).parts)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = hashlib.sha256()
    try:
        source = zipped.open(name)
    except KeyError:
        raise ArchiveError(wording.backup_lacks(name)) from None
    with source, open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:  # noqa: PTH123
        while chunk := source.read(CHUNK):
            found.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    if found.hexdigest() != digest:
        raise ArchiveError(wording.backup_altered(name))


def _put_facts(saved: Path, home: Home, facts: Path) -> Path | None:
    if not saved.exists():
        return None
    content = saved.read_bytes()
    if facts.exists() and facts.read_bytes() == content:
        return facts
    place = home.root / FACTS if facts.exists() else facts
    if place.exists():
        place = home.root / "facts-from-backup.yaml"
    place.parent.mkdir(parents=True, exist_ok=True)
    write_whole(place, content)
    return place
