"""What somebody says of a face: taken down, and the answer and the review written anew."""

import asyncio
from collections.abc import Sequence

from telegram import User

from actions.access import Access
from actions.answers.corrections import Corrections
from actions.answers.wording import said
from actions.cousins import Cousins
from actions.decisions import Decisions
from bot.answers.messages import Answering
from bot.corrections import wording
from bot.corrections.review_page import ReviewPager
from bot.transport.outbox import current_update
from data.store.guesses import Guess, Guesses
from data.store.statements import Statements, StoredStatement
from foundation.statement import Says


class StatementTaker:
    def __init__(
        self,
        access: Access,
        guesses: Guesses,
        statements: Statements,
        decisions: Decisions,
        corrections: Corrections,
        cousins: Cousins,
        answering: Answering,
        pages: ReviewPager,
    ) -> None:
        self._access = access
        self._guesses = guesses
        self._statements = statements
        self._decisions = decisions
        self._corrections = corrections
        self._cousins = cousins
        self._answering = answering
        self._pages = pages

    async def take(self, guess: Guess, says: Says, cousin: str | None, user: User) -> str:
        """An admin's statement counts at once, anybody else's is a proposal. Returns the sentence to thank with."""
        if not self._access.is_admin(user.id):
            await self.propose(guess, says, cousin, user)
            return wording.admin_will_look()
        statement = await self._corrections.declare(guess, says, cousin, user.id, current_update())
        await self._show([guess])
        return wording.will_remember(said(statement, self._cousins.now()))

    async def named_before(self, guess: Guess) -> str | None:
        """The cousin whom the update at hand has named already, before the bot was stopped."""
        return await self._statements.named_by(guess.id, current_update())

    async def propose(self, guess: Guess, says: Says, cousin: str | None, user: User) -> None:
        await self._corrections.propose(guess, says, cousin, user.id, user.full_name, current_update())
        await self._show([guess])

    async def accept(self, proposals: Sequence[StoredStatement], by: User) -> int:
        """Accept what of these nobody has decided yet; returns how many that were."""
        for proposal in proposals:
            if proposal.statement.says == "is" and proposal.statement.cousin:
                await asyncio.to_thread(self._cousins.make_room, proposal.statement.cousin)
        accepted = await self._decisions.accept(proposals, by.id, current_update())
        # Those decided before: perhaps by this very tap, before a restart that kept the answer from showing it.
        for guess in accepted.before:
            await self._answering.refresh(guess.answer_id)
        await self._show(accepted.now)
        return len(accepted.now)

    async def dismiss(self, proposal: StoredStatement, by: User) -> bool:
        """Reject a proposal; False if it was decided already."""
        if not await self._statements.dismiss(proposal.id, by.id):
            return False
        guess = await self._guesses.get(proposal.guess_id)
        if guess is not None:  # else it was forgotten a moment ago
            await self._show([guess])
        return True

    async def _show(self, guesses: Sequence[Guess]) -> None:
        """In their answers, and on the pages of the review that show them."""
        for answer_id in dict.fromkeys(guess.answer_id for guess in guesses):
            await self._answering.refresh(answer_id)
        await self._pages.redraw_showing([guess.id for guess in guesses])
