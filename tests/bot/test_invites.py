"""Invitations that run out and are taken back."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta, tzinfo

import pytest

from bot.conversation.wording import invitation_expired, invitation_unknown, outsider
from data.settings import Settings
from data.store.store import Store
from demo.telegram.person import Message, Person
from demo.telegram.server import LocalTelegram
from tests.bot.conftest import ADMIN, INVITE, MakeSettings, sent_to, serving, settled


def code_in(message: Message) -> str:
    """Of the link in the first lines."""
    return message.text.partition("?start=")[2].split()[0]


async def enter(telegram: LocalTelegram, name: str, code: str) -> tuple[Person, str]:
    person = await Person.join(telegram.url, name)
    await person.say(f"/start {code}")
    return person, (await person.next()).text


async def let_time_pass(telegram: LocalTelegram, settings: Settings, days: float) -> None:
    """Invitations age at once. The bot, in this same thread, must not be writing meanwhile."""
    await settled(telegram, settings)
    with closing(sqlite3.connect(settings.home / "cousinbot.db")) as db, db:
        for rowid, expires_at in db.execute("SELECT id, expires_at FROM invites").fetchall():
            earlier = datetime.fromisoformat(expires_at) - timedelta(days=days)
            db.execute("UPDATE invites SET expires_at = ? WHERE id = ?", (earlier.isoformat(), rowid))


async def test_invitation_lets_in_for_a_week(telegram: LocalTelegram, make_settings: MakeSettings) -> None:
    settings = make_settings(invite="")
    async with serving(settings):
        admin = await Person.join(telegram.url, "Ada", ADMIN)
        await admin.say("/invite")
        link = await admin.next()
        assert "https://t.me/family_cousin_bot?start=" in link.text
        code = code_in(link)
        assert len(code) <= 64
        assert (await enter(telegram, "Pia", code))[1].startswith("Hello Pia!")
        await let_time_pass(telegram, settings, days=6.9)
        assert (await enter(telegram, "Zoe", code))[1].startswith("Hello Zoe!")
        await let_time_pass(telegram, settings, days=0.2)
        late, told = await enter(telegram, "Leo", code)
        assert told == invitation_expired()
        await late.say("/help")
        await settled(telegram, settings)
        assert len(sent_to(telegram, late.id)) == 1
        await admin.say("/invite")
        renewed = await admin.next()
        assert code not in renewed.text
        await late.say(f"/start {code_in(renewed)}")
        assert (await late.next()).text.startswith("Hello Leo!")


class NextYear(datetime):
    """A clock that runs a year ahead."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return datetime.now(tz) + timedelta(days=365)


async def test_a_clock_that_runs_ahead_makes_no_invitation_last_longer_nor_shorter(
    telegram: LocalTelegram, make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = make_settings(invite="")
    async with serving(settings):
        admin = await Person.join(telegram.url, "Ada", ADMIN)
        await admin.say("/invite")
        before = code_in(await admin.next())
        with monkeypatch.context() as patch:
            for module in ("bot.commands.invitations", "bot.conversation.admission", "actions.people.access"):
                patch.setattr(f"{module}.datetime", NextYear)
            await admin.say("/invite")
            code = code_in(await admin.next())
            assert (await enter(telegram, "Pia", before))[1].startswith("Hello Pia!")
        assert (await enter(telegram, "Zoe", code))[1].startswith("Hello Zoe!")
        await let_time_pass(telegram, settings, days=7.1)
        assert (await enter(telegram, "Leo", code))[1] == invitation_expired()


@pytest.mark.usefixtures("bot")
async def test_invitations_are_listed_and_taken_back(telegram: LocalTelegram, admin: Person) -> None:
    await admin.say("/invite")
    first = await admin.next()
    await admin.say("/invite")
    second = await admin.next()
    assert code_in(first) in second.text
    assert INVITE in second.text
    assert [row[0].text for row in second.buttons] == [f"Cancel …{code_in(link)[-6:]}" for link in (second, first)]
    await admin.press(second, second.buttons[1][0].text)
    assert "no longer lets anyone in" in (await admin.answer_to_press()).text
    listed = await admin.next()
    assert code_in(first) not in listed.text
    assert code_in(second) in listed.text
    guest, told = await enter(telegram, "Pia", code_in(first))
    assert told == invitation_expired()
    await guest.say(f"/start {code_in(second)}")
    assert (await guest.next()).text.startswith("Hello Pia!")
    await admin.press(listed, listed.buttons[0][0].text)
    assert INVITE in (await admin.next()).text  # the standing one is the settings' affair
    await guest.say("/help")  # who came in stays in
    assert "Send me a photo" in (await guest.next()).text


async def test_links_are_shown_in_private_only(telegram: LocalTelegram, make_settings: MakeSettings) -> None:
    admin = await Person.join(telegram.url, "Ada", ADMIN)
    group = await admin.create_group("The family")
    async with serving(make_settings(chats=str(group))):
        here = await admin.in_group(group)
        await here.say("/invite")
        assert "private chat" in (await here.next()).text


@pytest.mark.usefixtures("bot")
async def test_made_up_codes_let_nobody_in(telegram: LocalTelegram, admin: Person) -> None:
    await admin.say("/invite")
    code = code_in(await admin.next())
    person, told = await enter(telegram, "Eve", code[:-1])
    assert told == outsider()
    for attempt in ({code.lower()} - {code}) | {f"{code}x", "%"}:  # one code of some thousands has no capitals
        await person.say(f"/start {attempt}")
        assert (await person.next()).text == invitation_unknown()
    another = await Person.join(telegram.url, "Pia")
    for attempt in ({code.upper()} - {code}) | {"' OR 1=1 --", "1"}:
        await another.say(f"/start {attempt}")
    assert (await another.next()).text == outsider()
    await person.say(f"/start {code}")
    assert (await person.next()).text.startswith("Hello Eve!")


async def test_asked_for_twice_by_one_message_it_is_one_invitation(settings: Settings) -> None:
    settings.home.mkdir()
    async with Store.open(settings.home / "cousinbot.db") as store:
        now = datetime.now(UTC)
        made = [await store.invites.make(ADMIN, 7, now, timedelta(days=7)) for _ in range(2)]
        assert made[0] == made[1]
        assert await store.invites.is_live(made[0].code, now) is True
        assert await store.invites.live(now) == [made[0]]
