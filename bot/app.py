"""The bot put together, from start to stop."""

import asyncio
import logging
import sqlite3
from functools import partial

from telegram.error import TelegramError
from telegram.ext import ExtBot

from actions.ages.learned import LearnedAges
from actions.answers.corrections import Corrections
from actions.answers.recent import RecentAnswers
from actions.cousins import Cousins
from actions.decisions import Decisions
from actions.forgetting import GuestForgetting
from actions.people.access import Access
from actions.people.admins import Admins
from actions.people.languages import ReadersLanguage
from actions.photo_intake import PhotoIntake
from actions.running.housekeeping import (
    DAILY,
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
from bot import handlers, wording
from bot.answers.messages import Answering
from bot.commands.command_list import Menus
from bot.commands.last_traces import LastTraces
from bot.conversation.membership import Membership
from bot.corrections.redrawing import Redrawing
from bot.corrections.review_page import ReviewPager
from bot.corrections.wording import answer_corrected, says_who_they_are
from bot.operations.alerts import Alerts
from bot.operations.health import Health, watched
from bot.operations.metrics import Metrics
from bot.operations.missing_rights import MissingRights
from bot.retraining.reports import RunReports
from bot.retraining.retrain import Retraining
from bot.retraining.versions import VersionMenu
from bot.timings import USUAL, Timings
from bot.transport.client import connected
from bot.transport.connection_status import ConnectionStatus
from bot.transport.errors import BotError, in_words
from bot.transport.outbox import Outbox, current_update
from bot.updates.processor import UpdateProcessor
from bot.updates.receiving import receiving
from data.files.home import Home, HomeError
from data.files.library import PhotoLibrary
from data.settings import Settings, SettingsError
from data.store.store import Store, StoreError
from foundation.http_server import ServerError
from foundation.logs import write_to_stderr
from foundation.until_signal import run_until_signal
from inference.decoding.sandbox import Decoding
from inference.service import RecognitionService
from models.registry import Registry
from web.access.address import address_of, opens_in_telegram
from web.app import served
from web.site import family_site
from web.wording import is_open

logger = logging.getLogger(__name__)


def run(settings: Settings) -> None:
    """Answer until SIGTERM or Ctrl-C.

    Raises:
        BotError: the bot cannot run; the message is the sentence to print.
    """
    secrets = (settings.telegram_token, settings.webhook_secret, settings.invite)
    write_to_stderr(
        tuple(secret.get_secret_value() for secret in secrets if secret), settings.log_format, update=current_update
    )
    run_until_signal(serve(settings))


async def serve(settings: Settings, timings: Timings = USUAL) -> None:
    """Answer until cancelled; then let what is under way finish, for a few seconds, and close everything.

    Raises:
        BotError: the bot cannot run; the message is one sentence.
    """
    try:
        token = settings.bot_token()
    except SettingsError as error:
        raise BotError(str(error)) from error
    try:
        async with (
            opened(settings) as home,
            Store.open(home.database, timings.database_patience) as store,
            recognition(home, settings.device) as service,
            Decoding() as decoding,
            Decoding.of_family_files() as family_files,
        ):
            metrics = Metrics()
            status = ConnectionStatus(metrics.failed)
            health = Health(status, store.journal, metrics, lambda: service.version)
            outbox = Outbox(store.journal, store.groups)
            async with (
                watched(health, settings.health_port),
                connected(
                    settings, token, outbox, status, read_timeout=timings.read_timeout, first_pause=timings.first_pause
                ) as bot,
            ):
                await _answer(settings, home, store, service, decoding, family_files, bot, status, metrics, timings)
    except (HomeError, ServerError, StoreError) as error:
        raise BotError(str(error)) from error


async def _answer(
    settings: Settings,
    home: Home,
    store: Store,
    service: RecognitionService,
    decoding: Decoding,
    family_files: Decoding,
    bot: ExtBot[int],
    status: ConnectionStatus,
    metrics: Metrics,
    timings: Timings,
) -> None:
    inbox, teaching, facts, cousins = await family_of(settings, home, store, service)
    registry = Registry(home.models)
    learned = LearnedAges(store.years, facts, registry)
    trainer = Trainer(home, settings.device, store.runs, timings.training_killed, settings.language)
    admins = Admins(settings.admins, store.admins)
    languages = ReadersLanguage(store.languages, settings.language)
    in_telegram = settings.web_port is not None and opens_in_telegram(settings)
    menus = Menus(bot, admins, languages, address_of(settings) if in_telegram else None)
    alerts = Alerts(bot, admins.on_telegram, languages)
    answering = Answering(bot, store.guesses, store.statements, store.buttons, cousins, languages)
    pages = ReviewPager(
        bot, store.review_pages, store.statements, store.guesses, store.people, store.buttons, inbox, cousins, languages
    )
    redrawing = Redrawing(answering, pages, timings.first_pause)
    decisions = Decisions(store.statements, store.guesses, store.told, facts, teaching, languages, redrawing.show)
    corrections = Corrections(
        store.statements,
        decisions,
        cousins,
        lambda name, way: alerts.tell(partial(says_who_they_are if way == "self" else answer_corrected, name)),
        redrawing.show,
    )
    recent = RecentAnswers()
    site = (
        family_site(
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
            recent,
            family_files,
        )
        if settings.web_port
        else None
    )
    schedule = Schedule(settings, store, local_now())
    reports = RunReports(
        bot, store.runs, store.buttons, registry, cousins, learned, alerts, admins.on_telegram, languages
    )
    retraining = Retraining(
        bot,
        store.runs,
        store.buttons,
        trainer,
        schedule,
        reports,
        languages,
        tick=timings.training_tick,
        between_edits=timings.between_edits,
        between_looks=timings.between_looks,
    )
    access = Access(
        admins,
        settings.chats,
        settings.standing_code,
        store.people,
        store.invites,
        store.groups,
        store.tries,
        Membership(bot),
    )
    rights = MissingRights(alerts)
    intake = PhotoIntake(store.guesses, inbox, decoding, teaching, facts)
    menu, reactions, review, newcomers, lessons = handlers.corrections(
        bot, store, access, cousins, decisions, corrections, answering, pages, inbox, languages
    )
    photos = handlers.photos(bot, settings, home, store, access, intake, answering, lessons, rights, timings)
    teach, iam = handlers.shown_with_names(bot, store, access, cousins, photos, lessons, languages)
    forgetting = GuestForgetting(store, inbox, service, teaching, trainer, recent)
    parts = (
        menu,
        reactions,
        review,
        newcomers,
        lessons,
        teach,
        iam,
        handlers.pointing(bot, home, store, decoding, cousins),
        retraining,
        VersionMenu(bot, registry, service, store.statements, store.buttons, alerts),
        *handlers.about_people(
            bot, settings, store, admins, access, cousins, learned, service, forgetting, alerts, languages, menus
        ),
        photos,
        *handlers.about_cousins(bot, home, store, access, cousins, facts, service, teaching, newcomers, family_files),
    )
    handler = handlers.dispatcher(bot, store, access, photos, reactions, parts, rights, alerts, languages, timings)
    processor = UpdateProcessor(
        store.journal,
        handler,
        metrics,
        album_silence=timings.album_silence,
        first_pause=timings.first_pause,
        patient=timings.patient,
        worth_a_word=timings.worth_a_word,
    )
    housekeeping = Housekeeping(store.pruning, store.guesses, inbox, settings.keep_days, admins.ids)
    changes = ChangeWatch(home, store.changes, PhotoLibrary(home.photos))
    champion = ChampionWatch(service, teaching, registry, store.statements, alerts.tell)
    incoming = receiving(
        settings,
        bot,
        processor,
        status,
        first_pause=timings.first_pause,
        long_poll=timings.long_poll,
        poll_margin=timings.poll_margin,
        webhook_check=timings.webhook_check,
    )
    await teaching.teach()
    try:
        async with incoming, served(site, settings), asyncio.TaskGroup() as chores:
            chores.create_task(repeatedly(housekeeping.clean_up, DAILY))
            chores.create_task(repeatedly(champion.look, MODEL_CHECK))
            chores.create_task(repeatedly(changes.look, MODEL_CHECK))
            chores.create_task(repeatedly(FactsWatch(facts, alerts.tell).look, MODEL_CHECK))
            chores.create_task(repeatedly(DiskWatch(settings.home, alerts.tell).look, timings.disk_check))
            chores.create_task(repeatedly(LastTraces(bot, store.forgetting, languages).look, timings.log_check))
            chores.create_task(repeatedly(iam.tell, MODEL_CHECK))
            chores.create_task(retraining.follow())
            chores.create_task(redrawing.follow())
            chores.create_task(_set_commands(menus, timings.between_menus))
            await _say_ready(settings, admins, bot, service, cousins)
    finally:
        await processor.close(timings.grace)


async def _set_commands(menus: Menus, between: float) -> None:
    """What Telegram shows beside the chat."""
    try:
        await menus.show()
        await menus.show_in_all_languages(between)
    except (TelegramError, sqlite3.Error) as error:
        logger.warning("The list of commands could not be set: %s.", in_words(error))


async def _say_ready(
    settings: Settings, admins: Admins, bot: ExtBot[int], service: RecognitionService, cousins: Cousins
) -> None:
    if not (await admins.ids() or settings.chats or settings.invite):
        logger.warning("Nobody may ask yet: set COUSINBOT_ADMINS; admins then let others in with /invite.")
    print(wording.ready(bot.username, len(cousins.now().listed(to_admins=True)), service.version), flush=True)
    if settings.web_port:
        print(wording.pages_ready(address_of(settings).url), flush=True)
    if settings.web_port and settings.web_open:
        print(is_open(), flush=True)


__all__ = ["BotError", "run", "serve"]
