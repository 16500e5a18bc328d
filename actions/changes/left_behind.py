"""Cousins of whom people have spoken, and who have no folder: most often it was renamed by hand."""

import sqlite3
from collections import Counter
from collections.abc import Collection
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from data.files.home import Home
from data.files.library import PhotoLibrary
from foundation.box import Box
from foundation.statement import Statement, standing
from models.registry import Registry

_STATEMENTS = (
    "SELECT says, statements.cousin, sha256, box_left, box_top, box_right, box_bottom, said_by, decided_by,"
    " statements.id FROM statements JOIN guesses ON guesses.id = guess_id JOIN photos ON photos.id = photo_id"
    " WHERE status = 'accepted' ORDER BY decision, statements.id"
)


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """Somebody without a folder.

    Attributes:
        statements: that stand and say that a face is theirs.
        folder: the key of whom their photos belong to now; None: nobody's are known to have been theirs.
    """

    cousin: str
    statements: int
    folder: str | None


@dataclass(frozen=True, slots=True)
class _Said:
    statement: Statement


def left_behind(home: Home, *others: Path) -> list[LeftBehind]:
    """Whom statements name that stand, and who has a folder neither in the home nor in the `others`; changes nothing.

    Raises `sqlite3.Error` where the database can't be read.
    """
    if not home.database.exists():
        return []
    folders = {cousin for folder in (home.photos, *others) for cousin in PhotoLibrary(folder).cousins_there()}
    with closing(sqlite3.connect(home.database, timeout=10)) as db:
        said = [
            _Said(Statement(says, cousin, photo, Box(*box), by, accepted_by, number))
            for says, cousin, photo, *box, by, accepted_by, number in db.execute(_STATEMENTS)
        ]
        files = db.execute("SELECT file, cousin, sha256 FROM library_files").fetchall()
    named = Counter(one.statement.cousin for one in standing(said) if one.statement.says == "is")
    return [
        LeftBehind(cousin, count, _moved_to(home, cousin, folders, files))
        for cousin, count in sorted(named.items(), key=lambda one: str(one[0]))
        if cousin and cousin not in folders
    ]


def _moved_to(
    home: Home, cousin: str, folders: Collection[str], files: Collection[tuple[bytes, str, str]]
) -> str | None:
    """In whose folder the most of a cousin's photos lie: by their names as they were noted last, or, where the folder
    was looked at since, by what the versions know of them."""
    cards = Registry(home.models).cards().values()
    theirs = {sha256 for card in cards for sha256, whose in card.library_photos if whose == cousin}
    names = {Path(str(file, "utf-8", "surrogateescape")).name for file, whose, _ in files if whose == cousin}
    library = PhotoLibrary(home.photos)
    found: Counter[str] = Counter()
    for other in folders:
        found[other] += len({sha256 for _, whose, sha256 in files if whose == other} & theirs)
        with suppress(OSError):
            found[other] += sum(path.name in names for folder in library.folders_of(other) for path in folder.iterdir())
    best = found.most_common(1)
    return best[0][0] if best and best[0][1] else None
