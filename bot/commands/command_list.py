"""What Telegram shows beside the chat, in every language: the commands while people type, the button that opens the
pages, and what the bot says of itself to whoever opens it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.ext import ExtBot

from actions.people.admins import Admins
from actions.people.languages import ReadersLanguage
from bot.commands import wording
from bot.commands.pages import show_pages_button
from bot.transport.errors import quietly
from data.people.identities import is_on_telegram
from foundation.languages import codes, language
from foundation.reader import in_language
from web.access.address import Address

BETWEEN_MENUS: Final = 0.5  # seconds: dozens of requests in a row would be refused
_Commands = Callable[[], Sequence[tuple[str, str]]]


class Menus:
    """Telegram offers a list by the language of whoever looks, where there is one in it; in a chat for which a language
    was chosen its own, whoever looks. Of the pages' button there is one for all, and one of a chat's own where another
    language is read. What stands there already is not set again.

    `pages` is where that button leads; None where the pages don't open in Telegram.
    """

    def __init__(self, bot: ExtBot[int], admins: Admins, languages: ReadersLanguage, pages: Address | None) -> None:
        self._bot = bot
        self._admins = admins
        self._languages = languages
        self._pages = pages

    async def show(self) -> None:
        """What everybody sees who reads none of the bot's languages, and what admins see. Raises TelegramError."""
        with in_language(self._languages.of_newcomer()):
            await self._show_in(None)
            await show_pages_button(self._bot, self._pages)
        for admin in sorted(await self._admins.on_telegram()):
            await self.show_to(admin)

    async def show_in_all_languages(self, between: float = BETWEEN_MENUS) -> None:
        """The rest, with as many seconds between two languages, and two chats. Raises TelegramError."""
        for code in codes():
            await asyncio.to_thread(language, code)  # reading them all would hold up whoever asks meanwhile
        with in_language(self._languages.of_newcomer()):
            await self._introduce(None)
        for told, code in _as_telegram_names_them().items():
            await asyncio.sleep(between)
            with in_language(code):
                await self._show_in(told)
                await self._introduce(told)
        for reader in sorted(set(await self._languages.readers()) - await self._admins.ids()):
            if reader < 0 or is_on_telegram(reader):
                await asyncio.sleep(between)
                await self.show_to(reader)

    async def show_to(self, chat: int, told: str | None = None) -> None:
        """What this chat alone sees: an admin's, or what is in the language that was chosen there.

        `told` is what the person's Telegram says now.

        Telegram knows the chat of an admin only once they have written: then /start calls this again.
        """
        scope, is_admins = BotCommandScopeChat(chat), chat in await self._admins.ids()
        with quietly(), in_language(await self._languages.of(chat, told)):
            if is_admins:
                await self._set(wording.admins_commands, scope)
            elif await self._languages.chosen(chat) is None:
                await self._bot.delete_my_commands(scope)
            else:
                await self._set(wording.guests_commands if chat > 0 else wording.groups_commands, scope)
        if chat > 0:
            await self.show_pages(chat, told)

    async def show_pages(self, person: int, told: str | None = None) -> None:
        """The button in a person's chat: their own where they read another language than the family."""
        code = await self._languages.of(person, told)
        own = self._pages if code != self._languages.of_newcomer() else None
        with quietly(), in_language(code):
            await show_pages_button(self._bot, own, person)

    async def _show_in(self, told: str | None) -> None:
        await self._set(wording.guests_commands, BotCommandScopeAllPrivateChats(), told)
        await self._set(wording.groups_commands, BotCommandScopeAllGroupChats(), told)

    async def _set(self, commands: _Commands, scope: BotCommandScope, told: str | None = None) -> None:
        wanted = tuple(BotCommand(*command) for command in commands())
        if await self._bot.get_my_commands(scope, told) != wanted:
            await self._bot.set_my_commands(wanted, scope, told)

    async def _introduce(self, told: str | None) -> None:
        """What the family has written there itself stays."""
        bot = self._bot
        described = (await bot.get_my_description(told)).description
        await _unless_written(described, wording.what_it_does, lambda text: bot.set_my_description(text, told))
        in_short = (await bot.get_my_short_description(told)).short_description
        await _unless_written(in_short, wording.what_it_is, lambda text: bot.set_my_short_description(text, told))


async def _unless_written(there: str, words: Callable[[], str], write: Callable[[str], Awaitable[object]]) -> None:
    ours = set[str]()
    for code in codes():
        with in_language(code):
            ours.add(words())
    if there != words() and (not there or there in ours):
        await write(words())


def _as_telegram_names_them() -> dict[str, str]:
    """Every language by its two letters, which are all that Telegram takes: `pt` of `pt_BR`, unless there is a `pt`."""
    named: dict[str, str] = {}
    for code in codes():
        letters = code.partition("_")[0]
        if len(letters) == 2:
            named[letters] = code if code == letters else named.get(letters, code)
    return named
