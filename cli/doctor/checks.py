"""What `doctor` looks at in the house: who may ask, the folder, the disk, the database, the family's files."""

import contextlib
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Collection, Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final

from actions.changes.left_behind import left_behind
from actions.changes.pending import is_interrupted
from cli import wording
from cli.doctor.findings import Finding, note, well, wrong
from data.database.migrations import MIGRATIONS
from data.facts.facts_file import FactsFile
from data.files.home import Home
from data.files.library import LibraryError, PhotoLibrary
from data.look_alikes import clashes
from data.people.identities import OF_PAGES
from data.people.invites import UNGUESSABLE
from data.settings import Settings
from data.wording import entry_of_nobody, name_of_two, names_alike
from foundation.file_lock import lock
from foundation.languages import name_of
from foundation.reader import spoken
from foundation.storage_errors import explain_storage_error
from models.registry import Registry
from web.access.address import address_of

_TIGHT, _FULL = 2_000_000_000, 300_000_000  # bytes; a training run writes some 100 MB, a photo .3 MB
FEWEST: Final = 3  # photos a cousin that training needs


def access(settings: Settings, home: Home) -> Iterator[Finding]:
    """Who may ask and correct, and whether a stranger may guess the way in."""
    admins = settings.admins | {user for (user,) in _rows(home, "SELECT user_id FROM admins")}
    if not admins:
        yield note("settings", wording.nobody_corrects())
    else:
        yield well("settings", wording.admins_and_groups(len(admins), len(settings.chats)))
    if settings.invite and len(settings.invite.get_secret_value()) < UNGUESSABLE:
        yield note("invite", wording.invitation_guessable(UNGUESSABLE))


def pages(settings: Settings, home: Home) -> Iterator[Finding]:
    """Under which address the pages are reached, and what others would see of them there."""
    if settings.web_port is None and settings.web_url is None:
        return
    if settings.web_url is None and not ip_address(settings.web_host).is_loopback:
        yield note("pages", wording.links_lead_here())
    elif settings.web_url and settings.web_url.startswith("https://") and not settings.web_proxies:
        yield note("pages", wording.proxies_missing())
    else:
        signed_in = _rows(home, "SELECT count(DISTINCT person) FROM web_sessions")
        yield well("pages", wording.pages_at(address_of(settings).url, signed_in[0][0] if signed_in else 0))
    if settings.web_open:
        yield note("pages", wording.pages_open())


def came_by_pages(home: Home) -> bool:
    """Whether somebody is there who came without Telegram."""
    return bool(_rows(home, f"SELECT 1 FROM people WHERE user_id < {OF_PAGES} LIMIT 1"))


def _rows(home: Home, sql: str) -> list[Any]:
    """None where there is no such table, as in an earlier version: what else may be wrong `home` and `database` say."""
    with contextlib.suppress(sqlite3.Error, OSError):
        if home.database.exists():
            with contextlib.closing(sqlite3.connect(home.database, timeout=5)) as db:
                return db.execute(sql).fetchall()
    return []


def folder(home: Home) -> Finding:
    """Whether the home can be written."""
    try:
        for place in (home.root, home.photos, home.inbox, home.models, home.weights):
            if place.is_dir():
                with tempfile.TemporaryFile(dir=place) as file:
                    file.write(b"x")
    except OSError as error:
        why = explain_storage_error(error) or wording.let_this_user_write(error.strerror or str(error))
        return wrong("home", wording.folder_not_writable(place, why))
    return well("home", wording.folder_writable(home.root.resolve()))


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
        return wrong("privacy", wording.others_can_read(names))
    return well("privacy", wording.private())


def disk(home: Home) -> Finding:
    free = shutil.disk_usage(home.root).free
    gigabytes = free / 1e9
    if free < _FULL:
        return wrong("disk", wording.disk_almost_full(gigabytes))
    return note("disk", wording.disk_tight(gigabytes)) if free < _TIGHT else well("disk", wording.disk_free(gigabytes))


def running(home: Home) -> Finding:
    """Whether a bot holds the home at this moment."""
    with contextlib.suppress(OSError), (home.root / "bot.lock").open() as file:
        try:
            lock(file.fileno(), shared=True)
        except BlockingIOError:
            process = file.read(20).strip()
            return well("bot", wording.bot_running(process) if process else wording.bot_running_somewhere())
    return note("bot", wording.bot_not_running())


