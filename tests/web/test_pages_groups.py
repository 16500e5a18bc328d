"""Groups of faces on photos without names, in a real browser: named, ticked, split, merged, skipped, and put back."""

import hashlib
from functools import cache
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from actions.groups.deciding import GroupDeciding
from actions.groups.groups import sorted_now
from data.files.library import PhotoLibrary
from data.sorting.sorted_faces import LookedAt, NewFace
from data.store.store import Store
from foundation.box import Box
from foundation.face import Clarity
from inference.decoding.sandbox import Decoding
from tests.actions.groups.made import face
from tests.bot.trained import portrait
from tests.web.browsing import Site, assert_accessible, browsing, seen

FACE = Box(0.2, 0.1, 0.8, 0.8)
GROUPS = (("june", 6, 1), ("otto", 3, 2), ("ben", 3, 3), ("ben", 2, 3))
"""Who is on how many photos, and what number their face has: Ben's are two groups."""


drawn = cache(portrait)  # the same for every test


async def put(store: Store, folder: Path) -> None:
    """These groups, numbered from 1, of drawn photos in `folder`."""
    folder.mkdir()  # noqa: ASYNC240
    looked_at, names, nudge = [], [], 0
    for cousin, photos, number in GROUPS:
        names.append([f"{cousin}_{number}_{photos}_{photo}.jpg" for photo in range(photos)])
        for name in names[-1]:
            nudge += 1
            (folder / name).write_bytes(jpeg := drawn(cousin, 500 + nudge))
            sha256 = hashlib.sha256(jpeg).hexdigest()
            file = LookedAt(sha256, folder / name, "made", jpeg[-8:], None, len(jpeg), nudge)
            looked_at.append((file, [NewFace(0, FACE, Clarity.CLEAR, face(number, nudge), face(number, nudge))]))
    await store.sorted_faces.keep(looked_at)
    ids = {one.path.name: one.id for one in await store.sorted_faces.all()}
    groups = [[ids[name] for name in group] for group in names]
    assert await store.sorted_faces.assign(groups, [None] * len(groups), {}, {}, await store.group_decisions.last())


@pytest.fixture
async def heap(site: Site, tmp_path: Path) -> Path:
    await put(site.store, tmp_path / "heap")
    return tmp_path / "heap"


async def told(page: Page, text: str) -> None:
    await expect(page.locator("[role=status]").first).to_contain_text(text)


async def groups_of(site: Site) -> list[tuple[str | None, int, int]]:
    """Whose each is, how many of its faces people named, and how many there are."""
    return [(one.cousin, one.named, len(one.faces)) for one in (await sorted_now(site.store)).groups]


def photos_of(site: Site, cousin: str) -> int:
    return sum(one.cousin == cousin for one in PhotoLibrary(site.home.photos).photos())


async def test_named_by_keys_and_typing_and_taken_back(site: Site, browser: Browser, heap: Path) -> None:
    async with browsing(browser, site, "admin", theme="dark") as page:
        await page.goto(f"{site.url}/cousins")
        await expect(page.locator("main")).to_contain_text("4 groups of faces wait for a name.")
        await page.get_by_role("link", name="Who is this?").click()
        await expect(page.locator("main")).to_contain_text("4 groups are waiting")
        await expect(page.locator("legend")).to_have_text("6 faces")
        await page.locator(".tile img").first.evaluate("image => image.decode()")
        await assert_accessible(page)
        await seen(page, "group-admin-desktop-dark")
        # Someone new is asked about once more; Enter is the button beside the text.
        await page.keyboard.press("t")
        await page.keyboard.type("Jun")
        await page.keyboard.press("Enter")
        await expect(page.locator("#doubt")).to_contain_text("Nobody here is called “Jun”.")
        await assert_accessible(page)
        await seen(page, "group-admin-desktop-dark-new")
        await page.locator("main").focus()
        await page.keyboard.press("y")
        await told(page, "Noted: that is Jun. 6 photos were added.")
        assert photos_of(site, "Jun") == 6
        await expect(page.locator("legend")).to_have_text("3 faces")  # Otto's
        await page.keyboard.press("n")
        # A tick does not take the keys away.
        await page.get_by_role("checkbox", name="Face 1", exact=True).check()
        ben = await page.get_by_role("button", name="Ben").get_attribute("data-key")
        assert ben is not None
        await page.keyboard.press(ben)
        await told(page, "Noted: that is Ben. 1 photo was added.")
        await expect(page.locator("legend")).to_have_text("2 faces")  # the rest of the group stays, and is no cousin's
        assert sorted(await groups_of(site), key=str) == [
            ("Jun", 6, 6),
            ("ben", 1, 1),
            (None, 0, 2),
            (None, 0, 2),
            (None, 0, 3),
        ]
        await page.keyboard.press("1")  # whom they are like
        await told(page, "Noted: that is Ben. 2 photos were added.")
        for bens in (5 + 1, 5, 5):
            async with page.expect_navigation():
                await page.keyboard.press("z")
            await told(page, "It is as it was before.")
            assert photos_of(site, "ben") == bens
        await expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    assert sorted(await groups_of(site), key=str) == [(None, 0, 2), (None, 0, 3), (None, 0, 3), (None, 0, 6)]
    assert "Jun" not in PhotoLibrary(site.home.photos).cousins_there()


