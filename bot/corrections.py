"""✓ and ✗ under the answers, and what they open: who is it really?"""

from collections.abc import Awaitable, Callable
from typing import Final

from telegram import ForceReply, InlineKeyboardMarkup, Message, Update, User
from telegram.ext import ContextTypes

from bot.answering import Answering
from bot.house import House
from bot.keyboards import MOST_BUTTONS, Choice, in_rows, keyboard
from bot.taps import Action, Tap
from bot.verdicts import Verdicts
from data.buttons import Button
from data.guesses import Guess
from data.labels import Verdict

ADMINS_ONLY: Final = "Only an admin may do that."
FORGOTTEN: Final = "That photo was forgotten; there is nothing left to correct."
WRONG_HOW: Final = "Reply with /wrong to the answer that is wrong."


class Corrections:
    """`reviewed` is called with the chat after a word that was asked for by the review."""

    def __init__(
        self, house: House, answering: Answering, verdicts: Verdicts, reviewed: Callable[[int], Awaitable[None]]
    ) -> None:
        self._house = house
        self._answering = answering
        self._verdicts = verdicts
        self._reviewed = reviewed

    def actions(self) -> dict[str, Action]:
        return {
            "right": self._right,
            "wrong": self._wrong,
            "is": self._said("is"),
            "not": self._said("not"),
            "stranger": self._said("stranger"),
            "not_a_face": self._said("not_a_face"),
            "someone_new": self._someone_new,
            "no_idea": self._no_idea,
            "back": self._back,
        }

    async def on_wrong(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """/wrong as a reply to an answer."""
        message = update.message
        if message is None:
            return
        reply = message.reply_to_message
        answer = await self._house.store.guesses.answer_at(message.chat_id, reply.message_id) if reply else None
        if answer is None:
            await message.reply_text(WRONG_HOW)
            return
        if len(answer.guesses) == 1:
            markup = await self._menu(answer.guesses[0], message.chat_id, message.from_user)
            await message.reply_text("Who is it?", reply_markup=markup)
            return
        faces = [(str(guess.number), Button(message.chat_id, "wrong", guess_id=guess.id)) for guess in answer.guesses]
        markup = await keyboard(self._house.store.buttons, in_rows(faces, 5))
        await message.reply_text("Which face is wrong?", reply_markup=markup)

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
        try:
            cousin = self._house.names.named(text)
        except ValueError as error:
            await message.reply_text(str(error))
            return True
        thanks = await self._verdicts.give(guess, "is", cousin, user)
        await message.reply_text(thanks)
        # Last: if the process stops before, the name is understood again, and what is done is not done twice.
        await self._house.store.prompts.answered(guess.id, user.id)
        return True

    async def menu_for_review(self, tap: Tap) -> str | None:
        """The names, for a proposal in the review."""
        if not self._house.access.is_admin(tap.user):
            return ADMINS_ONLY
        return await self._wrong(tap)

    async def _right(self, tap: Tap) -> str | None:
        guess = await self._guess(tap)
        if guess is None:
            return FORGOTTEN
        if not self._house.access.is_admin(tap.user):
            await self._house.store.corrections.praise(guess.id, tap.user.id)
            return "Thank you!"
        verdict: Verdict = "is" if guess.cousin else "stranger"
        return await self._verdicts.give(guess, verdict, guess.cousin, tap.user)

    async def _wrong(self, tap: Tap) -> str | None:
        guess = await self._guess(tap)
        if guess is None:
            return FORGOTTEN
        await tap.show_buttons(await self._menu(guess, tap.button.chat_id, tap.user, tap.button.correction_id))
        return f"Who is face {guess.number}?"

    async def _menu(
        self, guess: Guess, chat_id: int, user: User | None, correction_id: int | None = None
    ) -> InlineKeyboardMarkup:
        def choice(text: str, action: str, cousin: str | None = None) -> Choice:
            return text, Button(chat_id, action, guess_id=guess.id, correction_id=correction_id, cousin=cousin)

        said = await self._house.store.corrections.of_guess(guess.id)
        names = self._house.names
        # The name that was just called wrong is no choice, unless an admin's word took its place since.
        cousins = [name for name in names.likely(guess.candidates) if said or name != guess.cousin]
        is_admin = self._house.access.is_admin(user)
        others = [choice("A stranger", "stranger"), choice("Not a face", "not_a_face")]
        if is_admin:
            others.insert(0, choice("Someone new", "someone_new"))
        if guess.cousin and is_admin:
            others.append(choice(f"Not {names.shown(guess.cousin)}, no idea who", "not", guess.cousin))
        elif not is_admin:
            others.append(choice("I don't know", "no_idea"))
        others.append(choice("« Back", "back"))
        named = [choice(names.shown(cousin), "is", cousin) for cousin in cousins[: MOST_BUTTONS - len(others)]]
        return await keyboard(self._house.store.buttons, [*in_rows(named, 2), *in_rows(others, 2)])

    def _said(self, verdict: Verdict) -> Action:
        async def say(tap: Tap) -> str | None:
            guess = await self._guess(tap)
            if guess is None:
                return FORGOTTEN
            if tap.button.correction_id and not self._house.access.is_admin(tap.user):
                return ADMINS_ONLY
            thanks = await self._verdicts.give(guess, verdict, tap.button.cousin, tap.user)
            await self._close(tap, guess, thanks)
            return thanks

        return say

    async def _no_idea(self, tap: Tap) -> str | None:
        guess = await self._guess(tap)
        if guess is None:
            return FORGOTTEN
        if guess.cousin:
            await self._verdicts.propose(guess, "not", guess.cousin, tap.user)
        else:
            await self._answering.refresh(guess.answer_id)
        thanks = "Thank you! An admin will have a look." if guess.cousin else "Thank you!"
        await self._close(tap, guess, thanks)
        return thanks

    async def _someone_new(self, tap: Tap) -> str | None:
        guess = await self._guess(tap)
        if guess is None:
            return FORGOTTEN
        if not self._house.access.is_admin(tap.user):
            return ADMINS_ONLY
        question = await self._house.bot.send_message(
            tap.button.chat_id,
            f"What is the name of face {guess.number}? Reply to this message with it.",
            reply_markup=ForceReply(input_field_placeholder="Charlie Brown"),
        )
        await self._house.store.prompts.ask(tap.button.chat_id, question.message_id, tap.user.id, guess.id)
        return None

    async def _back(self, tap: Tap) -> str | None:
        guess = await self._guess(tap)
        if guess is None:
            return FORGOTTEN
        await self._close(tap, guess, "Nothing was changed.")
        answer = await self._house.store.guesses.answer(guess.answer_id)
        if answer is not None and _is_its_message(tap, answer.message_id):
            await tap.show_buttons(await self._answering.keyboard(answer))
        return None

    async def _close(self, tap: Tap, guess: Guess, outcome: str) -> None:
        """A menu in a message of its own has served; the answer's own message is written anew elsewhere."""
        answer = await self._house.store.guesses.answer(guess.answer_id)
        if answer is not None and _is_its_message(tap, answer.message_id):
            return
        await tap.rewrite(outcome)
        if tap.button.correction_id:
            await self._reviewed(tap.button.chat_id)

    async def _guess(self, tap: Tap) -> Guess | None:
        return await self._house.store.guesses.get(tap.button.guess_id) if tap.button.guess_id else None


def _is_its_message(tap: Tap, message_id: int | None) -> bool:
    return not tap.button.correction_id and tap.message_id == message_id
