"""✓ and ✗ under the answers, and what they open: who is it really?"""

from typing import Final

from telegram import InlineKeyboardMarkup, Update, User
from telegram.ext import ContextTypes

from bot.answers.messages import Answering
from bot.conversation.keyboards import MOST_BUTTONS, Choice, in_rows, keyboard
from bot.conversation.taps import Action, Tap
from bot.conversation.wording import ADMINS_ONLY, FORGOTTEN
from bot.corrections.review_page import ReviewPages
from bot.corrections.statements import Statements
from bot.house import House
from data.store.buttons import Button
from data.store.guesses import Guess
from foundation.statement import Says

WRONG_HOW: Final = "Reply with /wrong to the answer that is wrong."


class Corrections:
    def __init__(self, house: House, answering: Answering, statements: Statements, pages: ReviewPages) -> None:
        self._house = house
        self._answering = answering
        self._statements = statements
        self._pages = pages

    def actions(self) -> dict[str, Action]:
        return {
            "right": self._right,
            "wrong": self._wrong,
            "is": self._said("is"),
            "not": self._said("not"),
            "stranger": self._said("stranger"),
            "not_a_face": self._said("not_a_face"),
            "no_idea": self._no_idea,
            "back": self._back,
            "other": self._other,
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

    async def _other(self, tap: Tap) -> str | None:
        """The names, for a proposal in the review."""
        if not self._house.access.is_admin(tap.user):
            return ADMINS_ONLY
        proposal = await self._house.store.statements.get(tap.button.statement_id or 0)
        if proposal is None or proposal.status != "proposed":
            return await self._back(tap)
        await self._wrong(tap)
        page = await self._house.store.review_pages.get(tap.button.chat_id)
        shown = page.statements if page else ()
        return f"Who is face {shown.index(proposal.id) + 1}?" if proposal.id in shown else "Who is it?"

    async def _right(self, tap: Tap) -> str | None:
        guess = await self._guess(tap)
        if guess is None:
            return FORGOTTEN
        if not self._house.access.is_admin(tap.user):
            await self._house.store.statements.praise(guess.id, tap.user.id)
            return "Thank you!"
        says: Says = "is" if guess.face.cousin else "stranger"
        return await self._statements.take(guess, says, guess.face.cousin, tap.user)

    async def _wrong(self, tap: Tap) -> str | None:
        guess = await self._guess(tap)
        if guess is None:
            return FORGOTTEN
        await tap.show_buttons(await self._menu(guess, tap.button.chat_id, tap.user, tap.button.statement_id))
        return f"Who is face {guess.number}?"

    async def _menu(
        self, guess: Guess, chat_id: int, user: User | None, statement_id: int | None = None
    ) -> InlineKeyboardMarkup:
        def choice(text: str, action: str, cousin: str | None = None) -> Choice:
            return text, Button(chat_id, action, guess_id=guess.id, statement_id=statement_id, cousin=cousin)

        said = await self._house.store.statements.of_guess(guess.id)
        names = self._house.names
        # The name that was just called wrong is no choice, unless an admin's word took its place since.
        cousins = [
            name
            for name in names.likely([candidate.cousin for candidate in guess.face.candidates])
            if said or name != guess.face.cousin
        ]
        is_admin = self._house.access.is_admin(user)
        others = [choice("A stranger", "stranger"), choice("Not a face", "not_a_face")]
        if is_admin:
            others.insert(0, choice("Someone new", "someone_new"))
        if guess.face.cousin and is_admin:
            others.append(choice(f"Not {names.shown(guess.face.cousin)}, no idea who", "not", guess.face.cousin))
        elif not is_admin:
            others.append(choice("I don't know", "no_idea"))
        others.append(choice("« Back", "back"))
        named = [choice(names.shown(cousin), "is", cousin) for cousin in cousins[: MOST_BUTTONS - len(others)]]
        return await keyboard(self._house.store.buttons, [*in_rows(named, 2), *in_rows(others, 2)])

    def _said(self, says: Says) -> Action:
        async def say(tap: Tap) -> str | None:
            guess = await self._guess(tap)
            if guess is None:
                return FORGOTTEN
            if tap.button.statement_id and not self._house.access.is_admin(tap.user):
                return ADMINS_ONLY
            thanks = await self._statements.take(guess, says, tap.button.cousin, tap.user)
            await self._close(tap, guess, thanks)
            return thanks

        return say

    async def _no_idea(self, tap: Tap) -> str | None:
        guess = await self._guess(tap)
        if guess is None:
            return FORGOTTEN
        if guess.face.cousin:
            await self._statements.propose(guess, "not", guess.face.cousin, tap.user)
        else:
            await self._answering.refresh(guess.answer_id)
        thanks = "Thank you! An admin will have a look." if guess.face.cousin else "Thank you!"
        await self._close(tap, guess, thanks)
        return thanks

    async def _back(self, tap: Tap) -> str | None:
        guess = await self._guess(tap)
        if guess is None:
            return FORGOTTEN
        if tap.button.statement_id:
            await self._back_to_review(tap)
            return None
        answer = await self._house.store.guesses.answer(guess.answer_id)
        if answer is not None and answer.message_id == tap.message_id:
            await tap.show_buttons(await self._answering.keyboard(answer))
        else:
            await tap.rewrite("Nothing was changed.")
        return None

    async def _back_to_review(self, tap: Tap) -> None:
        page = await self._house.store.review_pages.get(tap.button.chat_id)
        if page is not None and page.message_id == tap.message_id:
            await self._pages.redraw(page)
        else:
            await tap.show_buttons(None)

    async def _close(self, tap: Tap, guess: Guess, outcome: str) -> None:
        """A menu in a message of its own has served; the answer's own message, and the review, are written anew."""
        if tap.button.statement_id:
            await self._pages.go_on(tap.button.chat_id)
            return
        answer = await self._house.store.guesses.answer(guess.answer_id)
        if answer is None or answer.message_id != tap.message_id:
            await tap.rewrite(outcome)

    async def _guess(self, tap: Tap) -> Guess | None:
        return await self._house.store.guesses.get(tap.button.guess_id) if tap.button.guess_id else None