async def test_split_and_skipped_without_scripts(site: Site, browser: Browser, heap: Path) -> None:
    async with browsing(browser, site, "admin", "phone", scripts=False, expected=("409",)) as page:
        await page.goto(f"{site.url}/groups")
        await page.get_by_role("button", name="The ticked are somebody else").click()
        await told(page, "Please choose some of the faces")
        await page.get_by_role("checkbox", name="Face 1", exact=True).check()
        await page.get_by_role("checkbox", name="Face 2", exact=True).check()
        await page.get_by_role("button", name="The ticked are somebody else").click()
        await told(page, "2 faces are a group of their own now, and come next.")
        await expect(page.locator("legend")).to_have_text("4 faces")
        await page.get_by_role("button", name="Ben").click()
        await told(page, "Noted: that is Ben.")
        await expect(page.locator("legend")).to_have_text("2 faces")  # those that were split off
        await page.get_by_role("button", name="Not one person").click()
        await told(page, "These are two groups now.")
        await page.get_by_role("button", name="Skip for good").click()
        await told(page, "1 face is skipped: I won't ask about it again.")
        await page.get_by_label("Or type a name").fill("clara")
        await page.get_by_role("button", name="It's them").click()
        await told(page, "Noted: that is Clara Wilhelmina")
        assert len(await site.store.sorted_faces.all()) == 13
        await page.get_by_role("link", name="All groups").click()
        await page.get_by_role("checkbox", name="Group 1", exact=True).check()
        await page.get_by_role("checkbox", name="Group 2", exact=True).check()
        await page.get_by_role("button", name="They are one person").click()
        await told(page, "2 groups are one person now.")
    assert sorted(size for _, _, size in await groups_of(site)) == [1, 2, 4, 6]


async def test_several_at_once_on_a_phone(site: Site, browser: Browser, heap: Path) -> None:
    async with browsing(browser, site, "admin", "phone", expected=("409",)) as page:
        await page.goto(f"{site.url}/groups/all")
        await expect(page.locator("main")).to_contain_text("4 groups are waiting")
        await page.get_by_role("button", name="Skip for good").click()
        await told(page, "Please tick the groups first.")
        await page.get_by_role("checkbox", name="Group 1", exact=True).check()
        await page.get_by_role("checkbox", name="Group 4", exact=True).click(modifiers=["Shift"])
        await expect(page.locator("output")).to_have_text("4")
        await page.get_by_role("checkbox", name="Group 2", exact=True).uncheck()
        await assert_accessible(page)
        await seen(page, "groups-admin-phone")
        await page.get_by_label("Who they are").fill("Benn")
        await page.get_by_label("Who they are").press("Enter")
        await expect(page.locator("#doubt")).to_contain_text("Do you mean one of these?")
        await page.get_by_role("button", name="It is Ben").click()
        await told(page, "Noted: that is Ben. 11 photos were added.")
        await page.get_by_role("link", name="With a name").click()
        await expect(page.locator("main")).to_contain_text("1 group has a name")
        await assert_accessible(page)
        await page.get_by_role("button", name="Undo").click()
        await told(page, "It is as it was before.")
    assert photos_of(site, "ben") == 5
    assert len(await groups_of(site)) == 4


async def test_same_person(site: Site, browser: Browser, heap: Path) -> None:
    async with browsing(browser, site, "admin", "phone", "dark") as page:
        await page.goto(f"{site.url}/groups/pairs")
        await expect(page.locator("main")).to_contain_text("1 question")
        for picture in await page.locator(".pair img").all():
            await picture.evaluate("image => image.decode()")
        await assert_accessible(page)
        await seen(page, "pairs-admin-phone-dark")
        await page.keyboard.press("x")
        await told(page, "Noted: those are two people.")
        await expect(page.locator("main")).to_contain_text("No two groups look like one person.")
        await page.keyboard.press("z")
        await told(page, "It is as it was before.")
        await page.goto(f"{site.url}/groups/3")
        await page.get_by_role("button", name="Ben").click()
        await told(page, "Noted: that is Ben.")
        await page.goto(f"{site.url}/groups/pairs")
        await page.keyboard.press("y")  # who is the same as Ben is Ben, and not asked about again
        await told(page, "Noted: that is Ben. 2 photos were added.")
    assert ("ben", 5, 5) in await groups_of(site)


