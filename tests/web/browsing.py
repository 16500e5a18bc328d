"""The pages on a live port, over a family that was really trained, for browsers whose cookie says who they are."""

import base64
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Final, Literal

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from actions.ages.learned import LearnedAges
from actions.answers.corrections import Corrections
from actions.answers.recent import RecentAnswers
from actions.changes.carrying_out import CousinChanges
from actions.changes.renaming import Renamings
from actions.changes.undoing import Undoing
from actions.cousins import Cousins, Family
from actions.decisions import Decisions
from actions.groups.deciding import GroupDeciding
from actions.groups.pictures import GroupPictures
from actions.inbox import Inbox
from actions.people.languages import ReadersLanguage
from actions.photo_intake import PhotoIntake
from actions.pictures.library import CousinPhotos
from actions.teaching import Teaching
from actions.training_runs import Trainer
from data.facts.facts_file import FactsFile
from data.files.home import Home
from data.files.library import PhotoLibrary
from data.store.store import Store
from foundation.http_server import listening
from inference.decoding.sandbox import Decoding
from inference.service import RecognitionService
from models.registry import Registry
from tests.bot.trained import portrait
from tests.free_port import free_port
from web.api.pace import PhotoPace
from web.api.recognition import Recognition
from web.caller import Caller
from web.pages.assembly import routes
from web.pages.errors import handlers
from web.templating import Pages

CALLERS: Final = {
    "guest": Caller(-(10**15) - 1, "Gus", is_admin=False, by_cookie=True),
    "admin": Caller(1001, "Ada", is_admin=True, by_cookie=True),
    "other": Caller(1002, "Anna", is_admin=True, by_cookie=True),
}
A_MINUTE: Final = 6
SIZES: Final = {"desktop": (1280, 860), "phone": (375, 760)}
LOOKED_AT: Final = os.environ.get("SCREENSHOTS")
"""A folder for pictures of every page, for whoever wants to look at them."""
POLICY: Final = "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'"


class _Door:
    """Stands for the real one: who asks is in a cookie, and nothing runs but the pages' own scripts."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            cookie = SimpleCookie(dict(scope["headers"]).get(b"cookie", b"").decode("latin-1")).get("who")
            scope.setdefault("state", {}).update(caller=CALLERS.get(cookie.value if cookie else ""), csrf="token")

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                names = [name.lower() for name, _ in message["headers"]]
                if b"content-security-policy" not in names:
                    message["headers"].append((b"content-security-policy", POLICY.encode()))
            await send(message)

        await self._app(scope, receive, sent)


@dataclass
class Clock:
    """For how many photos a minute somebody may ask about."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Site:
    url: str
    home: Home
    store: Store
    cousins: Cousins
    recognition: Recognition
    photos: CousinPhotos
    facts: Path
    pace: PhotoPace
    clock: Clock


@asynccontextmanager
async def site_of(home_folder: Path, facts_file: Path) -> AsyncIterator[Site]:
    home = Home(home_folder).create()
    async with (
        Store.open(home.database) as store,
        RecognitionService(home.models, home.weights, "cpu") as service,
        Decoding() as decoding,
    ):
        inbox, library, registry = Inbox(home.inbox, home.face_cache), PhotoLibrary(home.photos), Registry(home.models)
        teaching = Teaching(store, service, inbox)
        family = Family(library, service, teaching)
        facts = FactsFile(facts_file, family.cousins)
        cousins = Cousins(facts, library, family)

        async def tell(name: str, way: object) -> None:
            pass

        decisions = Decisions(
            store.statements, store.guesses, store.told, facts, teaching, ReadersLanguage(store.languages, None)
        )
        corrections = Corrections(store.statements, decisions, cousins, tell)
        intake = PhotoIntake(store.guesses, inbox, decoding, teaching, facts)
        recognition = Recognition(intake, store.guesses, corrections, cousins, RecentAnswers())
        renamings, undoing = Renamings(home, store, facts), Undoing(home, store, facts)
        changes = CousinChanges(home, store.changes, facts, renamings, undoing, service, teaching)
        photos = CousinPhotos(home, store, library, decoding)
        trainer = Trainer(home, "cpu", store.runs, 1)
        await store.people.welcome(1001, "Ada")
        await store.people.welcome(1002, "Anna")
        await store.people.welcome(CALLERS["guest"].person or 0, "Gus")
        await teaching.teach()
        clock = Clock()
        pace, pages = PhotoPace(A_MINUTE, clock), Pages()
        rooms = routes(
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
            GroupDeciding(home, store, decoding),
            GroupPictures(home, decoding),
        )
        port = free_port()
        app = Starlette(routes=rooms, middleware=[Middleware(_Door)], exception_handlers=handlers(pages))
        async with listening(app, "127.0.0.1", port, "PORT"):
            yield Site(f"http://127.0.0.1:{port}", home, store, cousins, recognition, photos, facts_file, pace, clock)


@asynccontextmanager
async def browsing(
    browser: Browser,
    site: Site,
    who: str = "guest",
    size: str = "desktop",
    theme: str = "light",
    *,
    scripts: bool = True,
    motion: bool = True,
    expected: tuple[str, ...] = (),
) -> AsyncIterator[Page]:
    """A page of this person's; whatever goes wrong in it, but what is `expected`, fails the test."""
    complaints: list[str] = []
    width, height = SIZES[size]
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if theme == "dark" else "light",
        java_script_enabled=scripts,
        reduced_motion="no-preference" if motion else "reduce",
        has_touch=size == "phone",
        is_mobile=size == "phone",
    )
    await context.add_cookies([{"name": "who", "value": who, "url": site.url}])
    page = await context.new_page()
    page.set_default_timeout(20_000)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield page
    await context.close()
    assert [one for one in complaints if not any(text in one for text in expected)] == []


async def seen(page: Page, name: str) -> None:
    if LOOKED_AT:
        await page.wait_for_load_state("networkidle")
        size, height = page.viewport_size, await page.evaluate("document.documentElement.scrollHeight")
        assert size is not None
        # Chromium's own pictures of a whole page are those of a desktop.
        await page.set_viewport_size({"width": size["width"], "height": max(size["height"], height)})
        await page.screenshot(path=f"{LOOKED_AT}/{name}.png")
        await page.set_viewport_size(size)


async def propose(site: Site, cousin: str, seed: int, said: str) -> int:
    """A guest's photo of one cousin, and their word that it is another; the proposal's number."""
    gus = CALLERS["guest"]
    answer = await site.recognition.answer(portrait(cousin, seed), gus)
    await site.recognition.correct(answer.id, 1, "is", said, gus)
    return max(one.id for one in await site.store.statements.proposed())


async def thrown(page: Page, event: Literal["drop", "paste"], *files: Path) -> None:
    """Files dropped on the page, or pasted."""
    given = [{"name": file.name, "data": base64.b64encode(file.read_bytes()).decode()} for file in files]
    await page.evaluate(
        """([event, files]) => {
            const carried = new DataTransfer();
            for (const { name, data } of files) {
                const bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0));
                carried.items.add(new File([bytes], name, { type: "image/jpeg" }));
            }
            document.body.dispatchEvent(event === "drop"
                ? new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true })
                : new ClipboardEvent("paste", { clipboardData: carried, bubbles: true }));
        }""",
        [event, given],
    )


async def assert_accessible(page: Page) -> None:
    """What axe finds, and whether anything is wider than the screen."""
    await page.evaluate("Promise.all(document.getAnimations().map(one => one.finished.catch(() => 0)))")
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{page.url} is {wide} pixels too wide"
