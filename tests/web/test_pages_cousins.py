"""The cousins' pages, in a real browser: shown to everybody, changed by admins, and put back."""

import io
from pathlib import Path

import httpx
from PIL import Image
from playwright.async_api import Browser, Page, expect

from data.files.library import PhotoLibrary
from data.store.catalogue import IMPORTED
from foundation.photo_dates import Taken
from models.registry import Registry
from tests.bot.trained import jpeg_of, portrait
from tests.web.browsing import Site, assert_accessible, browsing, seen, thrown


async def open_fold(page: Page, title: str) -> None:
    await page.locator("summary", has_text=title).click()


async def test_the_facts(site: Site, browser: Browser) -> None:
    async with browsing(browser, site, "admin") as page:
        await page.goto(f"{site.url}/cousins/ben")
        await open_fold(page, "Write the facts")
        await page.get_by_label("One sentence a line").fill("He bakes.\nHe paints: boats.\n\n")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("status")).to_have_text("The facts are saved.")
        await seen(page, "cousin-admin-desktop-saved")
    text = site.facts.read_text("utf-8")
    assert "    - He bakes.  # bread\n" in text
    assert '    - "He paints: boats."\n' in text
    assert text.startswith("# Who is who\namelia: [She keeps bees.]  # since 2019\nben:\n  # ask him first\n")
    assert "He sings" not in text


