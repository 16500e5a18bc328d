"""A backup into an empty home."""

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
)
from data.files.home import Home
from foundation.storage_errors import why
from foundation.whole_file import write_whole

_SCRATCH: Final = ".restore-"
_LONGEST_MANIFEST: Final = 2**26  # bytes: 100 of them a file make more than half a million files


def restore(archive: Path, home: Home, facts: Path, progress: Progress) -> Contents:
    """Unpack a backup into a home that holds nothing yet: checked to the last byte before anything takes its place.

    facts.yaml goes to `facts`, or into the home where there is another one already.

    Raises:
        ArchiveError: the file is no backup, damaged or of a newer version, the home is not empty, or there is no room.
    """
    for leftover in home.root.glob(f"{_SCRATCH}*"):  # of a restore that was killed
        shutil.rmtree(leftover, ignore_errors=True)
    taken = next(_in_the_way(home.root), None)
    if taken is not None:
        raise ArchiveError(wording.home_not_empty(home.root, taken.name))
    try:
        home.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home.root, prefix=_SCRATCH) as scratch:
            sums = _unpack(archive, Path(scratch), progress)
            home.create()
            place = _put(Path(scratch), home, facts)
    except (OSError, sqlite3.Error) as error:
        raise ArchiveError(wording.backup_not_restored(archive, why(error))) from error
    return contents_of(sums, place)


def _in_the_way(root: Path) -> Iterator[Path]:
    """What a restored home would be mixed up with; weights, a lock and empty folders are in nobody's way."""
    if root.exists() and not root.is_dir():
        yield root
    for path in sorted(root.rglob("*")) if root.is_dir() else ():
        if path.is_file() and path.relative_to(root).parts[0] not in ("weights", "bot.lock", FACTS):
            yield path


def _unpack(archive: Path, scratch: Path, progress: Progress) -> dict[str, str]:
    try:
        with zipfile.ZipFile(archive) as zipped:
            sums = _manifest(zipped)
            sizes = {entry.filename: entry.file_size for entry in zipped.infolist()}
            needed, free = sum(sizes.values()), shutil.disk_usage(scratch).free
            if needed > free:
                raise ArchiveError(wording.no_room(needed, free))
            for number, (name, digest) in enumerate(sums.items()):
                progress(wording.restoring(), number, len(sums))
                _extract(zipped, name, digest, scratch)
            progress(wording.restoring(), len(sums), len(sums))
    except FileNotFoundError:
        raise ArchiveError(wording.no_such_file(archive)) from None
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, UnicodeDecodeError) as error:
        raise ArchiveError(wording.no_backup(archive, str(error))) from error
    if DATABASE in sums:
        check_database(scratch / DATABASE)
    return sums


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


def _put(scratch: Path, home: Home, facts: Path) -> Path | None:
    """Move everything to its place, the database last: without it the home still counts as unfinished."""
    for room in ROOMS:
        for path in sorted((scratch / room).iterdir()) if (scratch / room).is_dir() else ():
            place = home.root / room / path.name
            if room == "weights" and place.exists():
                continue
            path.rename(place)
    facts_place = _put_facts(scratch / FACTS, home, facts)
    if (scratch / DATABASE).exists():
        (scratch / DATABASE).rename(home.database)
    return facts_place


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
