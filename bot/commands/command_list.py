"""The commands Telegram offers people while they type."""

from telegram import BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats, BotCommandScopeChat
from telegram.ext import ExtBot

from bot.commands import wording
from bot.transport.errors import quietly


async def show_menus(bot: ExtBot[int], admins: frozenset[int]) -> None:
    await bot.set_my_commands(wording.guests_commands(), BotCommandScopeAllPrivateChats())
    await bot.set_my_commands(wording.groups_commands(), BotCommandScopeAllGroupChats())
    for admin in sorted(admins):
        await show_admin_menu(bot, admin)


async def show_admin_menu(bot: ExtBot[int], admin: int) -> None:
    """Telegram knows the chat of an admin only once they have written: then /start calls this again."""
    with quietly():
        await bot.set_my_commands(wording.admins_commands(), BotCommandScopeChat(admin))


async def show_guest_menu(bot: ExtBot[int], person: int) -> None:
    """To somebody who is no admin any more."""
    with quietly():
        await bot.set_my_commands(wording.guests_commands(), BotCommandScopeChat(person))
