"""The pages beside the bot: /web lets somebody in as who they are in the chat, and both answer for one family."""

import asyncio
import hashlib
import hmac
import json
import re
import time
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import httpx
import pytest

from data.files.home import Home
from data.settings import Settings
from data.store.store import Store
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from tests.bot.conftest import ADMIN, OTHER_ADMIN, MakeSettings, invited, serving
from tests.bot.test_corrections import buttons
from tests.bot.test_review import propose, review
from tests.bot.trained import portrait
from tests.free_port import free_port
from tests.web.serving import answers, browser, csrf_in


@pytest.fixture
def settings(trained: Settings) -> Settings:
    return trained.model_copy(update={"web_port": free_port()})


@pytest.fixture
async def url(settings: Settings) -> AsyncIterator[str]:
    async with serving(settings) as task:
        url = f"http://127.0.0.1:{settings.web_port}"
        await answers(url, task)
        yield url


async def enters(person: Person, client: httpx.AsyncClient) -> str:
    """By the link that /web gives; the answer to it."""
    await person.say("/web")
    text = (await person.next()).text
    [path] = re.findall(r"https?://\S+?(/in/\S+)", text)
    page = await client.get(path)
    assert f"Hello {person.name}!" in page.text
    assert (await client.post(path)).status_code == 303
    return text


async def test_web_lets_people_in_as_who_they_are_in_the_chat(
    telegram: LocalTelegram, url: str, settings: Settings
) -> None:
    ada = await Person.join(telegram.url, "Ada", ADMIN)
    async with browser(url) as client:
        await ada.say("/start")
        await ada.next()
        text = await enters(ada, client)
        assert "only on the computer I run on" in text
        assert (await client.get("/review")).status_code == 200
    gus = await invited(telegram, "Gus")
    async with browser(url) as client:
        await enters(gus, client)
        assert (await client.get("/review")).status_code == 403
        photo = {"file": ("ben.jpg", portrait("ben", 5), "image/jpeg")}
        page = await client.get("/")
        answer = await client.post("/", files=photo, data={"csrf": csrf_in(page.text)})
        assert "Ben" in answer.text
        async with Store.open(Home(settings.home).database) as store:
            await store.people.block(gus.id)
        assert (await client.get("/")).status_code == 401


async def test_the_bot_and_the_pages_answer_at_the_same_time(telegram: LocalTelegram, url: str) -> None:
    gus = await invited(telegram, "Gus")
    async with browser(url) as client:
        await enters(gus, client)
        csrf = csrf_in((await client.get("/")).text)

        async def on_the_page(seed: int) -> str:
            answer = await client.post("/image", content=portrait("ben", seed), headers={"X-CSRF-Token": csrf})
            return str(answer.json()["guess"])

        async def in_the_chat(seed: int) -> None:
            await gus.send_photo(portrait("clara", seed))

        asked = [on_the_page(seed) for seed in range(8)]
        guesses, *_ = await asyncio.gather(asyncio.gather(*asked), *(in_the_chat(seed) for seed in range(8)))
        assert guesses == ["ben"] * 8
        told = [(await gus.next()).text for _ in range(8)]  # a drawn Clara is doubtful now and then
        assert sum("Clara" in text for text in told) >= 4


async def test_what_is_decided_on_a_page_shows_in_every_chat(telegram: LocalTelegram, url: str) -> None:
    ada = await Person.join(telegram.url, "Ada", ADMIN)
    anna = await Person.join(telegram.url, "Anna", OTHER_ADMIN)
    for one in (ada, anna):
        await one.say("/start")
        await one.next()
    gus = await invited(telegram, "Gus")
    answer = await propose(gus, portrait("otto", 100, disguise="ben"), "Otto")
    page = await review(ada)
    await anna.next()  # the alert
    async with browser(url) as client:
        await enters(anna, client)
        shown = await client.get("/review")
        [number] = set(re.findall(r'action="/review/(\d+)"', shown.text))
        fields = {"csrf": csrf_in(shown.text), "says": "is", "cousin": "otto"}
        assert (await client.post(f"/review/{number}", data=fields)).status_code == 303
        while "Corrected" not in (now := await gus.next()).text:
            pass
        assert (now.id, "This is Otto." in now.text) == (answer.id, True)
        decided = await ada.next()
        assert (decided.id, decided.text, buttons(decided)) == (page.id, "✓ Accepted: Otto.", [])
        undone = await client.post(f"/review/{number}/undo", data={"csrf": fields["csrf"]}, follow_redirects=True)
        assert "Taken back" in undone.text
        assert "✓ Accept: Otto" in buttons(await ada.next())
        assert "✎" not in (await gus.next()).text


