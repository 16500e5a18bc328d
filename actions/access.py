"""Who may do what: admins by id, guests by invitation or by being in an allowed group. Nobody else."""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto

from data.people.groups import Groups
from data.people.invites import Invites
from data.people.people import People


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes, and where. `invitation` is the code they came with, if they came with one."""

    user_id: int
    name: str
    is_bot: bool
    chat_id: int
    in_private: bool
    invitation: str | None = None


class Standing(Enum):
    """What a sender is to the family at this moment, in this chat."""

    ADMIN = auto()
    GUEST = auto()
    INVITED = auto()
    """May ask, and is to be welcomed."""
    LATE = auto()
    """Came with an invitation that has run out or was taken back."""
    STRANGER = auto()
    """Does not know yet that this is a family's own."""
    TURNED_AWAY = auto()
    BLOCKED = auto()
    ELSEWHERE = auto()
    """In a group that is not the family's."""

    @property
    def may_ask(self) -> bool:
        return self in (Standing.ADMIN, Standing.GUEST, Standing.INVITED)


class Access:
    """`admins` and `chats` are the ids in the settings, `invite` the code that is always good."""

    def __init__(
        self,
        admins: frozenset[int],
        chats: frozenset[int],
        invite: str | None,
        people: People,
        invites: Invites,
        groups: Groups,
    ) -> None:
        self._admins = admins
        self._chats = chats
        self._invite = invite
        self._people = people
        self._invites = invites
        self._groups = groups

    def is_admin(self, user_id: int | None) -> bool:
        """Asked at the moment of every admin's action: settings decide, not who a button was made for."""
        return user_id in self._admins

    async def is_allowed_group(self, chat_id: int) -> bool:
        """Whether this group stands in the settings, by its id of now or by one it had before it moved."""
        return bool(await self._groups.names(chat_id) & self._chats)

    async def may_ask(self, user_id: int) -> bool:
        """Whether this person is an admin or a guest already."""
        return self.is_admin(user_id) or await self._people.role(user_id) == "guest"

    async def standing(self, sender: Sender) -> Standing:
        if not sender.in_private and not await self.is_allowed_group(sender.chat_id):
            return Standing.ELSEWHERE
        if self.is_admin(sender.user_id):
            return Standing.ADMIN
        role = await self._people.role(sender.user_id)
        if role == "guest":
            return Standing.GUEST
        if role == "blocked":
            return Standing.BLOCKED
        if not sender.in_private:  # a bot of the group's has no name to welcome it by
            return Standing.GUEST if sender.is_bot else Standing.INVITED
        match await self._is_good(sender.invitation):
            case True:
                return Standing.INVITED
            case False:
                return Standing.LATE
            case None:
                return Standing.STRANGER if role is None else Standing.TURNED_AWAY

    async def welcome(self, sender: Sender) -> None:
        """Make them a guest."""
        await self._people.welcome(sender.user_id, sender.name)

    async def turn_away(self, user_id: int) -> None:
        """Remember that they were told; their number is all that is kept of them."""
        await self._people.turn_away(user_id)

    async def _is_good(self, code: str | None) -> bool | None:
        """Whether the code lets people in; None if it never did."""
        if code is None:
            return None
        if self._invite and hmac.compare_digest(code.encode(), self._invite.encode()):
            return True
        return await self._invites.is_live(code, datetime.now(UTC))
