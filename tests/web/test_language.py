"""Everybody reads the pages in their own language."""

import asyncio
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import httpx
import pytest
from pydantic import SecretStr

from data.files.home import Home
from data.settings import Settings
from data.store.store import Store
from foundation import languages
from tests.bot.test_web import signed
from tests.bot.trained import portrait
from tests.mirrored import catalogue
from tests.web.serving import browser, come_in, csrf_in, served
from web.access.language import wanted
from web.access.sign_in import path_of

GERMAN: Final = {
    "You": "Du",
    "Who is this?": "Wer ist das?",
    "Please sign in": "Bitte melde dich an",
    "There is nothing here": "Hier ist nichts",
    "Something went wrong": "Da ging etwas schief",
    "Noted: from now on this is your language.": "Notiert: Das ist ab jetzt deine Sprache.",
    "This page was open for too long. Please go back, load it again, and try once more.": "Zu lange offen.",
    "I don't know you yet": "Ich kenne dich noch nicht",
    "Only admins may do this.": "Nur Admins.",
    "I know nobody by the key “{cousin}”. The list of cousins has all keys.": "Ich kenne kein „{cousin}“.",
}
HEBREW: Final = {"You": "את", "Who is this?": "מי זה?", "Please sign in": "נא להתחבר"}
TOKEN: Final = "123456789:AAExampleExampleExampleExampleExamp"


@pytest.fixture(autouse=True)
def spoken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """German, Hebrew, and Portuguese as in Brazil, as far as these tests go."""
    for code, sentences in (("de", GERMAN), ("he", HEBREW), ("pt_BR", {"You": "Você"})):
        catalogue(tmp_path / "locales", code, sentences)
    monkeypatch.setattr(languages, "LOCALES", tmp_path / "locales")
    languages.language.cache_clear()
    yield
    languages.language.cache_clear()


def read_in(page: httpx.Response) -> str:
    """The page's language and direction."""
    found = re.search(r'<html lang="([\w-]+)" dir="(\w+)">', page.text)
    assert found is not None, page.text
    assert page.headers["content-language"] == found[1]
    assert page.headers["vary"] == "Accept-Language, Cookie"
    return f"{found[1]} {found[2]}"


@pytest.mark.parametrize(
    ("header", "best_first"),
    [
        ("", []),
        ("de", ["de"]),
        ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", ["fr-CH", "fr", "en", "de"]),
        ("en;q=0.1,de ; q=0.25 , pl;q=0.250,he", ["he", "de", "pl", "en"]),
        ("de;q=0, en;q=0.000, he", ["he"]),
        ("de;q=2, he;q=x, ;;, pl;q=1.000, \x00, en;level=1", ["pl"]),
        ("de, " * 20_000, ["de"] * 10),
    ],
)
def test_what_a_browser_wants(header: str, best_first: list[str]) -> None:
    assert list(wanted(header)) == best_first


async def test_two_at_once_are_answered_in_two_languages(url: str, store: Store) -> None:
    async with browser(url) as gus, browser(url) as lea:
        await store.languages.choose(await come_in(gus, store), "de")
        await store.languages.choose(await come_in(lea, store, "Lea"), "he")
        pages = await asyncio.gather(*(one.get("/") for one in (gus, lea) * 10))
    assert [read_in(page) for page in pages] == ["de ltr", "he rtl"] * 10
    assert all(("Wer ist das?" in page.text, "מי זה?" in page.text) == (True, False) for page in pages[::2])
    assert all(("Wer ist das?" in page.text, "מי זה?" in page.text) == (False, True) for page in pages[1::2])


async def test_a_choice_is_kept_and_is_the_chats_too(url: str, store: Store) -> None:
    async with browser(url, **{"Accept-Language": "he"}) as gus:
        person = await come_in(gus, store)
        you = await gus.get("/you")
        assert read_in(you) == "he rtl"
        assert "Deutsch" in you.text
        assert "selected" not in you.text
        csrf = csrf_in(you.text)
        chosen = await gus.post("/you/language", data={"csrf": csrf, "language": "de"})
        told = await gus.get(chosen.headers["location"])
        assert read_in(told) == "de ltr"
        assert GERMAN["Noted: from now on this is your language."] in told.text
        assert '<option value="de" lang="de" dir="ltr" selected>Deutsch</option>' in told.text
        assert await store.languages.of(person) == ("de", "he")
        await store.languages.choose(person, "pt_BR")  # in the chat
        you = await gus.get("/you")
        assert read_in(you) == "pt-BR ltr"
        assert "Você" in you.text
        refused = await gus.post("/you/language", data={"csrf": csrf, "language": "../de"})
        assert (refused.status_code, read_in(refused)) == (400, "pt-BR ltr")
        back = await gus.post("/you/language", data={"csrf": csrf, "language": ""})
        assert read_in(await gus.get(back.headers["location"])) == "he rtl"
        assert await store.languages.of(person) == (None, "he")


