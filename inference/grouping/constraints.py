"""What keeps faces from being one person's, and what makes them so, whatever they look like."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Faces: TypeAlias = Sequence[int]
"""Their indices."""


@dataclass(frozen=True, slots=True)
class Constraints:
    """What people have said of faces.

    Attributes:
        names: face -> whose it is; those of one cousin are one person's, those of different ones are not.
        together: faces that are one person's.
        apart: pairs of lists: none of the one is the person of any of the other.
    """

    names: Mapping[int, str] = field(default_factory=dict)
    together: Sequence[Faces] = ()
    apart: Sequence[tuple[Faces, Faces]] = ()

    def of_one_person(self) -> list[Faces]:
        """All faces that are one person's, as lists that may overlap."""
        by_name: dict[str, list[int]] = {}
        for face, name in sorted(self.names.items()):
            by_name.setdefault(name, []).append(face)
        return [*by_name.values(), *map(sorted, self.together)]


@dataclass(slots=True)
class Marks:
    """What of a group's faces keeps others out of it.

    Attributes:
        photos: on which they are: no other face of those is this person's.
        names: whose people said they are.
        sides: of what people said are not the same: 2i is the one side of the i-th, 2i + 1 the other.
    """

    photos: set[int]
    names: set[str] = field(default_factory=set)
    sides: set[int] = field(default_factory=set)

    def were_told_apart(self, other: "Marks") -> bool:
        """Whether people said that these are not one person."""
        return bool(self.names and other.names and self.names != other.names) or any(
            side ^ 1 in other.sides for side in self.sides
        )

    def shared_photos(self, other: "Marks") -> set[int]:
        return self.photos & other.photos if self.photos and other.photos else set()

    def take(self, other: "Marks") -> None:
        """The other's faces join."""
        self.photos |= other.photos
        self.names |= other.names
        self.sides |= other.sides


def marks_of(photos: Iterable[int], constraints: Constraints) -> list[Marks]:
    """Those of every face alone, by the photos that they are on."""
    marks = [Marks({int(photo)}) for photo in photos]
    for face, name in constraints.names.items():
        marks[face].names.add(name)
    for number, sides in enumerate(constraints.apart):
        for side, faces in enumerate(sides):
            for face in faces:
                marks[face].sides.add(2 * number + side)
    return marks
