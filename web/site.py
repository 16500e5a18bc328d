"""All rooms of the pages over one store and one recogniser: those of the bot beside which they are served, or their
own."""

from starlette.applications import Starlette

from actions.ages.learned import LearnedAges
from actions.answers.corrections import Corrections
from actions.answers.recent import RecentAnswers
from actions.changes.carrying_out import CousinChanges
from actions.changes.renaming import Renamings
from actions.changes.undoing import Undoing
from actions.cousins import Cousins
from actions.decisions import Decisions
from actions.forgetting import GuestForgetting
from actions.groups.deciding import GroupDeciding
from actions.groups.pictures import GroupPictures
from actions.inbox import Inbox
from actions.people.admins import Admins
from actions.people.languages import ReadersLanguage
from actions.photo_intake import PhotoIntake
from actions.pictures.library import CousinPhotos
from actions.teaching import Teaching
from actions.training_runs import Trainer
from data.facts.facts_file import FactsFile
from data.files.home import Home
from data.files.library import PhotoLibrary
from data.settings import Settings
from data.store.store import Store
from foundation.languages import ENGLISH
from foundation.leaky_buckets import LeakyBuckets
from inference.decoding.sandbox import Decoding
from inference.service import RecognitionService
from models.registry import Registry
from web.access.address import address_of, opens_in_telegram
from web.access.assembly import access_routes
from web.access.door import WRONG_TRIES
from web.api.openapi import api_routes
from web.api.pace import PhotoPace
from web.api.recognition import Recognition
from web.app import build
from web.health import health_route
from web.pages.assembly import routes
from web.pages.errors import handlers
from web.templating import Pages


def family_site(
    settings: Settings,
    home: Home,
    store: Store,
    service: RecognitionService,
    decoding: Decoding,
    inbox: Inbox,
    teaching: Teaching,
    facts: FactsFile,
    cousins: Cousins,
    trainer: Trainer,
    admins: Admins,
    decisions: Decisions,
    corrections: Corrections,
    recent: RecentAnswers,
    family_files: Decoding,
) -> Starlette:
    """`recent` are the answers that a forgetting, wherever it was asked for, has to forget too; `family_files` opens
    photos of the family's own, larger ones than guests'."""
    address, tries, pages = address_of(settings), LeakyBuckets(WRONG_TRIES), Pages()
    intake = PhotoIntake(store.guesses, inbox, decoding, teaching, facts)
    recognition = Recognition(intake, store.guesses, corrections, cousins, recent)
    renamings, undoing = Renamings(home, store, facts), Undoing(home, store, facts)
    changes = CousinChanges(home, store.changes, facts, renamings, undoing, service, teaching)
    photos = CousinPhotos(home, store, PhotoLibrary(home.photos), decoding)
    forgetting = GuestForgetting(store, inbox, service, teaching, trainer, recent)
    languages = ReadersLanguage(store.languages, settings.language)
    pace, registry = PhotoPace(settings.photos_a_minute), Registry(home.models)
    token = (
        settings.telegram_token.get_secret_value() if settings.telegram_token and opens_in_telegram(settings) else None
    )
    rooms = [
        health_route(store.journal.depth),
        *access_routes(pages, store, cousins, admins, languages, forgetting, address, tries, token),
        *api_routes(recognition, cousins, pace, settings.language or ENGLISH),
        *routes(
            recognition,
            store,
            cousins,
            LearnedAges(store.years, facts, registry),
            photos,
            changes,
            decisions,
            inbox,
            registry,
            service,
            trainer,
            pace,
            pages,
            GroupDeciding(home, store, family_files),
            GroupPictures(home, family_files),
        ),
    ]
    errors, proxies = handlers(pages), settings.web_proxies
    return build(rooms, errors, store, admins, languages, address, tries, proxies, is_open=settings.web_open)
