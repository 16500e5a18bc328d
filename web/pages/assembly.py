"""The pages' routes, and what lies beside them: style, scripts, a picture."""

from starlette.routing import BaseRoute

from actions.ages.learned import LearnedAges
from actions.changes.carrying_out import CousinChanges
from actions.cousins import Cousins
from actions.decisions import Decisions
from actions.groups.current import CurrentGroups
from actions.groups.deciding import GroupDeciding
from actions.groups.pictures import GroupPictures
from actions.inbox import Inbox
from actions.pictures.library import CousinPhotos
from actions.pictures.unclear import UnclearPhotos
from actions.training_runs import Trainer
from data.store.store import Store
from inference.service import RecognitionService
from models.registry import Registry
from web.api.pace import PhotoPace
from web.api.recognition import Recognition
from web.pages.ask import AskPage
from web.pages.cousins import CousinPages
from web.pages.group_list import GroupListPage
from web.pages.group_pairs import PairPage
from web.pages.groups import GroupPages
from web.pages.models import ModelPages
from web.pages.pointing import PointingPage
from web.pages.review import ReviewPage
from web.static_files import static_route
from web.templating import STATIC, Pages


def routes(
    recognition: Recognition,
    store: Store,
    cousins: Cousins,
    learned: LearnedAges,
    photos: CousinPhotos,
    changes: CousinChanges,
    decisions: Decisions,
    inbox: Inbox,
    registry: Registry,
    service: RecognitionService,
    trainer: Trainer,
    pace: PhotoPace,
    pages: Pages,
    groups: GroupDeciding,
    faces: GroupPictures,
) -> list[BaseRoute]:
    """`pace` is that of `POST /image` too."""
    unclear, current = UnclearPhotos(store, photos, registry), CurrentGroups(store)
    return [
        *AskPage(pages, recognition, cousins, pace, service).routes(),
        *CousinPages(pages, cousins, learned, photos, changes, store, registry, unclear).routes(),
        *ReviewPage(pages, store.statements, store.guesses, store.people, inbox, decisions, cousins, unclear).routes(),
        *PointingPage(pages, unclear, cousins).routes(),
        *GroupListPage(pages, store, current, groups, cousins).routes(),
        *PairPage(pages, store, current, groups, cousins).routes(),
        *GroupPages(pages, store, current, groups, faces, cousins, changes).routes(),
        *ModelPages(pages, registry, service, store.statements, store.runs, trainer).routes(),
        static_route(STATIC),
    ]
