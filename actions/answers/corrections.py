"""What somebody says of a face, in the chat or on a page: an admin's word counts at once, a guest's is a proposal."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from actions.cousins import Cousins
from actions.decisions import Decisions, Show, nowhere
from data.store.guesses import Guess
from data.store.statements import Statements
from foundation.statement import Says, Statement, Way


class Corrections:
    def __init__(
        self,
        statements: Statements,
        decisions: Decisions,
        cousins: Cousins,
        tell_admins: Callable[[str, Way | None], Awaitable[object]],
        show: Show = nowhere,
    ) -> None:
        """`tell_admins` is given the name of whoever makes a proposal where none was waiting, and how they said it;
        `show` is told of every proposal, as that of `Decisions` is of decisions."""
        self._statements = statements
        self._decisions = decisions
        self._cousins = cousins
        self._tell_admins = tell_admins
        self._show = show

    async def declare(
        self,
        guess: Guess,
        says: Says,
        cousin: str | None,
        by: int,
        update: int | None = None,
        way: Way | None = None,
    ) -> Statement:
        """An admin's word. `update` as `Statements.declare` takes it."""
        if says == "is" and cousin:
            await asyncio.to_thread(self._cousins.make_room, cousin)
        return await self._decisions.declare(guess, says, cousin, by, update, way)

    async def declare_each(self, guesses: Sequence[Guess], cousin: str, by: int, update: int | None, way: Way) -> None:
        """An admin's word on each of these: they are this cousin's."""
        await asyncio.to_thread(self._cousins.make_room, cousin)
        await self._decisions.declare_each(guesses, cousin, by, update, way)

    async def propose_each(
        self, guesses: Sequence[Guess], cousin: str, by: int, name: str, update: int | None, way: Way
    ) -> None:
        """A guest's word on each of these: they are this cousin's."""
        for guess in guesses:
            await self._propose(guess, "is", cousin, by, name, update, way)
        await self._show(guesses)

    async def confirm(self, guesses: Sequence[Guess], by: int) -> None:
        """An admin says that whoever is named in these is that."""
        await self._decisions.confirm(guesses, by, None)

    async def propose(
        self,
        guess: Guess,
        says: Says,
        cousin: str | None,
        by: int,
        name: str,
        update: int | None = None,
        way: Way | None = None,
    ) -> None:
        """The word of a guest of this name, for the review. `update` as `Statements.propose` takes it."""
        await self._propose(guess, says, cousin, by, name, update, way)
        await self._show([guess])

    async def _propose(
        self, guess: Guess, says: Says, cousin: str | None, by: int, name: str, update: int | None, way: Way | None
    ) -> None:
        # Handled again, as where the answer could not be edited, it may have been decided on since.
        if not await self._statements.is_repetition(guess.id, update):
            await self._announce(name, way)
            # Whoever answers the bot's question wants to know what to talk about now.
            if says == "is" and cousin in guess.face.asked_about and not await self._statements.of_guess(guess.id):
                await self._decisions.tell_fact(guess, cousin)
            await self._statements.propose(guess.id, says, cousin, by, update, way)

    async def deny(self, guess: Guess, cousins: Sequence[str], by: int, name: str, update: int | None = None) -> None:
        """The word of a guest who knows that it is none of these, and not who it is; else as `propose`."""
        if not await self._statements.is_repetition(guess.id, update):
            await self._announce(name, None)
            await self._statements.deny(guess.id, cousins, by, update)
        await self._show([guess])

    async def withdraw(self, guesses: Sequence[Guess], by: int) -> bool:
        """A guest takes back what they proposed of these; False where an admin has decided on it already."""
        withdrawn = await self._statements.withdraw([guess.id for guess in guesses], by)
        await self._show(guesses)
        return withdrawn

    async def _announce(self, name: str, way: Way | None) -> None:
        """Tell before it is kept: after a restart in between, something waits already."""
        if not await self._statements.proposed():
            await self._tell_admins(name, way)
