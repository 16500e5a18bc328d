"""/language: in which language somebody is written to, or a group."""

from telegram import Chat, InlineKeyboardMarkup, Update
from telegram.ext import CommandHandler, ContextTypes

from actions.people.access import Access
from actions.people.languages import ReadersLanguage
from bot.commands import wording
from bot.commands.command_list import Menus
from bot.conversation.keyboards import Choice, in_rows, keyboard
from bot.conversation.part import Part
from bot.conversation.permissions import Permission, Route
from bot.conversation.taps import Action, Tap
from bot.conversation.wording import admins_only, as_yourself
from bot.transport.identity import is_shared
from data.names import folded
from data.store.buttons import Button, Buttons
from foundation.languages import codes, known, name_of
from foundation.reader import in_language, spoken


class LanguageChoice(Part):
    """Everybody chooses for their own chat, an admin for a group."""

    def __init__(self, access: Access, languages: ReadersLanguage, menus: Menus, buttons: Buttons) -> None:
        self._access = access
        self._languages = languages
        self._menus = menus
        self._buttons = buttons

    def routes(self) -> list[Route]:
        return [Route(CommandHandler("language", self.on_language), Permission.EVERYBODY)]

    def actions(self) -> dict[str, Action]:
        return {
            "language": Action(Permission.EVERYBODY, self._choose),
            "language_of_group": Action(Permission.ADMIN, self._choose),
        }

    async def on_language(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message, user = update.message, update.effective_user
        if message is None or user is None:
            return
        in_private = message.chat.type == Chat.PRIVATE
        if not in_private and not self._access.is_admin(user.id):
            await message.reply_text(as_yourself() if is_shared(message) else admins_only())
            return
        asked = " ".join(context.args or ())
        code = _meant(asked) if asked else None
        if code is not None:
            with in_language(await self._set(message.chat_id, code, user.language_code)):
                await message.reply_text(wording.language_chosen(name_of(code)))
            return
        question = wording.which_language() if in_private else wording.which_language_of_group()
        text = wording.unknown_language(asked, [name_of(one) for one in codes()]) if asked else question
        await message.reply_text(text, reply_markup=await self._choices(message.chat_id))

    async def _choose(self, tap: Tap) -> str | None:
        chat_id, code = tap.button.chat_id, tap.button.name
        if code is not None and code not in codes():  # it was taken away since
            await tap.rewrite(wording.which_language(), await self._choices(chat_id))
            return None
        now = await self._set(chat_id, code, tap.user.language_code)
        with in_language(now):
            said = wording.language_chosen(name_of(now))
            await tap.rewrite(said)
        return said

    async def _set(self, chat_id: int, code: str | None, told: str | None) -> str:
        """Returns the language that is spoken from now on."""
        await self._languages.choose(chat_id, code)
        told = told if chat_id > 0 else None
        await self._menus.show_to(chat_id, told)
        return await self._languages.of(chat_id, told)

    async def _choices(self, chat_id: int) -> InlineKeyboardMarkup:
        in_private, now = chat_id > 0, spoken().code
        action = "language" if in_private else "language_of_group"
        named: list[Choice] = [
            (f"✓ {name_of(code)}" if code == now else name_of(code), Button(chat_id, action, name=code))
            for code in codes()
        ]
        undecided = wording.as_in_telegram() if in_private else wording.as_the_family()
        return await keyboard(self._buttons, [*in_rows(named, 2), [(undecided, Button(chat_id, action))]])


def _meant(asked: str) -> str | None:
    """A language by its code, or by what it is called, in any: whoever reads the wrong one asks in their own."""
    if code := known(asked):
        return code
    wanted = folded(asked)
    return next((code for code in codes() for one in codes() if wanted and folded(name_of(code, one)) == wanted), None)
