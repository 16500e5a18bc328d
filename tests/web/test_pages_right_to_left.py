"""The pages in a language that is read from the right: mirrored, nothing cut off, names in their own direction."""

import hashlib
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Browser, Page, expect

from data.settings import Settings
from data.store.store import Store
from demo.family import draw_group
from foundation import languages, reader
from foundation.languages import IN_ENGLISH, Language
from inference.decoding.photo import decode
from inference.faces.detectors import Hog
from inference.faces.finding import find_faces
from tests.bot.trained import jpeg_of, portrait
from tests.mirrored import MIRRORED, catalogue, mirrored
from tests.web.browsing import SIZES, assert_accessible, seen
from tests.web.conftest import FACTS
from tests.web.serving import browser as client_of
from tests.web.serving import come_in, csrf_in
from tests.web.test_pages_groups import put
from web.access.sign_in import path_of


@dataclass(frozen=True)
class Family:
    url: str
    store: Store
    session: str
    photo: str
    """Where a page shows one of Clara's."""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With a photo of Ben between others of which nothing was learned."""
    settings.facts.write_text(FACTS, "utf-8")
    jpeg = jpeg_of(draw_group(("otto", "ben", "june"), seed=6))
    (settings.home / "photos" / "ben" / "group.jpg").write_bytes(jpeg)
    boxes = [face.box.sides for face in find_faces(Hog(), decode(jpeg).pixels)]
    unclear = {"sha256": hashlib.sha256(jpeg).hexdigest(), "cousin": "ben", "boxes": boxes}
    card = settings.home / "models" / "v001" / "card.json"
    skipped = [{"photo": "ben/group.jpg", "reason": "it is not clear", "unclear": unclear}]
    card.write_text(json.dumps(json.loads(card.read_text()) | {"skipped": skipped}))
    return settings


@pytest.fixture
def hebrew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def language(code: str) -> Language:
        return MIRRORED if code == MIRRORED.code else IN_ENGLISH

    catalogue(tmp_path / "locales", MIRRORED.code, {})
    monkeypatch.setattr(languages, "LOCALES", tmp_path / "locales")
    monkeypatch.setattr(reader, "language", language)


@pytest.fixture
async def family(hebrew: None, url: str, store: Store, tmp_path: Path) -> AsyncIterator[Family]:
    """An admin who reads Hebrew, and work for her on every page."""
    await put(store, tmp_path / "heap")
    async with client_of(url) as gus, client_of(url) as ada:
        await come_in(gus, store)
        csrf = csrf_in((await gus.get("/")).text)
        asked = await gus.post("/", data={"csrf": csrf}, files={"file": ("ben.jpg", portrait("ben", 70))})
        face = re.search('action="(/answers/[^"]*/faces/1)"', asked.text)
        assert face is not None
        assert (await gus.post(face[1], data={"csrf": csrf, "says": "is", "cousin": "clara"})).status_code == 200
        await store.languages.choose(await come_in(ada, store, "Ada", is_admin=True), MIRRORED.code)
        photo = re.search('href="(/cousins/clara/photos/[0-9a-f]*)"', (await ada.get("/cousins/clara")).text)
        assert photo is not None
        yield Family(url, store, ada.cookies["cousinbot"], photo[1])


@asynccontextmanager
async def page_of(browser: Browser, family: Family, *, signed_in: bool = True) -> AsyncIterator[Page]:
    context = await browser.new_context(locale="he-IL")
    if signed_in:
        await context.add_cookies([{"name": "cousinbot", "value": family.session, "url": family.url}])
    page = await context.new_page()
    page.set_default_timeout(20_000)
    yield page
    await context.close()


async def assert_fine(page: Page, name: str) -> None:
    assert await page.evaluate("[document.documentElement.lang, document.dir]") == ["he", "rtl"]
    await page.locator("details:not([open])").evaluate_all("all => all.forEach((one) => { one.open = true; })")
    for size, (width, height) in SIZES.items():
        await page.set_viewport_size({"width": width, "height": height})
        await assert_accessible(page)
        assert await page.evaluate(_LEFT_OF_THE_WINDOW) == [], name  # there is no scrolling to there
        await seen(page, f"rtl-{name}-{size}")


_LEFT_OF_THE_WINDOW: Final = """() => [...document.querySelectorAll("body *")].filter((one) => {
  const { left, width } = one.getBoundingClientRect();
  return width > 1 && left < -1 && !one.closest(".skip, .unseen, .report");
}).map((one) => one.outerHTML.slice(0, 200))"""
_ALIGNED: Final = "all => all.map((one) => getComputedStyle(one).textAlign)"
PAGES: Final = {
    "cousins": "/cousins",
    "long": "/cousins/clara",
    "hebrew": "/cousins/diego",
    "review": "/review",
    "faces": "/faces",
    "group": "/groups",
    "groups": "/groups/all",
    "pairs": "/groups/pairs",
    "models": "/models",
    "report": "/models/v001",
    "you": "/you",
    "people": "/people",
    "nowhere": "/nowhere",
}


async def test_every_page(family: Family, browser: Browser, photo: Path) -> None:
    async with page_of(browser, family) as page:
        for name, path in (PAGES | {"photo": family.photo}).items():
            await page.goto(family.url + path)
            await assert_fine(page, name)
            if name == "cousins":  # Latin names stand where the Hebrew around them does
                assert await page.locator(".cousins strong").evaluate_all(_ALIGNED) == ["right"] * 4
        await page.goto(family.url)
        home, account = await page.locator(".home").bounding_box(), await page.locator(".account").bounding_box()
        assert home is not None
        assert account is not None
        assert home["x"] > account["x"]
        await page.locator("input[data-ask]").last.set_input_files(photo)
        await expect(page.locator(".sentence")).to_be_visible()
        await assert_fine(page, "answered")


async def test_coming_in(family: Family, browser: Browser) -> None:
    token = await family.store.sign_ins.make_invitation(datetime.now(UTC))
    async with page_of(browser, family, signed_in=False) as page:
        await page.goto(family.url)
        await assert_fine(page, "stranger")
        await page.goto(family.url + path_of(token))
        await assert_fine(page, "sign-in")
        await page.get_by_role("link", name="English").click()
        await expect(page.get_by_role("button", name="Come in")).to_be_visible()
        await page.get_by_role("link", name="עברית").click()
        await page.get_by_role("button", name=mirrored("Come in")).wait_for()


async def test_keys_go_where_they_point(family: Family, browser: Browser) -> None:
    async with page_of(browser, family) as page:
        await page.goto(f"{family.url}/groups")
        ticks = page.locator(".tiles input")
        await ticks.nth(0).focus()
        await page.keyboard.press("ArrowLeft")
        await expect(ticks.nth(1)).to_be_focused()
        await page.keyboard.press("ArrowRight")
        await expect(ticks.nth(0)).to_be_focused()
        heading = page.locator("legend")
        before = await heading.inner_text()
        # A Hebrew keyboard's key at the place of S.
        await page.evaluate(
            "document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'ד', code: 'KeyS', bubbles: true }))"
        )
        await expect(page.locator(".told")).to_be_visible()
        assert await heading.inner_text() != before
