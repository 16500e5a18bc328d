"""Questions on the pages, answered with one tap; and forty faces in one picture."""

import io
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image
from playwright.async_api import Browser, Page, expect

from foundation.face import Answer, RecognizedFace
from tests.bot.trained import jpeg_of
from tests.doubting import crowd, doubts, in_four_rows
from tests.web.browsing import Site, assert_accessible, browsing, seen

__all__ = ["crowd", "doubts"]

Doubts = dict[str, tuple[Answer, str | None]]
LOOKS = [("desktop", "light"), ("desktop", "dark"), ("phone", "light"), ("phone", "dark")]


async def asked(page: Page, site: Site, photo: Path) -> None:
    await page.goto(site.url)
    await page.locator("input[data-ask]").last.set_input_files(photo)
    await expect(page.locator("#answers .sentence").first).to_be_visible()


@pytest.mark.parametrize(("size", "theme"), LOOKS)
async def test_maybe(doubts: Doubts, site: Site, browser: Browser, photo: Path, size: str, theme: str) -> None:
    doubts["ben"] = "maybe", None
    async with browsing(browser, site, "admin", size, theme) as page:
        await asked(page, site, photo)
        await expect(page.locator("#answers .sentence")).to_have_text("Maybe Ben?")
        await expect(page.locator("#answers .fact")).to_have_count(0)
        await seen(page, f"maybe-{size}-{theme}")
        await page.get_by_text("No", exact=True).click()
        await expect(page.get_by_role("button", name="Not Ben, but I don't know who")).to_be_visible()
        await expect(page.get_by_role("button", name="Ben", exact=True)).to_have_count(0)
        await assert_accessible(page)
        await page.get_by_role("button", name="Yes, Ben").click()
        await expect(page.locator("#answers .sentence")).to_have_text("This is Ben. ✓ Confirmed.")
        await expect(page.locator("#answers .fact")).to_have_text("He bakes.")
        await expect(page.locator("#answers .told")).to_have_text("Thank you, I'll remember: Ben.")
        await expect(page.locator("#answers")).to_contain_text("Better not mention: his old car")
        await seen(page, f"maybe-{size}-{theme}-answered")
        await assert_accessible(page)
    [said] = await site.store.statements.accepted()
    assert (said.statement.says, said.statement.cousin) == ("is", "ben")


@pytest.mark.parametrize(("size", "theme"), [("desktop", "light"), ("phone", "dark")])
async def test_either(doubts: Doubts, site: Site, browser: Browser, photo: Path, size: str, theme: str) -> None:
    doubts["ben"] = "either", "amelia"
    async with browsing(browser, site, "guest", size, theme) as page:
        await asked(page, site, photo)
        await expect(page.locator("#answers .sentence")).to_have_text("Ben or Amelia?")
        await seen(page, f"either-{size}-{theme}")
        await page.get_by_text("Neither", exact=True).click()
        await seen(page, f"either-{size}-{theme}-neither")
        await assert_accessible(page)
        await page.get_by_role("button", name="Amelia").click()
        await expect(page.locator("#answers .sentence")).to_have_text("Then this is Amelia.")
        await expect(page.locator("#answers .fact")).to_have_text("She keeps bees.")
        await expect(page.locator("#answers .told")).to_have_text("Thank you! An admin will take a look.")
    [waiting] = await site.store.statements.proposed()
    assert waiting.statement.cousin == "amelia"
    async with browsing(browser, site, "admin", size, theme) as page:
        await page.goto(f"{site.url}/review")
        await expect(page.get_by_text("I said: Ben or Amelia")).to_be_visible()


async def test_a_question_without_scripts(doubts: Doubts, site: Site, browser: Browser, photo: Path) -> None:
    doubts["ben"] = "either", "amelia"
    async with browsing(browser, site, "guest", scripts=False) as page:
        await page.goto(site.url)
        await page.locator(".plain input").set_input_files(photo)
        await page.get_by_role("button", name="Ask").click()
        await page.get_by_role("button", name="Ben", exact=True).click()
        await expect(page.get_by_role("status")).to_have_text("Thank you! An admin will take a look.")
        await expect(page.locator(".sentence")).to_have_text("Then this is Ben.")
        await expect(page.locator(".fact")).to_contain_text("He")
    [waiting] = await site.store.statements.proposed()
    assert waiting.statement.cousin == "ben"


