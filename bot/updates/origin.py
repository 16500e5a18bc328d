"""Where a raw update comes from, as far as one can tell without knowing that it can be parsed."""

from dataclasses import dataclass
from typing import Any, Literal

from bot.transport.topics import Topic

Kind = Literal["photo", "tap", "reaction", "message", "other"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an update comes from; chat and sender 0 stand for none."""

    chat: int
    sender: int
    album: str | None
    kind: Kind


def origin_of(update: dict[str, Any]) -> Origin:
    match update:
        case {"message": {"chat": {"id": int(chat)}} as message}:
            album = message.get("media_group_id")
            kind: Kind = "photo" if "photo" in message or "document" in message else "message"
            return Origin(chat, _sender(message) or chat, album if isinstance(album, str) else None, kind)
        case {"edited_message": {"chat": {"id": int(chat)}} as message}:
            # By itself, also of an album, and behind what the chat has sent before: that may be the same photo.
            return Origin(chat, _sender(message) or chat, None, "message")
        case {"callback_query": {"message": {"chat": {"id": int(chat)}}} as query}:
            return Origin(chat, _sender(query) or chat, None, "tap")
        case {"message_reaction": {"chat": {"id": int(chat)}} as reaction}:
            return Origin(chat, _sender(reaction) or chat, None, "reaction")
        case _:
            return Origin(0, 0, None, "other")


def topic_of(update: dict[str, Any]) -> Topic | None:
    """The topic an update comes from; None where it comes from none."""
    match update:
        case {"message": message} | {"edited_message": message} | {"callback_query": {"message": message}}:
            pass
        case _:
            return None
    match message:
        case {"is_topic_message": True, "message_thread_id": int(thread), "chat": {"id": int(chat)}}:
            return Topic(chat, thread)
        case _:
            return None


def sender_of(update: dict[str, Any]) -> tuple[int, str | None]:
    """Who sent an update, and the language that their Telegram has; 0 and None where it does not say."""
    match update:
        case (
            {"message": dict(content)}
            | {"edited_message": dict(content)}
            | {"callback_query": dict(content)}
            | {"message_reaction": dict(content)}
        ):
            pass
        case _:
            return 0, None
    match content:
        case {"from": {"language_code": str(spoken)}} | {"user": {"language_code": str(spoken)}}:
            return _sender(content) or 0, spoken
        case _:
            return _sender(content) or 0, None


def _sender(content: dict[str, Any]) -> int | None:
    match content:
        case {"from": {"id": int(sender)}} | {"user": {"id": int(sender)}}:
            return sender
        case _:
            return None
