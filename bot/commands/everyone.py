"""What everybody may send: /start, /help, /facts, /cousins, /forgetme, and talk that is no command."""

from collections.abc import Sequence
from html import escape

from telegram import Chat, InlineKeyboardMarkup, Message, Update
from telegram.constants import ParseMode
from telegram.ext import ContextTypes, ExtBot

from actions.access import Access
from actions.cousins import Cousins, Names
from actions.forgetting import GuestForgetting
from bot.answers.wording import avoid as better_not_mention
from bot.commands import wording
from bot.commands.command_list import show_admin_menu
from bot.commands.renaming import CousinChanges
from bot.conversation.keyboards import Choice, in_rows, keyboard
from bot.conversation.permissions import Permission
from bot.conversation.taps import Action, Tap
from bot.corrections.newcomers import Newcomers
from bot.transport.photo_or_text import TEXT_LIMIT
from data.store.buttons import Button, Buttons
from data.store.forgetting import Forgetting
from data.store.guesses import Guesses


class Commands:
    def __init__(
        self,
        bot: ExtBot[int],
        access: Access,
        cousins: Cousins,
        guesses: Guesses,
        buttons: Buttons,
        newcomers: Newcomers,
        changes: CousinChanges,
        forgetting: GuestForgetting,
        forgotten: Forgetting,
    ) -> None:
        self._bot = bot
        self._access = access
        self._cousins = cousins
        self._guesses = guesses
        self._buttons = buttons
        self._newcomers = newcomers
        self._changes = changes
        self._forgetting = forgetting
        self._forgotten = forgotten

    def actions(self) -> dict[str, Action]:
        return {
            "facts": Action(Permission.EVERYBODY, self._facts_tapped),
            "forget": Action(Permission.PERSON, self._forget),
            "keep": Action(Permission.PERSON, self._keep),
        }

    async def start(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        user = update.effective_user
        if user and self._access.is_admin(user.id):
            await show_admin_menu(self._bot, user.id)
        if update.message and user:
            await update.message.reply_text(wording.hello(user.first_name, self._help(update)))

    async def help(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        if update.message:
            await update.message.reply_text(self._help(update))

    async def cousins(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        names = self._cousins.now()
        listed = [names.shown(cousin) for cousin in names.listed()]
        text = wording.known_cousins(listed) if listed else wording.nobody_known()
        if update.message:
            await update.message.reply_text(_cut(text))

    async def facts(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.message
        if message is None:
            return
        asked = " ".join(context.args or ())
        names = self._cousins.now()
        if not asked:
            everyone = names.listed()
            question = wording.whom_about() if everyone else wording.nobody_known()
            await message.reply_text(question, reply_markup=await self._choices(message.chat_id, names, everyone))
            return
        match = names.look_up(asked)
        if match.only is not None:
            await message.reply_text(self._about(match.only), parse_mode=ParseMode.HTML)
            return
        if match.cousins:
            question = wording.which_of_them(asked)
        else:
            question = wording.did_you_mean(asked) if match.near else wording.unknown_name(asked)
        markup = await self._choices(message.chat_id, names, match.cousins or match.near or names.listed())
        await message.reply_text(_cut(question), reply_markup=markup)

    async def forget_me(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message, user = update.message, update.effective_user
        if message is None or user is None:
            return
        photos = await self._guesses.count_photos(user.id)
        if not photos:
            await message.reply_text(wording.no_photos_of_yours())
            return
        chat_id = message.chat_id
        choices: list[Choice] = [
            (wording.yes_delete(photos), Button(chat_id, "forget", person=user.id)),
            (wording.no_keep(), Button(chat_id, "keep", person=user.id)),
        ]
        markup = await keyboard(self._buttons, in_rows(choices, 1))
        await message.reply_text(wording.shall_i_delete(photos), reply_markup=markup)

    async def text(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Anything else: perhaps the name of someone new, else a hint (in private only)."""
        message = update.message
        if message is None or await self._newcomers.on_text(message) or await self._changes.on_text(message):
            return
        if message.chat.type == Chat.PRIVATE and not _is_service(message):
            await message.reply_text(wording.hint())

    async def _facts_tapped(self, tap: Tap) -> str | None:
        if tap.button.cousin:
            await self._bot.send_message(tap.button.chat_id, self._about(tap.button.cousin), parse_mode=ParseMode.HTML)
        return None

    async def _forget(self, tap: Tap) -> str | None:
        erased = await self._forgetting.forget(tap.user.id, tap.button.chat_id, tap.message_id)
        if erased.for_good:
            await tap.rewrite(wording.deleted(erased.asked.photos))
            await self._forgotten.told(erased.asked)
        else:
            await tap.rewrite(wording.being_deleted(erased.asked.photos))
            await self._forgotten.wait(erased.asked)  # `LastTraces` tells the rest
        return None

    async def _keep(self, tap: Tap) -> str | None:
        await tap.rewrite(wording.kept())
        return None

    async def _choices(self, chat_id: int, names: Names, cousins: Sequence[str]) -> InlineKeyboardMarkup:
        choices = [(names.shown(cousin), Button(chat_id, "facts", cousin=cousin)) for cousin in cousins]
        return await keyboard(self._buttons, in_rows(choices, 2))

    def _about(self, cousin: str) -> str:
        names = self._cousins.now()
        name, facts, avoid = names.shown(cousin), names.facts(cousin), names.avoid(cousin)
        if not facts and not avoid:
            return wording.no_facts(name)
        lines = [wording.bold(name), *(f"• {escape(fact, quote=False)}" for fact in facts)]
        if avoid:
            lines.append(better_not_mention(avoid))
        while len("\n".join(lines)) > TEXT_LIMIT:
            lines.pop()
        return "\n".join(lines)

    def _help(self, update: Update) -> str:
        user = update.effective_user
        if user and self._access.is_admin(user.id):
            return f"{wording.guests_help()}\n\n{wording.admins_help()}"
        return wording.guests_help()


def _cut(text: str) -> str:
    return text if len(text) <= TEXT_LIMIT else f"{text[: TEXT_LIMIT - 1]}…"


def _is_service(message: Message) -> bool:
    """Pinned, joined, left and the like: nothing anybody said."""
    return message.effective_attachment is None and message.text is None