@pytest.fixture
def reunion(tmp_path: Path) -> Path:
    file = tmp_path / "reunion.jpg"
    pixels = np.full((960, 1280, 3), 190, np.uint8)
    pixels[::40] = 150
    file.write_bytes(jpeg_of(Image.fromarray(pixels)))
    return file


@pytest.mark.parametrize(("size", "theme"), LOOKS)
async def test_forty_faces(
    crowd: list[RecognizedFace], site: Site, browser: Browser, reunion: Path, size: str, theme: str
) -> None:
    crowd += in_four_rows("amelia", "ben", "clara", "diego")
    async with browsing(browser, site, "admin", size, theme) as page:
        await asked(page, site, reunion)
        numbers = page.locator(".boxes text")
        await expect(numbers).to_have_count(40)
        sides = [await number.bounding_box() for number in await page.locator(".boxes .label").all()]
        figure = await page.locator(".picture").bounding_box()
        assert figure is not None
        boxes = [one for one in sides if one is not None]
        for place, one in enumerate(boxes):
            assert one["x"] >= figure["x"] - 1
            assert one["x"] + one["width"] <= figure["x"] + figure["width"] + 1
            for other in boxes[:place]:
                across = min(one["x"] + one["width"], other["x"] + other["width"]) - max(one["x"], other["x"])
                down = min(one["y"] + one["height"], other["y"] + other["height"]) - max(one["y"], other["y"])
                assert across < 1.5 or down < 1.5, (one, other)
        height = await numbers.first.evaluate("one => one.getBoundingClientRect().height")
        assert height >= 9
        await expect(page.locator(".rest > summary")).to_have_text("14–40: nobody I know")
        await expect(page.locator(".faces:not(.rest *) .face:visible")).to_have_count(13)
        await expect(page.locator(".face", has_text="Maybe")).to_have_count(1)
        heard = await page.locator("[aria-live=polite]").text_content()
        assert heard is not None
        assert heard.count("obody I know") == 1
        await seen(page, f"forty-{size}-{theme}")
        await assert_accessible(page)
        await page.locator(".rest > summary").first.click()
        await page.locator(".rest .who summary").first.click()
        await page.locator(".faces:not(.rest *) .who summary").first.click()
        await expect(page.get_by_role("button", name="✓ That's right").first).to_be_visible()
        await seen(page, f"forty-{size}-{theme}-open")
        await assert_accessible(page)
        await page.get_by_role("button", name="✓ All these names are right").click()
        await expect(page.locator(".everybody .told")).to_have_text("Thank you!")
        await expect(page.get_by_role("button", name="✓ That's right")).to_have_count(0)
    assert len(await site.store.statements.accepted()) == 11


async def test_a_format_that_the_browser_does_not_show(
    crowd: list[RecognizedFace], site: Site, browser: Browser, reunion: Path
) -> None:
    crowd += in_four_rows("amelia", "ben", "clara", "diego")
    with Image.open(reunion) as picture:
        pillow_heif.from_pillow(picture.resize((2560, 1920))).save(reunion.with_suffix(".heic"), format="HEIF")
    async with browsing(browser, site) as page:
        await asked(page, site, reunion.with_suffix(".heic"))
        await expect(page.locator(".picture img")).to_be_visible()
        await expect(page.locator(".boxes text")).to_have_count(40)
        await expect(page.locator(".boxes text").first).to_be_visible()
        address = await page.locator(".boxes").get_attribute("data-picture")
        drawn = await page.request.get(f"{site.url}{address}")
        assert (drawn.headers["content-type"], drawn.headers["cache-control"]) == ("image/jpeg", "no-store")
        with Image.open(io.BytesIO(await drawn.body())) as picture:
            assert picture.size == (1280, 960)
    async with browsing(browser, site, "other") as page:
        assert (await page.request.get(f"{site.url}{address}")).status == 404
