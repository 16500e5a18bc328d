"""Topics, protected content, spoilers, edits by people, and files by their path: as the real server has them."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from types import ModuleType

import pytest
from telegram import Bot, Message, ReplyParameters
from telegram.error import BadRequest

from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from tests.demo.telegram.conftest import picture
from tests.demo.telegram.test_conversation import faults, spec

__all__ = ["spec"]


@pytest.fixture
async def topic(telegram: LocalTelegram) -> Person:
    """Ann, in a topic of a forum."""
    ann = await Person.join(telegram.url, "Ann")
    group = await ann.create_group("Family", is_forum=True)
    return await (await ann.in_group(group)).open_topic("Reunion")


async def heard(bot: Bot) -> list[Message]:
    """But for the first message, with which the chat begins."""
    return [update.message for update in (await bot.get_updates())[1:] if update.message]


async def test_what_the_bot_hears_of_a_topic(bot: Bot, topic: Person) -> None:
    first = await topic.say("/help")
    await topic.say("/who", reply_to=first)
    await topic.in_topic(None).say("/start")
    opened, said, replied, general = await heard(bot)
    assert opened.forum_topic_created is not None
    assert opened.forum_topic_created.name == "Reunion"
    assert (opened.message_thread_id, opened.message_id) == (topic.topic, topic.topic)
    assert opened.reply_to_message is None
    for message, reply in ((said, topic.topic), (replied, first)):
        assert (message.message_thread_id, message.is_topic_message) == (topic.topic, True)
        assert message.chat.is_forum
        assert message.reply_to_message is not None
        assert message.reply_to_message.message_id == reply
        assert bool(message.reply_to_message.forum_topic_created) == (message is said)
    assert (general.message_thread_id, general.is_topic_message) == (None, None)


async def test_where_what_the_bot_says_goes(bot: Bot, topic: Person) -> None:
    asked = await topic.say("/help")
    await bot.send_message(topic.chat, "in it", message_thread_id=topic.topic)
    await bot.send_message(topic.chat, "a reply", reply_parameters=ReplyParameters(asked))
    await bot.send_message(topic.chat, "outside")
    assert [(await topic.next()).text for _ in range(2)] == ["in it", "a reply"]
    assert (await topic.in_topic(None).next()).text == "outside"
    assert await bot.send_chat_action(topic.chat, "typing", message_thread_id=topic.topic)


@pytest.mark.parametrize("only_close", [True, False])
async def test_a_topic_that_is_over(bot: Bot, topic: Person, only_close: bool) -> None:
    await topic.end_topic(only_close=only_close)
    with pytest.raises(BadRequest, match="Topic_closed" if only_close else "Message thread not found"):
        await bot.send_message(topic.chat, "late", message_thread_id=topic.topic)


async def test_topics_of_a_private_chat(bot: Bot, ann: Person) -> None:
    topic = await ann.open_topic("Photos")
    await topic.say("hello")
    message = (await bot.get_updates())[-1].message
    assert message
    assert (message.message_thread_id, message.is_topic_message) == (topic.topic, True)
    await message.reply_text("hello")
    assert (await topic.next()).text == "hello"


async def test_a_group_without_topics_has_none(bot: Bot, ann: Person) -> None:
    group = await ann.in_group(await ann.create_group("Family"))
    with pytest.raises(Exception, match="the chat is not a forum"):
        await group.open_topic("Photos")
    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.send_message(group.chat, "where?", message_thread_id=5)


async def test_protected_content_and_spoilers(bot: Bot, ann: Person) -> None:
    await ann.send_photo(picture(), spoiler=True)
    await ann.send_photo(picture(), protected=True)
    await ann.protect()
    await ann.say("a secret")
    marks = [(one.has_media_spoiler, one.has_protected_content) for one in await heard(bot)]
    assert marks == [(True, None), (None, True), (None, True)]
    await ann.protect(False)
    await bot.send_photo(ann.id, picture(), has_spoiler=True, protect_content=True)
    shown = (await ann.next()).raw
    assert (shown["has_media_spoiler"], shown["has_protected_content"]) == (True, True)


async def test_what_a_person_edits(bot: Bot, ann: Person) -> None:
    photo, text = await ann.send_photo(picture()), await ann.say("hello")
    await ann.edit(photo, "/who")
    await ann.edit(text, "hello!")
    edited = [update.edited_message for update in await bot.get_updates() if update.edited_message]
    assert [(one.message_id, one.caption or one.text) for one in edited] == [(photo, "/who"), (text, "hello!")]
    assert all(one.edit_date for one in edited)
    answer = await bot.send_message(ann.id, "yes?")
    with pytest.raises(Exception, match="can't be edited"):
        await ann.edit(answer.message_id, "no")


@pytest.fixture
async def on_disk(tmp_path: Path) -> AsyncIterator[LocalTelegram]:
    async with LocalTelegram(files=tmp_path) as server:
        yield server


async def test_files_by_their_path(on_disk: LocalTelegram, tmp_path: Path) -> None:
    ann = await Person.join(on_disk.url, "Ann")
    await ann.send_file(bytes(21 * 2**20), "big.bin")
    async with Bot(on_disk.token, f"{on_disk.url}/bot", f"{on_disk.url}/file/bot") as bot:
        [update] = await bot.get_updates()
        assert update.message
        assert update.message.document
        file = await bot.get_file(update.message.document.file_id)
    path = Path(file.file_path or "")
    assert path.is_relative_to(tmp_path / on_disk.token)
    assert len(await asyncio.to_thread(path.read_bytes)) == 21 * 2**20


async def test_all_of_it_keeps_to_the_spec(telegram: LocalTelegram, bot: Bot, topic: Person, spec: ModuleType) -> None:
    photo = await topic.send_photo(picture(), "/who", spoiler=True, protected=True)
    await topic.edit(photo, "/who?")
    await bot.send_photo(topic.chat, picture(), message_thread_id=topic.topic, has_spoiler=True, protect_content=True)
    await bot.send_message(topic.chat, "hello", reply_parameters=ReplyParameters(photo))
    await bot.send_chat_action(topic.chat, "typing", message_thread_id=topic.topic)
    updates = telegram.pending()
    assert len(updates) == 4
    assert [fault for update in updates for fault in spec.update(update)] == []
    assert faults(telegram, spec) == []
