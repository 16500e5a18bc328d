"""A home as an earlier cousinbot left it, brought up to date: what the database's migrations can't reach, files."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from typing import Any, Final

from actions import wording
from data.database.migrations import MIGRATIONS, keys_as_folders
from data.files.face_cache import forget_faces
from data.files.home import Home, HomeError
from data.names import folded
from foundation.file_digest import sha256_of
from foundation.file_lock import locked
from foundation.storage_errors import why
from foundation.whole_file import write_whole
from models.card import LIBRARY

_FIRST_FORMAT: Final = re.compile(rb'\s*\{\s*"format":\s*1\b')
_BEGINNING: Final = 64  # bytes of a card in which its format stands


@dataclass(frozen=True, slots=True)
class _Corrected:
    """A photo that people sent and of which something was said: correction's number, who it is, and who said so."""

    number: int
    cousin: str | None
    said_by: int
    sha256: str


def bring_up_to_date(home: Home) -> None:
    """Let cousins be known by their folders' names, and the versions' cards know photos by the bytes they came as.

    Cards of format 1 know those that people sent by the file that is kept of them, and so does what was seen in them.
    Looks at the beginning of each card only where there is nothing to do. Whoever is interrupted begins once more: each
    card is the old one or the new one.

    Raises:
        HomeError: it can't be done.
    """
    try:
        if _keys_were_folded(home):
            with locked(home.models / ".lock"):
                _call_folders_by_keys(home)
                _make_room_for_newcomers(home)
        if not any(_cards(home)):
            return
        with locked(home.models / ".lock"):
            corrected = _corrected(home)
            came_as = dict(_came_as(home, {one.sha256 for one in corrected}))
            forget_faces(home.face_cache, list(came_as))
            said: dict[tuple[str, str | None, int | None], str] = {
                (f"correction:{one.number}", one.cousin, one.said_by): one.sha256 for one in corrected
            }
            for file in _cards(home):
                with suppress(ValueError, TypeError, KeyError):  # a damaged one is left, and named where it is needed
                    card = json.loads(file.read_bytes())
                    for face in (*card["samples"], *card.get("denials", ())):
                        face["sha256"] = came_as.get(face["sha256"]) or said.get(_said(face)) or face["sha256"]
                    write_whole(file, json.dumps(card | {"format": 2}, indent=2, ensure_ascii=False))
    except OSError as error:
        raise HomeError(wording.home_not_upgraded(home.root, error.strerror or str(error))) from error
    except sqlite3.Error as error:
        raise HomeError(wording.database_unreadable(home.database, why(error))) from error


def _keys_were_folded(home: Home) -> bool:
    """Whether an earlier cousinbot used this home, to which "Zoë O'Brien" and `zoe_obrien` were one cousin."""
    if not (home.database.exists() and home.models.is_dir() and home.photos.is_dir()):
        return False
    with closing(sqlite3.connect(home.database, timeout=10)) as db:
        (reached,) = db.execute("PRAGMA user_version").fetchone()
    return bool(0 < reached <= MIGRATIONS.index(keys_as_folders))


def _call_folders_by_keys(home: Home) -> None:
    """Give a folder the name by which the versions and statements know its cousin, where that is another.

    Whoever is interrupted begins once more.
    """
    known = {cousin for cousin in _known(home) if cousin == folded(cousin)}
    for folder in sorted(home.photos.iterdir()):
        key = folded(folder.name)
        if not folder.is_dir() or folder.name == key or key not in known or not folder.name[0].isalnum():
            continue
        target = home.photos / key
        if not target.exists() or (folder.samefile(target) and not folder.is_symlink()):  # a disk that knows no case
            folder.rename(target)
        elif not folder.is_symlink():  # both were this cousin's
            for file in sorted(folder.iterdir()):
                file.rename(_free(target / file.name))
            folder.rmdir()


def _make_room_for_newcomers(home: Home) -> None:
    """Give those a folder who are known by corrections alone: a cousin of whom people speak has one from now on.

    Whom a version learned from a folder that is not there any more gets none: it was renamed by hand.
    """
    learned = {one["cousin"] for card in _read(home) for one in card["samples"] if one["source"] == LIBRARY}
    for cousin in _named(home) - learned:
        (home.photos / cousin).mkdir(exist_ok=True)


def _named(home: Home) -> set[str]:
    """Whom an accepted correction names."""
    with closing(sqlite3.connect(home.database, timeout=10)) as db:
        for table, said in (("corrections", "verdict"), ("statements", "says")):
            if db.execute("SELECT 1 FROM sqlite_schema WHERE name = ?", (table,)).fetchone():
                found = db.execute(f"SELECT DISTINCT cousin FROM {table} WHERE status = 'accepted' AND {said} = 'is'")
                return {cousin for (cousin,) in found}
    return set()


def _read(home: Home) -> Iterator[dict[str, Any]]:
    for file in sorted(home.models.glob("v*/card.json")):
        with suppress(ValueError, TypeError, KeyError):  # a damaged one is left, and named where it is needed
            card = json.loads(file.read_bytes())
            yield {"cousins": list(card["cousins"]), "samples": list(card["samples"])}


def _known(home: Home) -> set[str]:
    known = {cousin for card in _read(home) for cousin in card["cousins"]}
    with closing(sqlite3.connect(home.database, timeout=10)) as db:
        for table in ("corrections", "statements", "library_files", "library_labels"):
            if db.execute("SELECT 1 FROM sqlite_schema WHERE name = ?", (table,)).fetchone():
                found = db.execute(f"SELECT DISTINCT cousin FROM {table} WHERE cousin IS NOT NULL")
                known.update(cousin for (cousin,) in found)
    return known


def _free(path: Path) -> Path:
    """The path, or one beside it where something is already."""
    names = chain([path], (path.with_name(f"{path.stem}_{n}{path.suffix}") for n in count(2)))
    return next(free for free in names if not free.exists())


def _cards(home: Home) -> Iterator[Path]:
    """Those of the first format."""
    for file in sorted(home.models.glob("v*/card.json")):
        with file.open("rb") as card:
            if _FIRST_FORMAT.match(card.read(_BEGINNING)):
                yield file


def _corrected(home: Home) -> list[_Corrected]:
    if not home.database.exists():
        return []
    with closing(sqlite3.connect(home.database, timeout=10)) as db:
        # The database may have been brought up to date before: by a process that was then interrupted.
        tables = db.execute("SELECT name FROM sqlite_schema WHERE name IN ('corrections', 'statements')").fetchall()
        return [
            _Corrected(*row)
            for (table,) in tables
            for row in db.execute(
                f"SELECT said.id, said.cousin, said_by, sha256 FROM {table} AS said"
                " JOIN guesses ON guesses.id = guess_id JOIN photos ON photos.id = photo_id"
            )
        ]


def _came_as(home: Home, photos: set[str]) -> Iterator[tuple[str, str]]:
    """The sha256 of the kept files' bytes, and of the bytes each came as."""
    for sha256 in photos:
        with suppress(FileNotFoundError):
            yield sha256_of(home.inbox / f"{sha256}.jpg"), sha256


def _said(face: dict[str, Any]) -> tuple[str, str | None, int | None]:
    """By which a face is found whose file is gone. A number alone may have been given to another correction since."""
    return face.get("source") or f"correction:{face['correction']}", face["cousin"], face.get("said_by")
