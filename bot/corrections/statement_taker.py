"""What somebody says of a face in a chat: taken down as what the update at hand says."""

import asyncio
from collections.abc import Sequence

from telegram import User

from actions.access import Access
from actions.answers.corrections import Corrections
from actions.answers.wording import said
from actions.cousins import Cousins
from actions.decisions import Decisions
from bot.corrections import wording
from bot.transport.outbox import current_update
from data.store.guesses import Guess
from data.store.statements import Statements, StoredStatement
from foundation.statement import Says


class StatementTaker:
    def __init__(
        self,
        access: Access,
        statements: Statements,
        decisions: Decisions,
        corrections: Corrections,
        cousins: Cousins,
    ) -> None:
        self._access = access
        self._statements = statements
        self._decisions = decisions
        self._corrections = corrections
        self._cousins = cousins

    async def take(self, guess: Guess, says: Says, cousin: str | None, user: User) -> str:
        """An admin's statement counts at once, anybody else's is a proposal. Returns the sentence to thank with."""
        if not self._access.is_admin(user.id):
            await self.propose(guess, says, cousin, user)
            return wording.admin_will_look()
        statement = await self._corrections.declare(guess, says, cousin, user.id, current_update())
        return wording.will_remember(said(statement, self._cousins.now(), is_picture=guess.face.is_picture))

    async def confirm(self, guesses: Sequence[Guess], by: User) -> None:
        """An admin says that whoever is named in these is that."""
        await self._decisions.confirm(guesses, by.id, current_update())

    async def named_before(self, guess: Guess) -> str | None:
        """The cousin whom the update at hand has named already, before the bot was stopped."""
        return await self._statements.named_by(guess.id, current_update())

    async def propose(self, guess: Guess, says: Says, cousin: str | None, user: User) -> None:
        await self._corrections.propose(guess, says, cousin, user.id, user.full_name, current_update())

    async def deny(self, guess: Guess, cousins: Sequence[str], user: User) -> None:
        """A guest knows that it is none of these."""
        await self._corrections.deny(guess, cousins, user.id, user.full_name, current_update())

    async def accept(self, proposals: Sequence[StoredStatement], by: User) -> int:
        """Accept what of these nobody has decided yet; returns how many that were."""
        for proposal in proposals:
            if proposal.statement.says == "is" and proposal.statement.cousin:
                await asyncio.to_thread(self._cousins.make_room, proposal.statement.cousin)
        return len((await self._decisions.accept(proposals, by.id, current_update())).now)

    async def dismiss(self, proposal: StoredStatement, by: User) -> bool:
        """Reject a proposal; False if it was decided already."""
        return await self._decisions.dismiss(proposal, by.id)
