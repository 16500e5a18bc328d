"""Everything that people can ask of the bot, put together."""

from typing import Any

from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ExtBot, MessageHandler, filters

from actions.access import Access
from actions.admins import Admins
from actions.answers.corrections import Corrections
from actions.answers.recent import RecentAnswers
from actions.changes.carrying_out import CousinChanges
from actions.changes.renaming import Renamings
from actions.changes.undoing import Undoing
from actions.cousins import Cousins
from actions.decisions import Decisions
from actions.forgetting import GuestForgetting
from actions.inbox import Inbox
from actions.photo_intake import PhotoIntake
from actions.teaching import Teaching
from actions.training_runs import Trainer
from bot.answers.asking import AsksAboutReply
from bot.answers.messages import Answering
from bot.answers.photos import Photos
from bot.commands.admin_list import AdminList
from bot.commands.admins import AdminCommands
from bot.commands.everyone import Commands
from bot.commands.invitations import Invitations
from bot.commands.own_data import OwnData
from bot.commands.pages import PagesLink
from bot.commands.renaming import CousinChangeMenu
from bot.commands.start import Start
from bot.conversation.admission import Admission
from bot.conversation.dispatcher import Dispatcher
from bot.conversation.membership import Membership
from bot.conversation.pace import MESSAGES, Pace
from bot.conversation.permissions import Permission, Route
from bot.conversation.taps import Taps
from bot.corrections.menu import CorrectionMenu
from bot.corrections.newcomers import Newcomers
from bot.corrections.review import Review
from bot.corrections.review_page import ReviewPager
from bot.corrections.statement_taker import StatementTaker
from bot.operations.alerts import Alerts
from bot.operations.missing_rights import MissingRights
from bot.retraining.retrain import Retraining
from bot.retraining.versions import VersionMenu
from bot.timings import Timings
from bot.transport.chat_action import Typing
from bot.transport.downloads import Downloads
from data.facts.facts_file import FactsFile
from data.files.home import Home
from data.settings import Settings
from data.store.store import Store
from inference.decoding.sandbox import Decoding
from inference.service import RecognitionService
from models.registry import Registry
from web.access.address import address_of


