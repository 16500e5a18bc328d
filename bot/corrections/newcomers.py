"""Someone new: an admin types a name, and the cousin exists from then on."""

import asyncio
from typing import Final

from telegram import ForceReply, Message, User

from bot.conversation.keyboards import Choice, keyboard
from bot.conversation.taps import Action, Tap
from bot.conversation.wording import ADMINS_ONLY, FORGOTTEN
from bot.corrections.review_page import ReviewPages
from bot.corrections.statements import Statements
from bot.house import House
from data.store.buttons import Button
from data.store.guesses import Guess

_SUGGESTED: Final = 3


class Newcomers:
    def __init__(self, house: House, statements: Statements, pages: ReviewPages) -> None:
        self._house = house
        self._statements = statements
        self._pages = pages

    def actions(self) -> dict[str, Action]:
        return {"someone_new": self._ask, "new": self._confirmed, "meant": self._meant}

    async def on_text(self, message: Message) -> bool:
        """Whether the text was the name of someone new; if so it is taken in."""
        user, text = message.from_user, message.text
        if user is None or text is None:
            return False
        reply_to = message.reply_to_message.message_id if message.reply_to_message else None
        guess_id = await self._house.store.prompts.find(message.chat_id, user.id, reply_to)
        guess = await self._house.store.guesses.get(guess_id) if guess_id is not None else None
        if guess is None:
            return False
        if not self._house.access.is_admin(user):
            await message.reply_text(ADMINS_ONLY)
            return True
        known = self._house.names.find(text)
        if known is None and (near := self._house.names.near(text)):
            await self._ask_whether(message, guess, text, near)
            return True
        try:
            thanks = await self._take_in(guess, known, text, user)
        except ValueError as error:
            await message.reply_text(str(error))
            return True
        await message.reply_text(thanks)
        await self._pages.go_on(message.chat_id)
        # Last: if the process stops before, the name is understood again, and what is done is not done twice.
        await self._house.store.prompts.answered(guess.id, user.id)
        return True

    async def _ask(self, tap: Tap) -> str | None:
        guess = await self._guess(tap)
        if guess is None:
            return FORGOTTEN
        if not self._house.access.is_admin(tap.user):
            return ADMINS_ONLY
        question = await self._house.bot.send_message(
            tap.button.chat_id,
            # The review counts its faces otherwise than the answer did.
            f"What is the name of {'this person' if tap.button.statement_id else f'face {guess.number}'}?"
            " Reply to this message with it.",
            reply_markup=ForceReply(input_field_placeholder="Charlie Brown"),
        )
        await self._house.store.prompts.ask(tap.button.chat_id, question.message_id, tap.user.id, guess.id)
        return None

    async def _ask_whether(self, message: Message, guess: Guess, text: str, near: list[str]) -> None:
        """A slip of the fingers must not make a second person of a known one."""
        chat_id, names = message.chat_id, self._house.names
        rows: list[list[Choice]] = [
            [(f"It is {names.shown(cousin)}", Button(chat_id, "meant", guess_id=guess.id, cousin=cousin))]
            for cousin in near[:_SUGGESTED]
        ]
        rows.append([(f"No, {text} is new", Button(chat_id, "new", guess_id=guess.id, cousin=text))])
        markup = await keyboard(self._house.store.buttons, rows)
        await message.reply_text(f"I know no “{text}”. Do you mean one of these?", reply_markup=markup)

    async def _confirmed(self, tap: Tap) -> str | None:
        return await self._decided(tap, known=False)

    async def _meant(self, tap: Tap) -> str | None:
        return await self._decided(tap, known=True)

    async def _decided(self, tap: Tap, *, known: bool) -> str | None:
        """The button carries a cousin's key, or the name of someone new as it was typed."""
        guess = await self._guess(tap)
        if guess is None:
            return FORGOTTEN
        if not self._house.access.is_admin(tap.user):
            return ADMINS_ONLY
        try:
            name = tap.button.cousin or ""
            await tap.rewrite(await self._take_in(guess, name if known else None, name, tap.user))
            await self._house.store.prompts.answered(guess.id, tap.user.id)
        except ValueError as error:
            await tap.rewrite(str(error))
        await self._pages.go_on(tap.button.chat_id)
        return None

    async def _take_in(self, guess: Guess, known: str | None, text: str, user: User) -> str:
        """Returns the sentence to thank with. Raises ValueError for what makes no name."""
        cousin, hint = (known, "") if known is not None else await self._welcome(text)
        return await self._statements.take(guess, "is", cousin, user) + hint

    async def _welcome(self, text: str) -> tuple[str, str]:
        cousin, todo = await asyncio.to_thread(self._house.names.welcome, text)
        return cousin, f"\n\n{self._house.names.shown(cousin)} is new here. {todo}"

    async def _guess(self, tap: Tap) -> Guess | None:
        return await self._house.store.guesses.get(tap.button.guess_id) if tap.button.guess_id else None
