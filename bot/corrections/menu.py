"""✓ and ✗ under the answers, and what they open: who is it really?"""

from telegram import InlineKeyboardMarkup, Update, User
from telegram.ext import CommandHandler, ContextTypes

from actions.answers.sentences import as_told
from actions.answers.several import MANY
from actions.cousins import Cousins
from actions.people.access import Access
from bot.answers.buttons import replies
from bot.answers.messages import Answering
from bot.conversation.keyboards import MOST_BUTTONS, Choice, in_rows, keyboard
from bot.conversation.part import Part
from bot.conversation.permissions import Permission, Route
from bot.conversation.taps import Action, Run, Tap
from bot.conversation.wording import forgotten
from bot.corrections import wording
from bot.corrections.review_page import ReviewPager
from bot.corrections.statement_taker import StatementTaker
from bot.transport.topics import replied_to
from data.chats.reactions import Reactions
from data.store.buttons import Button, Buttons
from data.store.guesses import Answer, Guess, Guesses
from data.store.review_pages import ReviewPages
from data.store.statements import Statements
from data.wording import not_a_face, someone_new, stranger
from foundation.statement import Says


class CorrectionMenu(Part):
    def __init__(
        self,
        access: Access,
        guesses: Guesses,
        statements: Statements,
        buttons: Buttons,
        open_pages: ReviewPages,
        cousins: Cousins,
        answering: Answering,
        taker: StatementTaker,
        pages: ReviewPager,
        reactions: Reactions,
    ) -> None:
        self._access = access
        self._guesses = guesses
        self._statements = statements
        self._buttons = buttons
        self._open_pages = open_pages
        self._cousins = cousins
        self._answering = answering
        self._taker = taker
        self._pages = pages
        self._reactions = reactions

    def routes(self) -> list[Route]:
        return [
            Route(CommandHandler("wrong", self.on_wrong), Permission.EVERYBODY),
        ]

    def actions(self) -> dict[str, Action]:
        return {
            "right": Action(Permission.EVERYBODY, self._right),
            "wrong": Action(Permission.EVERYBODY, self._wrong),
            "all_right": Action(Permission.EVERYBODY, self._all_right),
            "face": Action(Permission.EVERYBODY, self._face),
            "is": Action(Permission.EVERYBODY, self._said("is")),
            "not": Action(Permission.EVERYBODY, self._said("not")),
            "stranger": Action(Permission.EVERYBODY, self._said("stranger")),
            "not_a_face": Action(Permission.EVERYBODY, self._said("not_a_face")),
            "no_idea": Action(Permission.EVERYBODY, self._no_idea),
            "back": Action(Permission.EVERYBODY, self._back),
            "other": Action(Permission.ADMIN, self._other),
        }

    async def on_wrong(self, update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        """/wrong as a reply to an answer."""
        message = update.message
        if message is None:
            return
        reply = replied_to(message)
        answer = await self._guesses.answer_at(message.chat_id, reply.message_id) if reply else None
        if answer is None or not answer.guesses:
            await message.reply_text(wording.wrong_how())
            return
        question, markup = await self.opened(answer, message.from_user)
        await message.reply_text(question, reply_markup=markup)

    async def opened(self, answer: Answer, user: User | None) -> tuple[str, InlineKeyboardMarkup]:
        """What somebody is asked who says that an answer is wrong: which face, or of one face who it is."""
        if len(answer.guesses) == 1:
            return _question(answer.guesses[0]), await self._menu(answer.guesses[0], answer.chat_id, user)
        faces = [(str(guess.number), Button(answer.chat_id, "wrong", guess_id=guess.id)) for guess in answer.guesses]
        markup = await keyboard(self._buttons, in_rows(faces, 5 if len(faces) < MANY else 8))
        return wording.which_picture() if answer.guesses[0].face.is_picture else wording.which_face(), markup

    async def _other(self, tap: Tap) -> str | None:
        """The names, for a proposal in the review."""
        proposal = await self._statements.get(tap.button.statement_id or 0)
        if proposal is None or proposal.status != "proposed":
            return await self._back(tap)
        await self._wrong(tap)
        page = await self._open_pages.get(tap.button.chat_id)
        shown = page.statements if page else ()
        if proposal.is_picture:
            return wording.what_is_it()
        is_numbered = len(shown) > 1 and proposal.id in shown
        return wording.who_is_face(shown.index(proposal.id) + 1) if is_numbered else wording.who_is_it()

    async def _right(self, tap: Tap) -> str | None:
        guess = await self._guess(tap)
        if guess is None:
            return forgotten()
        if not self._access.is_admin(tap.user.id):
            await self._statements.praise(guess.id, tap.user.id)
            answer = await self._guesses.answer(guess.answer_id)
            if answer is not None and len(answer.guesses) >= MANY:
                await tap.show_buttons(await self._answering.keyboard(answer))
            return wording.thanks()
        says: Says = "is" if guess.face.named else "stranger"
        return await self._taker.take(guess, says, guess.face.named, tap.user)

    async def _all_right(self, tap: Tap) -> str | None:
        """Everybody who is named in a group is that."""
        guess = await self._guess(tap)
        answer = await self._guesses.answer(guess.answer_id) if guess else None
        if answer is None:
            return forgotten()
        if self._access.is_admin(tap.user.id):
            await self._taker.confirm(answer.guesses, tap.user)
            return wording.thanks()
        for one in answer.guesses:
            if one.face.named:
                await self._statements.praise(one.id, tap.user.id)
        return wording.thanks()

    async def _wrong(self, tap: Tap) -> str | None:
        return await self._open(tap, denied=True)

    async def _face(self, tap: Tap) -> str | None:
        return await self._open(tap, denied=False)

    async def _open(self, tap: Tap, *, denied: bool) -> str | None:
        guess = await self._guess(tap)
        if guess is None:
            return forgotten()
        menu = await self._menu(guess, tap.button.chat_id, tap.user, tap.button.statement_id, denied=denied)
        await tap.show_buttons(menu)
        answer = await self._guesses.answer(guess.answer_id)
        several = answer is not None and len(answer.guesses) > 1
        return wording.who_is_face(guess.number) if several and not guess.face.is_picture else _question(guess)

    async def _menu(
        self,
        guess: Guess,
        chat_id: int,
        user: User | None,
        statement_id: int | None = None,
        *,
        denied: bool = True,
    ) -> InlineKeyboardMarkup:
        """Who it may be. Whoever opens it where it is `denied` has said that the bot was wrong."""

        def choice(text: str, action: str, cousin: str | None = None) -> Choice:
            return text, Button(chat_id, action, guess_id=guess.id, statement_id=statement_id, cousin=cousin)

        said = await self._statements.of_guess(guess.id)
        names = self._cousins.now()
        # The name that was just called wrong is no choice, unless an admin's word took its place since.
        is_admin = user is not None and self._access.is_admin(user.id)
        # Who does not want to be named is a choice for an admin alone with the bot: a group reads the buttons.
        alone = is_admin and user is not None and chat_id == user.id
        candidates = (candidate.cousin for candidate in guess.face.candidates)
        told = as_told(guess.face, names.wants_no_name)
        mine = told.asked_about or ((told.cousin,) if told.cousin else ())
        # In the review whoever was asked about is a choice: no guest need have denied that.
        left_out = () if said or (statement_id and told.asked_about) else mine
        cousins = [cousin for cousin in names.likely(candidates, to_admins=alone) if cousin not in left_out]
        if guess.face.is_picture:  # it may show a thing
            others, new, not_mine = (
                [choice(wording.none_of_these(), "stranger")],
                wording.something_new(),
                wording.not_this,
            )
        else:
            others = [choice(stranger(), "stranger"), choice(not_a_face(), "not_a_face")]
            new, not_mine = someone_new(), wording.not_them
        if is_admin:
            others.insert(0, choice(new, "someone_new"))
        if is_admin or not denied:
            others += [choice(not_mine(names.shown(cousin, to_admins=alone)), "not", cousin) for cousin in mine]
        else:
            others.append(choice(wording.no_idea(), "no_idea"))
        others.append(choice(wording.back(), "back"))
        right = [] if denied or said else replies(chat_id, guess, names)
        shown = cousins[: MOST_BUTTONS - len(others) - len(right)]
        named = [choice(names.shown(cousin, to_admins=alone), "is", cousin) for cousin in shown]
        return await keyboard(self._buttons, [*in_rows(right, 2), *in_rows(named, 2), *in_rows(others, 2)])

    def _said(self, says: Says) -> Run:
        async def say(tap: Tap) -> str | None:
            guess = await self._guess(tap)
            if guess is None:
                return forgotten()
            thanks = await self._taker.take(guess, says, tap.button.cousin, tap.user)
            await self._close(tap, guess, thanks)
            return thanks

        return say

    async def _no_idea(self, tap: Tap) -> str | None:
        guess = await self._guess(tap)
        if guess is None:
            return forgotten()
        told = as_told(guess.face, self._cousins.now().wants_no_name)
        denied = told.asked_about or ((told.cousin,) if told.cousin else ())
        if denied:
            await self._taker.deny(guess, denied, tap.user)
        else:
            await self._answering.refresh(guess.answer_id)
        thanks = wording.admin_will_look() if denied else wording.thanks()
        await self._close(tap, guess, thanks)
        return thanks

    async def _back(self, tap: Tap) -> str | None:
        guess = await self._guess(tap)
        if guess is None:
            return forgotten()
        if tap.button.statement_id:
            await self._back_to_review(tap)
            return None
        answer = await self._guesses.answer(guess.answer_id)
        await self._reactions.served(guess.answer_id, tap.message_id)
        if answer is not None and answer.message_id == tap.message_id:
            await tap.show_buttons(await self._answering.keyboard(answer))
        else:
            await tap.rewrite(wording.nothing_changed())
        return None

    async def _back_to_review(self, tap: Tap) -> None:
        page = await self._open_pages.get(tap.button.chat_id)
        if page is not None and page.message_id == tap.message_id:
            await self._pages.redraw(page)
        else:
            await tap.show_buttons(None)

    async def _close(self, tap: Tap, guess: Guess, outcome: str) -> None:
        """A menu in a message of its own has served; the answer's own message, and the review, are written anew."""
        if tap.button.statement_id:
            await self._pages.go_on(tap.button.chat_id)
            return
        answer = await self._guesses.answer(guess.answer_id)
        await self._reactions.served(guess.answer_id, tap.message_id)
        if answer is None or answer.message_id != tap.message_id:
            await tap.rewrite(outcome)

    async def _guess(self, tap: Tap) -> Guess | None:
        return await self._guesses.get(tap.button.guess_id) if tap.button.guess_id else None


def _question(guess: Guess) -> str:
    return wording.what_is_it() if guess.face.is_picture else wording.who_is_it()