def dispatcher(
    bot: ExtBot[int],
    settings: Settings,
    admins: Admins,
    home: Home,
    store: Store,
    decoding: Decoding,
    service: RecognitionService,
    inbox: Inbox,
    teaching: Teaching,
    facts: FactsFile,
    cousins: Cousins,
    trainer: Trainer,
    retraining: Retraining,
    alerts: Alerts,
    answering: Answering,
    pages: ReviewPager,
    decisions: Decisions,
    corrections: Corrections,
    recent: RecentAnswers,
    timings: Timings,
) -> Dispatcher:
    """The handlers of all commands, messages and buttons."""
    standing_code = settings.invite.get_secret_value() if settings.invite else None
    access = Access(
        admins,
        settings.chats,
        standing_code,
        store.people,
        store.invites,
        store.groups,
        store.tries,
        Membership(bot),
    )
    intake = PhotoIntake(store.guesses, inbox, decoding, teaching, facts)
    forgetting = GuestForgetting(store, inbox, service, teaching, trainer, recent)
    taker = StatementTaker(access, store.statements, decisions, corrections, cousins)
    review = Review(store.statements, store.review_pages, cousins, taker, pages)
    menu = CorrectionMenu(
        access,
        store.guesses,
        store.statements,
        store.buttons,
        store.review_pages,
        cousins,
        answering,
        taker,
        pages,
    )
    newcomers = Newcomers(bot, access, store.guesses, store.prompts, store.buttons, cousins, taker, pages)
    renamings, undoing = Renamings(home, store, facts), Undoing(home, store, facts)
    changes = CousinChangeMenu(
        bot,
        access,
        store.changes,
        store.prompts,
        store.buttons,
        cousins,
        renamings,
        undoing,
        CousinChanges(home, store.changes, facts, renamings, undoing, service, teaching),
    )
    start = Start(bot, access, store.statements, store.prompts, cousins)
    commands = Commands(bot, cousins, store.buttons, newcomers, changes)
    own_data = OwnData(
        access,
        store.people,
        store.records,
        store.guesses,
        store.buttons,
        forgetting,
        store.forgetting,
        settings.keep_days,
    )
    admin = AdminCommands(admins, store.stats, store.journal, store.people, store.runs, store.buttons, service, cousins)
    admin_list = AdminList(bot, admins, store.admins, store.people, store.buttons, alerts)
    invitations = Invitations(bot, store.invites, store.buttons, standing_code)
    rights = MissingRights(alerts)
    photos = Photos(
        bot,
        store.guesses,
        store.albums,
        intake,
        access,
        Pace(settings.photos_a_minute, timings.minute),
        answering,
        Typing(bot),
        rights,
        Downloads(bot, settings.telegram_files, timings.download_timeout),
        home.photos,
    )
    pages_address = address_of(settings) if settings.web_port else None
    pages_link = PagesLink(access, store.sign_ins, pages_address, is_reachable=settings.web_url is not None)
    version_menu = VersionMenu(bot, Registry(home.models), service, store.statements, store.buttons, alerts)
    actions = {
        action: handler
        for part in (
            menu,
            newcomers,
            review,
            commands,
            own_data,
            changes,
            admin,
            admin_list,
            invitations,
            retraining,
            version_menu,
        )
        for action, handler in part.actions().items()
    }
    taps = Taps(bot, access, store.buttons, actions)
    moving = filters.VIDEO | filters.ANIMATION | filters.VIDEO_NOTE
    pictures_and_the_like = filters.PHOTO | filters.Document.ALL | moving
    routes = [
        Route(CallbackQueryHandler(taps.on_tap), Permission.EVERYBODY),  # of a button, the action says for whom it is
        Route(CommandHandler("start", start.on_start), Permission.EVERYBODY),
        Route(CommandHandler("help", start.on_help), Permission.EVERYBODY),
        Route(CommandHandler("facts", commands.facts), Permission.EVERYBODY),
        Route(CommandHandler("cousins", commands.cousins), Permission.EVERYBODY),
        Route(CommandHandler("web", pages_link.on_web), Permission.IN_PRIVATE),
        Route(CommandHandler("mydata", own_data.on_mydata), Permission.IN_PRIVATE),
        Route(CommandHandler("forgetme", own_data.on_forgetme), Permission.IN_PRIVATE),
        Route(CommandHandler("who", photos.on_who), Permission.EVERYBODY),
        Route(CommandHandler("wrong", menu.on_wrong), Permission.EVERYBODY),
        Route(CommandHandler("review", review.on_review), Permission.ADMIN_IN_PRIVATE),
        Route(CommandHandler("stats", admin.stats), Permission.ADMIN_IN_PRIVATE),
        Route(CommandHandler("retrain", retraining.on_retrain), Permission.ADMIN),
        Route(CommandHandler("models", version_menu.on_models), Permission.ADMIN),
        Route(CommandHandler("rollback", version_menu.on_rollback), Permission.ADMIN),
        Route(CommandHandler("rename", changes.on_rename), Permission.ADMIN_IN_PRIVATE),
        Route(CommandHandler("merge", changes.on_merge), Permission.ADMIN_IN_PRIVATE),
        Route(CommandHandler("undo", changes.on_undo), Permission.ADMIN_IN_PRIVATE),
        Route(CommandHandler("invite", invitations.on_invite), Permission.ADMIN_IN_PRIVATE),
        Route(CommandHandler("block", admin.block), Permission.ADMIN_IN_PRIVATE),
        Route(CommandHandler("admins", admin_list.on_admins), Permission.ADMIN_IN_PRIVATE),
        Route(MessageHandler(pictures_and_the_like, photos.on_message), Permission.EVERYBODY),
        Route(MessageHandler(AsksAboutReply(), photos.on_who), Permission.EVERYBODY),
        Route(MessageHandler(filters.ALL, commands.text), Permission.EVERYBODY),
    ]
    application: Application[Any, Any, Any, Any, Any, Any] = Application.builder().bot(bot).updater(None).build()
    admission = Admission(bot, access, store.journal, alerts)
    pace = Pace(MESSAGES, timings.minute)
    return Dispatcher(
        application, routes, photos, admission, access, pace, store.groups, alerts, rights, timings.between_alerts
    )
