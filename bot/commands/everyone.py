"""What everybody may send: /start, /help, /facts, /cousins, /forgetme, and talk that is no command."""

from html import escape
from typing import Final

from telegram import Chat, InlineKeyboardMarkup, Message, Update
from telegram.constants import ParseMode
from telegram.ext import ContextTypes

from actions.training_runs import Trainer
from bot.answers.wording import MESSAGE_LIMIT
from bot.commands.command_list import show_admin_menu
from bot.conversation.keyboards import Choice, in_rows, keyboard
from bot.conversation.taps import Action, Tap
from bot.corrections.newcomers import Newcomers
from bot.house import House
from data.store.buttons import Button

GUEST_HELP: Final = """Send me a photo of a cousin, and I'll tell you who it is and what to talk about.

• Several photos at once, or a picture sent as a file (also HEIC), are fine too.
• Several people in one photo? I'll number them.
• Am I wrong? Tap ✗ under my answer.

/facts Lucy – what to talk about with Lucy
/cousins – everybody I know
/who – in a group, as a reply to a photo
/wrong – as a reply to an answer of mine
/forgetme – deletes the photos you sent me"""

ADMIN_HELP: Final = """

You are an admin:
/review – what guests corrected, six faces at a time
/stats – how I am doing, cousin by cousin
/retrain – learn anew from the photos and all corrections; I answer meanwhile
/models – which trained version answers, and another one in its place
/rollback – back to the version before
/invite – a link that lets guests in for a week; take links back
/block – who may ask, and who may not
Tap ✗ under an answer and choose the right name: I remember it at once. "Someone new" makes a cousin of the name
you type."""

HINT: Final = "Send me a photo, and I'll tell you who it is. /help shows what else I can do."
WHICH_FACTS: Final = "About whom?"
NOBODY: Final = "I know nobody yet. Once I've been trained, or facts.yaml names someone, you'll find them here."


