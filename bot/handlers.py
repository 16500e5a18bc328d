"""Everything that people can ask of the bot: each room's parts, and the dispatcher that knows them all."""

from collections.abc import Sequence
from typing import Any

from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ExtBot

from actions.ages.learned import LearnedAges
from actions.answers.corrections import Corrections
from actions.changes.carrying_out import CousinChanges
from actions.changes.renaming import Renamings
from actions.changes.undoing import Undoing
from actions.cousins import Cousins
from actions.decisions import Decisions
from actions.forgetting import GuestForgetting
from actions.groups.current import CurrentGroups
from actions.groups.deciding import GroupDeciding
from actions.groups.pictures import GroupPictures
from actions.inbox import Inbox
from actions.people.access import Access
from actions.people.admins import Admins
from actions.people.languages import ReadersLanguage
from actions.photo_intake import PhotoIntake
from actions.pictures.library import CousinPhotos
from actions.pictures.unclear import UnclearPhotos
from actions.teaching import Teaching
from bot.answers.messages import Answering
from bot.answers.photos import Photos
from bot.commands.admin_list import AdminList
from bot.commands.admins import AdminCommands
from bot.commands.command_list import Menus
from bot.commands.everyone import Commands
from bot.commands.invitations import Invitations
from bot.commands.language import LanguageChoice
from bot.commands.own_data import OwnData
from bot.commands.pages import PagesLink
from bot.commands.renaming import CousinChangeMenu
from bot.commands.start import Start
from bot.conversation.admission import Admission
from bot.conversation.dispatcher import Dispatcher
from bot.conversation.pace import MESSAGES, Pace
from bot.conversation.part import Part
from bot.conversation.permissions import Permission, Route
from bot.conversation.taps import Action, Taps
from bot.corrections.iam import Iam
from bot.corrections.lessons import Lessons
from bot.corrections.meanings import Meanings
from bot.corrections.menu import CorrectionMenu
from bot.corrections.newcomers import Newcomers
from bot.corrections.pointing import Pointing
from bot.corrections.reactions import Reactions
from bot.corrections.review import Review
from bot.corrections.review_page import ReviewPager
from bot.corrections.statement_taker import StatementTaker
from bot.corrections.teach import Teach
from bot.operations.alerts import Alerts
from bot.operations.missing_rights import MissingRights
from bot.sorting.questions import GroupQuestions
from bot.sorting.sort import GroupSorting
from bot.timings import Timings
from bot.transport.chat_action import Typing
from bot.transport.downloads import Downloads
from data.facts.facts_file import FactsFile
from data.files.home import Home
from data.files.library import PhotoLibrary
from data.settings import Settings
from data.store.store import Store
from inference.decoding.sandbox import Decoding
from inference.service import RecognitionService
from models.registry import Registry
from web.access.address import address_of, opens_in_telegram


def photos(
    bot: ExtBot[int],
    settings: Settings,
    home: Home,
    store: Store,
    access: Access,
    intake: PhotoIntake,
    answering: Answering,
    lessons: Lessons,
    rights: MissingRights,
    timings: Timings,
) -> Photos:
    return Photos(
        bot,
        store.guesses,
        store.albums,
        intake,
        access,
        Pace(settings.photos_a_minute, timings.minute),
        answering,
        lessons,
        Typing(bot),
        rights,
        Downloads(bot, settings.telegram_files, timings.download_timeout),
        home.photos,
    )


def corrections(
    bot: ExtBot[int],
    store: Store,
    access: Access,
    cousins: Cousins,
    decisions: Decisions,
    taken: Corrections,
    answering: Answering,
    pages: ReviewPager,
    inbox: Inbox,
    languages: ReadersLanguage,
) -> tuple[CorrectionMenu, Reactions, Review, Newcomers, Lessons]:
    guesses, statements, buttons = store.guesses, store.statements, store.buttons
    taker = StatementTaker(access, statements, decisions, taken, cousins)
    newcomers = Newcomers(bot, access, guesses, store.prompts, buttons, cousins, taker, pages, languages)
    menu = CorrectionMenu(
        access, guesses, statements, buttons, store.review_pages, cousins, answering, taker, pages, store.reactions
    )
    return (
        menu,
        Reactions(bot, access, guesses, statements, store.reactions, cousins, answering, taker, menu),
        Review(statements, store.review_pages, cousins, taker, pages),
        newcomers,
        Lessons(
            bot, access, guesses, statements, buttons, inbox, cousins, taker, newcomers, Meanings(bot, access, cousins)
        ),
    )