async def test_admins_hear_in_the_chat_of_a_word_on_a_page(telegram: LocalTelegram, url: str) -> None:
    ada = await Person.join(telegram.url, "Ada", ADMIN)
    await ada.say("/start")
    await ada.next()
    gus = await invited(telegram, "Gus")
    async with browser(url) as client:
        await enters(gus, client)
        csrf = csrf_in((await client.get("/")).text)
        photo = {"file": ("ben.jpg", portrait("ben", 5), "image/jpeg")}
        answer = await client.post("/", files=photo, data={"csrf": csrf})
        [path] = set(re.findall(r'action="(/answers/\w+/faces/1)"', answer.text))
        told = await client.post(path, data={"csrf": csrf, "says": "stranger"})
        assert "An admin will take a look." in told.text
    assert (await ada.next()).text == "Gus corrected one of my answers. Send /review to take a look."


async def test_without_pages_web_says_so(telegram: LocalTelegram, trained: Settings) -> None:
    async with serving(trained):
        ada = await Person.join(telegram.url, "Ada", ADMIN)
        await ada.say("/web")
        assert "COUSINBOT_WEB_PORT" in (await ada.next()).text
        gus = await invited(telegram, "Gus")
        await gus.say("/web")
        assert (await gus.next()).text == "There are no pages here, but you can show me every photo in this chat."
        assert telegram.calls.of("setChatMenuButton") == []


def signed(token: str, user: dict[str, object], at: float, **more: str) -> str:
    """As Telegram signs it for a Mini App."""
    data = {"auth_date": str(int(at)), "query_id": "AAH", "user": json.dumps(user), "signature": "x_y"} | more
    lines = "\n".join(f"{name}={value}" for name, value in sorted(data.items()))
    key = hmac.digest(b"WebAppData", token.encode(), hashlib.sha256)
    return urlencode(data | {"hash": hmac.digest(key, lines.encode(), hashlib.sha256).hex()})


async def test_the_mini_app_signs_in_whom_telegram_signed(
    telegram: LocalTelegram, make_settings: MakeSettings, settings: Settings
) -> None:
    public = settings.model_copy(update={"web_url": "https://cousins.example.org"})
    async with serving(public) as task:
        await answers(f"http://127.0.0.1:{settings.web_port}", task)
        gus, now = await invited(telegram, "Gus"), time.time()
        [call] = telegram.calls.of("setChatMenuButton")
        button = json.loads(str(call.params["menu_button"]))
        assert (button["type"], button["web_app"]) == ("web_app", {"url": "https://cousins.example.org/app"})
        user: dict[str, object] = {"id": gus.id, "first_name": "Gus", "last_name": "Great"}
        good, token = signed(telegram.token, user, now), telegram.token
        wrong = [
            signed("123456789:AAExampleExampleExampleExampleExamp", user, now),
            signed(token, user, now - 700),
            signed(token, user, now + 700),
            good.replace("Gus", "Eve"),
            f"{good}&auth_date={int(now)}",
            good.partition("&hash")[0],
            "",
            "hash=%ff",
        ]
        origin = {"Origin": "https://cousins.example.org"}
        async with browser(f"http://127.0.0.1:{settings.web_port}") as client:
            for data in wrong:
                answer = await client.post("/app/session", content=data, headers=origin)
                assert (answer.status_code, "check with Telegram" in answer.json()["error"]) == (403, True)
            stranger = signed(token, user | {"id": 987654}, now)
            answer = await client.post("/app/session", content=stranger, headers=origin)
            assert (answer.status_code, "write to the bot first" in answer.json()["error"]) == (403, True)
            assert "set-cookie" not in answer.headers
            entered = await client.post("/app/session", content=good, headers=origin)
            assert (entered.status_code, entered.json()) == (200, {"to": "/"})
            cookie = entered.headers["set-cookie"]
            assert cookie.startswith("__Host-cousinbot=")
            assert all(part in cookie for part in ("Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/"))
            session = cookie.partition(";")[0]
            page = await client.get("/you", headers={"Cookie": session})
            assert "Gus" in page.text
            assert "frame-ancestors 'self' https://web.telegram.org" in page.headers["content-security-policy"]
    async with serving(settings):  # the address is gone, and with it the button
        await gus.say("/help")
        await gus.next()
        assert "default" in str(telegram.calls.of("setChatMenuButton")[-1].params["menu_button"])
