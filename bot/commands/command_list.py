"""The commands Telegram offers people while they type."""

from typing import Final

from telegram import BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats, BotCommandScopeChat
from telegram.ext import ExtBot

from bot.transport.errors import quietly

GUEST_MENU: Final = [
    ("facts", "What to talk about with a cousin"),
    ("cousins", "Everybody I know"),
    ("wrong", "As a reply: this answer is wrong"),
    ("forgetme", "Delete the photos I sent"),
    ("help", "What I can do"),
]
GROUP_MENU: Final = [("who", "As a reply to a photo: who is it?"), ("facts", "What to talk about with a cousin")]
ADMIN_MENU: Final = [
    ("review", "What guests corrected"),
    ("stats", "How I am doing"),
    ("retrain", "Learn from the photos and corrections"),
    ("models", "Which trained version answers"),
    ("rollback", "Back to the version before"),
    ("invite", "A link that lets guests in"),
    ("block", "Who may ask"),
    *GUEST_MENU,
]


async def show_menus(bot: ExtBot[int], admins: frozenset[int]) -> None:
    await bot.set_my_commands(GUEST_MENU, BotCommandScopeAllPrivateChats())
    await bot.set_my_commands(GROUP_MENU, BotCommandScopeAllGroupChats())
    for admin in sorted(admins):
        await show_admin_menu(bot, admin)


async def show_admin_menu(bot: ExtBot[int], admin: int) -> None:
    """Telegram knows the chat of an admin only once they have written: then /start calls this again."""
    with quietly():
        await bot.set_my_commands(ADMIN_MENU, BotCommandScopeChat(admin))
