"""Someone new, by the name that an admin types: unless it is somebody who is known already."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from actions.answers import wording
from actions.answers.wording import said
from actions.cousins import Cousins, Names
from data.names import cousin_key, shown_name, typed_name
from data.store.statements import Statements, StoredStatement

_SUGGESTED: Final = 3


@dataclass(frozen=True, slots=True)
class Doubt:
    """A question before somebody is taken for someone new.

    Attributes:
        cousins: the keys of those who may be meant, the likeliest first, each with the words to say so.
        new: the words to say that it is none of them.
    """

    name: str
    question: str
    cousins: Sequence[tuple[str, str]]
    new: str


def key_to_propose(name: str) -> str:
    """The key under which somebody whom nobody knows is proposed: shown, it is their name.

    Raises:
        ValueError: that makes no name; the message says why.
    """
    return cousin_key(shown_name(cousin_key(typed_name(name))))


def in_words(stated: StoredStatement, names: Names) -> str:
    """What somebody said, for admins, who are told where accepting it adds somebody."""
    cousin = stated.statement.cousin
    if stated.way != "self" or cousin is None or names.knows(cousin):
        return said(stated.statement, names, to_admins=True, is_picture=stated.is_picture)
    shown = names.shown(cousin, to_admins=True)
    match = names.look_up(shown, to_admins=True)
    if match.only is not None:
        return names.shown(match.only, to_admins=True)
    if match.all:
        return wording.someone_new_or_known(shown, names.shown(match.all[0], to_admins=True))
    return wording.someone_new(shown)


def doubt(name: str, names: Names) -> Doubt | None:
    """What to ask an admin who says that this is the name of someone new; None where nobody is called like it.

    A slip of the fingers must not make a second person of a known one, nor a known one of a second person: even of
    exactly that name there may be two in a family.
    """
    match = names.look_up(name, to_admins=True)
    if not match.all:
        return None
    return Doubt(
        name,
        wording.known_already(name) if match.cousins else wording.unknown_name(name),
        [
            (cousin, wording.it_is(names.shown(cousin, to_admins=True)))
            for cousin in match.all[: max(_SUGGESTED, len(match.cousins))]
        ],
        wording.no_they_are_new(name),
    )


async def make_known(proposal: StoredStatement, statements: Statements, cousins: Cousins) -> StoredStatement:
    """Before a proposal is accepted: whoever it names has a folder, and someone new who named themselves is somebody
    from then on. Returns the proposal as it is then. Raises ValueError for what makes no name."""
    cousin = proposal.statement.cousin
    if proposal.statement.says != "is" or cousin is None or proposal.status != "proposed":
        return proposal
    names = cousins.now()
    if proposal.way != "self" or names.knows(cousin):
        await asyncio.to_thread(cousins.make_room, cousin)
        return proposal
    # The family may have added them meanwhile, under a key of its own.
    only = names.look_up(names.shown(cousin), to_admins=True).only
    if only is not None:
        key = await asyncio.to_thread(cousins.place, only)
    else:
        key = (await asyncio.to_thread(cousins.add, names.shown(cousin))).cousin
    if key != cousin:
        await statements.propose_another(proposal.id, key)
    return await statements.get(proposal.id) or proposal
