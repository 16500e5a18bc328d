"""What `doctor` looks at in the house: who may ask, the folder, the disk, the database, the family's files."""

import contextlib
import fcntl
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cli.doctor.findings import Finding, note, well, wrong
from cli.printing import counted
from data.database.migrations import MIGRATIONS
from data.facts.facts_file import FactsFile
from data.files.home import Home
from data.files.library import LibraryError, PhotoLibrary
from data.settings import Settings
from foundation.storage_errors import trouble

_TIGHT, _FULL = 2_000_000_000, 300_000_000  # bytes; a training run writes some 100 MB, a photo .3 MB
_FEWEST: Final = 3  # photos a cousin that training needs


def access(settings: Settings) -> Finding:
    """Who may ask and correct."""
    if not settings.admins:
        return note("settings", "Nobody can correct the bot yet: send it a message, it says what to write.")
    return well("settings", f"{counted(len(settings.admins), 'admin')}, {counted(len(settings.chats), 'group')}.")


def folder(home: Home) -> Finding:
    """Whether the home can be written."""
    try:
        for place in (home.root, home.photos, home.inbox, home.models, home.weights):
            if place.is_dir():
                with tempfile.TemporaryFile(dir=place) as file:
                    file.write(b"x")
    except OSError as error:
        return wrong(
            "home", f"{place} can't be written to: {trouble(error) or f'{error.strerror}; let this user write there'}."
        )
    return well("home", f"{home.root.resolve()} can be written to.")


def privacy(home: Home) -> Finding:
    """Whether others on this computer can look in."""
    folders = (home.photos, home.inbox, home.models)
    files = (*home.root.glob("cousinbot.db*"), home.root / "check.html", Path(".env"))
    # What lies in a closed folder is closed, whatever its own mode: families copy files in as they are.
    if stat.S_IMODE(home.root.stat().st_mode) & 0o077:
        open_ = [path for path in (*folders, *files) if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077]
    else:
        open_ = [path for path in (Path(".env"),) if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077]
    if open_:
        names = " ".join(str(path) for path in open_)
        return wrong("privacy", f"Others on this computer can read the family's files; close them: chmod go= {names}")
    return well("privacy", "Only this user can read the family's files.")


def disk(home: Home) -> Finding:
    free = shutil.disk_usage(home.root).free
    says = f"{free / 1e9:,.1f} GB are free"
    if free < _FULL:
        return wrong("disk", f"{says}: make room, or no photo can be answered soon.")
    return note("disk", f"{says}: room for photos, hardly for training.") if free < _TIGHT else well("disk", f"{says}.")


def running(home: Home) -> Finding:
    """Whether a bot holds the home at this moment."""
    with contextlib.suppress(OSError), (home.root / "bot.lock").open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return well("bot", f"It is running (process {lock.read(20).strip() or 'unknown'}).")
    return note("bot", "It is not running on this computer: cousinbot run")


def database(home: Home) -> Iterator[Finding]:
    """Whether it is whole and of a version we know, and what waits in the journal."""
    if not home.database.exists():
        yield note("database", "There is none yet; the bot makes it at its first start.")
        return
    try:
        with contextlib.closing(sqlite3.connect(home.database, timeout=5)) as db:
            (schema,) = db.execute("PRAGMA user_version").fetchone()
            (verdict,) = db.execute("PRAGMA integrity_check").fetchone()
            lost = db.execute("PRAGMA foreign_key_check").fetchall()
            waiting, set_aside = (0, 0) if schema == 0 else _journal(db)
    except sqlite3.Error as error:
        yield wrong("database", f"It can't be read: {trouble(error) or f'{error}; restore a backup'}.")
        return
    if schema > len(MIGRATIONS):
        yield wrong("database", "It was made by a newer cousinbot: update cousinbot, or restore an older backup.")
    elif verdict != "ok" or lost:
        yield wrong(
            "database", f"It is damaged ({verdict if verdict != 'ok' else 'rows are missing'}): restore a backup."
        )
    else:
        older = "" if schema == len(MIGRATIONS) else ", brought up to date at the bot's next start"
        yield well("database", f"It is whole; schema {schema}{older}.")
    if set_aside:
        yield note(
            "journal", f"{counted(set_aside, 'message')} could not be handled and lie there for two days: see the log."
        )
    else:
        yield well("journal", f"Nothing was set aside; {counted(waiting, 'message')} waiting.")


def _journal(db: sqlite3.Connection) -> tuple[int, int]:
    row = db.execute(
        "SELECT coalesce(sum(finished_at IS NULL AND set_aside = 0), 0), coalesce(sum(set_aside), 0) FROM updates"
    ).fetchone()
    return row[0], row[1]


def photos(home: Home) -> Finding:
    library = PhotoLibrary(home.photos)
    try:
        counts = dict.fromkeys(library.cousins(), 0)
        for photo in library.photos():
            counts[photo.cousin] += 1
    except LibraryError as error:
        return note("photos", str(error))
    also_on = _also_on(home)
    few = [cousin for cousin, count in counts.items() if count + also_on.get(cousin, 0) < _FEWEST]
    says = f"{counted(sum(counts.values()), 'photo')} of {counted(len(counts), 'cousin')}"
    if few:
        return note("photos", f"{says}; fewer than {_FEWEST} of {', '.join(few)}: training leaves those out, add more.")
    return well("photos", f"{says}.")


def _also_on(home: Home) -> dict[str, int]:
    """On how many photos in the folders of others each cousin is."""
    if not home.database.exists():
        return {}
    # Without the table it is an earlier version's, with another fault `database` has said so.
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(home.database, timeout=5)) as db:
        return dict(
            db.execute(
                "SELECT cousin, count(DISTINCT sha256) FROM library_labels AS label WHERE NOT EXISTS"
                " (SELECT 1 FROM library_files AS file WHERE (file.sha256, file.cousin) = (label.sha256, label.cousin))"
                " GROUP BY cousin"
            ).fetchall()
        )
    return {}


def facts(settings: Settings) -> Finding:
    file = FactsFile(settings.facts)
    book = file.book()
    if file.error:
        return wrong("facts", file.error) if settings.facts.exists() else note("facts", file.error)
    return well("facts", f"{settings.facts} speaks of {counted(len(book.cousins), 'cousin')}.")
