"""Everything that is true on this Telegram: people, chats, messages, and who gets to know of a change."""

import itertools
import secrets
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from demo.telegram.chats.clock import Clock
from demo.telegram.chats.errors import ApiError, bad_request, forbidden
from demo.telegram.chats.feed import Feed
from demo.telegram.chats.files import FileStore
from demo.telegram.chats.privacy import reaches_bot
from demo.telegram.chats.types import Chat, Json, Message, User
from demo.telegram.chats.updates import UpdateQueue


class Messenger:
    """The state, in memory. `privacy` is the bot's privacy mode in groups, on as it is by default.

    `files` is the folder of a server that was started with `--local`.
    """

    def __init__(self, bot: User, *, privacy: bool = True, files: Path | None = None) -> None:
        self.bot = bot
        self.privacy = privacy
        self.clock = Clock()
        self.files = FileStore(self.clock, files)
        self.feed = Feed()
        self.updates = UpdateQueue(self.clock)
        self.people: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.descriptions: dict[tuple[str, str], str] = {}
        self._menu_buttons: dict[int | None, Json] = {}
        self._message_ids = itertools.count(1 + secrets.randbelow(1000))
        self._album_ids = itertools.count(13_000_000_000_000_000 + secrets.randbelow(10**12))

    def next_message_id(self) -> int:
        return next(self._message_ids)

    def next_album(self) -> str:
        return str(next(self._album_ids))

    def date(self) -> int:
        return int(self.clock.now())

    def chat_for_bot(self, chat_id: int) -> Chat:
        """The chat, if the bot may write there. Raises ApiError 400 or 403 as the server would."""
        chat = self.chats.get(chat_id)
        if chat is None or self.bot.id not in chat.members:  # nobody can be written to before they write
            if any({chat_id, self.bot.id} <= other.members for other in self.chats.values()):
                raise forbidden("bot can't initiate conversation with a user")
            raise bad_request("chat not found")
        if chat.migrated_to:
            raise ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                {"migrate_to_chat_id": chat.migrated_to},
            )
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        return chat

    def publish(self, messages: Sequence[Message], *, edited: bool = False, asks: Json | None = None) -> None:
        """Keeps the messages and tells everyone who may know of them, the bot by an update each.

        `asks` is what the bot wants to be replied to, which phones offer and nobody keeps.
        """
        for message in messages:
            message.chat.messages[message.id] = message
            kind = "edit" if edited else "message"
            seen = message.api()
            self.feed.publish(self._audience(message.chat), kind, message.chat.id, message=seen, asks=asks)
            if reaches_bot(message, self.bot, privacy=self.privacy):
                self.updates.put("edited_message" if edited else "message", seen)

    def react(self, message: Message, user: User, reaction: list[str], *, as_chat: bool = False) -> None:
        """Puts these emoji in place of what this person has put there, and tells everyone who may know of it.

        Of a group's reactions a bot hears as its admin only. Who writes `as_chat` is not named.
        """
        chat, before = message.chat, message.reactions.pop(user.id, [])
        if reaction:
            message.reactions[user.id] = reaction
        counts = Counter(itertools.chain.from_iterable(message.reactions.values()))
        audience = self._audience(chat)
        self.feed.publish(audience, "reactions", chat.id, message_id=message.id, reactions=dict(counts))
        if reaction != before and (chat.kind == "private" or chat.bot_is_admin):
            update: Json = {
                "chat": chat.api(),
                "message_id": message.id,
                **({"actor_chat": chat.api()} if as_chat else {"user": user.api()}),
                "date": self.date(),
                "old_reaction": [{"type": "emoji", "emoji": one} for one in before],
                "new_reaction": [{"type": "emoji", "emoji": one} for one in reaction],
            }
            self.updates.put("message_reaction", update)

    def remove(self, message: Message) -> None:
        del message.chat.messages[message.id]
        self.feed.publish(self._audience(message.chat), "delete", message.chat.id, message_id=message.id)

    def offer(self, menu_button: Json, user_id: int | None = None) -> None:
        """What stands beside the text field of this person's private chat from now on, or of all that have none of
        their own."""
        self._menu_buttons[user_id] = menu_button
        for one in self.people if user_id is None else [user_id]:
            self.feed.publish([one], "menu_button", one, menu_button=self.shown_button(one))

    def menu_button(self, user_id: int | None = None) -> Json:
        """As the bot set it for this chat, or for all."""
        return self._menu_buttons.get(user_id, {"type": "default" if user_id else "commands"})

    def shown_button(self, user_id: int) -> Json:
        own = self.menu_button(user_id)
        return self.menu_button() if own["type"] == "default" else own

    def act(self, chat: Chat, action: str, topic: int | None = None) -> None:
        self.feed.publish(self._audience(chat), "action", chat.id, action=action, topic=topic)

    def toast(self, user: User, chat_id: int, query_id: str, answer: Json) -> None:
        self.feed.publish([user.id], "answer", chat_id, callback_query_id=query_id, **answer)

    def close(self) -> None:
        self.feed.close()
        self.updates.close()

    def _audience(self, chat: Chat) -> list[int]:
        return [user_id for user_id in self.people if user_id in chat.members]
