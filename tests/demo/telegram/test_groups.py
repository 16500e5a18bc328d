"""Groups: privacy mode, comings and goings, migration."""

import pytest
from telegram import Bot
from telegram.error import ChatMigrated

from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from tests.demo.telegram.conftest import picture


async def heard(bot: Bot) -> list[str]:
    """The texts that reached the bot since the last time; service messages in brackets."""
    updates = await bot.get_updates(offset=0)
    if updates:
        await bot.get_updates(offset=updates[-1].update_id + 1)
    messages = [update.message for update in updates if update.message]
    return [message.text or message.caption or "[service]" for message in messages]


async def test_privacy_mode(telegram: LocalTelegram, bot: Bot) -> None:
    ann, ben = await Person.join(telegram.url, "Ann"), await Person.join(telegram.url, "Ben")
    group = await ann.create_group("Family", [ben])
    assert group < 0
    assert await heard(bot) == ["[service]"]
    everyone, too = await ann.in_group(group), await ben.in_group(group)
    asked = (await bot.send_message(group, "who is here?")).message_id
    assert (await everyone.next()).text == (await too.next()).text == "who is here?"
    photo = await everyone.send_photo(picture(), "our aunt")
    for text in ("good morning", "/who@other_bot", "see http://a.b/who"):
        await everyone.say(text)
    assert await heard(bot) == []
    await too.say("/who", reply_to=photo)
    await too.say("/who@Family_Cousin_Bot")
    await too.say("hi @family_cousin_bot")
    await too.say("me", reply_to=asked)
    message = (await bot.get_updates(offset=0))[0].message
    assert message
    assert message.reply_to_message
    assert message.reply_to_message.photo
    assert message.reply_to_message.caption == "our aunt"
    # The same offset within half a second would get one update only.
    updates = await bot.get_updates(offset=1)
    assert [update.message and update.message.text for update in updates] == [
        "/who",
        "/who@Family_Cousin_Bot",
        "hi @family_cousin_bot",
        "me",
    ]


async def test_without_privacy_the_bot_hears_everything() -> None:
    async with LocalTelegram(privacy=False) as telegram, Bot(telegram.token, f"{telegram.url}/bot") as bot:
        ann = await Person.join(telegram.url, "Ann")
        everyone = await ann.in_group(await ann.create_group("Family"))
        await everyone.say("good morning")
        assert await heard(bot) == ["[service]", "good morning"]
        assert (await bot.get_me()).can_read_all_group_messages


async def test_one_phone_reads_two_chats(telegram: LocalTelegram, bot: Bot, ann: Person) -> None:
    everyone = await ann.in_group(await ann.create_group("Family"))
    await bot.send_message(everyone.chat, "for all")
    await bot.send_message(ann.chat, "for Ann")
    assert (await ann.next()).text == "for Ann"
    assert (await everyone.next()).text == "for all"


async def test_a_group_that_migrates(telegram: LocalTelegram, bot: Bot, ann: Person) -> None:
    group = await ann.in_group(await ann.create_group("Family"))
    grown = await group.migrate()
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(group.chat, "hello")
    assert moved.value.new_chat_id == grown.chat
    assert grown.chat < -(10**12)
    assert await bot.send_message(grown.chat, "hello")
    assert (await grown.next()).text == "hello"
