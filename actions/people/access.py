"""Who may do what: admins by id, guests by invitation or by being in an allowed group. Nobody else."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from typing import Final

from actions.people.admins import Admins
from data.people.groups import Groups
from data.people.invites import UNGUESSABLE, Invites
from data.people.people import People
from data.people.tries import InvitationTries, Spent

MEMBERS_ASKED_EVERY: Final = timedelta(days=1)

IsMember = Callable[[int, int], Awaitable[bool | None]]
"""Whether a group has a person, by their ids; None where that can't be found out now."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes, and where.

    Attributes:
        is_shared: many people write under this account, or a program does: nothing is kept as one person's.
        at: when they wrote, by Telegram's clock, by which invitations run out too: this machine's may be wrong.
        invitation: the code they came with, if they came with one.
    """

    user_id: int
    name: str
    is_shared: bool
    chat_id: int
    in_private: bool
    at: datetime
    invitation: str | None = None
    message_id: int = 0


class Standing(Enum):
    """What a sender is to the family at this moment, in this chat."""

    ADMIN = auto()
    GUEST = auto()
    INVITED = auto()
    """May ask, and is to be welcomed."""
    LEFT = auto()
    """Was a guest for being in a group in which they no longer are."""
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
    """`chats` are the ids in the settings, `invite` the code that is always good."""

    def __init__(
        self,
        admins: Admins,
        chats: frozenset[int],
        invite: str | None,
        people: People,
        invites: Invites,
        groups: Groups,
        tries: InvitationTries,
        is_member: IsMember,
    ) -> None:
        self._admins = admins
        self._chats = chats
        self._invite = invite
        self._people = people
        self._invites = invites
        self._groups = groups
        self._tries = tries
        self._is_member = is_member

    @property
    def has_weak_invitation(self) -> bool:
        """Whether the code that is always good is so short that somebody may guess it."""
        return self._invite is not None and len(self._invite) < UNGUESSABLE

    def is_admin(self, user_id: int | None) -> bool:
        """Asked at the moment of every admin's action: it matters who is one, not who a button was made for."""
        return self._admins.include(user_id)

    async def has_admins(self) -> bool:
        """False for a fresh installation, whose owner still has to find out their id."""
        return bool(await self._admins.ids())

    async def is_allowed_group(self, chat_id: int) -> bool:
        """Whether this group stands in the settings, by its id of now or by one it had before it moved."""
        return bool(await self._groups.names(chat_id) & self._chats)

    async def may_ask(self, user_id: int) -> bool:
        """Whether this person is an admin or a guest already."""
        return self.is_admin(user_id) or await self._people.role(user_id) == "guest"

    async def standing(self, sender: Sender) -> Standing:
        await self._admins.ids()  # some may have been added or removed since
        if not sender.in_private and not await self.is_allowed_group(sender.chat_id):
            return Standing.ELSEWHERE
        if self.is_admin(sender.user_id):
            return Standing.ADMIN
        role = await self._people.role(sender.user_id)
        if role == "blocked":
            return Standing.BLOCKED
        if role == "guest" and not await self._came_through_group(sender):
            return Standing.GUEST
        if not sender.in_private:
            return Standing.GUEST if sender.is_shared or role == "guest" else Standing.INVITED
        match await self._is_good(sender):
            case True:
                return Standing.INVITED  # and whoever was in through a group stays in without it
            case _ if role == "guest":
                return Standing.GUEST
            case False:
                return Standing.LATE
            case None:
                return Standing.STRANGER if role is None else Standing.TURNED_AWAY

    async def still_belongs(self, sender: Sender) -> bool:
        """Whether a guest goes on being one.

        Who came through a group is asked about once a day, and is none any more if they are in none of the family's
        groups: that is for whoever tells them to `let_go`, and asked again until then. Where it can't be found out
        nothing changes.
        """
        if not sender.in_private or not await self._came_through_group(sender):
            return True  # whoever writes in a group is in it
        now = datetime.now(UTC)
        if not await self._people.claim_question(sender.user_id, now - MEMBERS_ASKED_EVERY, now):
            return True
        answers = [await self._is_in(group, sender.user_id) for group in await self._groups_of(sender.user_id)]
        if True in answers:
            return True
        await self._people.leave_question_open(sender.user_id)
        return None in answers

    async def welcome(self, sender: Sender) -> None:
        """Make them a guest: for good by an invitation, else for as long as they are in the group."""
        group = None if sender.in_private else sender.chat_id
        await self._people.welcome(sender.user_id, sender.name, group)

    async def turn_away(self, user_id: int) -> None:
        """Remember that they were told; their number is all that is kept of them."""
        await self._people.turn_away(user_id)

    async def let_go(self, user_id: int) -> None:
        """They are no guest any more; their number is all that is kept of them."""
        await self._people.let_go(user_id)

    async def note_try(self, sender: Sender) -> Spent:
        """Count a code that let nobody in.

        Of a guest who came by an invitation none counts: they are in. Nor does one that was good once: it is old, and
        no guess.
        """
        now, code = datetime.now(UTC), sender.invitation
        is_in = await self.may_ask(sender.user_id) and not await self._came_through_group(sender)
        if is_in or (code is not None and await self._invites.is_live(code, sender.at) is not None):
            return Spent(counts=False, by_one=False, by_all=False)
        return await self._tries.note(sender.user_id, sender.message_id, now)

    async def _came_through_group(self, sender: Sender) -> bool:
        return await self._people.group_of(sender.user_id) is not None

    async def _groups_of(self, user_id: int) -> list[int]:
        """The family's groups by their ids of now, first the one through which this guest came."""
        came = await self._people.group_of(user_id)
        ids = [] if came is None or not await self.is_allowed_group(came) else [came]
        return list(dict.fromkeys([await self._groups.now(group) for group in (*ids, *sorted(self._chats))]))

    async def _is_in(self, group: int, user_id: int) -> bool | None:
        answer = await self._is_member(group, user_id)
        if answer:
            await self._people.note_member(user_id, group)
        return answer

    async def _is_good(self, sender: Sender) -> bool | None:
        """Whether their code lets people in; None if it never did, and for whoever has tried too many."""
        now, code = datetime.now(UTC), sender.invitation
        if code is None or await self._tries.spent_by(sender.user_id, now):
            return None
        if self._invite and hmac.compare_digest(code.encode(errors="replace"), self._invite.encode()):
            # Those who guess have many accounts. What they can't guess goes on letting people in.
            return None if self.has_weak_invitation and await self._tries.spent_by_all(now) else True
        return await self._invites.is_live(code, sender.at)
