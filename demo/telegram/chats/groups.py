"""Groups: who is in, who comes, and what a group tells of itself."""

import itertools
import secrets

from demo.telegram.chats.errors import bad_request
from demo.telegram.chats.messenger import Messenger
from demo.telegram.chats.types import Chat, Json, Message, User


class Groups:
    def __init__(self, messenger: Messenger) -> None:
        self._messenger = messenger
        self._ids = itertools.count(4_000_000_000 + secrets.randbelow(10**8))

    def create(
        self,
        title: str,
        creator: User,
        members: list[User],
        number: int | None = None,
        *,
        is_forum: bool = False,
        bot_is_admin: bool = False,
    ) -> Chat:
        """A new group with these people and the bot, or the one that has this number already. A forum has topics."""
        if number in self._messenger.chats:
            return self.group(number)
        present = {user.id for user in (creator, *members, self._messenger.bot)}
        if is_forum:
            chat = Chat(number or -(10**12) - next(self._ids), "supergroup", title, present, is_forum=True)
        else:
            chat = Chat(number or -next(self._ids), "group", title, present)
        chat.bot_is_admin = bot_is_admin
        self._messenger.chats[chat.id] = chat
        self._say(chat, creator, {"group_chat_created": True})
        return chat

    def group(self, chat_id: int) -> Chat:
        """Raises ApiError 400."""
        chat = self._messenger.chats.get(chat_id)
        if chat is None or chat.kind == "private":
            raise bad_request("there is no such group")
        return chat

    def admit(self, chat: Chat, user: User) -> None:
        """Lets someone in who is not in yet."""
        if user.id not in chat.members:
            chat.members.add(user.id)
            self._say(chat, user, {"new_chat_members": [user.api()]})

    def leave(self, chat: Chat, user: User) -> None:
        if user.id in chat.members:
            self._say(chat, user, {"left_chat_member": user.api()})
            chat.members.remove(user.id)

    def open_topic(self, chat: Chat, user: User, name: str) -> int:
        """A new topic of a forum, or of a private chat; returns its number. Raises ApiError 400."""
        if chat.kind != "private" and not chat.is_forum:
            raise bad_request("the chat is not a forum")
        number = self._messenger.next_message_id()
        service: Json = {"forum_topic_created": {"name": name, "icon_color": 0x6FB9F0}}
        opening = Message(number, chat, user, self._messenger.date(), topic=number, service=service)
        chat.topics[number] = opening
        self._messenger.publish([opening])
        return number

    def delete_topic(self, chat: Chat, topic: int) -> None:
        """Gone with all that was said in it; the bot hears nothing of it."""
        chat.topics.pop(topic, None)
        for message in [message for message in chat.messages.values() if message.topic == topic]:
            self._messenger.remove(message)

    def migrate(self, chat: Chat) -> Chat:
        """The group becomes a supergroup with an id of its own; its messages stay behind."""
        grown = Chat(-(10**12) - next(self._ids), "supergroup", chat.title, set(chat.members))
        grown.bot_is_admin = chat.bot_is_admin
        self._messenger.chats[grown.id] = grown
        someone = next(user for number, user in self._messenger.people.items() if number in chat.members)
        self._say(chat, someone, {"migrate_to_chat_id": grown.id})
        chat.migrated_to = grown.id
        self._say(grown, someone, {"migrate_from_chat_id": chat.id})
        return grown

    def _say(self, chat: Chat, by: User, service: Json) -> None:
        number = self._messenger.next_message_id()
        self._messenger.publish([Message(number, chat, by, self._messenger.date(), service=service)])
