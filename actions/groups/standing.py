"""What people have said of faces that stands: of two things that contradict each other the later one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from data.sorting.decisions import GroupDecision
from data.sorting.sorted_faces import FacePlace, SortedFace


@dataclass(slots=True)
class Standing:
    """By the faces' ids.

    Attributes:
        names: face -> the key of whose it is.
        together: faces that are one person's.
        apart: pairs of sets: none of the one is the person of any of the other.
    """

    names: dict[int, str] = field(default_factory=dict)
    together: list[set[int]] = field(default_factory=list)
    apart: list[tuple[set[int], set[int]]] = field(default_factory=list)

    def name(self, faces: set[int], cousin: str) -> None:
        self.names |= dict.fromkeys(faces, cousin)
        theirs = {face for face, name in self.names.items() if name == cousin}
        self._forget_differences(theirs)
        # Whom they were put together with is this person no more where somebody else's name stands there.
        self.together = [
            rest
            for group in self.together
            for rest in (self._by_name(group) if self._has_two_names(group) else [group])
        ]

    def unite(self, faces: set[int]) -> None:
        self._forget_differences(faces)
        self.together.append(set(faces))

    def divide(self, one: set[int], other: set[int]) -> None:
        for face in one:
            if self.names.get(face) in {self.names.get(another) for another in other}:
                self.names.pop(face, None)
        self.together = [
            part
            for group in self.together
            for part in ((group & one, group - one) if group & one and group & other else (group,))
            if len(part) > 1
        ]
        self.apart.append((set(one), set(other)))

    def _forget_differences(self, faces: set[int]) -> None:
        """These are one person's, whatever was said before."""
        self.apart = [
            (one - faces, other - faces) if one & faces and other & faces else (one, other) for one, other in self.apart
        ]
        self.apart = [(one, other) for one, other in self.apart if one and other]

    def _has_two_names(self, faces: set[int]) -> bool:
        return len({self.names[face] for face in faces if face in self.names}) > 1

    def _by_name(self, faces: set[int]) -> list[set[int]]:
        parts: dict[str, set[int]] = defaultdict(set)
        for face in faces:
            if face in self.names:
                parts[self.names[face]].add(face)
        return [part for part in parts.values() if len(part) > 1]


def standing(decisions: Sequence[GroupDecision], faces: Sequence[SortedFace]) -> Standing:
    """What stands of these faces, of decisions in the order in which they were made."""
    there, result = by_photo(faces), Standing()
    for decision in decisions:
        sides = [set(at(there, side)) for side in decision.sides]
        if decision.cousin is not None:
            result.name(sides[0], decision.cousin)
        elif decision.said == "same":
            result.unite(sides[0])
        elif decision.said == "apart" and len(sides) == 2:
            result.divide(*sides)
    return result


def by_photo(faces: Sequence[SortedFace]) -> dict[str, list[SortedFace]]:
    """Photo -> its faces."""
    there: dict[str, list[SortedFace]] = defaultdict(list)
    for face in faces:
        there[face.sha256].append(face)
    return there


def at(there: Mapping[str, Sequence[SortedFace]], side: Sequence[FacePlace]) -> list[int]:
    """The faces at these places."""
    return [face.id for place in side for face in there.get(place.sha256, ()) if face.box.is_same_face(place.box)]
