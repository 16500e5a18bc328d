"""Who the admins are: those in the settings, and those whom another admin, or the command, added since."""

import sqlite3

from data.people.admins import AddedAdmins
from data.people.identities import is_on_telegram


class Admins:
    """`settled` are those in the settings, who are admins for as long as they stand there."""

    def __init__(self, settled: frozenset[int], added: AddedAdmins) -> None:
        self.settled = settled
        self._added = added
        self._ids = settled

    async def ids(self) -> frozenset[int]:
        """All of them at this moment: the command may have added one while the bot runs.

        Where the database does not answer, those of whom it said so last: they must hear of that.
        """
        try:
            self._ids = self.settled | {admin.user_id for admin in await self._added.all()}
        except sqlite3.Error:
            return self._ids
        return self._ids

    async def on_telegram(self) -> frozenset[int]:
        """Those who can be written to: an admin of the pages may have no account there."""
        return frozenset(filter(is_on_telegram, await self.ids()))

    def include(self, user_id: int | None) -> bool:
        """Whether this is one of those whom `ids` found last."""
        return user_id in self._ids
