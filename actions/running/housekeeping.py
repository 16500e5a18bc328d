"""What is done by itself: old things are deleted, versions are followed, the facts and the disk are watched."""

import asyncio
import logging
import shutil
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from actions.champion import note_champion
from actions.changes.pending import finish_interrupted, is_interrupted
from actions.inbox import Inbox
from actions.running import wording
from actions.teaching import Teaching
from data.changes.log import ChangeLog
from data.facts.factbook import FactBook, Stray
from data.facts.facts_file import FactsFile
from data.files.home import Home
from data.files.library import PhotoLibrary
from data.store.guesses import Guesses
from data.store.pruning import Pruning
from data.store.statements import Statements
from data.wording import entry_of_nobody
from inference.service import RecognitionService
from models.registry import Registry

logger = logging.getLogger(__name__)

AdminIds = Callable[[], Awaitable[frozenset[int]]]
"""Tells who the admins are at this moment."""
TellAdmins = Callable[[Callable[[], str]], Awaitable[bool]]
"""Tells them something that nobody asked for, made for each in their language; False if it may work later."""

DAILY: Final = 86_400.0  # seconds
MODEL_CHECK: Final = 0.5  # seconds; with the loading, a new version answers within one
SETTLES: Final = timedelta(minutes=10)
"""For how long after a cousin was renamed an answer may still be under way that was begun before."""

DISK_CHECK: Final = 60.0  # seconds
DISK_LOW: Final = 300_000_000  # bytes: a thousand photos, or three training runs


async def repeatedly(step: Callable[[], Awaitable[object]], every: float) -> None:
    """Take a step every so many seconds, until cancelled. A failure is logged, once for as long as it goes on."""
    trouble = ""
    while True:
        try:
            await step()
            trouble = ""
        except Exception as error:
            if str(error) != trouble:
                logger.exception("%s failed; trying again.", step.__qualname__)
            trouble = str(error)
        await asyncio.sleep(every)


class Housekeeping:
    """Deletes what has been kept long enough: rows, guests' photos after `keep_days`, and stray files."""

    def __init__(
        self,
        pruning: Pruning,
        guesses: Guesses,
        inbox: Inbox,
        keep_days: int | None,
        admins: AdminIds,
    ) -> None:
        self._pruning = pruning
        self._guesses = guesses
        self._inbox = inbox
        self._keep_days = keep_days
        self._admins = admins

    async def clean_up(self) -> None:
        now = await self._pruning.believed(datetime.now(UTC))
        await self._pruning.prune(now)
        if self._keep_days is not None:
            limit = now - timedelta(days=self._keep_days)
            await self._inbox.delete(await self._guesses.forget_older(limit, await self._admins()))
        # A file without a row belongs to nobody: the process was stopped between deleting the one and the other. Files
        # are listed first: of a photo that comes meanwhile the row is there before the file.
        there = self._inbox.kept()
        kept = await self._guesses.kept()
        await self._inbox.delete(name for name in there if name not in kept)


class ChampionWatch:
    """Loads the version that takes over, and teaches it the corrections; tells the admins, once, if it can't."""

    def __init__(
        self,
        service: RecognitionService,
        teaching: Teaching,
        registry: Registry,
        statements: Statements,
        tell: TellAdmins,
    ) -> None:
        self._service = service
        self._teaching = teaching
        self._registry = registry
        self._statements = statements
        self._tell = tell
        self._champion: str | None = None
        self._told: str | None = None

    async def look(self) -> None:
        await self._service.follow()
        await self._teaching.follow()
        if self._service.version != self._champion:
            await note_champion(self._registry, self._statements)
            self._champion = self._service.version
            logger.info("%s answers now.", self._champion or "No version")
        trouble, told = self._service.trouble, self._told
        self._told = trouble
        if trouble and trouble != told:
            await self._tell(partial(str, trouble))


class ChangeWatch:
    """Finishes what a command that was killed has begun to change of who the cousins are, and lets what was said
    meanwhile of a cousin's former name be said of the one they have."""

    def __init__(self, home: Home, changes: ChangeLog, library: PhotoLibrary) -> None:
        self._home = home
        self._changes = changes
        self._library = library

    async def look(self) -> None:
        if is_interrupted(self._home):
            await asyncio.to_thread(finish_interrupted, self._home)
        elif former := await self._changes.former_keys(datetime.now(UTC) - SETTLES):
            folders = await asyncio.to_thread(self._library.cousins_there)
            await self._changes.settle(former - folders)


class FactsWatch:
    """Tells the admins of each mistake in facts.yaml, once; also of an entry that is nobody's and may be meant for
    somebody. One of nobody at all, as in the example that comes with the bot, stands in the log."""

    def __init__(self, facts: FactsFile, tell: TellAdmins) -> None:
        self._facts = facts
        self._tell = tell
        self._told: str | None = None
        self._looked_at: FactBook | None = None
        self._strays: list[Stray] = []

    async def look(self) -> None:
        book = self._facts.book()
        if book is not self._looked_at:
            self._looked_at = book
            await self._tell_of_strays(self._facts.strays())
        # Whoever was answered when the mistake was found: two are told apart in one language.
        error, told = self._facts.error and str(self._facts.error), self._told
        self._told = error
        if error and error != told:
            logger.warning("%s", error)
            await self._tell(partial(wording.facts_broken if book.cousins else str, error))

    async def _tell_of_strays(self, strays: list[Stray]) -> None:
        new, self._strays = [stray for stray in strays if stray not in self._strays], strays
        for stray in new:
            sentence = partial(entry_of_nobody, self._facts.path, stray.name, stray.near, stray.same)
            logger.warning("%s", sentence())
            if stray.near:
                await self._tell(sentence)


class DiskWatch:
    """Tells the admins once when the disk gets full: they can do something about it before photos have to wait."""

    def __init__(self, folder: Path, tell: TellAdmins) -> None:
        self._folder = folder
        self._tell = tell
        self._told = False

    async def look(self) -> None:
        free = shutil.disk_usage(self._folder).free
        if free >= DISK_LOW:
            self._told = False
        elif not self._told:
            self._told = await self._tell(partial(wording.disk_nearly_full, free))
