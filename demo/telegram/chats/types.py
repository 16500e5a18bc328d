"""People, chats and messages, and how each looks over the wire."""

from dataclasses import dataclass, field
from typing import Any, Literal

from demo.telegram.chats.entities import FormattedText
from demo.telegram.chats.files import Document, PhotoSize

Json = dict[str, Any]

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024


@dataclass(slots=True)
class User:
    """`language` is what their Telegram is set to, as IETF names it."""

    id: int
    first_name: str
    is_bot: bool = False
    username: str | None = None
    language: str | None = None

    def api(self) -> Json:
        return {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name} | _given(
            username=self.username, language_code=self.language
        )


ANONYMOUS = User(1_087_968_824, "Group", is_bot=True, username="GroupAnonymousBot")
"""From whom a message is by which an admin of a group writes as the group."""


@dataclass(slots=True)
class Message:
    """`as_chat`: its sender, an admin of the group, does not show that it is theirs. `reactions` are emoji, by who
    reacted."""

    id: int
    chat: "Chat"
    sender: User
    date: int
    text: FormattedText | None = None
    caption: FormattedText | None = None
    photo: tuple[PhotoSize, ...] = ()
    document: Document | None = None
    album: str | None = None
    keyboard: Json | None = None
    reply_to: "Message | None" = None
    edited: int | None = None
    topic: int | None = None
    spoiler: bool = False
    protected: bool = False
    service: Json = field(default_factory=dict)
    as_chat: bool = False
    reactions: dict[int, list[str]] = field(default_factory=dict)

    @property
    def written(self) -> FormattedText:
        return self.text or self.caption or FormattedText()

    @property
    def answers(self) -> "Message | None":
        """What this one replies to: in a topic, where to nothing else, to the message that opened it."""
        opening = self.chat.topics.get(self.topic or 0)
        return self.reply_to or (opening if opening is not self else None)

    def api(self, *, nested: bool = False) -> Json:
        """The Bot API's Message; `nested` leaves out what this one replies to, as the server does."""
        seen: Json = {
            "message_id": self.id,
            "from": (ANONYMOUS if self.as_chat else self.sender).api(),
            **_given(sender_chat=self.as_chat and self.chat.api()),
            "chat": self.chat.api(),
            "date": self.date,
            **self.service,
        }
        if self.text:
            seen |= {"text": self.text.text} | _given(entities=list(self.text.entities))
        if self.photo:
            seen["photo"] = [size.api() for size in self.photo]
        if self.caption and self.caption.text:
            seen |= {"caption": self.caption.text} | _given(caption_entities=list(self.caption.entities))
        return seen | _given(
            document=self.document and self.document.api(),
            media_group_id=self.album,
            reply_markup=self.keyboard,
            edit_date=self.edited,
            reply_to_message=self.answers.api(nested=True) if self.answers and not nested else None,
            message_thread_id=self.topic,
            is_topic_message=self.topic is not None,
            has_media_spoiler=self.spoiler,
            has_protected_content=self.protected or self.chat.protected,
        )


@dataclass(slots=True)
class Chat:
    """A private chat (its id is the person's) or a group (its id is negative).

    Attributes:
        members: ids of who is in it; the bot is in a private chat once the person has written.
        topics: the messages that opened them, by their numbers, which are the topics'; of a forum, or a private chat.
        closed: topics in which nobody may write any more.
        protected: nothing in here may be saved or forwarded.
        blocked: the person does not want to hear from the bot.
        bot_is_admin: of a group; it then hears of all messages and reactions.
    """

    id: int
    kind: Literal["private", "group", "supergroup"]
    title: str
    members: set[int]
    messages: dict[int, Message] = field(default_factory=dict)
    is_forum: bool = False
    topics: dict[int, Message] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)
    protected: bool = False
    blocked: bool = False
    migrated_to: int | None = None
    bot_is_admin: bool = False

    def api(self) -> Json:
        name = "first_name" if self.kind == "private" else "title"
        return {"id": self.id, "type": self.kind, name: self.title} | _given(is_forum=self.is_forum)


def _given(**fields: Any) -> Json:
    return {name: value for name, value in fields.items() if value}
