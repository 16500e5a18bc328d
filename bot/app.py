"""The bot put together, from start to stop."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator
from typing import Any, Final

from telegram.error import TelegramError
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ExtBot, MessageHandler, filters

from actions.home_upgrade import bring_up_to_date
from actions.inbox import Inbox
from actions.teaching import Teaching
from actions.training_runs import Trainer
from bot.answers.messages import Answering
from bot.answers.photos import Photos
from bot.answers.rate_limit import Pace
from bot.commands.admins import Admin
from bot.commands.command_list import show_menus
from bot.commands.everyone import Commands
from bot.commands.invitations import Invites
from bot.conversation.access import Access
from bot.conversation.names import Names
from bot.conversation.taps import Taps
from bot.corrections.menu import Corrections
from bot.corrections.newcomers import Newcomers
from bot.corrections.review import Review
from bot.corrections.review_page import ReviewPages
from bot.corrections.statements import Statements
from bot.dispatcher import Dispatcher, Handler
from bot.house import House
from bot.operations.alerts import Alerts, WatchedFacts
from bot.operations.health import Health, watched
from bot.operations.housekeeping import follow_models, keep_house, watch_disk
from bot.operations.logs import write_to_stderr
from bot.operations.metrics import Metrics
from bot.retraining.retrain import Retraining
from bot.retraining.versions import Models
from bot.transport.client import connected, receiving
from bot.transport.connection_status import Line
from bot.transport.errors import BotError, in_words
from bot.transport.outbox import Outbox
from bot.updates.processor import Intake
from data.facts.facts_file import FactsFile
from data.files.home import Home, HomeError
from data.files.library import PhotoLibrary
from data.files.lock import alone_in
from data.settings import Settings, SettingsError
from data.store.store import Store, StoreError
from inference.decoding.sandbox import Decoding
from inference.service import RecognitionService
from inference.versions import Versions

logger = logging.getLogger(__name__)

UNLOAD_GRACE: Final = 4.0  # seconds handlers get to finish after SIGTERM; closing all takes less than 10


def run(settings: Settings) -> None:
    """Answer until SIGTERM or Ctrl-C.

    Raises:
        BotError: the bot cannot run; the message is the sentence to print.
    """
    secrets = (settings.telegram_token, settings.webhook_secret, settings.invite)
    write_to_stderr(tuple(secret.get_secret_value() for secret in secrets if secret), settings.log_format)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_until_signal(settings))


async def _until_signal(settings: Settings) -> None:
    serving = asyncio.create_task(serve(settings))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, serving.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await serving


async def serve(settings: Settings) -> None:
    """Answer until cancelled; then let what is under way finish, for a few seconds, and close everything.

    Raises:
        BotError: the bot cannot run; the message is one sentence.
    """
    try:
        token = settings.bot_token()
        home = Home(settings.home).create()
    except (SettingsError, HomeError) as error:
        raise BotError(str(error)) from error
    try:
        async with (
            _opened(home),
            Store.open(home.database) as store,
            _recognition(home, settings.device) as service,
            Decoding() as decoding,
        ):
            metrics = Metrics()
            line = Line(metrics.failed)
            health = Health(line, store.journal, metrics, lambda: service.version)
            outbox = Outbox(store.journal, store.groups)
            async with watched(health, settings.health_port), connected(settings, token, outbox, line) as bot:
                await _answer(settings, home, store, service, decoding, bot, line, metrics)
    except (HomeError, StoreError) as error:
        raise BotError(str(error)) from error


@contextlib.asynccontextmanager
async def _opened(home: Home) -> AsyncIterator[None]:
    """Held for this bot alone, and brought up to date. Raises `HomeError`."""
    async with alone_in(home):
        bring_up_to_date(home)
        yield


@contextlib.asynccontextmanager
async def _recognition(home: Home, device: str) -> AsyncIterator[RecognitionService]:
    async with contextlib.AsyncExitStack() as stack:
        try:
            service = await stack.enter_async_context(RecognitionService(home.models, home.weights, device))
        except (OSError, RuntimeError, ValueError) as error:
            raise BotError(f"The trained model in {home.models} cannot be used: {error}") from error
        yield service


async def _answer(
    settings: Settings,
    home: Home,
    store: Store,
    service: RecognitionService,
    decoding: Decoding,
    bot: ExtBot[int],
    line: Line,
    metrics: Metrics,
) -> None:
    alerts = Alerts(bot, settings.admins)
    facts = WatchedFacts(FactsFile(settings.facts), alerts)
    inbox = Inbox(home.inbox, home.face_cache)
    inbox.sweep()
    teaching = Teaching(store, service, inbox)
    house = House(
        bot=bot,
        settings=settings,
        store=store,
        decoding=decoding,
        inbox=inbox,
        service=service,
        versions=Versions(home.models),
        teaching=teaching,
        facts=facts,
        names=Names(facts, PhotoLibrary(home.photos), service, teaching),
        access=Access(bot, settings, store),
        pace=Pace(settings.photos_a_minute),
        alerts=alerts,
    )
    trainer = Trainer(home, settings.device, store.runs)
    retraining = Retraining(house, trainer)
    dispatcher = _dispatcher(house, trainer, retraining)
    intake = Intake(store.journal, dispatcher.handle, dispatcher.give_up, dispatcher.say_wait, metrics)
    await teaching.teach()
    try:
        async with receiving(settings, bot, intake, line), asyncio.TaskGroup() as chores:
            chores.create_task(keep_house(house))
            chores.create_task(follow_models(house))
            chores.create_task(watch_disk(house))
            chores.create_task(retraining.follow())
            chores.create_task(_greet(house))
            _say_ready(house)
    finally:
        await intake.close(UNLOAD_GRACE)


def _dispatcher(house: House, trainer: Trainer, retraining: Retraining) -> Dispatcher:
    answering, pages = Answering(house), ReviewPages(house)
    statements = Statements(house, answering, pages)
    review, corrections = Review(house, statements, pages), Corrections(house, answering, statements, pages)
    newcomers = Newcomers(house, statements, pages)
    commands, admin, invites = Commands(house, newcomers, trainer), Admin(house), Invites(house)
    photos, models = Photos(house, answering), Models(house)
    actions = {
        action: handler
        for part in (corrections, newcomers, review, commands, admin, invites, retraining, models)
        for action, handler in part.actions().items()
    }
    admins = filters.User(house.settings.admins)
    handlers: list[Handler] = [
        CallbackQueryHandler(Taps(house.bot, house.store.buttons, actions).on_tap),
        CommandHandler("start", commands.start),
        CommandHandler("help", commands.help),
        CommandHandler("facts", commands.facts),
        CommandHandler("cousins", commands.cousins),
        CommandHandler("forgetme", commands.forget_me),
        CommandHandler("who", photos.on_who),
        CommandHandler("wrong", corrections.on_wrong),
        CommandHandler("review", review.on_review, admins),
        CommandHandler("stats", admin.stats, admins),
        CommandHandler("retrain", retraining.on_retrain, admins),
        CommandHandler("models", models.on_models, admins),
        CommandHandler("rollback", models.on_rollback, admins),
        CommandHandler("invite", invites.on_invite, admins),
        CommandHandler("block", admin.block, admins),
        MessageHandler(filters.PHOTO | filters.Document.ALL, photos.on_message),
        MessageHandler(filters.ALL, commands.text),
    ]
    application: Application[Any, Any, Any, Any, Any, Any] = Application.builder().bot(house.bot).updater(None).build()
    return Dispatcher(application, handlers, photos, house.access, house.alerts, house.store)


async def _greet(house: House) -> None:
    """What Telegram shows beside the chat, and what the admins should know from the start."""
    try:
        await show_menus(house.bot, house.settings.admins)
        await house.facts.book()
    except TelegramError as error:
        logger.warning("The list of commands could not be set: %s.", in_words(error))


def _say_ready(house: House) -> None:
    settings = house.settings
    if not (settings.admins or settings.chats or settings.invite):
        logger.warning("Nobody may ask yet: set COUSINBOT_ADMINS; admins then let others in with /invite.")
    model = f"model {house.service.version}" if house.service.version else "no model yet (run: cousinbot train)"
    print(f"cousinbot is ready: @{house.bot.username}, {len(house.names.all())} cousins, {model}", flush=True)


__all__ = ["BotError", "run", "serve"]
