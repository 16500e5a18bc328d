"""Whatever the pages say is in their reader's language: a crawler follows every link and sends every form."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import httpx
import pytest
from babel.messages.catalog import Catalog
from starlette.routing import Route

from actions.cousins import Cousins
from data.files.home import Home
from data.store.store import Store
from demo.family import draw_group, draw_stranger
from inference.service import RecognitionService
from tests.bot.conftest import jpeg
from tests.bot.trained import jpeg_of, portrait
from tests.marked import never_the_same
from tests.pseudo_family import FACTS, NoProcess, family_with_everything
from tests.pseudo_language import CODE, there_is_the_pseudo_language, unmarked
from tests.web.crawler import Crawler, Said
from tests.web.serving import browser, come_in, csrf_in, served, settings_of
from web.access.sign_in import path_of
from web.api.pace import PhotoPace
from web.site import family_site

if TYPE_CHECKING:
    from starlette.applications import Starlette

ALLOWED: Final = (
    "Cousinbot",
    r"(?i)\b(?:amelia|ben|clara|diego|otto)\b",  # how facts.yaml names them
    r"\b(?:English|Esperanto)\b",  # languages, by their own names
    r"\bphotos/\S+",
)
ASTRAY: Final = (
    "/nonsense",
    "/review",
    "/faces",
    "/models",
    "/cousins/nonsense",
    "/models/v999",
    "/in/nonsense",
    "/out",
)
WORDLESS: Final = re.compile(r".*\.jpg|.*/picture|/static/.*|/healthz|/api/.*|/image")
"""Addresses of pictures, and of what programs read, in English."""
NOT_TRIED: Final = {
    "/models/{version}/report": "written by a training, in the family's language (tests/training/test_report.py)",
    "/you/nobody": "leads back to a page",
    "/people/{person:number}/nobody": "leads back to a page",
}


def names() -> Iterator[str]:
    return (f"Νέος {letter}" for letter in cycle("αβγδεζηθικλμνξ"))


def pictures() -> list[bytes]:
    return [
        portrait("amelia", 300),
        jpeg_of(draw_group(["amelia", "clara", "ben", "diego"], seed=6)),
        jpeg_of(draw_group(["amelia", "clara"], seed=5)),
        jpeg(3),
        jpeg_of(draw_stranger(804)),
        portrait("otto", 100, disguise="ben"),
    ]


async def test_everything_said_on_the_pages(
    trained_home: Path, extracted: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Browsers want the pseudo-language, and the family reads English."""
    NoProcess(monkeypatch)
    sites: list[Starlette] = []

    def noted(*rooms: Any) -> "Starlette":
        sites.append(family_site(*rooms))
        return sites[-1]

    monkeypatch.setattr("web.serving.family_site", noted)
    (tmp_path / "facts.yaml").write_text(FACTS, "utf-8")
    settings = settings_of(tmp_path / "family", tmp_path / "facts.yaml", photos_a_minute=100_000)
    with there_is_the_pseudo_language(tmp_path / "locales", extracted):
        await family_with_everything(trained_home, settings.home, tmp_path / "σωρός", [])
        read = {"Accept-Language": CODE}
        async with (
            served(settings) as url,
            Store.open(Home(settings.home).database) as store,
            browser(url, **read) as nobody,
            browser(url, **read) as newcomer,
            browser(url, **read) as gus,
            browser(url, **read) as ada,
        ):
            await come_in(gus, store, "Γιώργος")
            number = await come_in(ada, store, "Άντα", is_admin=True)
            photos, typed = never_the_same(pictures()), names()
            crawlers = [
                Crawler(client, who, photos, typed)
                for client, who in ((nobody, "nobody"), (gus, "guest"), (ada, "admin"), (newcomer, "newcomer"))
            ]
            outsider, guest, admin, late = crawlers
            await outsider.crawl("/", *ASTRAY)
            for _ in pictures():  # one after the other is asked about
                await guest.post("/", data={"csrf": await _csrf(gus)}, files={"file": ("α.jpg", next(photos))})
            await guest.crawl("/", *ASTRAY, without=("/you/forget", "/out"))
            await admin.crawl("/", *ASTRAY, without=("/you/forget", "/out"))
            await _go_wrong(admin, await _csrf(ada), number, monkeypatch)
            await admin.crawl("/cousins", "/you")
            await guest.crawl("/you")
            token = await store.sign_ins.make_link_for_newcomer(datetime.now(UTC), is_admin=False)
            await late.crawl(path_of(token))
            for path in (path_of(token), *(f"/in/guess{guess}" for guess in range(25))):
                await outsider.ask(path)
    _assert_marked([said for one in crawlers for said in one.said], tmp_path)
    asked = {one for crawler in crawlers for one in crawler.asked}
    never = [
        route.path
        for route in sites[0].routes
        if isinstance(route, Route)
        and not WORDLESS.fullmatch(route.path)
        and not any(method in (route.methods or ()) and route.path_regex.match(path) for method, path in asked)
    ]
    assert set(never) <= set(NOT_TRIED), f"nobody asked for {never}"


