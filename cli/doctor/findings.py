"""What `doctor` finds."""

from dataclasses import dataclass
from typing import Literal

State = Literal["well", "note", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at.

    Attributes:
        what: its name, one word.
        state: `wrong` keeps cousinbot from working or from being safe; a `note` is for a person to judge.
        says: a sentence; where it is not well, with what to do.
    """

    what: str
    state: State
    says: str


def well(what: str, says: str) -> Finding:
    return Finding(what, "well", says)


def note(what: str, says: str) -> Finding:
    return Finding(what, "note", says)


def wrong(what: str, says: str) -> Finding:
    return Finding(what, "wrong", says)
