"""Who opens the bot's Mini App is signed as Telegram signs it, and the bot's button is where Telegram has it."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
import pytest
from playwright.async_api import expect
from telegram import Bot, MenuButtonCommands, MenuButtonDefault, MenuButtonWebApp, WebAppInfo
from telegram.error import BadRequest

from demo.telegram.chats.types import User
from demo.telegram.mini_app import init_data, launch_address
from demo.telegram.person import Person
from demo.telegram.phone import ask
from demo.telegram.server import LocalTelegram
from tests.demo.telegram.small_bot import small_bot
from tests.demo.telegram.test_page import opened, phone
from web.access.mini_app import LASTS, NotSigned, whom_telegram_signed

TOKEN = "7205318844:AAExampleExampleExampleExampleExamp"
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
APP = WebAppInfo("http://localhost:8019/app")


@pytest.mark.parametrize("name", ["Robin", "Åsa & Zoë = 100%", '"Lu" + 1\\', "ليلى", "🙂"])
def test_the_pages_believe_what_is_signed(name: str) -> None:
    signed = init_data(User(2001, name), TOKEN, int(NOW.timestamp()))
    assert whom_telegram_signed(signed, TOKEN, NOW)[:2] == (2001, name)
    fields = parse_qs(signed, keep_blank_values=True)
    assert fields.keys() == {"query_id", "user", "auth_date", "signature", "hash"}
    assert json.loads(fields["user"][0])["first_name"] == name


def test_the_pages_are_told_what_the_persons_telegram_speaks() -> None:
    for language in ("he", None):
        signed = init_data(User(2001, "Robin", language=language), TOKEN, int(NOW.timestamp()))
        assert json.loads(parse_qs(signed)["user"][0]).get("language_code") == language


def test_nobody_is_believed_by_another_token_later_or_under_another_name() -> None:
    signed = init_data(User(2001, "Robin"), TOKEN, int(NOW.timestamp()))
    for data, token, at in (
        (signed, TOKEN.replace("7", "8", 1), NOW),
        (signed, TOKEN, NOW + LASTS),
        (signed.replace("2001", "1001"), TOKEN, NOW),
    ):
        with pytest.raises(NotSigned):
            whom_telegram_signed(data, token, at)


def test_what_is_signed_stands_behind_the_hash_of_the_address() -> None:
    address = urlsplit(launch_address(APP.url, User(2001, "Zoë & Co"), TOKEN, int(NOW.timestamp())))
    assert (address.netloc, address.path, address.query) == ("localhost:8019", "/app", "")
    launch = parse_qs(address.fragment)
    assert (launch["tgWebAppVersion"], launch["tgWebAppPlatform"]) == (["8.0"], ["web"])
    assert whom_telegram_signed(launch["tgWebAppData"][0], TOKEN, NOW + timedelta(minutes=1))[:2] == (2001, "Zoë & Co")


async def test_a_person_is_led_to_the_page_of_the_menu_button(telegram: LocalTelegram, bot: Bot) -> None:
    ann = await Person.join(telegram.url, "Ann")
    address = f"{telegram.url}/control/people/{ann.id}/mini_app"
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(address)).status_code == 400  # there is no such button
        await bot.set_chat_menu_button(menu_button=MenuButtonWebApp("Photos", APP))
        led = await client.get(address)
        assert (await client.get(address, headers={"Sec-Fetch-Site": "cross-site"})).status_code == 403
    assert (led.status_code, led.headers["cache-control"]) == (302, "no-store")
    page, _, fragment = led.headers["location"].partition("#")
    assert page == APP.url
    signed = unquote(fragment.removeprefix("tgWebAppData=").partition("&")[0])
    assert whom_telegram_signed(signed, telegram.token, datetime.now(UTC))[:2] == (ann.id, "Ann")


@pytest.mark.parametrize(
    "url", ["http://cousins.example.org/app", "http://192.168.1.5:8019/app", "http://[", "ftp://localhost/app", "", "x"]
)
async def test_the_button_opens_https_or_what_is_on_this_computer(bot: Bot, url: str) -> None:
    with pytest.raises(BadRequest, match=r"(?i)Only HTTPS links are allowed"):
        await bot.set_chat_menu_button(menu_button=MenuButtonWebApp("Photos", WebAppInfo(url)))
    for good in ("https://cousins.example.org/app", "http://127.0.0.1:8019/app", APP.url):
        await bot.set_chat_menu_button(menu_button=MenuButtonWebApp("Photos", WebAppInfo(good)))
        assert await bot.get_chat_menu_button() == MenuButtonWebApp("Photos", WebAppInfo(good))


async def test_a_chat_may_have_a_button_of_its_own(telegram: LocalTelegram, bot: Bot) -> None:
    ann, ben = [await Person.join(telegram.url, name) for name in ("Ann", "Ben")]
    everybodys, hers = MenuButtonWebApp("Photos", APP), MenuButtonWebApp("Fotos", APP)
    assert await bot.get_chat_menu_button() == MenuButtonCommands()
    assert await bot.get_chat_menu_button(ann.id) == MenuButtonDefault()
    await bot.set_chat_menu_button(ann.id, hers)
    assert await bot.get_chat_menu_button() == MenuButtonCommands()
    await bot.set_chat_menu_button(menu_button=everybodys)
    assert await bot.get_chat_menu_button(ann.id) == hers
    assert await bot.get_chat_menu_button(ben.id) == MenuButtonDefault()  # no value of its own
    for person, shown in ((ann, "Fotos"), (ben, "Photos")):
        joined = await ask(telegram.url, "POST", "/people", json={"name": person.name, "user_id": person.id})
        assert joined["menu_button"]["text"] == shown
    await bot.set_chat_menu_button(ann.id, MenuButtonDefault())
    assert (await ask(telegram.url, "POST", "/people", json={"name": "Ann", "user_id": ann.id}))["menu_button"][
        "text"
    ] == "Photos"
    for nobody, matter in ((-4_000_000_000, "invalid chat_id specified"), (424242, "user not found")):
        with pytest.raises(BadRequest, match=f"(?i){matter}"):
            await bot.set_chat_menu_button(nobody, hers)


async def test_the_button_comes_and_goes_beside_the_text_field(telegram: LocalTelegram) -> None:
    async with small_bot(telegram) as bot, opened(telegram) as page:
        guest, admin = phone(page, "guest"), phone(page, "admin")
        await expect(guest.locator("textarea")).to_be_visible()
        await expect(guest.locator(".mini-app")).to_be_hidden()
        await bot.bot.set_chat_menu_button(menu_button=MenuButtonWebApp("Photos", APP))
        for one in (guest, admin):
            await expect(one.get_by_role("link", name="Photos")).to_be_visible()
        await bot.bot.set_chat_menu_button(LocalTelegram.ADMIN, MenuButtonWebApp("Fotos", APP))
        await expect(admin.get_by_role("link", name="Fotos")).to_be_visible()
        await guest.locator(".swap").click()  # groups have none
        await expect(guest.locator(".bar-title")).to_have_text("Family reunion")
        await expect(guest.locator(".mini-app")).to_be_hidden()
        await guest.locator(".swap").click()
        await expect(guest.get_by_role("link", name="Photos")).to_be_visible()
        await page.reload()
        await expect(guest.get_by_role("link", name="Photos")).to_be_visible()
        await page.set_viewport_size({"width": 360, "height": 700})
        await bot.bot.set_chat_menu_button(menu_button=MenuButtonWebApp("All the photos of our family", APP))
        await expect(guest.locator(".mini-app")).to_contain_text("All the photos")
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360
        await guest.locator("textarea").focus()  # then it makes room
        field = await guest.locator("textarea").bounding_box()
        assert field
        assert field["width"] > 130
        await expect(guest.get_by_role("link", name="All the photos of our family")).to_be_visible()
        await bot.bot.set_chat_menu_button(menu_button=MenuButtonCommands())
        await expect(guest.locator(".mini-app")).to_be_hidden()
