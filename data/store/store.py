"""The SQLite store: what was received, guessed, corrected and learned, and by whom."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiosqlite

from data import wording
from data.changes.grouping import GroupChanges
from data.changes.log import ChangeLog
from data.chats.albums import Albums
from data.chats.reactions import Reactions
from data.database.connection import Database, connected
from data.database.migrations import StoreError, migrate
from data.labels.pointed_faces import PointedFaces
from data.labels.written_names import WrittenNames
from data.people.admins import AddedAdmins
from data.people.groups import Groups
from data.people.invites import Invites
from data.people.languages import Languages
from data.people.people import People
from data.people.program_keys import ProgramKeys
from data.people.records import Records
from data.people.selves import Selves
from data.people.sign_ins import SignIns
from data.people.tries import InvitationTries
from data.photos.years import Years
from data.sorting.decisions import GroupDecisions
from data.sorting.sorted_faces import SortedFaces
from data.store.buttons import Buttons
from data.store.catalogue import Catalogue
from data.store.forgetting import Forgetting
from data.store.guesses import Guesses
from data.store.journal import Journal
from data.store.prompts import Prompts
from data.store.pruning import Pruning
from data.store.review_pages import ReviewPages
from data.store.runs import Runs
from data.store.statements import Statements
from data.store.statistics import Statistics
from data.store.told_facts import ToldFacts
from foundation.storage_errors import why
from foundation.whole_file import sync_folder
from foundation.wording import database_busy

__all__ = ["Store", "StoreError"]

PATIENCE = 10.0  # seconds to wait for another process that is writing


class Store:
    """One attribute for each family of tables. Open it with `Store.open`."""

    def __init__(self, database: Database) -> None:
        self.journal = Journal(database)
        self.people = People(database)
        self.admins = AddedAdmins(database)
        self.tries = InvitationTries(database)
        self.records = Records(database)
        self.languages = Languages(database)
        self.selves = Selves(database)
        self.invites = Invites(database)
        self.sign_ins = SignIns(database)
        self.program_keys = ProgramKeys(database)
        self.groups = Groups(database)
        self.albums = Albums(database)
        self.reactions = Reactions(database)
        self.guesses = Guesses(database)
        self.statements = Statements(database)
        self.catalogue = Catalogue(database)
        self.pointed_faces = PointedFaces(database)
        self.written_names = WrittenNames(database)
        self.years = Years(database)
        self.changes = ChangeLog(database)
        self.sorted_faces = SortedFaces(database)
        self.group_decisions = GroupDecisions(database)
        self.group_changes = GroupChanges(database)
        self.forgetting = Forgetting(database)
        self.buttons = Buttons(database)
        self.pruning = Pruning(database)
        self.prompts = Prompts(database)
        self.told = ToldFacts(database)
        self.runs = Runs(database)
        self.review_pages = ReviewPages(database)
        self.stats = Statistics(database)

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path, patience: float = PATIENCE) -> AsyncIterator["Store"]:
        """Open the database at `path`, making it (mode 600) or bringing it up to date.

        `patience` is for how many seconds another process may be writing before something fails.

        Raises:
            StoreError: it cannot be opened, is no database, or was made by a newer version.
        """
        try:
            # Made here and not by SQLite, which would take the process's umask; its -wal and -shm files follow.
            os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
        except OSError as error:
            raise StoreError(wording.database_unusable(path, why(error))) from error
        async with connected(path, patience) as connection:
            connection.row_factory = sqlite3.Row
            try:
                await _use_wal(connection, patience)
                await connection.execute("PRAGMA synchronous = FULL")
                await connection.execute("PRAGMA foreign_keys = ON")
                # Deleted means gone: /forgetme must not leave a name in the file's free pages.
                await connection.execute("PRAGMA secure_delete = ON")
                await migrate(connection)
            except (sqlite3.Error, TimeoutError) as error:
                what = database_busy() if isinstance(error, TimeoutError) else why(error)
                raise StoreError(wording.database_unusable(path, what)) from error
            sync_folder(path.parent)  # the log is made anew at each start
            # From here on `Database` waits for others: SQLite would, with all who want to read behind it.
            await connection.execute("PRAGMA busy_timeout = 0")
            yield cls(Database(connection, patience))


async def _use_wal(connection: aiosqlite.Connection, patience: float) -> None:
    """Switch to write-ahead logging. SQLite's own waiting for locks does not cover this one step."""
    async with asyncio.timeout(patience):
        while True:
            try:
                await connection.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    raise
                await asyncio.sleep(0.02)
