"""The API on a live port, over a family that was really trained, with callers who are known by a word."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from actions.answers.corrections import Corrections
from actions.answers.recent import RecentAnswers
from actions.cousins import Cousins, Family
from actions.decisions import Decisions
from actions.forgetting import GuestForgetting
from actions.inbox import Inbox
from actions.people.languages import ReadersLanguage
from actions.photo_intake import PhotoIntake
from actions.teaching import Teaching
from actions.training_runs import Trainer
from data.facts.facts_file import FactsFile
from data.files.home import Home
from data.files.library import PhotoLibrary
from data.store.store import Store
from foundation.http_server import listening
from inference.decoding.sandbox import Decoding
from inference.service import RecognitionService
from tests.free_port import free_port
from web.api.openapi import api_routes
from web.api.pace import PhotoPace
from web.api.recognition import Recognition
from web.caller import Caller

GUEST = -(10**15) - 1
ADMIN = 1001
CALLERS = {
    "guest": Caller(GUEST, "Gus", is_admin=False, by_cookie=False),
    "admin": Caller(ADMIN, "Ada", is_admin=True, by_cookie=False),
    "robot": Caller(None, "robot", is_admin=False, by_cookie=False),
    "other robot": Caller(None, "other robot", is_admin=False, by_cookie=False),
}


class _ByWord:
    """Stands for the door: whose word it is comes in."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            word = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1").removeprefix("Bearer ")
            scope.setdefault("state", {})["caller"] = CALLERS.get(word)
        await self._app(scope, receive, send)


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Api:
    url: str
    store: Store
    inbox: Inbox
    cousins: Cousins
    recent: RecentAnswers
    recognition: Recognition
    forgetting: GuestForgetting
    clock: Clock
    told: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def calling(self, word: str = "guest") -> AsyncIterator[httpx.AsyncClient]:
        headers = {"Authorization": f"Bearer {word}"} if word else {}
        async with httpx.AsyncClient(base_url=self.url, headers=headers, timeout=60, trust_env=False) as client:
            yield client


@asynccontextmanager
async def api_of(
    home_folder: Path,
    facts_file: Path,
    *,
    a_minute: int = 100_000,
    most_at_once: int = 24,
    most_recent: int = 1000,
    decoding: Decoding | None = None,
) -> AsyncIterator[Api]:
    home = Home(home_folder).create()
    clock = Clock()
    async with (
        Store.open(home.database) as store,
        RecognitionService(home.models, home.weights, "cpu") as service,
        decoding or Decoding() as decoder,
    ):
        inbox, library = Inbox(home.inbox, home.face_cache), PhotoLibrary(home.photos)
        teaching = Teaching(store, service, inbox)
        family = Family(library, service, teaching)
        facts = FactsFile(facts_file, family.cousins)
        cousins = Cousins(facts, library, family)
        recent = RecentAnswers(clock, most=most_recent)
        told: list[str] = []

        async def tell(name: str, way: object) -> None:
            told.append(name)

        decisions = Decisions(
            store.statements, store.guesses, store.told, facts, teaching, ReadersLanguage(store.languages, None)
        )
        corrections = Corrections(store.statements, decisions, cousins, tell)
        intake = PhotoIntake(store.guesses, inbox, decoder, teaching, facts)
        recognition = Recognition(intake, store.guesses, corrections, cousins, recent, most_at_once)
        trainer = Trainer(home, "cpu", store.runs, 1)
        forgetting = GuestForgetting(store, inbox, service, teaching, trainer, recent)
        await teaching.teach()
        app = Starlette(
            routes=api_routes(recognition, cousins, PhotoPace(a_minute, clock)), middleware=[Middleware(_ByWord)]
        )
        port = free_port()
        async with listening(app, "127.0.0.1", port, "COUSINBOT_WEB_PORT"):
            yield Api(f"http://127.0.0.1:{port}", store, inbox, cousins, recent, recognition, forgetting, clock, told)
