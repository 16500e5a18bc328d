"""Updates of another version's Bot API server, which lack a field that the library expects."""

from typing import Any

import pytest
from telegram.ext import AIORateLimiter, ExtBot

from bot.updates.parsing import parse
from data.settings import Settings
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from tests.bot.conftest import ADMIN, sent_to, settled

BOT: ExtBot[int] = ExtBot("1:a", rate_limiter=AIORateLimiter())
POLL = {"id": "1", "question": "Who brings the cake?", "options": []}  # without all that polls have got since
SENDER = {"id": 7, "is_bot": False, "first_name": "Gus"}
CHAT = {"id": 7, "type": "private", "first_name": "Gus"}


def message(**content: Any) -> dict[str, Any]:
    return {"message_id": 3, "date": 1, "chat": CHAT, "from": SENDER, **content}


def test_a_message_is_read_without_what_can_not_be_read() -> None:
    update = parse({"update_id": 1, "message": message(poll=POLL, caption="/who")}, BOT)
    assert update is not None
    assert update.message is not None
    assert update.message.poll is None
    assert (update.message.caption, update.effective_user and update.effective_user.id) == ("/who", 7)


def test_also_one_that_was_edited() -> None:
    update = parse({"update_id": 1, "edited_message": message(poll=POLL, edit_date=2, caption="/who")}, BOT)
    assert update is not None
    assert update.edited_message is not None
    assert update.edited_message.caption == "/who"


def test_also_what_it_replies_to_and_what_was_tapped() -> None:
    update = parse({"update_id": 1, "message": message(text="/who", reply_to_message=message(poll=POLL))}, BOT)
    assert update is not None
    assert update.message is not None
    assert update.message.reply_to_message is not None
    assert update.message.reply_to_message.message_id == 3
    query = {"id": "1", "from": SENDER, "chat_instance": "1", "data": "5", "message": message(poll=POLL)}
    tapped = parse({"update_id": 1, "callback_query": query}, BOT)
    assert tapped is not None
    assert tapped.callback_query is not None
    assert tapped.callback_query.data == "5"


@pytest.mark.parametrize(
    "content", [{"message": {"date": 1, "chat": CHAT}}, {"callback_query": {"id": "1"}}, {"poll": POLL}]
)
def test_what_lacks_too_much_is_ignored(content: dict[str, Any]) -> None:
    assert parse({"update_id": 1, **content}, BOT) is None


def test_what_is_wrong_otherwise_is_reported() -> None:
    with pytest.raises(TypeError):
        parse({"update_id": 1, "message": message(date="1234")}, BOT)


@pytest.mark.usefixtures("bot")
async def test_a_poll_of_an_older_server_is_reported_to_nobody(
    telegram: LocalTelegram, settings: Settings, admin: Person, guest: Person
) -> None:
    chat = {"id": guest.id, "type": "private", "first_name": "Gus"}
    sender = {"id": guest.id, "is_bot": False, "first_name": "Gus"}
    telegram.inject({"message": message(chat=chat, poll=POLL) | {"from": sender}})
    telegram.inject({"callback_query": {"id": "1", "from": sender, "message": message(chat=chat)}})
    await settled(telegram, settings)
    await guest.say("/help")
    assert "Send me a photo" in (await guest.next()).text
    assert sent_to(telegram, ADMIN) == []
