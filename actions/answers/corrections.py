"""What somebody says of a face, in the chat or on a page: an admin's word counts at once, a guest's is a proposal."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from actions.cousins import Cousins
from actions.decisions import Decisions, Show, nowhere
from data.store.guesses import Guess
from data.store.statements import Statements
from foundation.statement import Says, Statement


class Corrections:
    def __init__(
        self,
        statements: Statements,
        decisions: Decisions,
        cousins: Cousins,
        tell_admins: Callable[[str], Awaitable[object]],
        show: Show = nowhere,
    ) -> None:
        """`tell_admins` is given the name of whoever makes a proposal where none was waiting; `show` is told of every
        proposal, as that of `Decisions` is of decisions."""
        self._statements = statements
        self._decisions = decisions
        self._cousins = cousins
        self._tell_admins = tell_admins
        self._show = show

    async def declare(
        self, guess: Guess, says: Says, cousin: str | None, by: int, update: int | None = None
    ) -> Statement:
        """An admin's word. `update` as `Statements.declare` takes it."""
        if says == "is" and cousin:
            await asyncio.to_thread(self._cousins.make_room, cousin)
        return await self._decisions.declare(guess, says, cousin, by, update)

    async def confirm(self, guesses: Sequence[Guess], by: int) -> None:
        """An admin says that whoever is named in these is that."""
        await self._decisions.confirm(guesses, by, None)

    async def propose(
        self, guess: Guess, says: Says, cousin: str | None, by: int, name: str, update: int | None = None
    ) -> None:
        """The word of a guest of this name, for the review. `update` as `Statements.propose` takes it."""
        # Handled again, as where the answer could not be edited, it may have been decided on since.
        if not await self._statements.is_repetition(guess.id, update):
            await self._announce(name)
            # Whoever answers the bot's question wants to know what to talk about now.
            if says == "is" and cousin in guess.face.asked_about and not await self._statements.of_guess(guess.id):
                await self._decisions.tell_fact(guess, cousin)
            await self._statements.propose(guess.id, says, cousin, by, update)
        await self._show([guess])

    async def deny(self, guess: Guess, cousins: Sequence[str], by: int, name: str, update: int | None = None) -> None:
        """The word of a guest who knows that it is none of these, and not who it is; else as `propose`."""
        if not await self._statements.is_repetition(guess.id, update):
            await self._announce(name)
            await self._statements.deny(guess.id, cousins, by, update)
        await self._show([guess])

    async def _announce(self, name: str) -> None:
        """Tell before it is kept: after a restart in between, something waits already."""
        if not await self._statements.proposed():
            await self._tell_admins(name)
