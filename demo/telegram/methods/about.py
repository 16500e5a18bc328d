"""The Bot API's methods about the bot, its commands, and files."""

import json
import re
from typing import Final
from urllib.parse import urlsplit

from demo.telegram.chats.errors import bad_request
from demo.telegram.chats.messenger import Messenger
from demo.telegram.chats.types import Chat, Json
from demo.telegram.methods.arguments import Arguments

_GIFTS: Final = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
_RIGHTS: Final = (
    "is_anonymous",
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
_THIS_COMPUTER: Final = ("127.0.0.1", "localhost")


async def get_me(messenger: Messenger, arguments: Arguments) -> Json:
    return messenger.bot.api() | {
        "can_join_groups": True,
        "can_read_all_group_messages": not messenger.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def get_chat(messenger: Messenger, arguments: Arguments) -> Json:
    chat = messenger.chat_for_bot(arguments.integer("chat_id"))
    return chat.api() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(_GIFTS, False),
    }


async def get_chat_member(messenger: Messenger, arguments: Arguments) -> Json:
    chat, user_id = messenger.chat_for_bot(arguments.integer("chat_id")), arguments.integer("user_id")
    user = messenger.bot if user_id == messenger.bot.id else messenger.people.get(user_id)
    if user is None:
        raise bad_request("PARTICIPANT_ID_INVALID")
    if user is messenger.bot and chat.bot_is_admin:
        return {"user": user.api(), "status": "administrator", "can_be_edited": False, **dict.fromkeys(_RIGHTS, False)}
    return {"user": user.api(), "status": "member" if user.id in chat.members else "left"}


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


def commands_for(messenger: Messenger, chat: Chat, language: str | None = None) -> list[Json]:
    """What the menu of this chat shows: the narrowest scope that has any commands, before all in the person's
    language."""
    wide = "all_private_chats" if chat.kind == "private" else "all_group_chats"
    scopes: list[Json] = [{"type": "chat", "chat_id": chat.id}, {"type": wide}, {"type": "default"}]
    spoken = dict.fromkeys([(language or "").partition("-")[0], ""])
    found = (messenger.commands.get(_key(scope, one)) for scope in scopes for one in spoken)
    return next((commands for commands in found if commands), [])


async def set_my_description(messenger: Messenger, arguments: Arguments) -> bool:
    """What an empty chat with the bot shows."""
    return _describe(messenger, arguments, "description", 512)


async def get_my_description(messenger: Messenger, arguments: Arguments) -> Json:
    return _described(messenger, arguments, "description")


async def set_my_short_description(messenger: Messenger, arguments: Arguments) -> bool:
    """What the bot's profile shows."""
    return _describe(messenger, arguments, "short_description", 120)


async def get_my_short_description(messenger: Messenger, arguments: Arguments) -> Json:
    return _described(messenger, arguments, "short_description")


def _describe(messenger: Messenger, arguments: Arguments, what: str, longest: int) -> bool:
    text = arguments.text(what)
    if len(text) > longest:
        raise bad_request(f"{what.upper()}_TOO_LONG")
    messenger.descriptions[what, _language(arguments)] = text
    return True


def _described(messenger: Messenger, arguments: Arguments, what: str) -> Json:
    """Where there is none in a language, the one for all."""
    found = (messenger.descriptions.get((what, language)) for language in (_language(arguments), ""))
    return {what: next((text for text in found if text), "")}


def _scope(arguments: Arguments) -> tuple[str, str]:
    return _key(arguments.mapping("scope") or {"type": "default"}, _language(arguments))


def _language(arguments: Arguments) -> str:
    """Raises ApiError 400 for anything but two letters."""
    language = arguments.text("language_code")
    if not re.fullmatch("(?:[a-z]{2})?", language):
        raise bad_request("invalid language code specified")
    return language


def _key(scope: Json, language: str = "") -> tuple[str, str]:
    return json.dumps(scope, sort_keys=True), language


async def set_chat_menu_button(messenger: Messenger, arguments: Arguments) -> bool:
    """Of one private chat, or of all that have none of their own.

    Telegram opens https alone. Here http will do for what is on this computer, as in Telegram's own test environment.
    """
    button = arguments.mapping("menu_button") or {"type": "default"}
    if button.get("type") == "web_app":
        url = str((button.get("web_app") or {}).get("url", ""))
        if not _opens(url):
            raise bad_request(f"menu button Web App URL '{url}' is invalid: Only HTTPS links are allowed")
    messenger.offer(button, _of_whom(messenger, arguments))
    return True


def _opens(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _THIS_COMPUTER)


async def get_chat_menu_button(messenger: Messenger, arguments: Arguments) -> Json:
    return messenger.menu_button(_of_whom(messenger, arguments))


def _of_whom(messenger: Messenger, arguments: Arguments) -> int | None:
    """Whose private chat is meant, if one is. Raises ApiError 400."""
    if not arguments.text("chat_id"):
        return None
    user_id = arguments.integer("chat_id")
    if user_id <= 0:
        raise bad_request("invalid chat_id specified")
    if user_id not in messenger.people:
        raise bad_request("user not found")
    return user_id


async def get_file(messenger: Messenger, arguments: Arguments) -> Json:
    return messenger.files.link(arguments.text("file_id"))
