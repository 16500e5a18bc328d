"""How a photo is to be treated wherever it is shown again."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Discretion:
    """As its sender wished, or the chat it was sent in demands.

    Attributes:
        spoiler: covered until somebody taps on it.
        protected: not to be saved or forwarded.
    """

    spoiler: bool = False
    protected: bool = False


NO_WISHES: Final = Discretion()


def strictest(wishes: Iterable[Discretion]) -> Discretion:
    """For what shows several photos."""
    known = tuple(wishes)
    return Discretion(any(one.spoiler for one in known), any(one.protected for one in known))
