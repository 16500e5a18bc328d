"""The family's pages from the chat page: the button beside the text field opens them as whoever's phone it is."""

import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from data.settings import Settings
from demo.stage import _pages
from demo.telegram.server import LocalTelegram
from tests.bot.conftest import FAMILY_FACTS, INVITE, serving
from tests.bot.trained import portrait
from tests.demo.telegram.test_page import opened, phone
from tests.free_port import free_port
from tests.web.serving import answers


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    folder = tmp_path / "examples"
    folder.mkdir()
    (folder / "ben.jpg").write_bytes(portrait("ben", 5))
    return folder


@asynccontextmanager
async def staged(folder: Path, trained_home: Path, examples: Path) -> AsyncIterator[tuple[Page, LocalTelegram]]:
    """The chat page, with the bot and its pages behind it, as the demo has them."""
    home, facts = folder / "family", folder / "facts.yaml"
    shutil.copytree(trained_home, home)
    facts.write_text(FAMILY_FACTS)
    async with LocalTelegram(examples=examples, invite=INVITE) as telegram:
        pages = _pages(0)
        settings = Settings.model_validate(
            {
                "telegram_token": telegram.token,
                "telegram_api": telegram.url,
                "admins": str(telegram.ADMIN),
                "invite": INVITE,
                "home": home,
                "facts": facts,
                "device": "cpu",
                "web_port": pages["COUSINBOT_WEB_PORT"],
                "web_url": pages["COUSINBOT_WEB_URL"],
            }
        )
        async with serving(settings) as task:
            await answers(settings.web_url or "", task)
            async with opened(telegram) as page:
                yield page, telegram


@asynccontextmanager
async def pages_of(page: Page, role: str) -> AsyncIterator[Page]:
    """What the button on this person's phone opens."""
    async with page.context.expect_page() as opening:
        await phone(page, role).get_by_role("link", name="Photos").click()
    pages = await opening.value
    complaints: list[str] = []
    pages.on("pageerror", lambda error: complaints.append(str(error)))
    yield pages
    await pages.close()
    assert complaints == []


async def test_the_button_opens_the_pages_as_whoever_presses_it(
    tmp_path: Path, trained_home: Path, examples: Path
) -> None:
    async with staged(tmp_path, trained_home, examples) as (page, _):
        async with pages_of(page, "guest") as robins:  # who has not come with the invitation yet
            await expect(robins.get_by_role("status")).to_contain_text("Please write to the bot first")
            await expect(robins.get_by_role("link", name="Ask")).to_have_count(0)
        async with pages_of(page, "admin") as alexs:
            await expect(alexs.get_by_role("link", name="Review")).to_be_visible()
            assert "tgWebAppData" not in alexs.url
            await alexs.get_by_role("link", name="You", exact=True).click()
            await expect(alexs.get_by_role("heading", level=1)).to_have_text("Alex")
        guest = phone(page, "guest")
        await guest.get_by_role("button", name="Start", exact=True).click()
        await expect(guest.locator("article.theirs").first).to_contain_text("Hello Robin!")
        async with pages_of(page, "guest") as robins:  # in the same browser, in which Alex is signed in
            await expect(robins.get_by_role("link", name="Ask")).to_be_visible()
            await expect(robins.get_by_role("link", name="Review")).to_have_count(0)
            await robins.locator("input[type=file]").first.set_input_files(str(examples / "ben.jpg"))
            await expect(robins.locator("main")).to_contain_text("He bakes.")
            cookies = {cookie["name"]: cookie for cookie in await robins.context.cookies()}
            assert (cookies["cousinbot"]["sameSite"], cookies["cousinbot"]["secure"]) == ("Lax", False)
        async with pages_of(page, "guest") as robins:  # and again, while Robin is
            await robins.get_by_role("link", name="You", exact=True).click()
            await expect(robins.get_by_role("heading", level=1)).to_have_text("Robin")


async def test_web_in_the_chat_speaks_of_the_button(tmp_path: Path, trained_home: Path, examples: Path) -> None:
    async with staged(tmp_path, trained_home, examples) as (page, telegram):
        admin = phone(page, "admin")
        await admin.locator("textarea").fill("/web")
        await admin.locator("textarea").press("Enter")
        await expect(admin.locator("article.theirs").last).to_contain_text("The button beside the text field")
        link = admin.locator("article.theirs").last.get_by_role("link")
        assert str(await link.get_attribute("href")).startswith("http://localhost:")
        assert telegram.calls.of("setChatMenuButton")


def test_the_pages_are_at_the_port_after_the_chat_pages_where_it_is_free() -> None:
    beside = free_port()
    assert _pages(beside - 1) == {
        "COUSINBOT_WEB_PORT": str(beside),
        "COUSINBOT_WEB_URL": f"http://localhost:{beside}",
    }
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert _pages(port - 1)["COUSINBOT_WEB_PORT"] != str(port)
    assert 0 < int(_pages(65535)["COUSINBOT_WEB_PORT"]) < 65536
