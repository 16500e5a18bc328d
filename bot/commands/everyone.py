"""What everybody may send: /facts, /cousins, and talk that is no command."""

from html import escape

from telegram import Chat, InlineKeyboardMarkup, Message, Update
from telegram.constants import ParseMode
from telegram.ext import ContextTypes, ExtBot

from actions.cousins import Cousins
from bot.answers.wording import avoid as better_not_mention
from bot.commands import wording
from bot.conversation.keyboards import in_rows, keyboard
from bot.conversation.permissions import Permission
from bot.conversation.taps import Action, Tap
from bot.corrections.newcomers import Newcomers
from bot.transport.photo_or_text import TEXT_LIMIT
from data.facts.facts_file import FactsFile
from data.store.buttons import Button, Buttons


class Commands:
    def __init__(
        self,
        bot: ExtBot[int],
        cousins: Cousins,
        facts: FactsFile,
        buttons: Buttons,
        newcomers: Newcomers,
    ) -> None:
        self._bot = bot
        self._cousins = cousins
        self._facts = facts
        self._buttons = buttons
        self._newcomers = newcomers

    def actions(self) -> dict[str, Action]:
        return {
            "facts": Action(Permission.EVERYBODY, self._facts_tapped),
        }

    async def cousins(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        names = [self._cousins.shown(cousin) for cousin in self._cousins.all()]
        text = wording.known_cousins(names) if names else wording.nobody_known()
        if update.message:
            await update.message.reply_text(_cut(text))

    async def facts(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.message
        if message is None:
            return
        asked = " ".join(context.args or ())
        book = self._facts.book()
        if not asked:
            everyone = self._cousins.all()
            question = wording.whom_about() if everyone else wording.nobody_known()
            await message.reply_text(question, reply_markup=await self._choices(message.chat_id, everyone))
            return
        cousin = self._cousins.find(asked)
        if cousin is not None:
            await message.reply_text(self._about(cousin, message.chat_id), parse_mode=ParseMode.HTML)
            return
        near = list(book.suggest(asked))
        question = wording.did_you_mean(asked) if near else wording.unknown_name(asked)
        markup = await self._choices(message.chat_id, near or self._cousins.all())
        await message.reply_text(_cut(question), reply_markup=markup)

    async def text(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Anything else: perhaps the name of someone new, else a hint (in private only)."""
        message = update.message
        if message is None or await self._newcomers.on_text(message):
            return
        if message.chat.type == Chat.PRIVATE and not _is_service(message):
            await message.reply_text(wording.hint())

    async def _facts_tapped(self, tap: Tap) -> str | None:
        if tap.button.cousin:
            self._facts.book()
            chat_id = tap.button.chat_id
            await self._bot.send_message(chat_id, self._about(tap.button.cousin, chat_id), parse_mode=ParseMode.HTML)
        return None

    async def _choices(self, chat_id: int, cousins: list[str]) -> InlineKeyboardMarkup:
        choices = [(self._cousins.shown(cousin), Button(chat_id, "facts", cousin=cousin)) for cousin in cousins]
        return await keyboard(self._buttons, in_rows(choices, 2))

    def _about(self, cousin: str, chat_id: int) -> str:
        """What not to bring up is for private chats: in a group they may read it themselves."""
        book = self._facts.book()
        name = self._cousins.shown(cousin)
        facts, avoid = book.facts(cousin), book.avoid(cousin) if chat_id > 0 else ()
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
