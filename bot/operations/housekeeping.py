"""What is done by itself: old photos and old journal entries go, a new version is followed, the disk is watched."""

import asyncio
import logging
import shutil
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.house import House

logger = logging.getLogger(__name__)

DAY: Final = timedelta(days=1)
JOURNAL: Final = timedelta(days=2)  # Telegram repeats an update for one day at most
INVITES: Final = timedelta(days=90)  # for so long who opens an old one is told that it has run out
MODEL_CHECK: Final = 0.5  # seconds; with the loading, a new version answers within one
DISK_CHECK: Final = 60.0  # seconds
DISK_LOW: Final = 300_000_000  # bytes: a thousand photos, or three training runs


async def keep_house(house: House) -> None:
    """Clean up daily until cancelled."""
    while True:
        try:
            await clean_up(house, datetime.now(UTC))
        except Exception:
            logger.exception("Cleaning up failed; trying again tomorrow.")
        await asyncio.sleep(DAY.total_seconds())


async def clean_up(house: House, now: datetime) -> None:
    """Delete what has been kept long enough: guests' photos after KEEP_DAYS, journal entries, and stray files."""
    await house.store.journal.prune(now - JOURNAL)
    await house.store.invites.prune(now - INVITES)
    if house.settings.keep_days is not None:
        limit = now - timedelta(days=house.settings.keep_days)
        await house.inbox.delete(await house.store.guesses.forget_older(limit, house.settings.admins))
    # A file without a row belongs to nobody: the process was stopped between deleting the one and the other. Files are
    # listed first: of a photo that comes meanwhile the row is there before the file.
    there = house.inbox.kept()
    kept = await house.store.guesses.kept()
    await house.inbox.delete(name for name in there if name not in kept)


async def follow_models(house: House) -> None:
    """Load the version that takes over, teach it what people said, and watch facts.yaml, until cancelled."""
    champion: str | None = None
    trouble = ""
    while True:
        try:
            await house.facts.book()
            await house.service.follow()
            await house.teaching.follow()
            if house.service.version != champion:
                await house.note_champion()
                champion = house.service.version
                logger.info("%s answers now.", champion)
            trouble = ""
        except Exception as error:
            if str(error) != trouble:  # once is enough for what goes on
                logger.exception("Looking for a new model or new facts failed; trying again.")
            trouble = str(error)
        await asyncio.sleep(MODEL_CHECK)


async def watch_disk(house: House) -> None:
    """Tell the admins once when the disk gets full: they can do something about it before photos have to wait."""
    told = False
    while True:
        free = shutil.disk_usage(house.settings.home).free
        if free >= DISK_LOW:
            told = False
        elif not told:
            told = await house.alerts.tell(
                f"My disk is nearly full ({free / 1e6:,.0f} MB are free): make room, or photos will have to wait."
            )
        await asyncio.sleep(DISK_CHECK)
