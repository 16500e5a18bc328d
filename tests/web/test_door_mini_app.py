"""The pages inside Telegram, in a real browser."""

import shutil
import time
from pathlib import Path
from urllib.parse import quote

from data.files.home import Home
from data.store.store import Store
from tests.bot.test_web import signed
from tests.chromium import chromium
from tests.web.serving import served, settings_of

TOKEN = "123456789:AAExampleExampleExampleExampleExamp"


async def test_the_button_opens_the_pages_again_and_for_somebody_else(trained_home: Path, tmp_path: Path) -> None:
    """Whoever was signed in here before has a cookie, and with it forms need their token."""
    shutil.copytree(trained_home, tmp_path / "family")
    settings = settings_of(
        tmp_path / "family", tmp_path / "facts.yaml", web_url="https://cousins.example.org", telegram_token=TOKEN
    )
    async with served(settings) as url, Store.open(Home(settings.home).database) as store, chromium() as browser:
        page = await (await browser.new_context()).new_page()
        page.set_default_timeout(20_000)
        for number, name in ((4711, "Gus"), (4711, "Gus"), (4712, "Lea")):
            await store.people.welcome(number, name)
            data = signed(TOKEN, {"id": number, "first_name": name}, time.time())
            await page.goto("about:blank")
            await page.goto(f"{url.replace('127.0.0.1', 'localhost')}/app#tgWebAppData={quote(data)}")
            await page.get_by_role("heading", name="Who is this?").wait_for()
            await page.goto(f"{url.replace('127.0.0.1', 'localhost')}/you")
            assert name in await page.locator("main").inner_text()