async def test_which_of_several_counts(url: str, store: Store) -> None:
    """What was chosen, the browser's, what Telegram last said, the family's."""
    async with browser(url) as gus:
        person = await come_in(gus, store)
        for said, told, read in (
            ("", None, "en"),
            ("", "he", "he"),
            ("tlh", "he", "he"),
            ("tlh, de;q=0.1", "he", "de"),
        ):
            await store.languages.forget(person)
            if told:
                await store.languages.note(person, told)
            assert read_in(await gus.get("/", headers={"Accept-Language": said})).split()[0] == read
        assert read_in(await gus.get("/", headers={"Accept-Language": "de;q=0.5, pt-pt, en;q=0.1"})) == "de ltr"


async def test_whoever_is_not_signed_in_and_what_is_refused(
    url: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> None:
        raise RuntimeError

    german = {"Accept-Language": "de-AT,en;q=0.5"}
    async with browser(url, **german) as gus:
        stranger = await gus.get("/")
        assert (stranger.status_code, read_in(stranger)) == (401, "de ltr")
        assert GERMAN["Please sign in"] in stranger.text
        assert '<a href="?language=he" lang="he" hreflang="he" dir="rtl">עברית</a>' in stranger.text
        asked = await gus.get("/?language=he")
        assert (asked.status_code, read_in(asked), HEBREW["Please sign in"] in asked.text) == (401, "he rtl", True)
        person = await come_in(gus, store)
        nowhere = await gus.get("/nowhere?language=he")
        assert (nowhere.status_code, read_in(nowhere), "?language=" in nowhere.text) == (404, "de ltr", False)
        assert GERMAN["There is nothing here"] in nowhere.text
        await store.languages.choose(person, "he")
        late = await gus.post("/you/link", data={"csrf": "old"})
        assert (late.status_code, read_in(late)) == (403, "he rtl")
        await store.languages.choose(person, None)
        late = await gus.post("/you/link", data={"csrf": "old"})
        assert (late.status_code, "Zu lange offen." in late.text) == (403, True)
        monkeypatch.setattr("web.access.account.AccountPages._account", fails)
        broken = await gus.get("/you")
        assert (broken.status_code, read_in(broken)) == (500, "de ltr")
        assert GERMAN["Something went wrong"] in broken.text


async def test_what_is_chosen_at_the_door_is_kept(url: str, store: Store) -> None:
    token = path_of(await store.sign_ins.make_invitation(datetime.now(UTC)))
    async with browser(url, **{"Accept-Language": "de"}) as gus:
        assert read_in(await gus.get(token)) == "de ltr"
        page = await gus.get(f"{token}?language=he")
        assert read_in(page) == "he rtl"
        assert f'action="{token}?language=he"' in page.text
        nameless = await gus.post(f"{token}?language=he", data={"name": " "})
        assert (nameless.status_code, read_in(nameless)) == (400, "he rtl")
        await gus.post(f"{token}?language=he", data={"name": "Gus"})
        assert read_in(await gus.get("/")) == "he rtl"
        [gus_is] = await store.people.known()
        assert await store.languages.of(gus_is.user_id) == ("he", "de")
    async with browser(url, **{"Accept-Language": "de"}) as lea:
        await lea.post(f"{token}?language=tlh", data={"name": "Lea"})
        assert read_in(await lea.get("/")) == "de ltr"


async def test_programs_are_answered_in_english_and_hints_are_the_familys(settings: Settings) -> None:
    family = settings.model_copy(update={"language": "de"})
    headers = {"Accept-Language": "he"}
    async with (
        served(family) as url,
        Store.open(Home(family.home).database) as store,
        browser(url, **headers) as client,
    ):
        assert (await client.get("/api/cousins")).json()["error"].startswith("I don't know who is asking.")
        key = await store.program_keys.add("robot", datetime.now(UTC), is_admin=False)
        client.headers["Authorization"] = f"Bearer {key}"
        unknown = await client.get("/api/cousins/nobody")
        assert unknown.json()["error"] == "I know nobody by the key “nobody”. The list of cousins has all keys."
        refused = await client.post("/image", content=b"no photo")
        assert "Please send" in refused.json()["error"]
        answer = (await client.post("/image", content=portrait("diego", 5))).json()
        assert (answer["answer"], answer["name"]) == ("named", "Diego")
        assert re.search(r"\d\N{NO-BREAK SPACE}%", answer["hint"])  # a share as a German writes it
        assert read_in(await client.get("/nowhere")) == "he rtl"


async def test_inside_telegram_its_language_counts_and_is_kept(settings: Settings) -> None:
    in_telegram = settings.model_copy(
        update={"web_url": "https://cousins.example.org", "telegram_token": SecretStr(TOKEN)}
    )
    async with served(in_telegram) as url, Store.open(Home(settings.home).database) as store, browser(url) as gus:
        gus.headers["Accept-Language"] = "he"
        user = {"id": 4711, "first_name": "Gus", "language_code": "de-at"}
        refused = await gus.post("/app/session", content=signed(TOKEN, user, time.time()))
        assert refused.json()["title"] == GERMAN["I don't know you yet"]
        assert await store.languages.of(4711) == (None, None)
        await store.people.welcome(4711, "Gus")
        for told, kept in (("de-at", "de-at"), (None, "de-at"), (["de"], "de-at"), ("en", "en")):
            answer = await gus.post("/app/session", content=signed(TOKEN, user | {"language_code": told}, time.time()))
            assert answer.status_code == 200, answer.text
            assert await store.languages.of(4711) == (None, kept)
