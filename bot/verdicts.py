"""What follows from somebody's word on a face: a row, a lesson, and the answer written anew."""

from telegram import User

from bot.answering import Answering
from bot.house import House
from data.guesses import Guess
from data.labels import Correction, Verdict


class Verdicts:
    def __init__(self, house: House, answering: Answering) -> None:
        self._house = house
        self._answering = answering

    async def give(self, guess: Guess, verdict: Verdict, cousin: str | None, user: User) -> str:
        """An admin's word counts at once, anybody else's is a proposal. Returns the sentence to thank with."""
        if self._house.access.is_admin(user):
            await self._house.store.corrections.correct(guess.id, verdict, cousin, user.id)
            await self._took_effect(guess, verdict, cousin)
            return f"Thank you, I'll remember: {self.in_words(verdict, cousin)}."
        await self.propose(guess, verdict, cousin, user)
        return "Thank you! An admin will have a look."

    async def propose(self, guess: Guess, verdict: Verdict, cousin: str | None, user: User) -> None:
        corrections = self._house.store.corrections
        # Told before it is kept: after a restart in between, something waits already.
        if not await corrections.proposed():
            await self._house.alerts.tell(f"{user.full_name} corrected an answer of mine. Send /review to look at it.")
        await corrections.propose(guess.id, verdict, cousin, user.id)
        await self._answering.refresh(guess.answer_id)

    async def accept(self, correction: Correction, by: User) -> bool:
        """Accept a proposal; False if it was decided already, or forgotten."""
        if not await self._house.store.corrections.accept(correction.id, by.id):
            return False
        guess = await self._house.store.guesses.get(correction.guess_id)
        if guess is not None:
            await self._took_effect(guess, correction.verdict, correction.cousin)
        return True

    def in_words(self, verdict: Verdict, cousin: str | None) -> str:
        """Plain text, as it goes on after a colon."""
        name = self._house.names.shown(cousin) if cousin else ""
        words = {"is": name, "not": f"not {name}", "stranger": "nobody of the family", "not_a_face": "not a face"}
        return words[verdict]

    async def _took_effect(self, guess: Guess, verdict: Verdict, cousin: str | None) -> None:
        await self._house.lessons.teach()
        if verdict == "is" and cousin and not (cousin == guess.cousin and guess.fact):
            answer = await self._house.store.guesses.answer(guess.answer_id)
            if answer is not None:
                book = await self._house.facts.book()
                fact = await self._house.store.told.next(answer.chat_id, cousin, book.facts(cousin))
                await self._house.store.guesses.tell(guess.id, fact)
        await self._answering.refresh(guess.answer_id)
