"""What an admin says of a face: noted down, taught to the recogniser, and a fact told with the right name."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from actions.people.languages import ReadersLanguage
from actions.teaching import Teaching
from data.facts.facts_file import FactsFile
from data.store.guesses import Guess, Guesses
from data.store.statements import Statements, StoredStatement
from data.store.told_facts import ToldFacts
from foundation.reader import in_language
from foundation.statement import Says, Statement, Way


@dataclass(frozen=True, slots=True)
class Accepted:
    """The faces of which a proposal was accepted, and those of which it had been decided before."""

    now: list[Guess]
    before: list[Guess]


Show = Callable[[Sequence[Guess]], Awaitable[None]]
"""Writes anew whatever shows these faces, and what people say of them."""


async def nowhere(guesses: Sequence[Guess]) -> None:
    """Where no answers are shown that could be written anew."""


class Decisions:
    """Whoever decides, and wherever: `show` is told of every face whose decision, or proposal, has changed."""

    def __init__(
        self,
        statements: Statements,
        guesses: Guesses,
        told: ToldFacts,
        facts: FactsFile,
        teaching: Teaching,
        languages: ReadersLanguage,
        show: Show = nowhere,
    ) -> None:
        self._statements = statements
        self._guesses = guesses
        self._told = told
        self._facts = facts
        self._teaching = teaching
        self._languages = languages
        self._show = show

    async def declare(
        self, guess: Guess, says: Says, cousin: str | None, by: int, update: int | None, way: Way | None = None
    ) -> Statement:
        """An admin's statement, which counts at once. `update` as `Statements.declare` takes it."""
        [statement] = await self._declare([(guess, says, cousin)], by, update, way)
        return statement

    async def declare_each(self, guesses: Sequence[Guess], cousin: str, by: int, update: int | None, way: Way) -> None:
        """An admin says of each of these faces that it is this cousin's."""
        await self._declare([(guess, "is", cousin) for guess in guesses], by, update, way)

    async def confirm(self, guesses: Sequence[Guess], by: int, update: int | None, way: Way | None = None) -> None:
        """An admin says that whoever is named in these, and on whom nobody has spoken, is that."""
        settled = await self._statements.of_guesses([guess.id for guess in guesses])
        named = [guess for guess in guesses if guess.face.named and guess.id not in settled]
        await self._declare([(guess, "is", guess.face.named) for guess in named], by, update, way)
        # Those that were confirmed by this very update may not have been shown.
        await self._show([guess for guess in guesses if guess.id in settled])

    async def _declare(
        self,
        said: Sequence[tuple[Guess, Says, str | None]],
        by: int,
        update: int | None,
        way: Way | None = None,
    ) -> list[Statement]:
        stated = []
        for guess, says, cousin in said:
            await self._statements.declare(guess.id, says, cousin, by, update, way)
            stated.append((guess, Statement(says, cousin, guess.photo, guess.face.box, by, accepted_by=by)))
        await self._took_effect(stated)
        await self._show([guess for guess, _ in stated])
        return [statement for _, statement in stated]

    async def accept(self, proposals: Sequence[StoredStatement], by: int, update: int | None) -> Accepted:
        """Accept what of these nobody has decided yet, or this `update` when it was handled before."""
        outcome, stated = Accepted([], []), []
        for proposal in proposals:
            guess = await self._guesses.get(proposal.guess_id)
            if guess is None:  # forgotten a moment ago
                continue
            if await self._statements.accept(proposal.id, by, update):
                outcome.now.append(guess)
                stated.append((guess, proposal.statement))
            else:
                outcome.before.append(guess)
        if stated:
            await self._took_effect(stated)
        # Those decided before: perhaps by this very update, before a restart that kept the answer from showing it.
        await self._show([*outcome.before, *outcome.now])
        return outcome

    async def overrule(self, proposal: StoredStatement, says: Says, cousin: str | None, by: int) -> bool:
        """An admin's own word in place of a proposal; False if somebody has decided it already."""
        guess = await self._guesses.get(proposal.guess_id)
        if guess is None or not await self._statements.overrule(proposal.id, says, cousin, by):
            return False
        await self._took_effect([(guess, Statement(says, cousin, guess.photo, guess.face.box, by, accepted_by=by))])
        await self._show([guess])
        return True

    async def dismiss(self, proposal: StoredStatement, by: int) -> bool:
        """Reject a proposal; False if somebody has decided it already."""
        dismissed = await self._statements.dismiss(proposal.id, by)
        if dismissed and (guess := await self._guesses.get(proposal.guess_id)):  # else forgotten a moment ago
            await self._show([guess])
        return dismissed

    async def reopen(self, proposal: StoredStatement, by: int) -> bool:
        """Take back this admin's decision on a proposal, which waits once more; False if it is not theirs, or old."""
        reopened = await self._statements.reopen(proposal.id, by)
        if reopened:
            await self._teaching.teach()
            if guess := await self._guesses.get(proposal.guess_id):
                await self._show([guess])
        return reopened

    async def take_back(self, guesses: Sequence[Guess], way: Way, by: int) -> int:
        """Take back what was said last of these faces, where it was said this way; returns of how many."""
        said = await self._statements.of_guesses([guess.id for guess in guesses])
        taken = [one for one in said.values() if one.way == way and await self._statements.reject(one.id, by)]
        if taken:
            await self._teaching.teach()
        await self._show(guesses)
        return len(taken)

    async def take_back_reaction(self, guesses: Sequence[Guess], by: int) -> None:
        """An admin has taken back the reaction by which they said something of these faces."""
        if await self._statements.take_back_reaction([guess.id for guess in guesses], by):
            await self._teaching.teach()
        await self._show(guesses)

    async def _took_effect(self, stated: Sequence[tuple[Guess, Statement]]) -> None:
        await self._teaching.teach()
        for guess, statement in stated:
            cousin = statement.cousin if statement.says == "is" else None
            if cousin:
                await self.tell_fact(guess, cousin)

    async def tell_fact(self, guess: Guess, cousin: str) -> None:
        """Keep a fact with a face that is this cousin's, to be told with it; one of theirs that was kept stays."""
        answer = await self._guesses.answer(guess.answer_id)
        if answer is None:
            return
        with in_language(await self._languages.of(answer.chat_id)):  # whoever has decided reads another, perhaps
            facts = self._facts.book().facts(cousin)
        if guess.fact not in facts:
            await self._guesses.tell(guess.id, await self._told.next(answer.chat_id, cousin, facts))