@pytest.mark.parametrize("of_things", [False, True])
async def test_everything_said_on_the_pages_of_a_family_that_begins(
    of_things: bool, extracted: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The family reads the pseudo-language, and the browsers don't say what they want."""
    monkeypatch.setattr(RecognitionService, "sees_pictures", property(lambda _: of_things))
    NoProcess(monkeypatch)
    (tmp_path / "facts.yaml").write_text("", "utf-8")
    with there_is_the_pseudo_language(tmp_path / "locales", extracted):
        settings = settings_of(
            tmp_path / "family", tmp_path / "facts.yaml", language=CODE, telegram_token=f"1234567:{'a' * 35}"
        )
        settings = settings.model_copy(update={"web_url": f"http://localhost:{settings.web_port}"})
        async with (
            served(settings) as url,
            Store.open(Home(settings.home).database) as store,
            browser(url) as gus,
            browser(url) as ada,
        ):
            await come_in(gus, store, "Γιώργος")
            await come_in(ada, store, "Άντα", is_admin=True)
            crawlers = [Crawler(one, "somebody", never_the_same([jpeg(3)]), names()) for one in (gus, ada)]
            for crawler in crawlers:
                await crawler.post("/app/session", content=b"nonsense")
                await crawler.crawl("/", "/app", *ASTRAY)
    _assert_marked([said for one in crawlers for said in one.said], tmp_path)


async def _go_wrong(admin: Crawler, csrf: str, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is refused, and what fails."""
    token = {"csrf": csrf}
    await admin.post("/models/retrain", data=token)
    await admin.ask("/models/run")
    await admin.ask("/models")
    await admin.post("/models/retrain", data=token)
    await admin.post("/models/cancel", data=token)
    await admin.post(f"/people/{number}/block", data=token)
    await admin.post("/cousins/undo", data=token)
    await admin.post("/you/link")  # without the token
    await admin.post("/you/link", headers={"Origin": "http://elsewhere.example"}, data=token)
    with monkeypatch.context() as patch:
        patch.setattr(PhotoPace, "wait", lambda *_: 7)
        await admin.post("/", data=token, files={"file": ("α.jpg", jpeg(4))})

    def fails(_: Cousins) -> NoReturn:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(Cousins, "now", fails)
        await admin.ask("/cousins")


async def _csrf(client: httpx.AsyncClient) -> str:
    return csrf_in((await client.get("/you")).text)


def _assert_marked(said: Sequence[Said], folder: Path) -> None:
    found: dict[str, Said] = {}
    for one in said:
        if rest := unmarked(one.text, *ALLOWED, re.escape(str(folder)) + r"[\w./-]*"):
            found.setdefault(rest, one)
    assert not found, "\n".join(f"{one.where}: {rest!r} in {one.text!r}" for rest, one in found.items())
