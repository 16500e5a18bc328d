"""Where the numbers of a picture's faces stand: none on another, none outside, each at its own face."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

from foundation.box import Box

DIGIT: Final = 0.62
"""How wide a digit is, of the height of a label's letters."""
_SMALLEST: Final = 10.0  # pixels; nobody reads less
_SHRINKS: Final = 0.85
_AROUND: Final = sorted(product(range(-24, 25), repeat=2), key=lambda step: max(map(abs, step)))
"""Where a free place is looked for, in halves of a label from a face; near ones first."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A face's number and its box."""

    number: int
    box: Box


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Of a picture, in its pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def shared(self, other: "Rectangle") -> float:
        """The area that lies in both."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, width) * max(0.0, height)

    def apart(self, other: "Rectangle") -> float:
        """How far one is from the other, along the longer way of width and height; 0 where they touch."""
        across = max(self.left, other.left) - min(self.right, other.right)
        down = max(self.top, other.top) - min(self.bottom, other.bottom)
        return max(0.0, across, down)


@dataclass(frozen=True, slots=True)
class Label:
    """A number, where it stands, and the face that it is of; `letters` is the height of its text in pixels."""

    number: int
    place: Rectangle
    face: Rectangle
    letters: float


def labels(width: int, height: int, faces: Sequence[Numbered], letters: float) -> list[Label]:
    """A label for each face of a picture of this size, with letters of this height where there is room for them.

    Where there is not, as in a group, all are smaller; and where even small ones don't fit beside their faces, as where
    these are tiny and near to one another, a label stands at the next free place. Only in a picture that has no room
    for so many at all they overlap.
    """
    boxes = [_in_pixels(face.box, width, height) for face in faces]
    letters = max(_SMALLEST, min(letters, _of_a_face(boxes)))
    while True:
        placed = list(_placed(width, height, faces, boxes, letters))
        if letters <= _SMALLEST or not any(_is_crowded(placed)):
            return placed
        letters = max(_SMALLEST, letters * _SHRINKS)


def _of_a_face(boxes: Sequence[Rectangle]) -> float:
    """In a group letters are about a third as high as a face, so that they cover no other."""
    if len(boxes) < 4:
        return float("inf")
    sides = sorted(min(box.right - box.left, box.bottom - box.top) for box in boxes)
    return max(14.0, sides[len(sides) // 2] / 3)


def _placed(
    width: int, height: int, faces: Sequence[Numbered], boxes: Sequence[Rectangle], letters: float
) -> Iterator[Label]:
    taken: list[Rectangle] = []
    for face, box in zip(faces, boxes, strict=True):
        size = letters * (DIGIT * len(str(face.number)) + 0.7), letters * 1.4
        others = [other for other in boxes if other is not box]
        place = min(
            (one for one in _beside(box, *size) if _is_inside(one, width, height)),
            key=lambda one: (_covered(one, taken) > 0, _covered(one, others), _covered(one, [box])),
            default=_held_inside(box.left, box.top, *size, width, height),
        )
        if _covered(place, taken):
            place = _free(box, *size, width, height, taken) or place
        taken.append(place)
        yield Label(face.number, place, box, letters)


def _beside(box: Rectangle, width: float, height: float) -> Iterator[Rectangle]:
    """Around the face, those first that leave it free; and in its corners."""
    across = (box.left, box.right - width, (box.left + box.right - width) / 2)
    down = (box.top, box.bottom - height, (box.top + box.bottom - height) / 2)
    corners = [
        *product(across, (box.top - height,)),
        *product(across, (box.bottom,)),
        *product((box.left - width, box.right), down),
        *product(across[:2], down[:2]),
    ]
    return (Rectangle(left, top, left + width, top + height) for left, top in corners)


def _free(
    box: Rectangle, width: float, height: float, most_right: int, lowest: int, taken: Sequence[Rectangle]
) -> Rectangle | None:
    """The next place to the face where no label stands."""
    middle_left, middle_top = (box.left + box.right - width) / 2, (box.top + box.bottom - height) / 2
    around = (
        _held_inside(
            middle_left + across * width / 2, middle_top + down * height / 2, width, height, most_right, lowest
        )
        for across, down in _AROUND
    )
    return next((one for one in around if not any(map(one.shared, taken))), None)


def _held_inside(left: float, top: float, width: float, height: float, most_right: int, lowest: int) -> Rectangle:
    left, top = max(0.0, min(left, most_right - width)), max(0.0, min(top, lowest - height))
    return Rectangle(left, top, left + width, top + height)


def _is_inside(place: Rectangle, width: int, height: int) -> bool:
    return place.left >= 0 and place.top >= 0 and place.right <= width and place.bottom <= height


def _covered(place: Rectangle, others: Iterable[Rectangle]) -> float:
    return sum(place.shared(other) for other in others)


def _is_crowded(placed: Sequence[Label]) -> Iterator[bool]:
    """For each label whether it is far from its face, or on another label."""
    for number, label in enumerate(placed):
        yield label.place.apart(label.face) > label.letters
        yield any(label.place.shared(other.place) for other in placed[:number])


def _in_pixels(box: Box, width: int, height: int) -> Rectangle:
    left, top = box.left * width, box.top * height
    return Rectangle(left, top, max(left, box.right * width), max(top, box.bottom * height))
