"""A home as one file, and back: `cousinbot backup` and `cousinbot restore`.

The file is a zip that any computer opens. It holds the labelled photos, the guests' photos, the trained versions, a
copy of the database and facts.yaml, and `manifest.json` with the sha256 of each. It never holds the settings: the
token stays where it is. Of `weights/` it holds the face finder and the face networks, without which recognition is
another one: YuNet, MobileFaceNet and networks of one's own; ImageNet's weights can be fetched again.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from data import wording
from data.database.migrations import MIGRATIONS

Progress = Callable[[str, int, int], None]

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
DATABASE: Final = "cousinbot.db"
FACTS: Final = "facts.yaml"
_TABLES: Final = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
_THERE_FROM_THE_START: Final = {"clock", "decisions"}
"""Tables that have a row in a new database too."""
ROOMS: Final = ("photos", "inbox", "models", "weights")
CHUNK: Final = 2**20


class ArchiveError(Exception):
    """A backup cannot be made or restored; the message is one sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds. `facts` is where its facts.yaml was put, None where it has none."""

    files: int
    photos: int
    versions: int
    facts: Path | None = None


def contents_of(sums: Mapping[str, str], facts: Path | None = None) -> Contents:
    rooms = [name.split("/") for name in sums]
    return Contents(
        files=len(sums),
        photos=sum(parts[0] in ("photos", "inbox") for parts in rooms),
        versions=len({parts[1] for parts in rooms if parts[0] == "models" and len(parts) > 2}),
        facts=facts,
    )


def check_database(path: Path) -> None:
    """Raises `ArchiveError` where it is damaged or of a newer version."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        try:
            (verdict,) = database.execute("PRAGMA integrity_check").fetchone()
            (schema,) = database.execute("PRAGMA user_version").fetchone()
        except sqlite3.DatabaseError as error:
            verdict, schema = str(error), 0
    if verdict != "ok":
        raise ArchiveError(wording.database_damaged(verdict))
    if schema > len(MIGRATIONS):
        raise ArchiveError(wording.database_newer())


def holds_nothing(database: Path) -> bool:
    """Whether it is missing, or nothing was ever noted in it; False where that can't be told."""
    try:
        with contextlib.closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=rw", uri=True)) as db:
            tables = {name for (name,) in db.execute(_TABLES)}
            return not any(
                db.execute(f'SELECT 1 FROM "{table}" LIMIT 1').fetchone() for table in tables - _THERE_FROM_THE_START
            )
    except sqlite3.Error:
        return not database.exists()
