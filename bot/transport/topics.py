"""Forum topics: what is sent for an update goes to the topic it came from, whoever sends it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from telegram import Message


@dataclass(frozen=True, slots=True)
class Topic:
    """A thread of a forum, or of a private chat with topics. The forum's General is none."""

    chat: int
    thread: int


_topic: ContextVar[Topic | None] = ContextVar("topic", default=None)


@contextmanager
def within(topic: Topic | None) -> Iterator[None]:
    """What is sent to the topic's chat in here, also by tasks that start in here, belongs to the topic."""
    before = _topic.set(topic)
    try:
        yield
    finally:
        _topic.reset(before)


def put_into_topic(endpoint: str, data: dict[str, Any]) -> None:
    """Let a request, a message or “typing…”, name the topic it belongs to, if it goes to that chat and names none."""
    thread = current_thread(data.get("chat_id"))
    if thread is not None and endpoint.startswith("send") and data.get("message_thread_id") is None:
        data["message_thread_id"] = thread


def current_thread(chat: object) -> int | None:
    """The topic that what is sent to this chat in here belongs to, if it is of that chat."""
    topic = _topic.get()
    return topic.thread if topic is not None and topic.chat == chat else None


def thread_of(message: Message) -> int | None:
    """The topic's number; None outside of topics, where Telegram numbers chains of replies by the same field."""
    return message.message_thread_id if message.is_topic_message else None


def replied_to(message: Message) -> Message | None:
    """What a person replied to. Telegram lets whatever is said in a topic reply to the message that opened it."""
    reply = message.reply_to_message
    if reply is None or reply.forum_topic_created or reply.message_id == thread_of(message):
        return None
    return reply
