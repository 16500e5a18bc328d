"""The home into one file, also while the bot runs."""

import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final
from urllib.parse import quote

from data import wording
from data.backup.archive import (
    CHUNK,
    DATABASE,
    FACTS,
    FORMAT,
    MANIFEST,
    ArchiveError,
    Contents,
    Progress,
    check_database,
    contents_of,
)
from data.database.migrations import MIGRATIONS
from data.files.home import Home
from data.files.home_lock import using
from data.files.library import leads_nowhere
from foundation.storage_errors import why
from foundation.whole_file import whole_file

_NETWORKS: Final = {".onnx", ".bin", ".json"}
"""What is a face finder's or a face network's in `weights/`; torch keeps in folders there what it fetches again."""
_PACKED: Final = {".db", ".json", ".html", ".yaml", ".jsonl"}  # the rest does not get smaller


def back_up(home: Home, facts: Path, target: Path, progress: Progress) -> Contents:
    """Write the home into `target`, readable by its owner only: whole or not at all, also while the bot runs.

    The database's copy is taken first, of one moment (SQLite's backup API). Photos that are deleted after that are
    not in the file, and rows without a photo do no harm. A rename moves photos, so that they would be missed where they
    were: there is no backup then.

    Raises:
        ArchiveError: there is such a file already, nothing to save, no room, or the place is no good; or a change of
            who the cousins are is half done, or was made meanwhile.
    """
    try:
        _require_free_place(target, home)
        _require_same_cousins(home)
        with using(home), tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as scratch:
            sources: dict[str, Path] = {}
            if home.database.exists():
                sources[DATABASE] = _snapshot(home.database, Path(scratch) / DATABASE)
            sources |= dict(_family_files(home, Path(scratch)))
            if facts.is_file():
                sources[FACTS] = facts
            with whole_file(target) as file:
                sums = _write(file, sources, progress)
                _require_same_cousins(home, sources.get(DATABASE))
    except (OSError, sqlite3.Error) as error:
        raise ArchiveError(wording.backup_not_made(target, why(error))) from error
    return contents_of(sums)


def _require_free_place(target: Path, home: Home) -> None:
    if target.is_dir():
        raise ArchiveError(wording.backup_is_folder(target, target / "cousinbot.zip"))
    if target.exists():
        raise ArchiveError(wording.backup_exists(target))
    if not home.root.is_dir():
        raise ArchiveError(wording.nothing_to_save(home.root))
    if not target.parent.is_dir():
        raise ArchiveError(wording.no_folder_for_backup(target.parent))
    if target.resolve().is_relative_to(home.root.resolve()):
        raise ArchiveError(wording.backup_inside_home(home.root))


def _require_same_cousins(home: Home, before: Path | None = None) -> None:
    """Raise `ArchiveError` while they change, or where they did since the database was as in the copy `before`."""
    if home.pending_change.exists() or (before is not None and _changes(home.database) != _changes(before)):
        raise ArchiveError(wording.changing_meanwhile())


def _changes(database: Path) -> list[tuple[int, bool]]:
    """Every rename and merge that is remembered, and whether it was taken back."""
    with contextlib.closing(sqlite3.connect(database, timeout=10)) as db:
        if not db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'changes'").fetchone():
            return []  # of an earlier cousinbot
        return db.execute("SELECT id, undo IS NULL FROM changes WHERE kind != 'import' ORDER BY id").fetchall()


def _snapshot(database: Path, copy: Path) -> Path:
    with (
        contextlib.closing(sqlite3.connect(database, timeout=10)) as source,
        contextlib.closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")  # one file, no -wal beside it
        _sign_out(target)
    check_database(copy)
    return copy


def _sign_out(copy: sqlite3.Connection) -> None:
    """Who was signed in when the backup was made, and may have been blocked since, is not when it is restored."""
    copy.execute("PRAGMA secure_delete = ON")
    tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for table in sorted(tables & {"web_sessions", "sign_in_links"}):  # there are none before the first start with pages
        copy.execute(f"DELETE FROM {table}")
    copy.commit()


def _family_files(home: Home, scratch: Path) -> Iterator[tuple[str, Path]]:
    # `current` is copied before the versions are listed: what it names is then among them.
    for single in (home.models / "current", home.models / "promotions.jsonl"):
        if single.is_file():
            yield f"models/{single.name}", Path(shutil.copy(single, scratch))
    rooms = {"photos": home.photos, "inbox": home.inbox, "models": home.models, "weights": home.weights}
    for room, folder in rooms.items():
        for path in _walk(folder):
            inside = path.relative_to(folder)
            if room == "weights" and (path.suffix not in _NETWORKS or len(inside.parts) > 1):
                continue
            if room == "models" and len(inside.parts) == 1:
                continue  # those two above, and what is in the making
            yield "/".join((room, *map(_portable, inside.parts))), path


def _walk(folder: Path) -> Iterator[Path]:
    """Every file below, also behind links to folders elsewhere; nothing hidden or half written.

    Raises `OSError` for a folder that can't be opened, and `ArchiveError` for a link to what is not there: a backup
    that lacks somebody's photos must not look like one that has them.
    """
    seen: set[tuple[int, int]] = set()
    for here, folders, files in os.walk(folder, onerror=_unless_gone, followlinks=True):
        status = os.stat(here)  # noqa: PTH116
        if (status.st_dev, status.st_ino) in seen:  # a link that leads back up
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(here) / name
            if name.startswith("."):
                continue
            if leads_nowhere(path):
                raise ArchiveError(wording.link_leads_nowhere(path, path.readlink()))
            if path.is_file():
                yield path


def _unless_gone(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):  # as before there were any, or deleted meanwhile
        raise error


def _portable(name: str) -> str:
    """A file's name as UTF-8; old disks hold names that are in no encoding we know."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return quote(os.fsencode(name))
    return name.replace("\\", "%5C")


def _write(file: IO[bytes], sources: dict[str, Path], progress: Progress) -> dict[str, str]:
    sums: dict[str, str] = {}
    with zipfile.ZipFile(file, "w") as archive:
        for number, (name, path) in enumerate(sources.items()):
            progress(wording.saving(), number, len(sources))
            with contextlib.suppress(FileNotFoundError):  # deleted meanwhile, by /forgetme or a person
                sums[name] = _add(archive, name, path)
        progress(wording.saving(), len(sources), len(sources))
        made = datetime.now(UTC).isoformat(timespec="seconds")
        manifest = {"format": FORMAT, "made_at": made, "schema": len(MIGRATIONS), "sha256": sums}
        archive.writestr(MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False))
    return sums


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> str:
    digest = hashlib.sha256()
    entry = zipfile.ZipInfo(name)
    entry.external_attr = 0o600 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED if path.suffix in _PACKED else zipfile.ZIP_STORED
    with path.open("rb") as source, archive.open(entry, "w", force_zip64=True) as out:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            out.write(chunk)
    return digest.hexdigest()
