"""What follows from somebody's word on a face: a row, a lesson, and the answer and the review written anew."""

from collections.abc import Sequence

from telegram import User

from bot.answers.messages import Answering
from bot.corrections.review_page import ReviewPages
from bot.house import House
from bot.transport.outbox import current_update
from data.store.guesses import Guess
from data.store.labels import Correction, Verdict


class Verdicts:
    def __init__(self, house: House, answering: Answering, pages: ReviewPages) -> None:
        self._house = house
        self._answering = answering
        self._pages = pages

    async def give(self, guess: Guess, verdict: Verdict, cousin: str | None, user: User) -> str:
        """An admin's word counts at once, anybody else's is a proposal. Returns the sentence to thank with."""
        if self._house.access.is_admin(user):
            update = current_update()
            said_at = await self._house.store.journal.received_at(update) if update is not None else None
            await self._house.store.corrections.correct(guess.id, verdict, cousin, user.id, said_at)
            await self._took_effect([(guess, verdict, cousin)])
            return f"Thank you, I'll remember: {self._house.names.said(verdict, cousin)}."
        await self.propose(guess, verdict, cousin, user)
        return "Thank you! An admin will have a look."

    async def propose(self, guess: Guess, verdict: Verdict, cousin: str | None, user: User) -> None:
        corrections = self._house.store.corrections
        # Told before it is kept: after a restart in between, something waits already.
        if not await corrections.proposed():
            await self._house.alerts.tell(f"{user.full_name} corrected an answer of mine. Send /review to look at it.")
        await corrections.propose(guess.id, verdict, cousin, user.id)
        await self._answering.refresh(guess.answer_id)
        await self._pages.redraw_showing([guess.id])

    async def accept(self, proposals: Sequence[Correction], by: User) -> int:
        """Accept what of these nobody has decided yet; returns how many that were."""
        store, accepted = self._house.store, []
        for proposal in proposals:
            guess = await store.guesses.get(proposal.guess_id)
            if guess is None:  # forgotten a moment ago
                continue
            if await store.corrections.accept(proposal.id, by.id):
                accepted.append((guess, proposal.verdict, proposal.cousin))
            else:  # perhaps by this very tap, before a restart that kept the answer from showing it
                await self._answering.refresh(guess.answer_id)
        if accepted:
            await self._took_effect(accepted)
        return len(accepted)

    async def dismiss(self, proposal: Correction, by: User) -> bool:
        """Reject a proposal; False if it was decided already."""
        if not await self._house.store.corrections.dismiss(proposal.id, by.id):
            return False
        await self._pages.redraw_showing([proposal.guess_id])
        return True

    async def _took_effect(self, words: Sequence[tuple[Guess, Verdict, str | None]]) -> None:
        await self._house.lessons.teach()
        for guess, verdict, cousin in words:
            if verdict == "is" and cousin and not (cousin == guess.cousin and guess.fact):
                await self._tell_fact(guess, cousin)
        for answer_id in dict.fromkeys(guess.answer_id for guess, *_ in words):
            await self._answering.refresh(answer_id)
        await self._pages.redraw_showing([guess.id for guess, *_ in words])

    async def _tell_fact(self, guess: Guess, cousin: str) -> None:
        answer = await self._house.store.guesses.answer(guess.answer_id)
        if answer is not None:
            book = await self._house.facts.book()
            fact = await self._house.store.told.next(answer.chat_id, cousin, book.facts(cousin))
            await self._house.store.guesses.tell(guess.id, fact)
