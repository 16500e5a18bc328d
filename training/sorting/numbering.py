"""Groups keep their numbers from one sorting to the next, as long as one of their faces is there."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Numbered:
    """Groups, and what they are called.

    Attributes:
        groups: lists of faces: of more than one, or of one that had a number, or has a name.
        numbers: of each; None for a new one.
        led_to: number that is no group's own any more -> the place in `groups` of the one that its faces went to.
        apart: the faces that are in none.
    """

    groups: list[list[int]] = field(default_factory=list)
    numbers: list[int | None] = field(default_factory=list)
    led_to: dict[int, int] = field(default_factory=dict)
    apart: list[int] = field(default_factory=list)


def keep_numbers(found: Sequence[Sequence[int]], before: Mapping[int, int], named: Mapping[int, str]) -> Numbered:
    """Groups as they were `found`, called as before, face -> number, where the most of the faces were.

    A face that is alone is a group where it is `named`, or nothing else is left of a group.
    """
    shared = Counter((before[face], place) for place, faces in enumerate(found) for face in faces if face in before)
    number_of: dict[int, int] = {}
    place_of: dict[int, int] = {}
    for (number, place), _ in sorted(shared.items(), key=lambda one: (-one[1], one[0])):
        if number not in place_of and place not in number_of:
            place_of[number], number_of[place] = place, number
    result, places = Numbered(), dict[int, int]()
    for place, faces in enumerate(found):
        if len(faces) > 1 or place in number_of or faces[0] in named:
            places[place] = len(result.groups)
            result.groups.append(list(faces))
            result.numbers.append(number_of.get(place))
        else:
            result.apart.extend(faces)
    for (number, place), _ in sorted(shared.items(), key=lambda one: (-one[1], one[0])):
        if number not in place_of and number not in result.led_to:
            result.led_to[number] = places[place]
    return result
