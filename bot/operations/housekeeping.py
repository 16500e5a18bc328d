"""What is done by itself: old things are deleted, versions are followed, the facts and the disk are watched."""

import asyncio
import logging
import shutil
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from actions.champion import note_champion
from actions.inbox import Inbox
from actions.teaching import Teaching
from bot.operations import wording
from bot.operations.alerts import AdminIds, Alerts
from data.facts.facts_file import FactsFile
from data.store.guesses import Guesses
from data.store.pruning import Pruning
from data.store.statements import Statements
from inference.service import RecognitionService
from models.registry import Registry

logger = logging.getLogger(__name__)

DAILY: Final = 86_400.0  # seconds
MODEL_CHECK: Final = 0.5  # seconds; with the loading, a new version answers within one
DISK_CHECK: Final = 60.0  # seconds
DISK_LOW: Final = 300_000_000  # bytes: a thousand photos, or three training runs


async def repeatedly(step: Callable[[], Awaitable[None]], every: float) -> None:
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
        now = datetime.now(UTC)
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
    """Loads the version that takes over, and teaches it the corrections."""

    def __init__(
        self, service: RecognitionService, teaching: Teaching, registry: Registry, statements: Statements
    ) -> None:
        self._service = service
        self._teaching = teaching
        self._registry = registry
        self._statements = statements
        self._champion: str | None = None

    async def look(self) -> None:
        await self._service.follow()
        await self._teaching.follow()
        if self._service.version != self._champion:
            await note_champion(self._registry, self._statements)
            self._champion = self._service.version
            logger.info("%s answers now.", self._champion)


class FactsWatch:
    """Tells the admins of each mistake in facts.yaml, once."""

    def __init__(self, facts: FactsFile, alerts: Alerts) -> None:
        self._facts = facts
        self._alerts = alerts
        self._told: str | None = None

    async def look(self) -> None:
        self._facts.book()
        error, told = self._facts.error, self._told
        self._told = error
        if error and error != told:
            logger.warning("%s", error)
            await self._alerts.tell(wording.facts_broken(error))


class DiskWatch:
    """Tells the admins once when the disk gets full: they can do something about it before photos have to wait."""

    def __init__(self, folder: Path, alerts: Alerts) -> None:
        self._folder = folder
        self._alerts = alerts
        self._told = False

    async def look(self) -> None:
        free = shutil.disk_usage(self._folder).free
        if free >= DISK_LOW:
            self._told = False
        elif not self._told:
            self._told = await self._alerts.tell(wording.disk_nearly_full(free))
