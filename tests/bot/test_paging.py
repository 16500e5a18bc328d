"""Lists of any length: /block, /invite and /admins turn their pages."""

import sqlite3
from contextlib import closing

import pytest

from bot.conversation.paging import page_of
from data.settings import Settings
from data.store.store import Store
from demo.telegram.person import Message, Person
from demo.telegram.server import LocalTelegram
from tests.bot.conftest import INVITE, serving
from tests.bot.test_corrections import buttons, press

GUESTS = 250


@pytest.mark.parametrize(
    ("items", "number", "shown", "at", "pages"),
    [(0, None, [], 0, 1), (3, 0, [0, 1, 2], 0, 1), (4, 1, [3], 1, 2), (3, 1, [0, 1, 2], 0, 1), (7, 99, [6], 2, 3)],
)
def test_pages(items: int, number: int | None, shown: list[int], at: int, pages: int) -> None:
    page = page_of(range(items), number, 3)
    assert (list(page.items), page.number, page.pages) == (shown, at, pages)
    actions = [button.page for _, button in page.turns(1, "x")]
    assert actions == [one for one in (at - 1, at + 1) if 0 <= one < pages]


async def with_guests(settings: Settings) -> None:
    settings.home.mkdir()
    async with Store.open(settings.home / "cousinbot.db") as store:
        for number in range(GUESTS):
            await store.people.welcome(100_000 + number, f"Guest {number:03}")


async def leaf_through(admin: Person, page: Message) -> list[str]:
    """The buttons of all pages but those that turn them."""
    found: list[str] = []
    while True:
        found += [text for text in buttons(page) if text not in ("More ›", "‹ Back")]
        if "More ›" not in buttons(page):
            return found
        page = await press(admin, page, "More ›")
        assert "Page" in page.text


async def test_everybody_can_be_blocked_however_many_they_are(
    telegram: LocalTelegram, settings: Settings, admin: Person
) -> None:
    await with_guests(settings)
    async with serving(settings):
        await admin.say("/block")
        first = await admin.next()
        assert await leaf_through(admin, first) == [f"Guest {number:03}" for number in range(GUESTS)]
        await admin.say("/block")
        second = await press(admin, await admin.next(), "More ›")
        blocked = await press(admin, second, "Guest 031")
        assert "🚫 Guest 031" in buttons(blocked)  # on the same page
        assert "Guest 030" in buttons(blocked)
        assert "Guest 000" in buttons(await press(admin, blocked, "‹ Back"))
        await admin.say("/admins")
        assert len(await leaf_through(admin, await admin.next())) == GUESTS - 1


async def test_every_invitation_is_listed_and_can_be_taken_back(
    telegram: LocalTelegram, settings: Settings, admin: Person
) -> None:
    links = 40
    async with serving(settings):
        for _ in range(links):
            await admin.say("/invite")
            newest = await admin.next()
        page, listed = newest, [newest.text]
        while "More ›" in buttons(page):
            page = await press(admin, page, "More ›")
            listed.append(page.text)
        with closing(sqlite3.connect(settings.home / "cousinbot.db")) as db:
            codes = [code for (code,) in db.execute("SELECT code FROM invites")]
        assert len(codes) == links
        assert all(sum(code in text for text in listed) == 1 for code in [*codes, INVITE])
        while any(text.startswith("Cancel") for text in buttons(page)):
            page = await press(admin, page, next(text for text in buttons(page) if text.startswith("Cancel")))
        assert INVITE in page.text


async def test_admins_of_long_names_are_listed_as_far_as_a_message_goes(
    telegram: LocalTelegram, settings: Settings, admin: Person
) -> None:
    settings.home.mkdir()
    async with Store.open(settings.home / "cousinbot.db") as store:
        for number in range(40):
            await store.admins.add(100_000 + number, f"{number:03} {'Anastasia ' * 12}", 0)
    async with serving(settings):
        await admin.say("/admins")
        listed = await admin.next()
        assert "• …" in listed.text
        assert len([text for text in await leaf_through(admin, listed) if text.startswith("Remove")]) == 40
