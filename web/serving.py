"""`cousinbot web`: the pages alone, for a family without Telegram."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from actions.answers.corrections import Corrections
from actions.answers.recent import RecentAnswers
from actions.decisions import Decisions
from actions.people.admins import Admins
from actions.people.languages import ReadersLanguage
from actions.running.housekeeping import (
    DAILY,
    DISK_CHECK,
    MODEL_CHECK,
    ChampionWatch,
    ChangeWatch,
    DiskWatch,
    FactsWatch,
    Housekeeping,
    repeatedly,
)
from actions.running.opening import family_of, opened, recognition
from actions.training_runs import Trainer
from actions.training_schedule import Schedule, local_now
from data.files.library import PhotoLibrary
from data.settings import Settings
from data.store.runs import Runs
from data.store.store import Store
from foundation.logs import write_to_stderr
from foundation.statement import Way
from foundation.until_signal import run_until_signal
from inference.decoding.sandbox import Decoding
from models.registry import Registry
from web import wording
from web.access.address import PORT, address_of
from web.app import served
from web.site import family_site

logger = logging.getLogger(__name__)

TICK: Final = 0.5  # seconds between two looks at a training run
BETWEEN_LOOKS: Final = 5.0  # seconds between two looks whether one is due
TRACES: Final = 30.0  # seconds between two tries to empty the database's log


def run(settings: Settings) -> None:
    """Answer until SIGTERM or Ctrl-C.

    Raises:
        HomeError, StoreError, ServerError: the pages can't be served; the message is the sentence to print.
    """
    secret = settings.telegram_token
    write_to_stderr((secret.get_secret_value(),) if secret else (), settings.log_format)
    run_until_signal(serve(settings))


async def serve(settings: Settings) -> None:
    """Answer until cancelled. Raises as `run` does."""
    settings = settings.model_copy(update={"web_port": settings.web_port or PORT})
    async with (
        opened(settings) as home,
        Store.open(home.database) as store,
        recognition(home, settings.device) as service,
        Decoding() as decoding,
        Decoding.of_family_files() as family_files,
    ):
        inbox, teaching, facts, cousins = await family_of(settings, home, store, service)
        trainer = Trainer(home, settings.device, store.runs, language=settings.language)
        admins = Admins(settings.admins, store.admins)
        languages = ReadersLanguage(store.languages, settings.language)
        decisions = Decisions(store.statements, store.guesses, store.told, facts, teaching, languages)
        corrections = Corrections(store.statements, decisions, cousins, _nobody_to_tell)
        site = family_site(
            settings,
            home,
            store,
            service,
            decoding,
            inbox,
            teaching,
            facts,
            cousins,
            trainer,
            admins,
            decisions,
            corrections,
            RecentAnswers(),
            family_files,
        )
        await teaching.teach()
        training = _Training(trainer, store.runs, Schedule(settings, store, local_now()))
        champion = ChampionWatch(service, teaching, Registry(home.models), store.statements, _log)
        housekeeping = Housekeeping(store.pruning, store.guesses, inbox, settings.keep_days, admins.ids)
        async with (
            served(site, settings),
            asyncio.TaskGroup() as chores,
        ):
            chores.create_task(repeatedly(housekeeping.clean_up, DAILY))
            chores.create_task(repeatedly(champion.look, MODEL_CHECK))
            chores.create_task(
                repeatedly(ChangeWatch(home, store.changes, PhotoLibrary(home.photos)).look, MODEL_CHECK)
            )
            chores.create_task(repeatedly(FactsWatch(facts, _logged_already).look, MODEL_CHECK))
            chores.create_task(repeatedly(DiskWatch(home.root, _log).look, DISK_CHECK))
            chores.create_task(repeatedly(training.look, TICK))
            chores.create_task(repeatedly(training.start_if_due, BETWEEN_LOOKS))
            chores.create_task(repeatedly(store.forgetting.sweep, TRACES))
            await _say_ready(settings, admins, len(cousins.now().listed(to_admins=True)), service.version)


class _Training:
    """Looks after the runs; how they end is on the page of the versions, where admins look."""

    def __init__(self, trainer: Trainer, runs: Runs, schedule: Schedule) -> None:
        self._trainer = trainer
        self._runs = runs
        self._schedule = schedule

    async def look(self) -> None:
        await self._trainer.clear_up()
        await self._trainer.stop_cancelled()
        for run in await self._runs.untold():
            logger.info("Training run %d: %s.", run.id, run.outcome)
            await self._runs.told(run.id)

    async def start_if_due(self) -> None:
        if why := await self._schedule.due(local_now()):
            await self._trainer.start(why)


async def _log(words: Callable[[], str]) -> bool:
    """There is nobody to write to: whoever runs the pages reads it."""
    logger.warning("%s", words())
    return True


async def _logged_already(words: Callable[[], str]) -> bool:
    return True


async def _nobody_to_tell(name: str, way: Way | None) -> None:
    """The admins see on the page what waits for them."""


async def _say_ready(settings: Settings, admins: Admins, cousins: int, version: str | None) -> None:
    print(wording.ready(address_of(settings).url, cousins, version), flush=True)
    if settings.web_open:
        print(wording.is_open(), flush=True)
    if not await admins.ids():
        print(wording.how_to_come_in(), flush=True)
