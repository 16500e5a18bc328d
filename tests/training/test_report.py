"""The training report as a phone shows it."""

from pathlib import Path
from typing import Final, Literal

import pytest
from playwright.async_api import Page, expect

from foundation.reader import translated
from models.card import Skipped, Unclear
from tests.chromium import chromium
from tests.mirrored import MIRRORED
from training import wording
from training.reports.left_out import each_once
from training.reports.page import page as page_of

LONG: Final = "Featherstonehaugh Wilhelminenstrasse"
_ON_SEVERAL_LINES: Final = """cell => {
  const text = [...cell.childNodes].find(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
  if (!text) return [];
  return [...text.data.matchAll(/\\S+/g)].filter(word => {
    const range = document.createRange();
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    return range.getClientRects().length > 1;
  }).map(word => word[0]);
}"""
"""The words of an element that are broken in their middle."""


@pytest.fixture
def report(trained_home: Path, tmp_path: Path) -> Path:
    """That of a family of whom one has a long name."""
    page = (trained_home / "models" / "v001" / "report.html").read_text("utf-8")
    file = tmp_path / "report.html"
    file.write_text(page.replace("amelia<", f"{LONG}<").replace("named amelia", f"named {LONG}"), "utf-8")
    return file


async def seen(page: Page) -> int:
    return await page.locator("figure:visible").count()


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 700, 1200])
async def test_nothing_is_wider_than_the_screen_and_no_word_is_broken(
    report: Path, width: int, colours: Literal["light", "dark"]
) -> None:
    async with chromium() as browser:
        page = await browser.new_page(viewport={"width": width, "height": 844}, color_scheme=colours)
        await page.goto(report.as_uri())
        await expect(page.locator("td", has_text=LONG)).to_be_visible()
        for summary in await page.locator("summary").all():
            await summary.click()
        assert await page.evaluate("document.documentElement.scrollWidth") == width
        for words in ("td, th, td bdi", "figure, figure bdi, figure span"):
            assert await page.locator(words).evaluate_all(f"all => all.flatMap({_ON_SEVERAL_LINES})") == []
        text, ground = await page.evaluate(
            "[getComputedStyle(document.body).color, getComputedStyle(document.documentElement).colorScheme]"
        )
        assert (text, ground) == ("rgb(34, 34, 34)" if colours == "light" else "rgb(230, 230, 230)", "light dark")


async def test_the_longest_lists_are_folded(report: Path) -> None:
    async with chromium() as browser:
        page = await browser.new_page(viewport={"width": 390, "height": 844})
        await page.goto(report.as_uri())
        folded = await seen(page)
        assert await page.evaluate("document.documentElement.scrollHeight") < 4500
        hardest = page.locator("h2", has_text="The hardest photos").locator("xpath=following-sibling::details[1]")
        await expect(hardest.locator("summary")).to_have_text("10 more photos")
        await hardest.locator("summary").click()
        assert await seen(page) == folded + 10
        await hardest.locator("summary").click()
        assert await seen(page) == folded


def test_a_photo_of_two_cousins_is_left_out_once_with_both_names() -> None:
    def unclear(cousin: str) -> Skipped:
        box = (0.0, 0.0, 0.5, 1.0)
        left_out = Unclear(sha256="aa", cousin=cousin, boxes=(box, box, box))
        return Skipped(photo="lucy/picnic.jpg", reason=wording.face_unclear(3), unclear=left_out)

    other = Skipped(photo="lucy/wall.jpg", reason=wording.no_face())
    one, wall = each_once([unclear("lucy"), other, unclear("linus")])
    assert one.reason == "it is not clear which of its 3 faces is the cousin's: lucy, linus"
    assert wall == other
    assert each_once([unclear("lucy")]) == [unclear("lucy")]
    assert each_once([one, wall]) == [one, wall]


@pytest.mark.parametrize("template", ["contact_sheet.html", "groups.html"])
def test_pages_say_their_language_and_direction(template: str) -> None:
    face = {"picture": "data:,", "photo": "ben_1.jpg"}
    values = {
        "sections": [(("Copies", "Why.", "Advice."), [[face]])],
        "groups": [{"title": "A group", "command": "cousinbot photos name 1 ben", "faces": [face]}],
    }
    assert page_of(template, **values).startswith('<!doctype html>\n<html lang="en" dir="ltr">')
    with translated(MIRRORED):
        shown = page_of(template, **values)
    assert shown.startswith('<!doctype html>\n<html lang="he" dir="rtl">')
    assert "<bdi>ben_1.jpg</bdi>" in shown
