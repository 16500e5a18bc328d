"""What follows from a statement: a row, what the recogniser is taught, and the answer and the review written anew."""

from collections.abc import Sequence

from telegram import User

from bot.answers.messages import Answering
from bot.corrections.review_page import ReviewPages
from bot.house import House
from bot.transport.outbox import current_update
from data.store.guesses import Guess
from data.store.statements import StoredStatement
from foundation.statement import Says, Statement


class Statements:
    def __init__(self, house: House, answering: Answering, pages: ReviewPages) -> None:
        self._house = house
        self._answering = answering
        self._pages = pages

    async def take(self, guess: Guess, says: Says, cousin: str | None, user: User) -> str:
        """An admin's statement counts at once, anybody else's is a proposal. Returns the sentence to thank with."""
        if self._house.access.is_admin(user):
            update = current_update()
            said_at = await self._house.store.journal.received_at(update) if update is not None else None
            await self._house.store.statements.declare(guess.id, says, cousin, user.id, said_at)
            statement = Statement(says, cousin, guess.photo, guess.face.box, user.id, accepted_by=user.id)
            await self._took_effect([(guess, statement)])
            return f"Thank you, I'll remember: {self._house.names.said(statement)}."
        await self.propose(guess, says, cousin, user)
        return "Thank you! An admin will have a look."

    async def propose(self, guess: Guess, says: Says, cousin: str | None, user: User) -> None:
        statements = self._house.store.statements
        # Told before it is kept: after a restart in between, something waits already.
        if not await statements.proposed():
            await self._house.alerts.tell(f"{user.full_name} corrected an answer of mine. Send /review to look at it.")
        await statements.propose(guess.id, says, cousin, user.id)
        await self._answering.refresh(guess.answer_id)
        await self._pages.redraw_showing([guess.id])

    async def accept(self, proposals: Sequence[StoredStatement], by: User) -> int:
        """Accept what of these nobody has decided yet; returns how many that were."""
        store, accepted = self._house.store, []
        for proposal in proposals:
            guess = await store.guesses.get(proposal.guess_id)
            if guess is None:  # forgotten a moment ago
                continue
            if await store.statements.accept(proposal.id, by.id):
                accepted.append((guess, proposal.statement))
            else:  # perhaps by this very tap, before a restart that kept the answer from showing it
                await self._answering.refresh(guess.answer_id)
        if accepted:
            await self._took_effect(accepted)
        return len(accepted)

    async def dismiss(self, proposal: StoredStatement, by: User) -> bool:
        """Reject a proposal; False if it was decided already."""
        if not await self._house.store.statements.dismiss(proposal.id, by.id):
            return False
        await self._pages.redraw_showing([proposal.guess_id])
        return True

    async def _took_effect(self, stated: Sequence[tuple[Guess, Statement]]) -> None:
        await self._house.teaching.teach()
        for guess, statement in stated:
            cousin = statement.cousin if statement.says == "is" else None
            if cousin and not (cousin == guess.face.cousin and guess.fact):
                await self._tell_fact(guess, cousin)
        for answer_id in dict.fromkeys(guess.answer_id for guess, _ in stated):
            await self._answering.refresh(answer_id)
        await self._pages.redraw_showing([guess.id for guess, _ in stated])

    async def _tell_fact(self, guess: Guess, cousin: str) -> None:
        answer = await self._house.store.guesses.answer(guess.answer_id)
        if answer is not None:
            book = await self._house.facts.book()
            fact = await self._house.store.told.next(answer.chat_id, cousin, book.facts(cousin))
            await self._house.store.guesses.tell(guess.id, fact)