def database(home: Home) -> Iterator[Finding]:
    """Whether it is whole and of a version we know, and what waits in the journal."""
    if not home.database.exists():
        yield note("database", wording.no_database())
        return
    try:
        with contextlib.closing(sqlite3.connect(home.database, timeout=5)) as db:
            (schema,) = db.execute("PRAGMA user_version").fetchone()
            (verdict,) = db.execute("PRAGMA integrity_check").fetchone()
            lost = db.execute("PRAGMA foreign_key_check").fetchall()
            waiting, set_aside = (0, 0) if schema == 0 else _journal(db)
    except sqlite3.Error as error:
        why = explain_storage_error(error) or wording.restore_a_backup(str(error))
        yield wrong("database", wording.database_unreadable(why))
        return
    if schema > len(MIGRATIONS):
        yield wrong("database", wording.database_newer())
    elif verdict != "ok" or lost:
        yield wrong(
            "database", wording.database_damaged(verdict) if verdict != "ok" else wording.database_rows_missing()
        )
    elif schema < len(MIGRATIONS):
        yield well("database", wording.database_older(schema))
    else:
        yield well("database", wording.database_whole(schema))
    if set_aside:
        yield note("journal", wording.messages_set_aside(set_aside))
    else:
        yield well("journal", wording.messages_waiting(waiting))


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
    few = [cousin for cousin, count in counts.items() if count + also_on.get(cousin, 0) < FEWEST]
    says = wording.photos_and_cousins(sum(counts.values()), len(counts), whole=_goes_by_pictures(home))
    if few:
        return note("photos", f"{says} {wording.photos_too_few(FEWEST, few)}")
    return well("photos", says)


def _goes_by_pictures(home: Home) -> bool:
    """Whether the version that answers sees whole pictures, which may show things."""
    registry = Registry(home.models)
    card = registry.find(registry.current() or "")
    return card is not None and card.crop == "whole"


def corrections(home: Home) -> Finding:
    """Whether everybody whom corrections name is somebody with a folder, and none is on the way to another."""
    if is_interrupted(home):
        return wrong("names", wording.change_interrupted())
    try:
        left = left_behind(home)
    except sqlite3.Error:  # of an earlier version, or damaged: `database` has said so
        left = []
    return wrong("names", wording.left_behind(left)) if left else well("names", wording.nobody_left_behind())


def _also_on(home: Home) -> dict[str, int]:
    """On how many photos in the folders of others each cousin is."""
    rows = _rows(
        home,
        "SELECT cousin, count(DISTINCT sha256) FROM library_labels AS label WHERE source != 'left' AND NOT EXISTS"
        " (SELECT 1 FROM library_files AS file WHERE (file.sha256, file.cousin) = (label.sha256, label.cousin))"
        " GROUP BY cousin",
    )
    return dict(rows)


def facts(settings: Settings, family: Collection[str]) -> Iterator[Finding]:
    """Whether it can be read, and is of this family."""
    file = FactsFile(settings.facts, lambda: family)
    book = file.book()
    if file.error:
        yield wrong("facts", file.error) if settings.facts.exists() else note("facts", file.error)
        return
    yield well("facts", wording.facts_of(settings.facts, len(book.cousins)))
    for language, cousins in book.missing_in().items():
        names = [book.display_name(cousin) for cousin in cousins]
        yield note("facts", wording.facts_missing_in(name_of(language, spoken().code), names))
    for stray in file.strays():
        yield note("facts", entry_of_nobody(settings.facts, stray.name, stray.near, stray.same))


def names(settings: Settings, home: Home, family: Collection[str]) -> Iterator[Finding]:
    """Cousins of whom one may be taken for another, and folders that nobody takes for a cousin's."""
    book = FactsFile(settings.facts, lambda: family).book()
    for clash in clashes(book.called(cousin) for cousin in sorted(family)):
        if clash.keys:
            yield note("names", names_alike(clash.one, clash.other))
        else:
            yield note("names", name_of_two(clash.name, clash.one, clash.other))
    library = PhotoLibrary(home.photos)
    with contextlib.suppress(LibraryError):
        for cousin in library.cousins():
            if len(folders := library.folders_of(cousin)) > 1:
                yield note("names", wording.folders_of_one(cousin, len(folders)))
        for folder in library.passed_over():
            yield note("names", wording.folder_passed_over(folder))


def family(home: Home) -> frozenset[str]:
    """The keys of all who have a folder, are in a version, or were named by a person."""
    keys = set(PhotoLibrary(home.photos).cousins_there())
    keys.update(*(card.cousins for card in Registry(home.models).cards().values()))
    said = "SELECT DISTINCT cousin FROM statements WHERE says = 'is' AND status != 'rejected'"
    return frozenset(keys | {cousin for (cousin,) in _rows(home, said)})
