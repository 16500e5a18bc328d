"""Where an update comes from, whatever else is in it."""

from typing import Any

import pytest

from bot.transport.topics import Topic
from bot.updates.origin import Origin, origin_of, sender_of, topic_of

CHAT = {"id": -5}
SENDER = {"id": 7}


@pytest.mark.parametrize(
    ("update", "origin"),
    [
        ({"message": {"chat": CHAT, "from": SENDER, "text": "x"}}, Origin(-5, 7, None, "message")),
        ({"message": {"chat": CHAT, "from": SENDER, "photo": []}}, Origin(-5, 7, None, "photo")),
        ({"message": {"chat": CHAT, "from": SENDER, "document": {}}}, Origin(-5, 7, None, "photo")),
        (
            {"message": {"chat": CHAT, "from": SENDER, "photo": [], "media_group_id": "a"}},
            Origin(-5, 7, "a", "photo"),
        ),
        ({"message": {"chat": CHAT, "media_group_id": 3}}, Origin(-5, -5, None, "message")),
        ({"message": {"chat": CHAT, "from": {"id": "x"}}}, Origin(-5, -5, None, "message")),
        ({"callback_query": {"from": SENDER, "message": {"chat": CHAT}}}, Origin(-5, 7, None, "tap")),
        ({"callback_query": {"message": {"chat": CHAT, "from": SENDER}}}, Origin(-5, -5, None, "tap")),
        ({"callback_query": {"from": SENDER}}, Origin(0, 0, None, "other")),
        ({"message_reaction": {"chat": CHAT, "user": SENDER}}, Origin(-5, 7, None, "reaction")),
        ({"message_reaction": {"chat": CHAT, "actor_chat": CHAT}}, Origin(-5, -5, None, "reaction")),
        ({"message": {"chat": {"id": "x"}}}, Origin(0, 0, None, "other")),
        (
            {"edited_message": {"chat": CHAT, "from": SENDER, "photo": [], "media_group_id": "a"}},
            Origin(-5, 7, None, "message"),
        ),
        ({"edited_message": {"chat": CHAT}}, Origin(-5, -5, None, "message")),
        ({"edited_channel_post": {"chat": CHAT}}, Origin(0, 0, None, "other")),
        ({}, Origin(0, 0, None, "other")),
    ],
)
def test_origin(update: dict[str, Any], origin: Origin) -> None:
    assert origin_of(update) == origin


IN_TOPIC = {"chat": CHAT, "message_thread_id": 9, "is_topic_message": True}


@pytest.mark.parametrize(
    ("update", "topic"),
    [
        ({"message": IN_TOPIC}, Topic(-5, 9)),
        ({"edited_message": IN_TOPIC}, Topic(-5, 9)),
        ({"callback_query": {"message": IN_TOPIC}}, Topic(-5, 9)),
        ({"message": {"chat": CHAT, "message_thread_id": 9}}, None),  # a chain of replies
        ({"message": {"chat": CHAT, "is_topic_message": True}}, None),
        ({"message": IN_TOPIC | {"message_thread_id": "x"}}, None),
        ({"callback_query": {"from": SENDER}}, None),
        ({"message": None}, None),
        ({}, None),
    ],
)
def test_topic(update: dict[str, Any], topic: Topic | None) -> None:
    assert topic_of(update) == topic


SPEAKER = SENDER | {"language_code": "pl"}


@pytest.mark.parametrize(
    ("update", "sender"),
    [
        ({"message": {"chat": CHAT, "from": SPEAKER}}, (7, "pl")),
        ({"edited_message": {"chat": CHAT, "from": SENDER}}, (7, None)),
        ({"callback_query": {"from": SPEAKER}}, (7, "pl")),
        ({"message_reaction": {"chat": CHAT, "user": SPEAKER}}, (7, "pl")),
        ({"message_reaction": {"chat": CHAT, "actor_chat": CHAT}}, (0, None)),
        ({"message": {"from": SENDER | {"language_code": 3}}}, (7, None)),
        ({"message": {"from": 3}}, (0, None)),
        ({"message": None}, (0, None)),
        ({"poll": {}}, (0, None)),
    ],
)
def test_sender(update: dict[str, Any], sender: tuple[int, str | None]) -> None:
    assert sender_of(update) == sender
