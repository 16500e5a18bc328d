"""Someone new, by the name that an admin types: unless it is somebody who is known already."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from actions.answers import wording
from actions.cousins import Names

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
