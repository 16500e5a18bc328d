"""What somebody says of a face: noted down, taught to the recogniser, and a fact told with the right name."""

from collections.abc import Sequence
from dataclasses import dataclass

from actions.teaching import Lessons
from data.facts.facts_file import FactsFile
from data.store.corrections import Corrections
from data.store.guesses import Guess, Guesses
from data.store.labels import Correction, Verdict
from data.store.told_facts import ToldFacts


@dataclass(frozen=True, slots=True)
class Accepted:
    """The faces of which a proposal was accepted, and those of which it had been decided before."""

    now: list[Guess]
    before: list[Guess]


class Statements:
    def __init__(
        self, corrections: Corrections, guesses: Guesses, told: ToldFacts, facts: FactsFile, lessons: Lessons
    ) -> None:
        self._corrections = corrections
        self._guesses = guesses
        self._told = told
        self._facts = facts
        self._lessons = lessons

    async def decide(self, guess: Guess, verdict: Verdict, cousin: str | None, by: int, said_at: str | None) -> None:
        """An admin's word, which counts at once. `said_at` as `Corrections.correct` takes it."""
        await self._corrections.correct(guess.id, verdict, cousin, by, said_at)
        await self._took_effect([(guess, verdict, cousin)])

    async def accept(self, proposals: Sequence[Correction], by: int) -> Accepted:
        """Accept what of these nobody has decided yet."""
        outcome, words = Accepted([], []), []
        for proposal in proposals:
            guess = await self._guesses.get(proposal.guess_id)
            if guess is None:  # forgotten a moment ago
                continue
            if await self._corrections.accept(proposal.id, by):
                outcome.now.append(guess)
                words.append((guess, proposal.verdict, proposal.cousin))
            else:
                outcome.before.append(guess)
        if words:
            await self._took_effect(words)
        return outcome

    async def _took_effect(self, words: Sequence[tuple[Guess, Verdict, str | None]]) -> None:
        await self._lessons.teach()
        for guess, verdict, cousin in words:
            if verdict == "is" and cousin and not (cousin == guess.cousin and guess.fact):
                await self._tell_fact(guess, cousin)

    async def _tell_fact(self, guess: Guess, cousin: str) -> None:
        answer = await self._guesses.answer(guess.answer_id)
        if answer is not None:
            fact = await self._told.next(answer.chat_id, cousin, self._facts.book().facts(cousin))
            await self._guesses.tell(guess.id, fact)
