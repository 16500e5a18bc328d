"""Whatever the pages say is in their reader's language: a crawler follows every link and sends every form."""

import re
from itertools import cycle
from pathlib import Path
from typing import Final

import pytest
from babel.messages.catalog import Catalog
from starlette.applications import Starlette
from starlette.routing import Route

import web.serving
from data.files.home import Home
from data.store.store import Store
from demo.family import draw_group, draw_stranger
from tests.bot.conftest import jpeg
from tests.bot.trained import jpeg_of, portrait
from tests.marked import never_the_same
from tests.pseudo_family import FACTS, NoProcess, family_with_everything
from tests.pseudo_language import CODE, there_is_the_pseudo_language, unmarked
from tests.web.crawler import Crawler, Said
from tests.web.serving import browser, come_in, served, settings_of

ALLOWED: Final = (
    "Cousinbot",
    r"(?i)\b(?:amelia|ben|clara|diego|otto)\b",  # how facts.yaml names them
    r"\b(?:English|Esperanto)\b",  # languages, by their own names
    r"\bphotos/\S+",
)


ASTRAY: Final = ("/nonsense", "/review", "/cousins/nonsense", "/models/v999", "/in/nonsense", "/out")


async def test_everything_said_on_the_pages(
    trained_home: Path, extracted: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    NoProcess(monkeypatch)
    sites: list[Starlette] = []
    made = web.serving.family_site
    monkeypatch.setattr(web.serving, "family_site", lambda *rooms: sites.append(made(*rooms)) or sites[0])
    (tmp_path / "facts.yaml").write_text(FACTS, "utf-8")
    photos = never_the_same(
        [
            portrait("amelia", 300),
            jpeg_of(draw_group(["amelia", "clara"], seed=5)),
            jpeg(3),
            jpeg_of(draw_stranger(804)),
            portrait("otto", 100, disguise="ben"),
        ]
    )
    names = (f"Νέος {letter}" for letter in cycle("αβγδεζηθικλμνξ"))
    settings = settings_of(tmp_path / "family", tmp_path / "facts.yaml", photos_a_minute=100_000)
    with there_is_the_pseudo_language(tmp_path / "locales", extracted):
        await family_with_everything(trained_home, settings.home, tmp_path / "σωρός", [])
        async with served(settings) as url, Store.open(Home(settings.home).database) as store:
            said: list[Said] = []
            asked: set[tuple[str, str]] = set()
            read = {"Accept-Language": CODE}
            async with browser(url, **read) as nobody, browser(url, **read) as gus, browser(url, **read) as ada:
                await come_in(gus, store, "Γιώργος")
                await come_in(ada, store, "Άντα", is_admin=True)
                for client, who in ((nobody, "nobody"), (gus, "guest"), (ada, "admin"), (gus, "guest again")):
                    crawler = Crawler(client, who, photos, names)
                    await crawler.crawl("/", *ASTRAY)
                    said += crawler.said
                    asked |= crawler.asked
    found: dict[str, Said] = {}
    for one in said:
        if rest := unmarked(one.text, *ALLOWED, re.escape(str(tmp_path)) + r"[\w./-]*"):
            found.setdefault(rest, one)
    never = [
        route.path
        for route in sites[0].routes
        if isinstance(route, Route)
        and not any(method in (route.methods or ()) and route.path_regex.match(path) for method, path in asked)
    ]
    assert not never, f"nobody asked for {never}"
    assert not found, "\n".join(f"{one.where}: {rest!r} in {one.text!r}" for rest, one in found.items())
