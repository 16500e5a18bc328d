"""Every page in light and dark, on phones and desktops, with large letters, and without things that move."""

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser, Page, Response, expect

from tests.web.browsing import Site, assert_accessible, browsing, propose, seen

PAGES = {"ask": "/", "cousins": "/cousins", "long": "/cousins/clara", "hebrew": "/cousins/diego"}
ADMINS = {"review": "/review", "models": "/models", "report": "/models/v001"}


def pages_of(who: str) -> dict[str, str]:
    return PAGES | (ADMINS if who == "admin" else {})


async def unfold(page: Page) -> None:
    for fold in await page.locator("details > summary").all():
        await fold.click()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
async def test_every_page(site: Site, browser: Browser, photo: Path, size: str, theme: str) -> None:
    await propose(site, "ben", 70, "clara")
    [kept, *_] = (await site.photos.all())["clara"]
    for who in ("guest", "admin"):
        async with browsing(browser, site, who, size, theme, expected=("sandbox",)) as page:
            paths = pages_of(who) | ({"photo": f"/cousins/clara/photos/{kept.sha256}"} if who == "admin" else {})
            for name, path in paths.items():
                await page.goto(site.url + path)
                if name == "ask":
                    await seen(page, f"{name}-{who}-{size}-{theme}")
                    await assert_accessible(page)
                    await page.locator("input[data-ask]").last.set_input_files(photo)
                    await expect(page.locator(".sentence")).to_be_visible()
                    name = "answered"
                await unfold(page)
                await seen(page, f"{name}-{who}-{size}-{theme}")
                await assert_accessible(page)


@pytest.mark.parametrize("size", ["desktop", "phone"])
async def test_letters_of_twice_the_size(site: Site, browser: Browser, photo: Path, size: str) -> None:
    await propose(site, "ben", 70, "clara")
    async with browsing(browser, site, "admin", size, expected=("sandbox",)) as page:
        for name, path in pages_of("admin").items():
            await page.goto(site.url + path)
            await page.evaluate("document.documentElement.style.fontSize = '200%'")
            if name == "ask":
                await page.locator("input[data-ask]").last.set_input_files(photo)
                await expect(page.locator(".sentence")).to_be_visible()
            await unfold(page)
            await seen(page, f"{name}-admin-{size}-large")
            wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, (path, wide)


async def test_a_phone_shows_the_camera_first_and_a_desktop_the_files(site: Site, browser: Browser) -> None:
    for size, camera in (("phone", True), ("desktop", False)):
        async with browsing(browser, site, "guest", size) as page:
            await page.goto(site.url)
            take = page.locator("label", has_text="Take a photo")
            await expect(take).to_be_visible(visible=camera)
            await expect(page.locator("label", has_text="Choose photos")).to_be_visible()
            assert await take.locator("input").get_attribute("capture") == "environment"


async def test_nothing_moves_for_whoever_does_not_want_that(site: Site, browser: Browser, photo: Path) -> None:
    moves = "document.getAnimations().length"
    for motion in (True, False):
        async with browsing(browser, site, motion=motion) as page:
            await page.goto(site.url)
            await page.evaluate(
                f"new MutationObserver(() => {{ window.moved = Math.max(window.moved ?? 0, {moves}); }})"
                ".observe(document.getElementById('answers'), { childList: true, subtree: true })"
            )
            await page.locator("input[data-ask]").last.set_input_files(photo)
            await expect(page.locator(".sentence")).to_be_visible()
            assert bool(await page.evaluate("window.moved")) == motion


async def test_names_are_read_in_their_own_direction(site: Site, browser: Browser) -> None:
    async with browsing(browser, site, "admin", "phone") as page:
        await page.goto(f"{site.url}/cousins/diego")
        heading = page.get_by_role("heading", level=1)
        assert await heading.evaluate("one => getComputedStyle(one).direction") == "rtl"
        fact = page.locator(".fact").first
        assert await fact.evaluate("one => getComputedStyle(one).direction") == "rtl"
        assert await heading.evaluate("one => getComputedStyle(one).textAlign") == "left"  # as the page around it
        await page.goto(f"{site.url}/cousins/ben")
        assert await heading.evaluate("one => getComputedStyle(one).direction") == "ltr"


@pytest.mark.parametrize("path", ["/", "/cousins/ben", "/review", "/models"])
async def test_a_page_is_light(site: Site, browser: Browser, path: str) -> None:
    """With its style and scripts, and without photos, to somebody who has never been there."""
    responses: list[Response] = []
    async with browsing(browser, site, "admin") as page:
        page.on("response", lambda response: responses.append(response))
        await page.goto(site.url + path, wait_until="networkidle")
        weights = [len(await one.body()) for one in responses if not one.url.endswith(".jpg")]
    assert sum(weights) < 30_000
    print(path, sum(weights))


@pytest.mark.parametrize(("theme", "is_dark"), [("light", False), ("dark", True)])
async def test_a_report_has_the_paper_that_its_ink_is_for(
    site: Site, browser: Browser, theme: str, is_dark: bool
) -> None:
    """axe does not look into the frame: its page is apart from ours."""
    async with browsing(browser, site, "admin", "desktop", theme, expected=("sandbox",)) as page:
        await page.goto(f"{site.url}/models/v001")
        await expect(page.frame_locator("iframe").get_by_role("heading", name="Version v001")).to_be_visible()
        picture = Image.open(io.BytesIO(await page.locator("iframe").screenshot())).convert("L")
        paper = sorted(picture.tobytes())[picture.width * picture.height // 2]
        ink = min(picture.tobytes()) if paper > 127 else max(picture.tobytes())
        assert (paper < 128) == is_dark
        assert abs(ink - paper) > 128