class Commands:
    def __init__(self, house: House, newcomers: Newcomers, trainer: Trainer) -> None:
        self._house = house
        self._newcomers = newcomers
        self._trainer = trainer

    def actions(self) -> dict[str, Action]:
        return {"facts": self._facts_tapped, "forget": self._forget, "keep": self._keep}

    async def start(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        user = update.effective_user
        if user and self._house.access.is_admin(user):
            await show_admin_menu(self._house.bot, user.id)
        if update.message and user:
            await update.message.reply_text(f"Hello {user.first_name}! {self._help(update)}")

    async def help(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        if update.message:
            await update.message.reply_text(self._help(update))

    async def cousins(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        names = [self._house.names.shown(cousin) for cousin in self._house.names.all()]
        text = f"I know {len(names)} cousins:\n" + "\n".join(f"• {name}" for name in names) if names else NOBODY
        if update.message:
            await update.message.reply_text(_cut(text))

    async def facts(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.message
        if message is None:
            return
        asked = " ".join(context.args or ())
        book = await self._house.facts.book()
        if not asked:
            everyone = self._house.names.all()
            await message.reply_text(
                WHICH_FACTS if everyone else NOBODY, reply_markup=await self._choices(message.chat_id, everyone)
            )
            return
        cousin = self._house.names.find(asked)
        if cousin is not None:
            await message.reply_text(self._about(cousin), parse_mode=ParseMode.HTML)
            return
        near = list(book.suggest(asked))
        question = f"I don't know “{asked}”. Did you mean…" if near else f"I don't know “{asked}”. {WHICH_FACTS}"
        markup = await self._choices(message.chat_id, near or self._house.names.all())
        await message.reply_text(_cut(question), reply_markup=markup)

    async def forget_me(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        message, user = update.message, update.effective_user
        if message is None or user is None:
            return
        photos = await self._house.store.guesses.count_photos(user.id)
        if not photos:
            await message.reply_text("I have no photos of yours. There is nothing to delete.")
            return
        chat_id = message.chat_id
        choices: list[Choice] = [
            (f"Yes, delete {_photos(photos)}", Button(chat_id, "forget", person=user.id)),
            ("No, keep them", Button(chat_id, "keep", person=user.id)),
        ]
        markup = await keyboard(self._house.store.buttons, in_rows(choices, 1))
        await message.reply_text(
            f"Shall I delete the {_photos(photos)} you sent me, and all I made of them? That can't be undone.",
            reply_markup=markup,
        )

    async def text(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """Anything else: perhaps the name of someone new, else a hint (in private only)."""
        message = update.message
        if message is None or await self._newcomers.on_text(message):
            return
        if message.chat.type == Chat.PRIVATE and not _is_service(message):
            await message.reply_text(HINT)

    async def _facts_tapped(self, tap: Tap) -> str | None:
        if tap.button.cousin:
            await self._house.facts.book()
            await self._house.bot.send_message(
                tap.button.chat_id, self._about(tap.button.cousin), parse_mode=ParseMode.HTML
            )
        return None

    async def _forget(self, tap: Tap) -> str | None:
        if tap.user.id != tap.button.person:
            return "Only they may do that."
        store = self._house.store
        photos = await store.guesses.count_photos(tap.user.id)
        # The trained versions first: once the rows are gone, nobody could say which faces were theirs.
        theirs = await store.guesses.only_from(tap.user.id)
        # A run that is learning from them right now would bring their faces back with its version.
        learning = await self._teach(theirs) and await self._trainer.end(tap.user.id)
        await self._house.service.forget(theirs)
        nobodys = await store.guesses.forget_sender(tap.user.id)
        await self._house.inbox.delete(nobodys)
        await store.journal.forget(tap.user.id)
        await store.told.forget(tap.user.id)  # a private chat has its person's id
        await store.forgetting.for_good()
        await self._house.teaching.teach()
        if learning:
            await self._trainer.start("photos were forgotten while it learned from them")
        await tap.rewrite(f"Done: I deleted {_photos(photos)} and all I made of them.")
        return None

    async def _teach(self, photos: list[str]) -> bool:
        """Whether training learns anything from these photos: without a correction it does not see them."""
        return any(one.statement.photo in photos for one in await self._house.store.statements.accepted())

    async def _keep(self, tap: Tap) -> str | None:
        if tap.user.id != tap.button.person:
            return "Only they may do that."
        await tap.rewrite("Fine, I keep them.")
        return None

    async def _choices(self, chat_id: int, cousins: list[str]) -> InlineKeyboardMarkup:
        choices = [(self._house.names.shown(cousin), Button(chat_id, "facts", cousin=cousin)) for cousin in cousins]
        return await keyboard(self._house.store.buttons, in_rows(choices, 2))

    def _about(self, cousin: str) -> str:
        book = self._house.facts.last_good()
        name = f"<b>{escape(self._house.names.shown(cousin), quote=False)}</b>"
        facts, avoid = book.facts(cousin), book.avoid(cousin)
        if not facts and not avoid:
            return f"Nobody has told me anything about {name} yet."
        lines = [name, *(f"• {escape(fact, quote=False)}" for fact in facts)]
        if avoid:
            lines.append(f"<i>Better not bring up: {escape('; '.join(avoid), quote=False)}</i>")
        while len("\n".join(lines)) > MESSAGE_LIMIT:
            lines.pop()
        return "\n".join(lines)

    def _help(self, update: Update) -> str:
        return GUEST_HELP + (ADMIN_HELP if self._house.access.is_admin(update.effective_user) else "")


def _photos(count: int) -> str:
    return "1 photo" if count == 1 else f"{count} photos"


def _cut(text: str) -> str:
    return text if len(text) <= MESSAGE_LIMIT else f"{text[: MESSAGE_LIMIT - 1]}…"


def _is_service(message: Message) -> bool:
    """Pinned, joined, left and the like: nothing anybody said."""
    return message.effective_attachment is None and message.text is None