async def test_what_has_changed_meanwhile_is_said_and_nothing_lost(site: Site, heap: Path) -> None:
    async with (
        httpx.AsyncClient(base_url=site.url, cookies={"who": "admin"}, timeout=30, trust_env=False) as ada,
        Decoding() as decoding,
    ):
        groups = {one.id: one for one in (await sorted_now(site.store)).groups}
        chat = GroupDeciding(site.home, site.store, decoding)
        forms = {number: {"seen": group.state, "cousin": "ben"} for number, group in groups.items()}
        pair = {name: f"{number}-{groups[number].state}" for name, number in (("one", 3), ("other", 4))}
        several = {"tick": [pair["one"], pair["other"]], "name": "ben"}
        await chat.split(1, {groups[1].faces[0].id}, 7)
        again = await ada.post("/groups/1", data=forms[1] | {"tick": str(groups[1].faces[1].id), "name": "Juna"})
        assert again.status_code == 409
        assert "Now it is 5 faces" in again.text
        assert f'value="{groups[1].faces[1].id}" checked' in again.text
        assert 'value="Juna"' in again.text
        await chat.name(2, "clara", 7)
        again = await ada.post("/groups/2", data=forms[2])
        assert again.status_code == 409
        assert "Somebody has said meanwhile that this is Clara" in again.text
        await chat.skip(3, 7)
        for path, form in (("/groups/3", forms[3]), ("/groups/pairs", pair), ("/groups/all", several)):
            again = await ada.post(path, data=form)
            assert again.status_code == 409, path
            assert "meanwhile" in again.text
        assert (await ada.get("/groups/3")).status_code == 404
        gone = {"seen": groups[4].state, "cousin": "nobody"}
        assert "renamed or deleted meanwhile" in (await ada.post("/groups/4", data=gone)).text
        old = (await site.store.changes.latest())[-1]
        assert (await ada.post("/groups/undo", data={"change": str(old.id)})).status_code == 409
        assert (await ada.post("/groups/undo", data={"change": "x"})).status_code == 409
        # A photo that lies elsewhere now is told, and what was said of its face stands.
        name = groups[4].faces[0].path.name
        (heap / name).rename(heap.parent / name)
        assert (await ada.get("/groups/4")).text.count("Photo gone") == 1
        done = await ada.post("/groups/4", data=forms[4], follow_redirects=True)
        assert f"1 photo was added. 1 photo is not where it was ({name})" in done.text
    assert ("ben", 2, 2) in await groups_of(site)


async def test_nobody_but_admins_and_how_to_begin(site: Site, browser: Browser, tmp_path: Path) -> None:
    async with browsing(browser, site, "admin", "phone") as page:
        await page.goto(f"{site.url}/groups")
        await expect(page.locator("main")).to_contain_text("cousinbot photos sort FOLDER")
        await assert_accessible(page)
        await page.goto(f"{site.url}/cousins")
        await expect(page.get_by_role("link", name="Who is this?")).to_have_count(0)
    await put(site.store, tmp_path / "heap")
    [face, *_] = await site.store.sorted_faces.all()
    pages = ("/groups", "/groups/1", "/groups/all", "/groups/pairs", f"/groups/faces/{face.id}.jpg")
    async with httpx.AsyncClient(base_url=site.url, cookies={"who": "guest"}, trust_env=False) as guest:
        assert "wait for a name" not in (await guest.get("/cousins")).text
        assert {(await guest.get(path)).status_code for path in pages} == {403}
        for path in ("/groups/1", "/groups/all", "/groups/pairs", "/groups/undo"):
            assert (await guest.post(path, data={"do": "skip"})).status_code == 403
    async with httpx.AsyncClient(base_url=site.url, cookies={"who": "admin"}, trust_env=False) as ada:
        picture = await ada.get(pages[-1])
        assert (picture.headers["content-type"], picture.headers["cache-control"]) == ("image/jpeg", "no-store")
        assert (await ada.get("/groups/faces/99.jpg")).status_code == 404
        assert (await ada.get("/groups/all?page=99&show=named")).status_code == 200
