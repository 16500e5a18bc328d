"""What somebody says of a face in a chat: taken down as what the update at hand says."""

from collections.abc import Sequence

from telegram import User

from actions.answers.corrections import Corrections
from actions.answers.newcomers import make_known
from actions.answers.wording import said
from actions.cousins import Cousins
from actions.decisions import Decisions
from actions.people.access import Access
from bot.corrections import wording
from bot.transport.outbox import current_update
from data.store.guesses import Guess
from data.store.statements import Statements, StoredStatement
from foundation.statement import Says, Way


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

    async def take(self, guess: Guess, says: Says, cousin: str | None, user: User, way: Way | None = None) -> str:
        """An admin's statement counts at once, anybody else's is a proposal. Returns the sentence to thank with."""
        if not self._access.is_admin(user.id):
            await self.propose(guess, says, cousin, user, way)
            return wording.admin_will_look()
        statement = await self._corrections.declare(guess, says, cousin, user.id, current_update(), way)
        return wording.will_remember(said(statement, self._cousins.now(), is_picture=guess.face.is_picture))

    async def take_each(self, guesses: Sequence[Guess], cousin: str, user: User, way: Way) -> None:
        """Each of these faces is the cousin's."""
        if self._access.is_admin(user.id):
            await self._corrections.declare_each(guesses, cousin, user.id, current_update(), way)
        else:
            await self._corrections.propose_each(guesses, cousin, user.id, user.full_name, current_update(), way)

    async def confirm(self, guesses: Sequence[Guess], by: User, way: Way | None = None) -> None:
        """An admin says that whoever is named in these is that."""
        await self._decisions.confirm(guesses, by.id, current_update(), way)

    async def take_back_reaction(self, guesses: Sequence[Guess], by: User) -> None:
        """They have taken back the reaction by which they said that these are right."""
        if self._access.is_admin(by.id):
            await self._decisions.take_back_reaction(guesses, by.id)
        await self._statements.unpraise([guess.id for guess in guesses], by.id)

    async def named_before(self, guess: Guess) -> str | None:
        """The cousin whom the update at hand has named already, before the bot was stopped."""
        return await self._statements.named_by(guess.id, current_update())

    async def propose(self, guess: Guess, says: Says, cousin: str | None, user: User, way: Way | None = None) -> None:
        await self._corrections.propose(guess, says, cousin, user.id, user.full_name, current_update(), way)

    async def take_back(self, guesses: Sequence[Guess], way: Way, user: User) -> bool:
        """What was said of these faces in this way, by an admin, or proposed by a guest; False if there is nothing to
        take back any more."""
        if self._access.is_admin(user.id):
            return await self._decisions.take_back(guesses, way, user.id) > 0
        return await self._corrections.withdraw(guesses, user.id)

    async def deny(self, guess: Guess, cousins: Sequence[str], user: User) -> None:
        """A guest knows that it is none of these."""
        await self._corrections.deny(guess, cousins, user.id, user.full_name, current_update())

    async def accept(self, proposals: Sequence[StoredStatement], by: User) -> int:
        """Accept what of these nobody has decided yet; returns how many that were."""
        known = [await make_known(proposal, self._statements, self._cousins) for proposal in proposals]
        return len((await self._decisions.accept(known, by.id, current_update())).now)

    async def dismiss(self, proposal: StoredStatement, by: User) -> bool:
        """Reject a proposal; False if it was decided already."""
        return await self._decisions.dismiss(proposal, by.id)
