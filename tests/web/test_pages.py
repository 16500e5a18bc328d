"""The family's pages in a real browser: asked, corrected, reviewed and changed as a guest and as an admin."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, Response, expect

from tests.bot.trained import portrait
from tests.demo.telegram.test_page import chromium
from tests.web.browsing import CALLERS, Site, assert_accessible, browsing, site_of

FACTS = """\
# Who is who
amelia: [She keeps bees.]  # since 2019
ben:
  # ask him first
  facts:
    - He bakes.  # bread
    - He sings.
  avoid: [his old car]
clara:
  name: "Clara Wilhelmina Antoinette von Hohenstein-Weissenfels"
  facts: [She sails.]
diego:
  name: "דייגו בן־יוסף"
  facts: ["הוא מנגן בגיטרה."]
"""
LOOKED_AT = os.environ.get("SCREENSHOTS")
"""A folder for pictures of every page, for whoever wants to look at them."""


@pytest.fixture
async def site(trained_home: Path, tmp_path: Path) -> AsyncIterator[Site]:
    shutil.copytree(trained_home, tmp_path / "family")
    (tmp_path / "facts.yaml").write_text(FACTS, "utf-8")
    async with site_of(tmp_path / "family", tmp_path / "facts.yaml") as site:
        yield site


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    file = tmp_path / "garden.jpg"
    file.write_bytes(portrait("ben", 77))
    return file


async def seen(page: Page, name: str) -> None:
    if LOOKED_AT:
        await page.screenshot(path=f"{LOOKED_AT}/{name}.png", full_page=True)


async def propose(site: Site, cousin: str, seed: int, said: str) -> int:
    """A guest's photo of one cousin, and their word that it is another; the proposal's number."""
    gus = CALLERS["guest"]
    answer = await site.recognition.answer(portrait(cousin, seed), gus)
    await site.recognition.correct(answer.id, 1, "is", said, gus)
    return max(one.id for one in await site.store.statements.proposed())


async def test_asking_and_correcting(site: Site, photo: Path) -> None:
    async with chromium() as browser:
        async with browsing(browser, site, "guest", "phone") as page:
            await page.goto(site.url)
            await expect(page.get_by_role("heading", name="Who is this?")).to_be_visible()
            await page.locator("input[data-ask]").last.set_input_files([photo, photo])
            await expect(page.locator("#answers .sentence")).to_have_count(2)
            assert await site.store.guesses.count_photos(CALLERS["guest"].person or 0) == 0  # nothing is kept
            first = page.locator("#answers .asked").first
            await expect(first.locator(".boxes .box")).to_have_count(1)
            await seen(page, "ask-guest-phone")
            await first.locator("summary").click()
            await seen(page, "ask-guest-phone-menu")
            await assert_accessible(page)
            await first.get_by_role("button", name="Nobody you know").click()
            await expect(first.locator(".told")).to_have_text("Thank you! An admin will take a look.")
            await expect(first.locator(".told")).to_be_focused()
            [proposal] = await site.store.statements.proposed()
            assert (proposal.statement.says, proposal.statement.by) == ("stranger", CALLERS["guest"].person)
        async with browsing(browser, site, "admin", "desktop", "dark") as page:
            await page.goto(site.url)
            await page.locator("input[data-ask]").last.set_input_files(photo)
            await page.locator("#answers summary").click()
            await seen(page, "ask-admin-desktop-answered")
            await assert_accessible(page)
            await page.get_by_label("Someone new").fill("Zoë Quist")
            await page.get_by_label("Someone new").press("Enter")
            await expect(page.locator("#answers .told")).to_contain_text("I'll remember: Zoë Quist.")
            assert "Zoë_Quist" in {one.statement.cousin for one in await site.store.statements.accepted()}


async def test_asking_without_scripts(site: Site, photo: Path) -> None:
    async with chromium() as browser, browsing(browser, site, "guest", scripts=False) as page:
        await page.goto(site.url)
        await page.get_by_label("Your photos").set_input_files(photo)
        await page.get_by_role("button", name="Ask").click()
        await expect(page.locator(".sentence")).to_be_visible()
        await page.locator("summary").click()
        await page.get_by_role("button", name="Nobody you know").click()
        await expect(page.get_by_role("status")).to_have_text("Thank you! An admin will take a look.")


async def test_a_file_that_is_no_photo(site: Site, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no picture")
    async with chromium() as browser, browsing(browser, site, expected=("400",)) as page:
        await page.goto(site.url)
        await page.locator("input[data-ask]").last.set_input_files(tmp_path / "notes.txt")
        await expect(page.locator("#answers .told")).to_contain_text("notes.txt")


async def test_a_cousin_is_changed(site: Site, tmp_path: Path) -> None:
    (tmp_path / "new.jpg").write_bytes(portrait("ben", 55))
    async with chromium() as browser, browsing(browser, site, "admin", expected=("400",)) as page:
        await page.goto(f"{site.url}/cousins/ben")
        await page.get_by_text("Write the facts").click()
        await page.get_by_label("One sentence a line").fill("He bakes.\nHe paints: boats.\n\n")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("status")).to_have_text("The facts are saved.")
        text = site.facts.read_text("utf-8")
        assert "    - He bakes.  # bread\n" in text
        assert '    - "He paints: boats."\n' in text
        assert text.startswith("# Who is who\namelia: [She keeps bees.]  # since 2019\nben:\n  # ask him first\n")
        assert "He sings" not in text
        await page.locator("form.drop input[type=file]").set_input_files(tmp_path / "new.jpg")
        await expect(page.get_by_role("status")).to_have_text("1 photo was added.")
        await expect(page.locator(".photos li")).to_have_count(6)
        await seen(page, "cousin-admin-desktop")
        await page.locator(".photos a").first.click()
        await page.get_by_role("button", name="Delete this photo").click()
        await expect(page.locator(".photos li")).to_have_count(5)
        await page.get_by_role("button", name="Undo").click()
        await page.goto(f"{site.url}/cousins/ben")
        await expect(page.locator(".photos li")).to_have_count(6)
        await page.get_by_text("Give them another name").click()
        await page.get_by_label("The right name").fill("Benjamin Bo")
        await page.get_by_role("button", name="Rename").click()
        await expect(page.get_by_role("status")).to_have_text("From now on this is Benjamin Bo.")
        assert (site.home.photos / "Benjamin_Bo").is_dir()
        await page.get_by_role("button", name="Undo").click()
        await expect(page.get_by_role("status")).to_have_text("It is as it was before.")
        assert (site.home.photos / "ben").is_dir()
        await page.goto(f"{site.url}/cousins/amelia")
        await page.get_by_text("Forget them").click()
        await page.get_by_label("To be sure").fill("Amelia")
        await page.get_by_role("button", name="Forget for good").click()
        await expect(page.get_by_role("status")).to_contain_text("Nothing was deleted")
        await page.get_by_text("Forget them").click()
        await page.get_by_label("To be sure").fill("amelia")
        await page.get_by_role("button", name="Forget for good").click()
        await expect(page.get_by_role("status")).to_have_text("Amelia is forgotten.")
        assert not (site.home.photos / "amelia").exists()
        assert "amelia" not in site.facts.read_text("utf-8")


async def test_the_review_by_keyboard(site: Site) -> None:
    first, second = await propose(site, "ben", 70, "clara"), await propose(site, "clara", 71, "ben")
    async with chromium() as browser, browsing(browser, site, "admin", expected=("409",)) as page:
        await page.goto(f"{site.url}/review")
        await expect(page.get_by_text("2 faces are waiting")).to_be_visible()
        await seen(page, "review-admin-desktop")
        await page.keyboard.press("1")
        await expect(page.get_by_text("1 face is waiting")).to_be_visible()
        await page.keyboard.press("z")
        await expect(page.get_by_role("status")).to_have_text("Taken back. Here it is again.")
        await expect(page.get_by_text("2 faces are waiting")).to_be_visible()
        await page.keyboard.press("s")
        await expect(page.get_by_role("status")).to_have_text("Noted: nobody from the family.")
        # Another admin is quicker with the last one.
        [left] = await site.store.statements.proposed()
        cookies = {"who": "other"}
        async with httpx.AsyncClient(base_url=site.url, cookies=cookies, trust_env=False, timeout=30) as anna:
            done = await anna.post(f"/review/{left.id}", data={"says": "not_a_face", "csrf": "token"})
        assert done.status_code == 303
        await page.keyboard.press("x")
        await expect(page.get_by_role("status")).to_have_text("Anna has decided this one: not a face.")
        await expect(page.get_by_text("There is nothing to review.")).to_be_visible()
        await seen(page, "review-admin-desktop-empty")
    says = {one.id: one.status for one in await site.store.statements.all()}
    assert {says[first], says[second]} == {"rejected"}


async def test_a_face_is_decided_once(site: Site) -> None:
    number = await propose(site, "ben", 70, "clara")

    async def decide(who: str, says: str) -> int:
        async with httpx.AsyncClient(base_url=site.url, cookies={"who": who}, trust_env=False, timeout=30) as client:
            return (await client.post(f"/review/{number}", data={"says": says})).status_code

    tries = [decide("admin", "stranger"), decide("other", "not_a_face"), decide("admin", "dismiss")]
    assert sorted(await asyncio.gather(*tries)) == [303, 409, 409]


async def test_the_versions(site: Site) -> None:
    async with chromium() as browser, browsing(browser, site, "admin", expected=("sandbox",)) as page:
        await page.goto(f"{site.url}/models")
        await expect(page.get_by_text("★ answers now")).to_be_visible()
        await page.get_by_role("link", name="Report of v001").click()
        await expect(page.frame_locator("iframe").locator("h1")).to_be_visible()
        await seen(page, "report-admin-desktop")
        await page.goto(f"{site.url}/models")
        await page.get_by_role("button", name="Train a new version").click()
        await expect(page.locator("progress")).to_be_visible()
        await seen(page, "models-admin-desktop-training")
        await page.get_by_role("button", name="Cancel").click()
        await expect(page.get_by_text("The training was cancelled.")).to_be_visible(timeout=60_000)


async def test_who_may_see_what(site: Site) -> None:
    paths = ["/review", "/models", "/models/v001", "/models/v001/report", "/models/run"]
    kept = (await site.photos.all())["ben"]
    shown, others = kept[0].sha256, kept[1].sha256
    async with httpx.AsyncClient(base_url=site.url, trust_env=False, timeout=30) as nobody:
        for path in ["/", "/cousins", "/cousins/ben", *paths]:
            assert (await nobody.get(path)).status_code == 401
    async with httpx.AsyncClient(base_url=site.url, cookies={"who": "guest"}, trust_env=False, timeout=30) as gus:
        for path in [*paths, f"/cousins/ben/photos/{others}/small.jpg", f"/cousins/ben/photos/{shown}/large.jpg"]:
            assert (await gus.get(path)).status_code == 403
        for action in ("facts", "photos", "rename", "merge", "forget", f"photos/{shown}/remove"):
            assert (await gus.post(f"/cousins/ben/{action}", data={"typed": "ben"})).status_code == 403
        small = await gus.get(f"/cousins/ben/photos/{shown}/small.jpg")
        assert small.headers["cache-control"] == "no-store"
        assert len(small.content) < 60_000
        assert "Change" not in (await gus.get("/cousins/ben")).text


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
async def test_every_page_for_everybodys_eyes(site: Site, size: str, theme: str) -> None:
    await propose(site, "ben", 70, "clara")
    pages = {"ask": "/", "cousins": "/cousins", "long": "/cousins/clara", "hebrew": "/cousins/diego"}
    admins = {"review": "/review", "models": "/models", "report": "/models/v001"}
    async with chromium() as browser:
        for who in ("guest", "admin"):
            async with browsing(browser, site, who, size, theme, expected=("sandbox",)) as page:
                for name, path in (pages | (admins if who == "admin" else {})).items():
                    await page.goto(site.url + path)
                    for fold in await page.locator("details > summary").all():
                        await fold.click()
                    await seen(page, f"{name}-{who}-{size}-{theme}")
                    await assert_accessible(page)


async def test_a_page_is_light(site: Site) -> None:
    async with chromium() as browser, browsing(browser, site, "admin") as page:
        for path in ("/", "/cousins/ben", "/review", "/models"):
            responses: list[Response] = []

            def note(response: Response, responses: list[Response] = responses) -> None:
                responses.append(response)

            page.on("response", note)
            await page.goto(site.url + path, wait_until="networkidle")
            page.remove_listener("response", note)
            weights = [len(await one.body()) for one in responses if not one.url.endswith(".jpg")]
            assert sum(weights) < 100_000, (path, sum(weights))


async def test_by_keyboard_alone(site: Site) -> None:
    async with chromium() as browser, browsing(browser, site, "guest") as page:
        await page.goto(site.url)
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
        await page.keyboard.press("Enter")
        await page.keyboard.press("Tab")
        await expect(page.locator("input[data-ask]").last).to_be_focused()
        await page.goto(f"{site.url}/cousins")
        await page.locator(".cousins a").first.focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Amelia")
