"""What everybody may send: /facts, /cousins, and talk that is no command."""

from collections.abc import Sequence
from html import escape

from telegram import Chat, InlineKeyboardMarkup, Message, Update
from telegram.constants import ParseMode
from telegram.ext import CommandHandler, ContextTypes, ExtBot, MessageHandler, filters

from actions.cousins import Cousins, Names
from bot.answers.wording import avoid as better_not_mention
from bot.commands import wording
from bot.commands.renaming import CousinChangeMenu
from bot.conversation.keyboards import in_rows, keyboard
from bot.conversation.part import Part
from bot.conversation.permissions import Permission, Route
from bot.conversation.taps import Action, Tap
from bot.corrections.newcomers import Newcomers
from bot.sorting.sort import GroupSorting
from bot.transport.photo_or_text import TEXT_LIMIT
from data.store.buttons import Button, Buttons
from inference.service import RecognitionService


class Commands(Part):
    def __init__(
        self,
        bot: ExtBot[int],
        cousins: Cousins,
        buttons: Buttons,
        newcomers: Newcomers,
        changes: CousinChangeMenu,
        service: RecognitionService,
        sorting: GroupSorting,
    ) -> None:
        self._bot = bot
        self._cousins = cousins
        self._buttons = buttons
        self._asked_for_text = (newcomers.on_text, changes.on_text, sorting.on_text)
        self._service = service

    def routes(self) -> list[Route]:
        return [
            Route(CommandHandler("facts", self.facts), Permission.EVERYBODY),
            Route(CommandHandler("cousins", self.cousins), Permission.EVERYBODY),
            Route(MessageHandler(filters.ALL, self.text), Permission.EVERYBODY),
        ]

    def actions(self) -> dict[str, Action]:
        return {
            "facts": Action(Permission.EVERYBODY, self._facts_tapped),
        }

    async def cousins(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        names = self._cousins.now()
        listed = [names.shown(cousin) for cousin in names.listed()]
        of_things = self._service.sees_pictures
        text = (
            wording.known_cousins(listed, of_things=of_things) if listed else wording.nobody_known(of_things=of_things)
        )
        if update.message:
            await update.message.reply_text(_cut(text))

    async def facts(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.message
        if message is None:
            return
        asked, of_things = " ".join(context.args or ()), self._service.sees_pictures
        names = self._cousins.now()
        if not asked:
            everyone = names.listed()
            question = (wording.whom_about if everyone else wording.nobody_known)(of_things=of_things)
            await message.reply_text(question, reply_markup=await self._choices(message.chat_id, names, everyone))
            return
        match = names.look_up(asked)
        if match.only is not None:
            await message.reply_text(self._about(match.only, message.chat_id), parse_mode=ParseMode.HTML)
            return
        if match.cousins:
            question = wording.which_of_them(asked, of_things=of_things)
        else:
            question = wording.unknown_name(asked, of_things=of_things)
            if match.near:
                question = wording.did_you_mean(asked, len(match.near))
        markup = await self._choices(message.chat_id, names, match.cousins or match.near or names.listed())
        await message.reply_text(_cut(question), reply_markup=markup)

    async def text(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Anything else: perhaps a name that was asked for, else a hint (in private only)."""
        message = update.message
        if message is None:
            return
        for is_answer in self._asked_for_text:
            if await is_answer(message):
                return
        if message.chat.type == Chat.PRIVATE and not _is_service(message):
            await message.reply_text(wording.hint(of_things=self._service.sees_pictures))

    async def _facts_tapped(self, tap: Tap) -> str | None:
        if tap.button.cousin:
            chat_id = tap.button.chat_id
            await self._bot.send_message(chat_id, self._about(tap.button.cousin, chat_id), parse_mode=ParseMode.HTML)
        return None

    async def _choices(self, chat_id: int, names: Names, cousins: Sequence[str]) -> InlineKeyboardMarkup:
        choices = [(names.shown(cousin), Button(chat_id, "facts", cousin=cousin)) for cousin in cousins]
        return await keyboard(self._buttons, in_rows(choices, 2))

    def _about(self, cousin: str, chat_id: int) -> str:
        """What not to bring up is for private chats: in a group they may read it themselves."""
        names = self._cousins.now()
        name, facts = names.shown(cousin), names.facts(cousin)
        avoid = names.avoid(cousin) if chat_id > 0 else ()
        if not facts and not avoid:
            return wording.no_facts(name)
        lines = [wording.bold(name), *(f"• {escape(fact, quote=False)}" for fact in facts)]
        if avoid:
            lines.append(better_not_mention(avoid))
        while len("\n".join(lines)) > TEXT_LIMIT:
            lines.pop()
        return "\n".join(lines)


def _cut(text: str) -> str:
    return text if len(text) <= TEXT_LIMIT else f"{text[: TEXT_LIMIT - 1]}…"


def _is_service(message: Message) -> bool:
    """Pinned, joined, left and the like: nothing anybody said."""
    return message.effective_attachment is None and message.text is None
