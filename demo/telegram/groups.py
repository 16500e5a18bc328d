"""Groups: who is in, who comes and goes, and what the bot hears of it."""

import itertools
import secrets

from demo.telegram.errors import bad_request
from demo.telegram.messenger import Messenger
from demo.telegram.model import Chat, Json, Message, Status, User

ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)


def member_api(user: User, status: Status) -> Json:
    """The Bot API's ChatMember."""
    seen: Json = {"status": status, "user": user.api()}
    match status:
        case "creator":
            return seen | {"is_anonymous": False}
        case "administrator":
            return seen | {"can_be_edited": False, "is_anonymous": False} | dict.fromkeys(ADMIN_RIGHTS, True)
        case "kicked":
            return seen | {"until_date": 0}
    return seen


class Groups:
    def __init__(self, messenger: Messenger) -> None:
        self._messenger = messenger
        self._ids = itertools.count(4_000_000_000 + secrets.randbelow(10**8))

    def create(
        self,
        title: str,
        creator: User,
        members: list[User],
        *,
        number: int | None = None,
        with_bot: bool = True,
    ) -> Chat:
        """A new group, or the one that has this number already."""
        if number in self._messenger.chats:
            return self.group(number)
        chat = Chat(number or -next(self._ids), "group", title, members={creator.id: "creator"})
        chat.members |= {member.id: "member" for member in members if member.id != creator.id}
        self._messenger.chats[chat.id] = chat
        if with_bot:
            self._change_bot(chat, creator, "member")
        self._say(chat, creator, {"group_chat_created": True})
        return chat

    def group(self, chat_id: int) -> Chat:
        """Raises ApiError 400."""
        chat = self._messenger.chats.get(chat_id)
        if chat is None or chat.kind == "private":
            raise bad_request("there is no such group")
        return chat

    def admit(self, chat: Chat, user: User, status: Status = "member") -> None:
        """Lets someone in, or changes what they may do there."""
        was_in = chat.present(user.id)
        if user.id == self._messenger.bot.id:
            self._change_bot(chat, user, status)
        else:
            chat.members[user.id] = status
        if not was_in:
            self._say(chat, user, {"new_chat_members": [user.api()]})

    def dismiss(self, chat: Chat, user: User, status: Status = "left") -> None:
        """Raises ApiError 400 if they are not in."""
        if not chat.present(user.id):
            raise bad_request("this person is not in this group")
        self._say(chat, user, {"left_chat_member": user.api()})
        if user.id == self._messenger.bot.id:
            self._change_bot(chat, user, status)
        else:
            chat.members[user.id] = status

    def migrate(self, chat: Chat) -> Chat:
        """The group becomes a supergroup with an id of its own; its messages stay behind."""
        grown = Chat(-(10**12) - next(self._ids), "supergroup", chat.title, members=dict(chat.members))
        self._messenger.chats[grown.id] = grown
        someone = next(self._messenger.people[n] for n in chat.members if n in self._messenger.people)
        self._say(chat, someone, {"migrate_to_chat_id": grown.id})
        chat.migrated_to = grown.id
        self._say(grown, someone, {"migrate_from_chat_id": chat.id})
        return grown

    def _change_bot(self, chat: Chat, by: User, status: Status) -> None:
        before = chat.members.get(self._messenger.bot.id, "left")
        chat.members[self._messenger.bot.id] = status
        bot = self._messenger.bot
        change: Json = {
            "chat": chat.api(),
            "from": by.api(),
            "date": self._messenger.date(),
            "old_chat_member": member_api(bot, before),
            "new_chat_member": member_api(bot, status),
        }
        self._messenger.updates.put("my_chat_member", change)

    def _say(self, chat: Chat, by: User, service: Json) -> None:
        number = self._messenger.next_message_id()
        self._messenger.publish([Message(number, chat, by, self._messenger.date(), service=service)])
