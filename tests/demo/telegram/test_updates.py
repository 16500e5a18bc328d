"""Offsets and redelivery, long polls, conflicts, filters, and updates that grow old."""

import asyncio

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import BadRequest, Conflict, EndPointNotFound, InvalidToken

from demo.telegram.person import Person, RefusedError
from demo.telegram.server import LocalTelegram
from tests.demo.telegram.conftest import picture

BUTTON = InlineKeyboardMarkup([[InlineKeyboardButton("A", callback_data="a")]])


def texts(updates: tuple[Update, ...]) -> list[str | None]:
    return [update.message.text if update.message else None for update in updates]


async def test_updates_come_again_until_a_higher_offset(bot: Bot, ann: Person) -> None:
    await ann.say("two")
    first = await bot.get_updates(offset=0)
    assert texts(first) == ["/start", "two"]
    again = await bot.get_updates(offset=first[0].update_id)
    assert texts(again) == ["/start", "two"]
    rest = await bot.get_updates(offset=first[0].update_id + 1)
    assert texts(rest) == ["two"]
    assert texts(await bot.get_updates(offset=0)) == ["two"]  # the first one is gone for good


async def test_a_negative_offset_keeps_the_last(bot: Bot, ann: Person) -> None:
    for text in ("two", "three"):
        await ann.say(text)
    assert texts(await bot.get_updates(offset=-1)) == ["three"]
    assert texts(await bot.get_updates(offset=1)) == ["three"]


async def test_the_same_offset_at_once_gets_one_update(bot: Bot, ann: Person) -> None:
    await ann.say("two")
    assert len(await bot.get_updates(offset=5)) == 2
    assert len(await bot.get_updates(offset=5)) == 1


async def test_an_offset_of_another_server_acknowledges_nothing(bot: Bot, ann: Person) -> None:
    assert texts(await bot.get_updates(offset=2_000_000_000)) == ["/start"]


async def test_a_poll_waits_for_a_message(bot: Bot, telegram: LocalTelegram) -> None:
    person = await Person.join(telegram.url, "Ann")
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await person.say("here")
    assert texts(await asyncio.wait_for(poll, 5)) == ["here"]


async def test_the_older_poll_is_ended(bot: Bot, telegram: LocalTelegram) -> None:
    older = asyncio.create_task(bot.get_updates(timeout=20))
    async with Bot(telegram.token, f"{telegram.url}/bot") as other, asyncio.timeout(10):
        while not older.done():  # the older one may not have arrived yet
            assert await other.get_updates(timeout=0) == ()
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await older


