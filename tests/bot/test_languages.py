"""Everyone is written to in their own language: whoever asks, whoever is told of it, and the family's group."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from actions.wording import someone_asked, stopped
from bot.transport.errors import in_words
from data.names import typed_name
from data.settings import Settings
from data.store.store import Store
from data.wording import stranger
from demo.telegram.person import Message, Person
from demo.telegram.phone import ask
from demo.telegram.server import LocalTelegram
from foundation.reader import in_language
from tests.bot.conftest import ADMIN, HURRIED, INVITE, OTHER_ADMIN, MakeSettings, serving
from tests.bot.test_corrections import OTTO, said
from tests.free_port import free_port

pytestmark = pytest.mark.usefixtures("marked_languages")

DE, PL, PT = "⟦de⟧", "⟦pl⟧", "⟦pt_BR⟧"
AT_ONCE = replace(HURRIED, between_menus=0)


def buttons(message: Message) -> list[str]:
    return [button.text for row in message.buttons for button in row]


async def commands(telegram: LocalTelegram, person: Person) -> list[str]:
    params = {"chat_id": person.chat}
    shown = (await ask(telegram.url, "GET", f"/people/{person.id}/commands", params=params))["commands"]
    return [f"{one['command']}: {one['description']}" for one in shown]


async def told(person: Person, text: str) -> Message:
    await person.say(text)
    return await person.next()


@pytest.fixture
async def germans(telegram: LocalTelegram) -> Person:
    """Ada, an admin, whose Telegram is German."""
    return await Person.join(telegram.url, "Ada", ADMIN, "de-AT")


@pytest.fixture
async def poles(telegram: LocalTelegram) -> Person:
    """Bo, another, whose Telegram is Polish."""
    return await Person.join(telegram.url, "Bo", OTHER_ADMIN, "pl")


async def test_two_people_at_once_are_answered_in_their_languages(
    telegram: LocalTelegram, bot: "asyncio.Task[None]"
) -> None:
    people = [await Person.join(telegram.url, name, language=spoken) for name, spoken in _SPOKEN]
    for _ in range(2):
        answers = await asyncio.gather(*(told(person, f"/start {INVITE}") for person in people))
        assert [answer.text.split(" ")[0] for answer in answers] == ["⟦de⟧", "⟦pl⟧", "⟦pt_BR⟧", "Hello", "Hello"]


_SPOKEN: Sequence[tuple[str, str | None]] = (
    ("Gerda", "de"),
    ("Piotr", "pl-PL"),
    ("Bruna", "pt-br"),
    ("Tom", "en"),
    ("Tlhi", None),
)


async def test_outsiders_are_told_in_their_language_and_nothing_is_kept(
    telegram: LocalTelegram, bot: "asyncio.Task[None]", make_settings: MakeSettings
) -> None:
    stranger = await Person.join(telegram.url, "Who", language="de")
    assert (await told(stranger, "hello")).text.startswith(DE)
    async with Store.open(make_settings().home / "cousinbot.db") as store:
        assert await store.languages.of(stranger.id) == (None, None)


async def test_a_family_that_speaks_a_language_is_the_next_best(
    telegram: LocalTelegram, make_settings: MakeSettings
) -> None:
    async with serving(make_settings(language="pl")):
        guest = await Person.join(telegram.url, "Gus", language="tlh")
        assert (await told(guest, f"/start {INVITE}")).text.startswith(PL)


async def test_what_was_chosen_survives_a_restart_and_is_taken_back(
    telegram: LocalTelegram, make_settings: MakeSettings
) -> None:
    async with serving(make_settings()):
        guest = await Person.join(telegram.url, "Gus", language="de")
        await told(guest, f"/start {INVITE}")
        question = await told(guest, "/language")
        assert buttons(question) == ["English", "✓ Deutsch", "Polski", "Português (Brasil)", "⟦de⟧ As in Telegram"]
        await guest.press(question, "Polski")
        done = await guest.next()
        assert done.text == "⟦pl⟧ Done. The language I write in here: Polski"
        assert (await guest.answer_to_press()).text == done.text
        assert (await commands(telegram, guest))[0] == "facts: ⟦pl⟧ What to talk about with a cousin"
        kept = await told(guest, "/mydata")
        assert "⟦pl⟧ • the language I write to you in: Polski" in kept.text
    async with serving(make_settings()):
        assert (await told(guest, "/cousins")).text.startswith(PL)
        await guest.press(await told(guest, "/language"), "⟦pl⟧ As in Telegram")
        assert (await guest.next()).text == "⟦de⟧ Done. The language I write in here: Deutsch"
        assert (await told(guest, "/cousins")).text.startswith(DE)


@pytest.mark.parametrize("typed", ["pl", "PL", "Polski", "polish", "polonês", "polones", "⟦"])
async def test_a_language_is_chosen_by_its_code_or_its_name(
    telegram: LocalTelegram, bot: "asyncio.Task[None]", typed: str
) -> None:
    guest = await Person.join(telegram.url, "Gus", language="de")
    await told(guest, f"/start {INVITE}")
    answer = await told(guest, f"/language {typed}")
    if typed == "⟦":
        assert "“⟦”" in answer.text
        assert "English, Deutsch, Polski, Português (Brasil)" in answer.text
        assert "Polski" in buttons(answer)
    else:
        assert answer.text == "⟦pl⟧ Done. The language I write in here: Polski"


async def test_forgetme_forgets_what_was_chosen(
    telegram: LocalTelegram, bot: "asyncio.Task[None]", make_settings: MakeSettings
) -> None:
    guest = await Person.join(telegram.url, "Gus", language="de")
    await told(guest, f"/start {INVITE}")
    await told(guest, "/language pl")
    question = await told(guest, "/forgetme")
    await guest.press(question, "⟦pl⟧ Yes, delete it")
    assert (await guest.next()).text.startswith(PL)
    assert (await told(guest, "/cousins")).text.startswith(DE)
    async with Store.open(make_settings().home / "cousinbot.db") as store:
        assert await store.languages.of(guest.id) == (None, "de")


async def test_a_group_has_one_language_which_its_admins_choose(
    telegram: LocalTelegram, make_settings: MakeSettings, germans: Person
) -> None:
    guest = await Person.join(telegram.url, "Piotr", language="pl")
    family = await germans.create_group("Family", [guest])
    async with serving(make_settings(chats=str(family)), AT_ONCE):
        ada, piotr = await germans.in_group(family), await guest.in_group(family)
        assert (await told(piotr, "/facts")).text == "Whom would you like to talk about?"
        assert (await told(piotr, "/language")).text == "Only an admin can do that."
        await ada.say("/language")
        question = [await ada.next() for _ in range(3)][-1]
        assert "As the family does" in buttons(question)
        await piotr.press(question, "Deutsch")
        assert (await piotr.answer_to_press()).text == "Only an admin can do that."
        await ada.press(question, "Deutsch")
        done = await ada.next()
        assert done.text.startswith(DE)
        await piotr.say("/facts")
        assert [(await piotr.next()).text[:4] for _ in range(3)] == ["In w", DE, DE]
        assert (await told(piotr, "/language pl")).text == f"{DE} Only an admin can do that."
        assert (await commands(telegram, piotr))[0].startswith("who: ⟦de⟧")
        assert (await told(guest, "/cousins")).text.startswith(PL)


async def test_each_admin_is_alerted_in_their_language(
    telegram: LocalTelegram, make_settings: MakeSettings, germans: Person, poles: Person, tmp_path: Path
) -> None:
    async with serving(make_settings()):
        for admin in (germans, poles):
            await told(admin, "/start")
        await told(germans, "/language pt-br")
        (tmp_path / "facts.yaml").write_text("lucy: [")
        assert (await germans.next()).text.startswith(PT)
        alert = await poles.next()
        assert alert.text.startswith(PL)
        assert PT not in alert.text


async def test_a_run_is_reported_in_each_admins_language(
    telegram: LocalTelegram, make_settings: MakeSettings, germans: Person, poles: Person
) -> None:
    async with serving(make_settings()):
        for admin in (germans, poles):
            await told(admin, "/start")
    async with Store.open(make_settings().home / "cousinbot.db") as store:
        with in_language("pt_BR"):
            run = await store.runs.start(1, someone_asked("Zoë"))
            await store.runs.follow(run)
            await store.runs.finish(run, "failed", None, stopped())
    async with serving(make_settings()):
        for admin, mark in ((germans, DE), (poles, PL)):
            report = (await admin.next()).text
            with in_language(mark[1:-1]):
                assert stopped() in report
                assert someone_asked("Zoë") in report
            assert PT not in report


async def test_telegrams_lists_and_descriptions_are_in_every_language_and_set_once(
    telegram: LocalTelegram, make_settings: MakeSettings
) -> None:
    methods = ("setMyCommands", "setMyDescription", "setMyShortDescription")
    settings = make_settings(language="pl")
    async with serving(settings, AT_ONCE):
        await telegram.calls.until(lambda log: len(log.of("setMyShortDescription")) == 4)
        for spoken, mark in (("de", "⟦de⟧ "), ("pt-br", "⟦pt_BR⟧ "), ("en", ""), ("tlh", "⟦pl⟧ ")):
            newcomer = await Person.join(telegram.url, "New", language=spoken)
            assert f"help: {mark}What you can do for me" in await commands(telegram, newcomer)
    for method in methods[1:]:
        set_for = {call.params.get("language_code") for call in telegram.calls.of(method)}
        assert set_for == {None, "de", "en", "pt"}  # Polish is what the others see
        assert all(call.status == 200 for call in telegram.calls.of(method))
    before = [len(telegram.calls.of(method)) for method in methods]
    asked = len(telegram.calls.of("getMyShortDescription"))
    async with serving(settings, AT_ONCE):
        await telegram.calls.until(lambda log: len(log.of("getMyShortDescription")) == asked + 5)
    assert [len(telegram.calls.of(method)) for method in methods] == before


async def test_the_button_beside_each_chat_is_in_its_language(
    telegram: LocalTelegram, make_settings: MakeSettings
) -> None:
    async def button(person: Person) -> str:
        joined = await ask(telegram.url, "POST", "/people", json={"name": person.name, "user_id": person.id})
        return str(joined["menu_button"].get("text"))

    pages = make_settings(language="pl", web_port=free_port(), web_url="https://cousins.example.org")
    poles = await Person.join(telegram.url, "Piotr", language="pl")
    germans = await Person.join(telegram.url, "Gerda", language="de")
    async with serving(pages, AT_ONCE):
        for guest, mark in ((poles, PL), (germans, DE)):
            await told(guest, f"/start {INVITE}")
            assert await button(guest) == f"{mark} Photos"
        await told(poles, "/language pt-br")
        assert (await button(poles), await button(germans)) == (f"{PT} Photos", f"{DE} Photos")
        await poles.press(await told(poles, "/language"), f"{PT} As in Telegram")
        await poles.next()
        assert await button(poles) == f"{PL} Photos"
        newcomer = await Person.join(telegram.url, "New", language="de")
        assert await button(newcomer) == f"{PL} Photos"  # nothing is known of them
        shown = len(telegram.calls.of("setChatMenuButton"))
    asked = len(telegram.calls.of("getMyShortDescription"))
    async with serving(pages, AT_ONCE):  # what stands there is not set again
        await telegram.calls.until(lambda log: len(log.of("getMyShortDescription")) == asked + 5)
        await telegram.calls.until(lambda log: log.of("getChatMenuButton")[-1].params.get("chat_id") == str(germans.id))
    assert len(telegram.calls.of("setChatMenuButton")) == shown
    async with serving(make_settings(language="pl"), AT_ONCE):  # without pages nobody has it
        await telegram.calls.until(lambda log: len(log.of("setChatMenuButton")) == shown + 2)
        assert (await button(poles), await button(germans)) == ("None", "None")


async def test_a_decision_shows_in_each_readers_language(
    telegram: LocalTelegram, germans: Person, trained_bot: None, trained: Settings
) -> None:
    guest = await Person.join(telegram.url, "Gus", language="pl")
    await told(germans, "/start")
    await told(guest, f"/start {INVITE}")
    await guest.send_photo(OTTO)
    answer = await guest.next()
    await guest.press(answer, answer.buttons[0][-1].text)  # wrong
    with in_language("pl"):
        await guest.press(await guest.next(), stranger())
        await guest.answer_to_press()  # the admins hear of it a moment before it is kept
    assert (await germans.next()).text.startswith(DE)
    page = await told(germans, "/review")
    assert DE in page.text
    # What a button means does not depend on the words that it was shown with.
    await told(germans, "/language pt-br")
    await germans.press(page, page.buttons[0][0].text)
    assert "⟦pt_BR⟧ Accepted" in (await germans.answer_to_press()).text
    assert said(trained) == [("stranger", None, "accepted", guest.id)]
    while "An admin will take a look" in (shown := await guest.next()).text or shown.id != answer.id:
        pass
    assert PL in shown.text
    assert DE not in shown.text
    assert PT not in shown.text


def test_names_of_buttons_are_no_names_in_english_and_in_the_readers_language() -> None:
    with in_language("de"):
        for typed in ("Someone new", "⟦de⟧ someone new"):
            with pytest.raises(ValueError, match="⟦de⟧"):
                typed_name(typed)
        assert typed_name("Ada") == "Ada"


def test_the_log_is_in_english() -> None:
    with in_language("de"):
        assert "⟦" not in in_words(OSError(28, "No space left on device"))