async def test_photos_are_added_dropped_deleted_and_back(site: Site, browser: Browser, tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.jpg" for number in (55, 56, 57)]
    for file in files:
        file.write_bytes(portrait("ben", int(file.stem)))
    async with browsing(browser, site, "admin", "phone") as page:
        await page.goto(f"{site.url}/cousins/ben")
        await page.locator("form.drop input[type=file]").set_input_files(files[0])
        await expect(page.get_by_role("status")).to_have_text("1 photo was added.")
        await thrown(page, "drop", *files)
        await expect(page.get_by_role("status")).to_have_text("2 photos were added. 1 photo was here already.")
        await expect(page.locator(".photos li")).to_have_count(8)
        await page.locator(".photos a").first.click()
        await expect(page.get_by_text("You can undo it for 30 days.")).to_be_visible()
        await seen(page, "photo-admin-phone")
        await assert_accessible(page)
        await page.get_by_role("button", name="Delete this photo").click()
        await expect(page.locator(".photos li")).to_have_count(7)
        await expect(page.get_by_role("status")).to_contain_text("a photo of Ben was deleted")
        await seen(page, "cousin-admin-phone-deleted")
        await assert_accessible(page)
        await page.reload()
        await page.get_by_role("button", name="Undo").click()
        await expect(page.get_by_role("status")).to_have_text("It is as it was before.")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Ben")
        await expect(page.locator(".photos li")).to_have_count(8)
        await expect(page.get_by_role("button", name="Undo")).to_have_count(0)  # the import is undone on the list


async def test_a_file_that_is_no_photo_is_said_and_the_others_are_added(
    site: Site, browser: Browser, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("no picture")
    (tmp_path / "new.jpg").write_bytes(portrait("ben", 55))
    async with browsing(browser, site, "admin") as page:
        await page.goto(f"{site.url}/cousins/ben")
        await thrown(page, "drop", tmp_path / "notes.txt", tmp_path / "new.jpg")
        await expect(page.get_by_role("status")).to_contain_text("1 photo was added. notes.txt could not be added.")


async def test_a_rename_and_a_merge_are_undone(site: Site, browser: Browser) -> None:
    async with browsing(browser, site, "admin", expected=("400",)) as page:
        await page.goto(f"{site.url}/cousins/ben")
        await open_fold(page, "Give them another name")
        await page.get_by_label("The right name").fill("Benjamin Bo")
        await page.get_by_role("button", name="Rename").click()
        await expect(page.get_by_role("status")).to_have_text("From now on this is Benjamin Bo.")
        assert (site.home.photos / "Benjamin_Bo").is_dir()
        await seen(page, "cousins-admin-desktop-renamed")
        await assert_accessible(page)
        await page.get_by_role("button", name="Undo").click()
        await expect(page.get_by_role("status")).to_have_text("It is as it was before.")
        assert (site.home.photos / "ben").is_dir()
        await page.goto(f"{site.url}/cousins/ben")
        await open_fold(page, "They are somebody who is here already")
        await page.get_by_label("Who they really are").select_option("Amelia")
        await page.get_by_role("button", name="Merge").click()
        await expect(page.get_by_role("status")).to_have_text("Ben is now part of Amelia.")
        await expect(page.locator(".cousins li")).to_have_count(3)
        assert len((await site.photos.all())["amelia"]) == 10
        await page.get_by_role("button", name="Undo").click()
        await expect(page.locator(".cousins li")).to_have_count(4)
        assert len((await site.photos.all())["ben"]) == 5


async def test_only_the_exact_name_forgets(site: Site, browser: Browser) -> None:
    async with browsing(browser, site, "admin", expected=("400",)) as page:
        for typed, told in (("Amelia", "Nothing was deleted"), ("amelia", "Amelia is forgotten.")):
            await page.goto(f"{site.url}/cousins/amelia")
            await open_fold(page, "Forget them")
            await page.get_by_label("To be sure").fill(typed)
            await page.get_by_role("button", name="Forget for good").click()
            await expect(page.get_by_role("status")).to_contain_text(told)
    assert not (site.home.photos / "amelia").exists()
    assert "amelia" not in site.facts.read_text("utf-8")


async def test_without_scripts(site: Site, browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "new.jpg").write_bytes(portrait("ben", 55))
    async with browsing(browser, site, "admin", scripts=False) as page:
        await page.goto(f"{site.url}/cousins/ben")
        await page.locator("noscript input[type=file]").set_input_files(tmp_path / "new.jpg")
        await page.get_by_role("button", name="Add", exact=True).click()
        await expect(page.get_by_role("status")).to_have_text("1 photo was added.")
        await page.locator(".photos a").first.click()
        await page.get_by_role("button", name="Delete this photo").click()
        await page.get_by_role("button", name="Undo").click()
        await expect(page.get_by_role("status")).to_have_text("It is as it was before.")


async def test_who_may_see_what(site: Site) -> None:
    paths = ["/review", "/models", "/models/v001", "/models/v001/report", "/models/run"]
    kept = (await site.photos.all())["ben"]
    shown = kept[0].sha256
    async with httpx.AsyncClient(base_url=site.url, trust_env=False, timeout=30) as nobody:
        for path in ["/", "/cousins", "/cousins/ben", *paths]:
            assert (await nobody.get(path)).status_code == 401
    async with httpx.AsyncClient(base_url=site.url, cookies={"who": "guest"}, trust_env=False, timeout=30) as gus:
        for path in [*paths, f"/cousins/ben/photos/{shown}/small.jpg", f"/cousins/ben/photos/{shown}/large.jpg"]:
            assert (await gus.get(path)).status_code == 403
        for action in ("facts", "photos", "rename", "merge", "forget", f"photos/{shown}/remove"):
            assert (await gus.post(f"/cousins/ben/{action}", data={"typed": "ben"})).status_code == 403
        assert (await gus.post("/cousins/undo", data={"change": "1"})).status_code == 403
        small = await gus.get("/cousins/ben/portrait.jpg")
        assert small.headers["cache-control"] == "no-store"
        assert len(small.content) < 60_000
        assert "Change" not in (await gus.get("/cousins/ben")).text


async def test_the_portrait_is_of_the_face(site: Site) -> None:
    """Of the largest that was learned; a photo that nobody has learned yet is shown whole."""
    scene = Image.new("RGB", (1600, 800), "white")
    scene.paste(Image.open(io.BytesIO(portrait("ben", 0))), (1200, 200))
    async with httpx.AsyncClient(base_url=site.url, cookies={"who": "guest"}, trust_env=False, timeout=30) as gus:
        learned = Image.open(io.BytesIO((await gus.get("/cousins/ben/portrait.jpg")).content))
        assert max(learned.size) <= 320
        [outcome] = await site.photos.add("otto", [("scene.jpg", jpeg_of(scene))])
        assert outcome.became == "added"
        whole = Image.open(io.BytesIO((await gus.get("/cousins/otto/portrait.jpg")).content))
        assert whole.size == (320, 160)
        PhotoLibrary(site.home.photos).add_cousin("zoe")
        assert (await gus.get("/cousins/zoe/portrait.jpg")).status_code == 404


async def test_photos_that_others_are_on_stay_when_somebody_is_forgotten(site: Site) -> None:
    kept = (await site.photos.all())["ben"][0]
    await site.store.catalogue.label(kept.sha256, "amelia", IMPORTED)
    async with httpx.AsyncClient(base_url=site.url, cookies={"who": "admin"}, trust_env=False, timeout=60) as ada:
        told = await ada.post("/cousins/ben/forget", data={"typed": "ben"}, follow_redirects=True)
    assert "Ben is forgotten. 1 photo stays" in told.text
    assert kept.sha256 in {one.sha256 for one in (await site.photos.all())["amelia"]}


async def test_two_who_write_facts_at_once_lose_none(site: Site, browser: Browser) -> None:
    async with browsing(browser, site, "admin") as one, browsing(browser, site, "other", expected=("409",)) as other:
        for page in (one, other):
            await page.goto(f"{site.url}/cousins/ben")
            await page.get_by_text("Write the facts").click()
        await one.get_by_label("One sentence a line").fill("He bakes.\nHe sings.\nHe skis.")
        await one.get_by_role("button", name="Save").click()
        await expect(one.locator(".told")).to_contain_text("saved")
        await other.get_by_label("One sentence a line").fill("He bakes.\nHe dives.")
        await other.get_by_role("button", name="Save").click()
        await expect(other.locator(".told")).to_contain_text("Somebody else has changed")
        await expect(other.get_by_label("One sentence a line")).to_have_value("He bakes.\nHe dives.")
        await expect(other.locator(".facts")).to_contain_text("He skis.")
        await other.get_by_role("button", name="Save").click()  # having seen it
        await expect(other.locator(".told")).to_contain_text("saved")
    assert list(site.cousins.now().facts("ben")) == ["He bakes.", "He dives."]


async def test_back_and_reload_send_nothing_again(site: Site, browser: Browser) -> None:
    async with browsing(browser, site, "admin") as page:
        await page.goto(f"{site.url}/cousins/ben")
        await page.get_by_text("Write the facts").click()
        await page.get_by_label("One sentence a line").fill("He bakes.\nHe skis.")
        await page.get_by_role("button", name="Save").click()
        await expect(page.locator(".told")).to_contain_text("saved")
        assert page.url.startswith(f"{site.url}/cousins/ben?")
        site.cousins.write_facts("ben", ["He dives."])
        await page.reload()
        await expect(page.locator(".facts")).to_contain_text("He dives.")
        await page.go_back()
        await expect(page.get_by_role("heading", name="Ben")).to_be_visible()
    assert list(site.cousins.now().facts("ben")) == ["He dives."]


async def test_which_ages_are_missing_is_for_admins(site: Site, browser: Browser) -> None:
    site.facts.write_text(site.facts.read_text("utf-8").replace("ben:\n", "ben:\n  born: 1990\n"), "utf-8")
    samples = Registry(site.home.models).card("v001").samples
    ben = [one.sha256 for one in samples if one.cousin == "ben"]
    await site.store.years.note({sha256: Taken(2010, "camera") for sha256 in ben[1:]})
    for who, said in (("admin", 1), ("guest", 0)):
        async with browsing(browser, site, who) as page:
            await page.goto(f"{site.url}/cousins/ben")
            await expect(page.get_by_text("Ben: no photos under 10; two would help most.")).to_have_count(said)
            await expect(page.get_by_text("18 to 39: 4; 1 photo without a date")).to_have_count(said)
            await assert_accessible(page)