async def test_no_poll_beside_a_webhook(bot: Bot) -> None:
    await bot.set_webhook("http://127.0.0.1:9/nobody")
    with pytest.raises(Conflict, match="use deleteWebhook"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


async def test_allowed_updates_filter_from_then_on(bot: Bot, ann: Person) -> None:
    await bot.get_updates(offset=0, allowed_updates=["callback_query"])
    await bot.send_message(ann.id, "?", reply_markup=BUTTON)
    await ann.say("not told")
    await ann.press(await ann.next(), "A")
    updates = await bot.get_updates(offset=-100)
    assert [update.callback_query and update.callback_query.data for update in updates] == [None, "a"]


async def test_updates_and_presses_grow_old(bot: Bot, ann: Person, telegram: LocalTelegram) -> None:
    telegram.advance(24 * 3600 + 1)
    assert await bot.get_updates() == ()
    message = await bot.send_message(ann.id, "?", reply_markup=BUTTON)
    seen = await ann.next()
    assert seen.id == message.message_id
    await ann.press(seen, "A")
    (update,) = await bot.get_updates(offset=-1)
    telegram.advance(151)
    assert update.callback_query
    with pytest.raises(BadRequest, match=r"[Qq]uery is too old and response timeout expired"):
        await update.callback_query.answer()
    assert await bot.get_updates(offset=1) == ()


async def test_a_press_is_answered_once(bot: Bot, ann: Person) -> None:
    await bot.send_message(ann.id, "?", reply_markup=BUTTON)
    seen = await ann.next()
    with pytest.raises(LookupError, match=r"there are \['A'\]"):
        await ann.press(seen, "B")
    await ann.press(seen, "A")
    query = (await bot.get_updates(offset=-1))[0].callback_query
    assert query
    assert query.data == "a"
    with pytest.raises(BadRequest, match=r"(?i)message_too_long"):
        await query.answer("x" * 201)
    await query.answer("well done", show_alert=True)
    assert (await ann.answer_to_press()).alert
    with pytest.raises(BadRequest, match=r"[Qq]uery is too old"):
        await query.answer()
    await bot.edit_message_reply_markup(ann.id, seen.id)
    with pytest.raises(RefusedError, match="not there any more"):
        await ann.press(seen, "A")


async def test_reactions_reach_the_bot_that_asks_for_them(bot: Bot, ann: Person) -> None:
    message = await bot.send_message(ann.id, "?")
    await ann.react(message.message_id, "🔥")
    (update,) = await bot.get_updates(offset=-1, allowed_updates=["message", "message_reaction"])
    assert update.message
    await ann.react(message.message_id, "👍", "❤")
    await ann.react(message.message_id, "👍", "❤")  # as they are: nothing has changed
    await ann.react(message.message_id)
    changes = [update.message_reaction for update in await bot.get_updates(offset=-2)]
    assert [change and change.message_id for change in changes] == [message.message_id] * 2
    assert [
        (change.user, [str(one["emoji"]) for one in change.old_reaction], [one["emoji"] for one in change.new_reaction])
        for change in changes
        if change
    ] == [(update.effective_user, ["🔥"], ["👍", "❤"]), (update.effective_user, ["👍", "❤"], [])]
    for wrong in (["👍"] * 2, ["👍", "❤", "🔥", "🎉"], ["x"]):
        with pytest.raises(RefusedError, match="REACTION"):
            await ann.react(message.message_id, *wrong)
    with pytest.raises(RefusedError, match="not found"):
        await ann.react(message.message_id + 1, "👍")


async def test_of_a_groups_reactions_only_its_admins_hear(bot: Bot, ann: Person) -> None:
    await bot.get_updates(offset=-1, allowed_updates=["message_reaction"])
    for offset, is_admin in ((-2, False), (-3, True)):  # the same one again would get one update only
        everyone = await ann.in_group(await ann.create_group("Family", bot_is_admin=is_admin))
        message = await bot.send_message(everyone.chat, "?")
        await everyone.react(message.message_id, "👍")
        await everyone.anonymously().react(message.message_id, "👎")
        changes = [update.message_reaction for update in await bot.get_updates(offset=offset)]
        heard = [change for change in changes if change and change.chat.id == everyone.chat]
        assert [(change.user is None, change.actor_chat is None) for change in heard] == (
            [(False, True), (True, False)] if is_admin else []
        )
        member = await bot.get_chat_member(everyone.chat, bot.id)
        assert member.status == ("administrator" if is_admin else "member")


async def test_an_album_is_one_update_a_photo(bot: Bot, ann: Person) -> None:
    await ann.send_album([picture(), picture("red"), picture("green")], "us")
    messages = [update.message for update in await bot.get_updates(offset=-3) if update.message]
    assert len({message.media_group_id for message in messages}) == 1
    assert [message.caption for message in messages] == ["us", None, None]
    assert [message.message_id for message in messages] == sorted(message.message_id for message in messages)


async def test_tokens_and_methods_are_checked(telegram: LocalTelegram, bot: Bot) -> None:
    with pytest.raises(InvalidToken):
        async with Bot("1:wrong", f"{telegram.url}/bot"):
            pass
    with pytest.raises(EndPointNotFound):
        await bot.do_api_request("makeCoffee")
    with pytest.raises(BadRequest, match=r"(?i)does not offer sendDice"):
        await bot.send_dice(1)
