"""What people say of faces: one shape from the button that is tapped to the training set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from foundation.box import Box

Says = Literal["is", "not", "stranger", "not_a_face"]
Way = Literal["taught", "self", "reaction"]
"""How it was said, where not by a button: with the photo, by who showed it; of oneself; or by a reaction on the answer,
with which it is taken back."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What a person says of one face.

    Attributes:
        says: `is`: the face is `cousin`'s; `not`: it is not, and nobody knows whose; `stranger`: nobody of the family;
            `not_a_face`.
        cousin: the key of whom `is` and `not` speak of, else None.
        photo: sha256 of the photo's bytes as they came.
        box: where in it.
        by: who says so.
        accepted_by: who decided that it counts; the same person where an admin says it, None where nobody has yet.
        number: its row in the store.
    """

    says: Says
    cousin: str | None
    photo: str
    box: Box
    by: int
    accepted_by: int | None = None
    number: int = 0

    def contradicts(self, cousin: str) -> bool:
        """Whether the same face can't be this cousin's if the statement is true."""
        return (cousin != self.cousin) if self.says == "is" else (self.says != "not" or cousin == self.cousin)


class Stated(Protocol):
    """Whatever carries a statement."""

    @property
    def statement(self) -> Statement: ...


SomeStated = TypeVar("SomeStated", bound=Stated)


def standing(accepted: Sequence[SomeStated]) -> list[SomeStated]:
    """Those of the accepted ones, in the order they were decided, that no later one contradicts.

    The same photo sent twice has two guesses, so a face is known by its photo and its place in it.
    """
    stands: list[SomeStated] = []
    for one in reversed(accepted):
        later = [other for other in stands if _same_face(one.statement, other.statement)]
        if all(_adds_to(one.statement, other.statement) for other in later):
            stands.append(one)
    return stands[::-1]


def _same_face(one: Statement, other: Statement) -> bool:
    return one.photo == other.photo and one.box.is_same_face(other.box)


def _adds_to(earlier: Statement, later: Statement) -> bool:
    """ "Not Lucy" leaves all standing but "Lucy" and its own repetition."""
    return later.says == "not" and earlier.cousin != later.cousin
