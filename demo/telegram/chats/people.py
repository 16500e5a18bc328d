"""What people do with their phones: join, write, send pictures, press buttons, block the bot."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from telegram.constants import ReactionEmoji

from demo.telegram.chats.autolinks import trimmed, with_links
from demo.telegram.chats.entities import FormattedText
from demo.telegram.chats.errors import bad_request
from demo.telegram.chats.files import Document, PhotoSize
from demo.telegram.chats.messenger import Messenger
from demo.telegram.chats.types import CAPTION_LIMIT, TEXT_LIMIT, Chat, Json, Message, User
from demo.telegram.chats.updates import CALLBACK_LIVES

FIRST_ID = 10_001
EMOJI = frozenset(map(str, ReactionEmoji))
MOST_REACTIONS = 3  # of one person; one, of most


@dataclass(frozen=True, slots=True)
class _Press:
    user: User
    chat: Chat
    until: float


class People:
    def __init__(self, messenger: Messenger) -> None:
        self._messenger = messenger
        self._presses: dict[str, _Press] = {}

    def join(self, name: str, user_id: int | None = None, language: str | None = None) -> User:
        """A new person, or the one who has this id already, whose Telegram is set to this language from now on."""
        people = self._messenger.people
        number = user_id or next(n for n in range(FIRST_ID, 10**9) if n not in people)
        if number not in people:
            people[number] = User(number, name)
            self._messenger.chats[number] = Chat(number, "private", name, {number})
        people[number].language = language or people[number].language
        return people[number]

    def user(self, user_id: int) -> User:
        """Raises ApiError 400."""
        if user_id not in self._messenger.people:
            raise bad_request("nobody here has this user id; let them join first")
        return self._messenger.people[user_id]

    def chat(self, user: User, chat_id: int | None) -> Chat:
        """Where this person may write. Raises ApiError 400."""
        chat = self._messenger.chats.get(chat_id or user.id)
        if chat is None or user.id not in chat.members or chat.migrated_to:
            raise bad_request("this person is not in this chat")
        return chat

    def write(
        self,
        user: User,
        chat: Chat,
        text: str,
        contents: Sequence[tuple[PhotoSize, ...] | Document] = (),
        *,
        reply_to: int | None = None,
        as_chat: bool = False,
        topic: int | None = None,
        spoiler: bool = False,
        protected: bool = False,
    ) -> list[Message]:
        """Text, or pictures and files with the text as a caption; two or more of them are an album.

        `as_chat` is how admins of a group write who remain anonymous.

        Raises ApiError 400.
        """
        if as_chat and chat.kind == "private":
            raise bad_request("only admins of a group can be anonymous")
        if topic is not None and topic not in chat.topics:
            raise bad_request("there is no such topic")
        if reply_to is not None and reply_to not in chat.messages:
            raise bad_request("there is no such message to reply to")
        written = with_links(trimmed(FormattedText(text)))
        if not written.text and not contents:
            raise bad_request("there is nothing to send")
        if len(written.text) > (CAPTION_LIMIT if contents else TEXT_LIMIT):
            raise bad_request("this text is too long for one message")
        if chat.kind == "private":
            chat.members.add(self._messenger.bot.id)
        album = self._messenger.next_album() if len(contents) > 1 else None
        messages = []
        parts: Sequence[tuple[PhotoSize, ...] | Document | None] = contents or [None]
        for content in parts:
            number, date = self._messenger.next_message_id(), self._messenger.date()
            message = Message(number, chat, user, date, album=album, as_chat=as_chat)
            message.reply_to = chat.messages[reply_to] if reply_to is not None else None
            message.topic, message.protected = topic, protected
            message.spoiler = spoiler and isinstance(content, tuple)
            match content:
                case None:
                    message.text = written
                case Document():
                    message.document = content
                case photo:
                    message.photo = photo
            messages.append(message)
        if contents:
            messages[0].caption = written
        self._messenger.publish(messages)
        return messages

    def edit(self, user: User, chat: Chat, message_id: int, text: str) -> None:
        """Another text, or caption, for a message of one's own. Raises ApiError 400."""
        message = chat.messages.get(message_id)
        if message is None or message.sender.id != user.id or message.service:
            raise bad_request("message can't be edited")
        written = with_links(trimmed(FormattedText(text)))
        if message.text is None:
            message.caption = written
        else:
            message.text = written
        message.edited = self._messenger.date()
        self._messenger.publish([message], edited=True)

    def delete(self, user: User, chat: Chat, message_id: int) -> None:
        """In private chats people delete anything. Raises ApiError 400."""
        message = chat.messages.get(message_id)
        if message is None or (chat.kind != "private" and message.sender.id != user.id):
            raise bad_request("message can't be deleted")
        self._messenger.remove(message)

    def react(self, user: User, chat: Chat, message_id: int, reaction: Sequence[str], *, as_chat: bool = False) -> None:
        """Put these emoji on a message, in place of one's own that are there; none takes them back.

        Raises ApiError 400.
        """
        message = chat.messages.get(message_id)
        if message is None or message.service:
            raise bad_request("message to react not found")
        if len(reaction) > MOST_REACTIONS or len(set(reaction)) < len(reaction):
            raise bad_request("REACTIONS_TOO_MANY")
        if not EMOJI.issuperset(reaction):
            raise bad_request("REACTION_INVALID")
        self._messenger.react(message, user, list(reaction), as_chat=as_chat)

    def press(self, user: User, chat: Chat, message_id: int, data: str) -> str:
        """The id of the callback query. Raises ApiError 400 if the message has no such button (any more)."""
        message = chat.messages.get(message_id)
        if message is None or data not in _callback_data(message.keyboard):
            raise bad_request("this button is not there any more")
        query_id = str(secrets.randbelow(9 * 10**17) + 10**17)
        self._presses[query_id] = _Press(user, chat, self._messenger.clock.now() + CALLBACK_LIVES)
        query: Json = {
            "id": query_id,
            "from": user.api(),
            "message": message.api(),
            "chat_instance": str(abs(hash((chat.id, self._messenger.bot.id)))),
            "data": data,
        }
        self._messenger.updates.put("callback_query", query)
        return query_id

    def answer(self, query_id: str, answer: Json) -> None:
        """The bot's answer to a press, once and in time. Raises ApiError 400."""
        press = self._presses.pop(query_id, None)
        if press is None or self._messenger.clock.now() >= press.until:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        self._messenger.toast(press.user, press.chat.id, query_id, answer)

    def block(self, user: User, *, blocked: bool) -> None:
        self._messenger.chats[user.id].blocked = blocked


def _callback_data(keyboard: Json | None) -> set[str]:
    rows = keyboard["inline_keyboard"] if keyboard else []
    return {str(button["callback_data"]) for row in rows for button in row if "callback_data" in button}
