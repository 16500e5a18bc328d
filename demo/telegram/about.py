"""The Bot API's methods about the bot, its commands, chats and their members."""

import json
import re

from demo.telegram.errors import bad_request
from demo.telegram.groups import Groups, member_api
from demo.telegram.messenger import Messenger
from demo.telegram.model import Chat, Json, User
from demo.telegram.wire import Arguments


async def get_me(messenger: Messenger, arguments: Arguments) -> Json:
    return messenger.bot.api() | {
        "can_join_groups": True,
        "can_read_all_group_messages": not messenger.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def _scope(arguments: Arguments) -> tuple[str, str]:
    scope = arguments.mapping("scope") or {"type": "default"}
    return json.dumps(scope, sort_keys=True), arguments.text("language_code")


async def set_my_commands(messenger: Messenger, arguments: Arguments) -> bool:
    commands = arguments.mappings("commands")
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", str(command.get("command", ""))):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    messenger.commands[_scope(arguments)] = commands
    return True


async def get_my_commands(messenger: Messenger, arguments: Arguments) -> list[Json]:
    return messenger.commands.get(_scope(arguments), [])


async def delete_my_commands(messenger: Messenger, arguments: Arguments) -> bool:
    messenger.commands.pop(_scope(arguments), None)
    return True


def commands_for(messenger: Messenger, chat: Chat) -> list[Json]:
    """What the menu of this chat shows: the narrowest scope that has any commands."""
    wide = "all_private_chats" if chat.kind == "private" else "all_group_chats"
    scopes: list[Json] = [{"type": "chat", "chat_id": chat.id}, {"type": wide}, {"type": "default"}]
    found = (messenger.commands.get((json.dumps(scope, sort_keys=True), "")) for scope in scopes)
    return next((commands for commands in found if commands), [])


async def get_chat(messenger: Messenger, arguments: Arguments) -> Json:
    chat = messenger.chat_for_bot(arguments.chat_id())
    return chat.api() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }


def _user(messenger: Messenger, user_id: int) -> User | None:
    return messenger.bot if user_id == messenger.bot.id else messenger.people.get(user_id)


async def get_chat_member(messenger: Messenger, arguments: Arguments) -> Json:
    chat = messenger.chat_for_bot(arguments.chat_id())
    user = _user(messenger, arguments.integer("user_id"))
    if user is None:
        raise bad_request("PARTICIPANT_ID_INVALID")
    return member_api(user, chat.members.get(user.id, "left"))


async def get_chat_administrators(messenger: Messenger, arguments: Arguments) -> list[Json]:
    chat = messenger.chat_for_bot(arguments.chat_id())
    if chat.kind == "private":
        raise bad_request("there are no administrators in the private chat")
    admins = ((_user(messenger, n), status) for n, status in chat.members.items() if n != messenger.bot.id)
    return [member_api(user, s) for user, s in admins if user and s in ("creator", "administrator")]


async def get_chat_member_count(messenger: Messenger, arguments: Arguments) -> int:
    chat = messenger.chat_for_bot(arguments.chat_id())
    return sum(chat.present(user_id) for user_id in chat.members)


async def leave_chat(messenger: Messenger, arguments: Arguments) -> bool:
    chat = messenger.chat_for_bot(arguments.chat_id())
    if chat.kind == "private":
        raise bad_request("chat member status can't be changed in private chats")
    Groups(messenger).dismiss(chat, messenger.bot)
    return True


async def get_file(messenger: Messenger, arguments: Arguments) -> Json:
    return messenger.files.link(arguments.text("file_id"))
