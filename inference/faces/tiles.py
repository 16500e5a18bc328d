"""A large picture in tiles that overlap, so that whatever is small lies whole on one of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from foundation.box import Box

SIDE: Final = 832
"""The longest side of a tile in pixels: larger ones take no less time, and more memory."""
_OVERLAP: Final = 0.05
"""What two tiles have in common, by the picture's longer side; what is larger is seen in the whole picture."""
_STEP: Final = 64  # of the sides: fewer shapes to prepare for
_EDGE: Final = 2
"""Pixels: what comes nearer to the edge may be cut by it."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A part of a picture of `width` × `height`, in pixels."""

    left: int
    top: int
    right: int
    bottom: int
    width: int
    height: int

    def in_picture(self, box: Box) -> Box | None:
        """Where something in the tile lies in the picture; None where the tile's edge may have cut it."""
        across, down = self.right - self.left, self.bottom - self.top
        left, right = box.left * across, box.right * across
        top, bottom = box.top * down, box.bottom * down
        is_cut = (
            (left < _EDGE and self.left > 0)
            or (top < _EDGE and self.top > 0)
            or (right > across - _EDGE and self.right < self.width)
            or (bottom > down - _EDGE and self.bottom < self.height)
        )
        if is_cut:
            return None
        sides = self.left + left, self.top + top, self.left + right, self.top + bottom
        return Box.clipped(*sides, self.width, self.height)


def tiles(width: int, height: int) -> Iterator[Tile]:
    """Those of a picture, row by row; itself where it is no larger than one."""
    overlap = round(min(_OVERLAP * max(width, height), SIDE / 3))
    for top, bottom in _spans(height, overlap):
        for left, right in _spans(width, overlap):
            yield Tile(left, top, right, bottom, width, height)


def _spans(length: int, overlap: int) -> list[tuple[int, int]]:
    """Where tiles begin and end that cover so many pixels, all as long."""
    if length <= SIDE:
        return [(0, length)]
    count = -(-(length - overlap) // (SIDE - overlap))
    side = -(-(length + (count - 1) * overlap) // (count * _STEP)) * _STEP
    starts = [round(number * (length - side) / (count - 1)) for number in range(count)]
    return [(start, start + side) for start in starts]
