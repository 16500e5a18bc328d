"""Coming in, and the pages about oneself and about who is let in, in a real browser and through the real door."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from data.store.store import Store
from tests.bot.trained import portrait
from tests.chromium import chromium
from tests.web.browsing import SIZES, assert_accessible, seen
from web.access.sign_in import path_of


@asynccontextmanager
async def page_of(
    browser: Browser, size: str = "desktop", theme: str = "light", scripts: bool = True
) -> AsyncIterator[Page]:
    width, height = SIZES[size]
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if theme == "dark" else "light",
        java_script_enabled=scripts,
        is_mobile=size == "phone",
        has_touch=size == "phone",
    )
    complaints: list[str] = []
    page = await context.new_page()
    page.set_default_timeout(20_000)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield page
    await context.close()
    assert complaints == []


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_newcomer_comes_in_asks_and_is_forgotten(url: str, store: Store, tmp_path: Path, scripts: bool) -> None:
    token = await store.sign_ins.make_invitation(datetime.now(UTC))
    (tmp_path / "ben.jpg").write_bytes(portrait("ben", 77))
    async with chromium() as browser, page_of(browser, scripts=scripts) as page:
        await page.goto(url + path_of(token))
        await page.get_by_label("What are you called?").fill("Gus")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Who is this?")).to_be_visible()
        if scripts:
            await page.locator("input[data-ask]").last.set_input_files(tmp_path / "ben.jpg")
        else:
            await page.get_by_label("Your photos").set_input_files(tmp_path / "ben.jpg")
            await page.get_by_role("button", name="Ask").click()
        await expect(page.locator(".face .sentence")).to_contain_text("Ben")
        await page.get_by_role("button", name="✓ That's right").click()
        await page.get_by_role("link", name="You", exact=True).click()
        await page.get_by_text("Forget me", exact=True).click()
        await page.get_by_role("button", name="Yes, forget me").click()
        await expect(page.get_by_role("heading", name="Done, you are forgotten")).to_be_visible()
        assert await store.people.known() == []


async def test_an_admin_invites_blocks_and_signs_in_a_phone(url: str, store: Store) -> None:
    token = await store.sign_ins.make_link_for_newcomer(datetime.now(UTC), is_admin=True)
    async with chromium() as browser, page_of(browser) as page, page_of(browser, "phone") as phone:
        await page.goto(url + path_of(token))
        await expect(page.get_by_text("makes you an admin")).to_be_visible()
        await page.get_by_label("What are you called?").fill("Ada")
        await page.get_by_role("button", name="Come in").click()
        await page.get_by_role("link", name="You", exact=True).click()
        await page.get_by_role("button", name="Make a link").click()
        own = (await page.locator("code.link").inner_text()).replace("localhost", "127.0.0.1")
        await phone.goto(own)
        await expect(phone.get_by_role("heading", name="Hello Ada!")).to_be_visible()
        await phone.get_by_role("button", name="Come in").click()
        await expect(phone.get_by_role("link", name="Review")).to_be_visible()
        await page.get_by_role("link", name="Who is let in").click()
        await page.get_by_role("button", name="Make a link").click()
        invitation = (await page.locator("code.link").inner_text()).replace("localhost", "127.0.0.1")
        async with page_of(browser, "phone") as guest:
            await guest.goto(invitation)
            await guest.get_by_label("What are you called?").fill("Gus")
            await guest.get_by_role("button", name="Come in").click()
            await expect(guest.get_by_role("heading", name="Who is this?")).to_be_visible()
            await page.goto(f"{url}/people")
            await page.get_by_role("button", name="Block Gus").click()
            await expect(page.get_by_role("button", name="Let Gus in again")).to_be_visible()
        await page.get_by_role("button", name="Make a link").click()
        await page.get_by_role("button", name="Take back all links").click()
        await expect(page.get_by_text("invitation is open")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
async def test_axe_finds_nothing_where_one_comes_in_and_goes(url: str, store: Store, size: str, theme: str) -> None:
    now = datetime.now(UTC)
    token = await store.sign_ins.make_link_for_newcomer(now, is_admin=True)
    for number in range(3):
        await store.people.welcome(5 + number, f"Maximiliane Karoline von Hohenstein-{number}")
    await store.people.block(6)
    async with chromium() as browser, page_of(browser, size, theme) as page:
        await page.goto(url + path_of(token))
        await assert_accessible(page)
        await seen(page, f"sign-in {size} {theme}")
        await page.get_by_label("What are you called?").fill("Ada")
        await page.get_by_role("button", name="Come in").click()
        await expect(page.get_by_role("heading", name="Who is this?")).to_be_visible()
        await page.goto(f"{url}/you")
        await page.get_by_text("Forget me", exact=True).click()
        await page.get_by_role("button", name="Make a link").click()
        await expect(page.locator("code.link")).to_be_visible()
        await assert_accessible(page)
        await seen(page, f"you {size} {theme}")
        await page.goto(f"{url}/people")
        await page.get_by_role("button", name="Make a link").click()
        await expect(page.locator("code.link")).to_be_visible()
        await assert_accessible(page)
        await seen(page, f"people {size} {theme}")
        await page.get_by_role("link", name="You", exact=True).click()
        await page.get_by_role("button", name="Sign out everywhere").click()
        await expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
        await assert_accessible(page)
        await seen(page, f"signed out {size} {theme}")
