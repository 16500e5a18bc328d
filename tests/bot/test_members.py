"""Guests for being in the family's group, and until they leave it."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

from bot.commands.wording import groups_number
from bot.conversation.wording import group_unlisted, left_the_group
from data.settings import Settings
from demo.telegram.faults import Fault
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from tests.bot.conftest import ADMIN, INVITE, MakeSettings, sent_to, serving, settled


async def let_a_day_pass(telegram: LocalTelegram, settings: Settings) -> None:
    """The bot, in this same thread, must not be writing meanwhile."""
    await settled(telegram, settings)
    yesterday = (datetime.now(UTC) - timedelta(days=1, minutes=1)).isoformat()
    with closing(sqlite3.connect(settings.home / "cousinbot.db")) as db, db:
        db.execute("UPDATE people SET member_at = ?", (yesterday,))


async def test_a_guest_for_as_long_as_they_are_in_the_group(
    telegram: LocalTelegram, make_settings: MakeSettings
) -> None:
    mia = await Person.join(telegram.url, "Mia")
    group = await mia.create_group("The family")
    settings = make_settings(chats=str(group))
    pia = await Person.join(telegram.url, "Pia")
    async with serving(settings):
        for person in (mia, pia):
            here = await person.in_group(group)
            await here.say("/help")
            assert "Send me a photo" in (await here.next()).text
        await pia.say(f"/start {INVITE}")
        await pia.next()
        for person in (mia, pia):
            await person.say("/help")
            await person.next()
        assert telegram.calls.of("getChatMember") == []

        for _ in range(2):
            await let_a_day_pass(telegram, settings)
            for person in (mia, mia, pia):
                await person.say("/help")
                assert "Send me a photo" in (await person.next()).text
        asked = telegram.calls.of("getChatMember")
        assert [int(call.params["user_id"]) for call in asked] == [mia.id] * 2

        for person in (mia, pia):
            await (await person.in_group(group)).leave()
        await let_a_day_pass(telegram, settings)
        telegram.faults.add(Fault("getChatMember", status=502, description="Bad Gateway"))
        await mia.say("/help")
        assert "Send me a photo" in (await mia.next()).text  # a silent Telegram changes nothing
        await mia.say("/help")
        assert (await mia.next()).text == left_the_group()
        await mia.say("/help")
        await pia.say("/help")
        assert "Send me a photo" in (await pia.next()).text  # by link: for good
        await settled(telegram, settings)
        assert sent_to(telegram, mia.id)[-1] == left_the_group()

        await mia.say(f"/start {INVITE}")
        assert (await mia.next()).text.startswith("Hello Mia!")


async def test_a_group_tells_an_admin_its_number_listed_or_not(
    telegram: LocalTelegram, make_settings: MakeSettings
) -> None:
    admin = await Person.join(telegram.url, "Ada", ADMIN)
    guest = await Person.join(telegram.url, "Gus")
    listed, unlisted = [await admin.create_group(title, [guest]) for title in ("The family", "The neighbours")]
    settings = make_settings(chats=str(listed))
    async with serving(settings):
        here = await admin.in_group(listed)
        await here.say("/start@family_cousin_bot")
        assert (await here.next()).text.endswith(groups_number(listed))
        await (await guest.in_group(listed)).say("/start@family_cousin_bot")
        assert str(listed) not in (await here.next()).text
        there = await admin.in_group(unlisted)
        await (await guest.in_group(unlisted)).say("/start@family_cousin_bot")
        await there.say("/who")
        assert (await there.next()).text == group_unlisted(unlisted)
        await settled(telegram, settings)
        assert sent_to(telegram, unlisted) == [group_unlisted(unlisted)]  # once: the guest hears nothing
