"""Review and models, in a real browser: decided with one key each, by one admin or two; versions trained and chosen."""

import asyncio

import httpx
from playwright.async_api import Browser, expect

from models.registry import Registry
from tests.web.browsing import Site, assert_accessible, browsing, propose, seen


async def test_the_review_by_keyboard(site: Site, browser: Browser) -> None:
    first, second = await propose(site, "ben", 70, "clara"), await propose(site, "clara", 71, "ben")
    async with browsing(browser, site, "admin", expected=("409",)) as page:
        await page.goto(f"{site.url}/review")
        await expect(page.get_by_text("2 faces are waiting")).to_be_visible()
        await seen(page, "review-admin-desktop-two")
        await page.keyboard.press("1")
        await expect(page.get_by_text("1 face is waiting")).to_be_visible()
        await seen(page, "review-admin-desktop-noted")
        await assert_accessible(page)
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
        await assert_accessible(page)
    says = {one.id: one.status for one in await site.store.statements.all()}
    assert {says[first], says[second]} == {"rejected"}


async def test_the_review_with_tab_and_enter(site: Site, browser: Browser) -> None:
    await propose(site, "ben", 70, "clara")
    async with browsing(browser, site, "admin") as page:
        await page.goto(f"{site.url}/review")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")  # to the page, past the links above it
        await page.keyboard.press("Tab")
        await expect(page.locator("[data-key='1']")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status")).to_contain_text("Noted: Clara")
        [said] = await site.store.statements.accepted()
        assert said.statement.cousin == "clara"


async def test_somebody_who_is_new_in_the_review(site: Site, browser: Browser) -> None:
    await propose(site, "ben", 70, "clara")
    async with browsing(browser, site, "admin", "phone", "dark") as page:
        await page.goto(f"{site.url}/review")
        await page.locator("summary", has_text="Someone new").click()
        await page.get_by_label("Their name").fill("Amelie")  # keys of the review are letters there
        await page.get_by_label("Their name").press("Enter")
        question = page.get_by_role("group", name="I don't know “Amelie”. Do you mean one of these?")
        await expect(question).to_be_visible()
        await seen(page, "review-admin-phone-dark-doubt")
        await assert_accessible(page)
        await question.get_by_role("button", name="No, a new name: Amelie").click()
        await expect(page.get_by_role("status")).to_have_text("Noted: Amelie.")
    [said] = await site.store.statements.accepted()
    assert said.statement.cousin == "Amelie"
    assert (site.home.photos / "Amelie").is_dir()


async def test_whoever_says_who_they_are_is_accepted_in_the_review_and_may_be_new(site: Site) -> None:
    for seed, cousin in ((70, "clara"), (71, "Lena_Müller")):
        one = await site.store.statements.get(await propose(site, "ben", seed, "clara"))
        assert one is not None
        await site.store.statements.propose(one.guess_id, "is", cousin, one.statement.by, way="self")
    async with httpx.AsyncClient(base_url=site.url, cookies={"who": "admin"}, trust_env=False, timeout=30) as ada:
        for _ in range(2):
            page = (await ada.get("/review")).text
            [proposal] = [one for one in await site.store.statements.proposed() if f"/review/{one.id}" in page]
            is_new = proposal.statement.cousin != "clara"
            assert ("this is me, Lena Müller (someone new)" if is_new else "this is me, Clara Wilhelmina") in page
            assert f'name="cousin" value="{proposal.statement.cousin}"' in page
            wish = {"says": "is", "cousin": proposal.statement.cousin or "", "csrf": "token"}
            assert (await ada.post(f"/review/{proposal.id}", data=wish)).status_code == 303
            assert [known.cousin for known in await site.store.selves.all()] == [proposal.statement.cousin]
    assert (site.home.photos / "Lena_Müller").is_dir()
    assert 'name: "Lena Müller"' in (site.home.root.parent / "facts.yaml").read_text("utf-8")


async def test_without_scripts(site: Site, browser: Browser) -> None:
    await propose(site, "ben", 70, "clara")
    async with browsing(browser, site, "admin", scripts=False) as page:
        await page.goto(f"{site.url}/review")
        await page.get_by_role("button", name="Ben").click()
        await expect(page.get_by_role("status")).to_have_text("Noted: Ben.")
        await page.get_by_role("button", name="Undo").click()
        await expect(page.get_by_role("status")).to_have_text("Taken back. Here it is again.")


async def test_a_face_is_decided_once(site: Site) -> None:
    number = await propose(site, "ben", 70, "clara")

    async def decide(who: str, says: str, **more: str) -> int:
        async with httpx.AsyncClient(base_url=site.url, cookies={"who": who}, trust_env=False, timeout=30) as client:
            return (await client.post(f"/review/{number}", data={"says": says} | more)).status_code

    tries = [decide("admin", "stranger"), decide("other", "not_a_face"), decide("admin", "dismiss")]
    assert sorted(await asyncio.gather(*tries)) == [303, 409, 409]
    assert await decide("other", "new", new="Zoë") == 409
    assert not (site.home.photos / "Zoë").exists()


async def test_nobody_is_decided_on_who_is_not_there(site: Site) -> None:
    number = await propose(site, "ben", 70, "clara")
    async with httpx.AsyncClient(base_url=site.url, cookies={"who": "admin"}, trust_env=False, timeout=30) as client:
        for fields in ({"says": "is", "cousin": "nobody"}, {"says": "is"}, {"says": "new"}, {"says": "what"}, {}):
            answer = await client.post(f"/review/{number}", data=fields)
            assert answer.status_code == 400
            assert "Please choose a name" in answer.text
    assert len(await site.store.statements.proposed()) == 1


async def test_the_versions(site: Site, browser: Browser) -> None:
    async with browsing(browser, site, "admin", expected=("sandbox",)) as page:
        await page.goto(f"{site.url}/models")
        answers = page.locator(".versions li", has_text="answers now")
        await expect(answers).to_contain_text("v001")
        await page.get_by_role("button", name="Use v002").click()
        await expect(page.get_by_role("status")).to_have_text("v002 answers now.")
        await expect(answers).to_contain_text("v002")
        assert Registry(site.home.models).current() == "v002"
        await seen(page, "models-admin-desktop-promoted")
        await assert_accessible(page)
        await page.get_by_role("button", name="Go back to v001").click()
        await expect(page.get_by_role("status")).to_have_text("v001 answers now.")
        await expect(answers).to_contain_text("v001")
        await page.get_by_role("link", name="Report of v001").click()
        await expect(page.frame_locator("iframe").locator("h1")).to_be_visible()
        await seen(page, "report-admin-desktop")


async def test_a_training_is_followed_and_cancelled(site: Site, browser: Browser) -> None:
    async with browsing(browser, site, "admin", expected=("409",)) as page:
        await page.goto(f"{site.url}/models")
        await page.get_by_role("button", name="Train a new version").click()
        await expect(page.locator("progress")).to_be_visible()
        await seen(page, "models-admin-desktop-training")
        await assert_accessible(page)
        async with httpx.AsyncClient(base_url=site.url, cookies={"who": "other"}, trust_env=False, timeout=30) as anna:
            assert (await anna.post("/models/retrain")).status_code == 409
            refused = await anna.post("/cousins/ben/rename", data={"name": "Bo"})
            assert refused.status_code == 409
            assert "trained" in refused.text
        await page.get_by_role("button", name="Cancel").click()
        await expect(page.get_by_text("The training was cancelled.")).to_be_visible(timeout=60_000)


async def test_the_training_without_scripts(site: Site, browser: Browser) -> None:
    async with browsing(browser, site, "admin", scripts=False) as page:
        await page.goto(f"{site.url}/models")
        await page.get_by_role("button", name="Train a new version").click()
        await page.get_by_role("link", name="How far is it?").click()
        await page.get_by_role("button", name="Cancel").click()
        await expect(page.get_by_role("heading", name="Models")).to_be_visible()