def shown_with_names(
    bot: ExtBot[int],
    store: Store,
    access: Access,
    cousins: Cousins,
    pictures: Photos,
    lessons: Lessons,
    languages: ReadersLanguage,
) -> tuple[Teach, Iam]:
    return (
        Teach(store.guesses, cousins, pictures, lessons),
        Iam(bot, access, store.selves, store.statements, store.buttons, cousins, pictures, languages),
    )


def pointing(bot: ExtBot[int], home: Home, store: Store, decoding: Decoding, cousins: Cousins) -> Pointing:
    photos = CousinPhotos(home, store, PhotoLibrary(home.photos), decoding)
    return Pointing(bot, UnclearPhotos(store, photos, Registry(home.models)), store.buttons, cousins)


def about_cousins(
    bot: ExtBot[int],
    home: Home,
    store: Store,
    access: Access,
    cousins: Cousins,
    facts: FactsFile,
    service: RecognitionService,
    teaching: Teaching,
    newcomers: Newcomers,
    family_files: Decoding,
) -> Sequence[Part]:
    renamings, undoing = Renamings(home, store, facts), Undoing(home, store, facts)
    changing = CousinChanges(home, store.changes, facts, renamings, undoing, service, teaching)
    changes = CousinChangeMenu(
        bot,
        access,
        store.changes,
        store.prompts,
        store.buttons,
        cousins,
        renamings,
        undoing,
        changing,
        service,
    )
    questions = GroupQuestions(bot, GroupPictures(home, family_files), store.buttons, cousins)
    deciding = GroupDeciding(home, store, family_files)
    sorting = GroupSorting(bot, access, store, cousins, CurrentGroups(store), deciding, changing, questions)
    return changes, sorting, Commands(bot, cousins, store.buttons, newcomers, changes, service, sorting)


def about_people(
    bot: ExtBot[int],
    settings: Settings,
    store: Store,
    admins: Admins,
    access: Access,
    cousins: Cousins,
    learned: LearnedAges,
    service: RecognitionService,
    forgetting: GuestForgetting,
    alerts: Alerts,
    languages: ReadersLanguage,
    menus: Menus,
) -> Sequence[Part]:
    people, buttons = store.people, store.buttons
    address = address_of(settings) if settings.web_port else None
    return (
        Start(access, store.statements, store.prompts, cousins, service, menus),
        OwnData(
            access,
            people,
            store.records,
            store.guesses,
            buttons,
            cousins,
            forgetting,
            store.forgetting,
            settings.keep_days,
            menus,
        ),
        LanguageChoice(access, languages, menus, buttons),
        AdminCommands(
            admins, store.stats, store.journal, people, store.selves, store.runs, buttons, service, cousins, learned
        ),
        AdminList(bot, admins, store.admins, people, buttons, alerts, languages, menus),
        Invitations(bot, store.invites, buttons, settings.standing_code),
        PagesLink(access, store.sign_ins, address, in_telegram=opens_in_telegram(settings)),
    )


def actions_of(parts: Sequence[Part]) -> dict[str, Action]:
    """What every button does, by its name in the store. Raises `ValueError` where a name is two parts'."""
    actions: dict[str, Action] = {}
    for part in parts:
        if twice := actions.keys() & part.actions().keys():
            raise ValueError(f"actions of two parts: {', '.join(sorted(twice))}")
        actions |= part.actions()
    return actions


def dispatcher(
    bot: ExtBot[int],
    store: Store,
    access: Access,
    pictures: Photos,
    reactions: Reactions,
    parts: Sequence[Part],
    rights: MissingRights,
    alerts: Alerts,
    languages: ReadersLanguage,
    timings: Timings,
) -> Dispatcher:
    """What calls them. Of several messages' handlers that feel addressed the first part's is called."""
    taps = Taps(bot, access, store.buttons, actions_of(parts))
    routes = [
        Route(CallbackQueryHandler(taps.on_tap), Permission.EVERYBODY),  # of a button, the action says for whom it is
        # Commands first: they are that, whatever else the message is.
        *sorted(
            (route for part in parts for route in part.routes()),
            key=lambda route: not isinstance(route.handler, CommandHandler),
        ),
    ]
    application: Application[Any, Any, Any, Any, Any, Any] = Application.builder().bot(bot).updater(None).build()
    admission = Admission(bot, access, store.journal, alerts)
    pace = Pace(MESSAGES, timings.minute)
    return Dispatcher(
        application,
        routes,
        pictures,
        reactions,
        admission,
        access,
        pace,
        store.groups,
        alerts,
        rights,
        languages,
        timings.between_alerts,
    )
