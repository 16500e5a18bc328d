"""The chat page in a real browser, with the small bot on the other side."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from babel.messages.catalog import Catalog
from playwright.async_api import Locator, Page, expect
from telegram import ForceReply, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.ext import Application

from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from foundation.reader import in_language
from tests.chromium import chromium
from tests.demo.telegram.conftest import picture
from tests.demo.telegram.small_bot import small_bot
from tests.pseudo_language import CODE, there_is_the_pseudo_language, unmarked

READ = """
() => {
  const texts = [];
  for (const element of document.querySelectorAll("html, body *")) {
    for (const name of ["title", "aria-label", "placeholder", "alt"]) texts.push(element.getAttribute(name) ?? "");
    if (!element.matches("html, template, script, noscript"))
      if ([...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim()))
        texts.push(element.textContent);
  }
  return [document.title, ...texts].filter((text) => text.trim());
}
"""
"""Whatever stands on the page, shown or not."""
NAMES = ("Robin", "Alex", "Cousinbot")


@contextlib.asynccontextmanager
async def opened(telegram: LocalTelegram, locale: str = "en-GB") -> AsyncIterator[Page]:
    """The page, in a browser that is set to this language; whatever goes wrong in it fails the test."""
    complaints: list[str] = []
    async with chromium() as browser:
        page = await browser.new_page(viewport={"width": 1280, "height": 860}, locale=locale)
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        await page.goto(telegram.url)
        yield page
        assert complaints == []


def phone(page: Page, role: str) -> Locator:
    return page.locator(f"#phone-{role}")


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    for number, color in enumerate(("red", "green", "orange")):
        (tmp_path / f"cousin_{number}.jpg").write_bytes(picture(color, (320, 320)))
    (tmp_path / "notes.txt").write_text("not a picture")
    return tmp_path


async def test_a_guest_and_an_admin(examples: Path) -> None:
    async with LocalTelegram(examples=examples) as telegram, small_bot(telegram) as bot, opened(telegram) as page:
        await a_guest_asks(page)
        await an_album_and_a_file(page, examples)
        await what_people_type_is_only_text(page, bot)
        await the_family_group(page, telegram)
        await everything_is_there_again(page)


async def a_guest_asks(page: Page) -> None:
    guest = phone(page, "guest")
    await expect(guest.locator(".welcome .example")).to_have_count(3)
    await guest.get_by_role("button", name="Start", exact=True).click()
    await expect(guest.locator("article.theirs .text")).to_have_text(
        "Hello Robin! Send me a photo of a cousin, or see /help."
    )
    await expect(guest.locator(".text strong")).to_have_text("Robin")
    await expect(guest.locator(".welcome")).to_be_hidden()
    await guest.get_by_role("button", name="Send a photo", exact=True).click()
    await guest.locator(".tray .example").first.click()
    await expect(guest.locator(".text blockquote")).to_have_text("Ask about his kite.")
    assert await guest.locator(".theirs .photo img").evaluate("image => image.decode().then(() => image.naturalWidth)")
    await guest.get_by_role("button", name="✓").click()
    await expect(guest.locator(".toast")).to_have_text("Thank you!")
    await expect(guest.locator("article.theirs").last).to_contain_text("It was Linus, I will remember.")
    await expect(guest.locator("article.theirs").last).to_contain_text("edited")
    await expect(guest.locator(".key")).to_have_count(0)
    answer = guest.locator(".row.theirs", has_text="It was Linus").last
    await answer.locator("article").hover()
    await answer.get_by_role("button", name="Thumbs up").click()
    await expect(answer.locator(".reactions span")).to_have_text("👍 1")
    await answer.locator("article").hover()
    await answer.get_by_role("button", name="Thumbs down").click()
    await expect(answer.locator(".reactions span")).to_have_text("👎 1")
    await answer.locator("article").hover()
    await answer.get_by_role("button", name="Thumbs down").click()
    await expect(answer.locator(".reactions")).to_have_count(0)


async def an_album_and_a_file(page: Page, examples: Path) -> None:
    admin = phone(page, "admin")
    names = [str(examples / f"cousin_{number}.jpg") for number in range(3)]
    await admin.locator("textarea").fill("twice")
    await admin.locator(".photos-input").set_input_files(names)
    await expect(admin.locator("article.mine .gallery.count-3 .photo")).to_have_count(3)
    await expect(admin.locator("article.mine .text")).to_have_text("twice")
    await expect(admin.locator(".key")).to_have_count(6)
    await admin.get_by_role("button", name="✗").first.click()
    alert = page.locator(".alert")
    await expect(alert).to_contain_text("Thank you!")
    await alert.get_by_role("button", name="OK").click()
    await admin.locator(".files-input").set_input_files(names[:1])
    await expect(admin.locator(".theirs .file")).to_contain_text("back.bin")
    # The guest sees nothing of it.
    await expect(phone(page, "guest").locator(".gallery.count-3")).to_have_count(0)


async def what_people_type_is_only_text(page: Page, bot: Application) -> None:  # type: ignore[type-arg]
    guest = phone(page, "guest")
    nasty = '<img src=x onerror="document.title=1"> & <b>bold</b> https://example.org/?a=1&b=2'
    await guest.locator("textarea").fill(nasty)
    await guest.locator("textarea").press("Enter")
    await expect(guest.locator(".theirs .text").last).to_have_text(nasty)
    await expect(guest.locator(".theirs .text a").last).to_have_attribute("rel", "noopener noreferrer")
    assert await page.title() == "Cousinbot: try it here"
    await bot.bot.send_message(LocalTelegram.GUEST, '<a href="javascript://x/%0aalert(1)">look</a>', parse_mode="HTML")
    await expect(guest.locator(".theirs .text").last).to_have_text("look")
    await expect(guest.locator(".theirs").last.locator("a")).to_have_count(0)


async def the_family_group(page: Page, telegram: LocalTelegram) -> None:
    guest, admin = phone(page, "guest"), phone(page, "admin")
    await guest.locator(".swap").click()
    await expect(guest.locator(".bar-title")).to_have_text("Family reunion")
    await admin.locator(".swap").click()
    ann = await Person.join(telegram.url, "Ann")
    await (await ann.in_group(LocalTelegram.GROUP)).say("hello from the garden")
    for one in (guest, admin):
        await expect(one.locator("article").last).to_contain_text("hello from the garden")
        await expect(one.locator(".sender").last).to_have_text("Ann")
    await guest.locator("article").last.hover()
    await guest.locator("article").last.get_by_role("button", name="Reply").click()
    await guest.locator("textarea").fill("where?")
    await guest.locator("textarea").press("Enter")
    # As an admin of the group the bot hears what is said there, and this one says it once more.
    asked = admin.locator("article", has_text="where?").first
    await expect(asked.locator(".quote")).to_contain_text("hello from the garden")


async def everything_is_there_again(page: Page) -> None:
    guest = phone(page, "guest")
    await page.reload()
    await expect(guest.locator("article.theirs").nth(1)).to_contain_text("It was Linus, I will remember.")
    await expect(guest.locator(".toast")).to_be_empty()
    await page.set_viewport_size({"width": 390, "height": 800})
    await expect(phone(page, "admin")).to_be_hidden()
    await page.get_by_role("tab", name="Alex").click()
    await expect(phone(page, "admin")).to_be_visible()
    await expect(guest).to_be_hidden()
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390


async def test_typing_force_reply_and_commands(telegram: LocalTelegram) -> None:
    async with small_bot(telegram) as bot, opened(telegram) as page:
        guest = phone(page, "guest")
        await guest.get_by_role("button", name="Start", exact=True).click()
        await expect(guest.locator("article.theirs .text")).to_be_visible()
        await bot.bot.send_chat_action(LocalTelegram.GUEST, "upload_photo")
        await expect(guest.locator(".bar-status")).to_have_text("sending a photo…")
        await expect(guest.locator(".typing")).to_be_visible()
        await bot.bot.set_my_commands([("help", "what I can do")])
        await guest.get_by_role("button", name="What the bot understands").click()
        await guest.get_by_role("button", name="/help what I can do").click()
        await expect(guest.locator("article.mine").last).to_contain_text("/help")
        await bot.bot.send_message(LocalTelegram.GUEST, "What is the name?", reply_markup=ForceReply())
        await expect(guest.locator(".reply-bar")).to_contain_text("What is the name?")
        await guest.locator("textarea").fill("Linus")
        await guest.locator("textarea").press("Enter")
        await expect(guest.locator("article.mine").last.locator(".quote")).to_contain_text("What is the name?")


async def test_each_message_goes_by_its_own_direction(telegram: LocalTelegram) -> None:
    direction = "element => getComputedStyle(element).direction"
    async with small_bot(telegram) as bot, opened(telegram) as page:
        guest = phone(page, "guest")
        await guest.get_by_role("button", name="Start", exact=True).click()
        await expect(guest.locator("article.theirs .text")).to_be_visible()
        assert await guest.locator("article.theirs").last.evaluate(direction) == "ltr"
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("נכון", callback_data="yes")]])
        text = "/retrain – מתחיל אימון\nAmelia – לא"
        await bot.bot.send_message(LocalTelegram.GUEST, text, reply_markup=keyboard)
        await expect(guest.locator("article.theirs").last).to_contain_text("/retrain")
        message = guest.locator("article.theirs").last
        assert await message.evaluate(direction) == "rtl"  # by its first words, but for commands
        assert await message.locator(".text").evaluate("text => getComputedStyle(text).textAlign") == "start"
        await expect(message.locator(".command")).to_have_attribute("dir", "ltr")
        await expect(guest.locator(".key").last).to_have_attribute("dir", "auto")
        assert await guest.locator(".key").last.evaluate(direction) == "rtl"
        assert await guest.locator(".messages").evaluate(direction) == "ltr"
        command, box = await message.locator(".command").bounding_box(), await message.bounding_box()
        assert command
        assert box
        assert command["x"] + command["width"] > box["x"] + box["width"] - 20  # where one begins to read


async def test_all_that_the_page_says_is_in_the_readers_language(
    examples: Path, tmp_path: Path, extracted: Catalog
) -> None:
    with there_is_the_pseudo_language(tmp_path / "locales", extracted):
        async with LocalTelegram(examples=examples) as shown, opened(shown, CODE) as page:
            await expect(page.locator("html")).to_have_attribute("lang", CODE)
            guest, admin = phone(page, "guest"), phone(page, "admin")
            await guest.locator(".welcome .primary").click()
            await guest.locator(".tray .example").first.evaluate("example => example.click()")
            await expect(guest.locator(".photo")).to_have_count(1)
            await guest.locator(".photo").hover()
            await guest.locator(".reply-to").last.click()
            await expect(guest.locator(".reply-text")).to_have_text("⟦Reply to the photo⟧")
            await guest.locator("textarea").fill("τι;")
            await guest.locator("textarea").press("Enter")
            await expect(guest.locator(".quote")).to_be_visible()
            await guest.locator("article .text").last.hover()
            await guest.locator(".reply-to").last.click()
            async with httpx.AsyncClient(trust_env=False, base_url=f"{shown.url}/bot{shown.token}") as api:
                greeting = {"chat_id": str(LocalTelegram.GUEST), "text": "γεια"}
                sent = (await api.post("/sendMessage", data=greeting)).json()["result"]
                edit = greeting | {"message_id": str(sent["message_id"]), "text": "γεια σου"}
                await api.post("/editMessageText", data=edit)
            await expect(guest.locator("article.theirs .time").last).to_contain_text("⟦edited⟧")
            await admin.locator(".commands").click()
            await expect(admin.locator(".menu li")).to_have_count(2)
            await admin.locator(".swap").click()
            await expect(admin.locator(".service")).to_have_count(1)
            await page.evaluate("() => { window.fetch = async () => { throw new TypeError('Failed') } }")
            await admin.locator("textarea").fill("α")
            await admin.locator("textarea").press("Enter")
            await expect(admin.locator(".toast span")).to_be_visible()
            english = [text for text in await page.evaluate(READ) if unmarked(text, *NAMES)]
            assert english == []


async def test_the_page_is_in_the_browsers_language_else_in_that_of_who_started_it(examples: Path) -> None:
    with in_language("he"):
        server = LocalTelegram()
    async with server as telegram, httpx.AsyncClient(trust_env=False) as browser:
        for wanted, head in (("de-AT, en;q=0.5", 'lang="de" dir="ltr"'), ("tlh", 'lang="he" dir="rtl"')):
            page = await browser.get(telegram.url, headers={"Accept-Language": wanted})
            assert f"<html {head}>" in page.text
        assert (await browser.get(f"{telegram.url}/index.html")).status_code == 404


async def test_where_one_reads_from_the_right_the_page_is_mirrored_and_messages_stay(telegram: LocalTelegram) -> None:
    async with opened(telegram, "he") as page:
        guest, admin = phone(page, "guest"), phone(page, "admin")
        await expect(page.locator("html")).to_have_attribute("dir", "rtl")
        await expect(guest.locator(".welcome")).to_have_attribute("dir", "rtl")
        await expect(admin.locator(".welcome li bdi")).to_have_text(["/review", "/sort"])
        await guest.locator(".welcome .primary").click()
        await expect(guest.locator("article.mine")).to_have_count(1)
        mine, room = await guest.locator("article.mine").bounding_box(), await guest.locator(".messages").bounding_box()
        send, field = await guest.locator(".send").bounding_box(), await guest.locator("textarea").bounding_box()
        assert mine
        assert room
        assert send
        assert field
        assert mine["x"] + mine["width"] > room["x"] + room["width"] - 20  # as in Telegram
        assert send["x"] < field["x"]
        await guest.locator(".commands").click()
        await expect(guest.locator(".menu strong bdi").first).to_have_text("/start")
