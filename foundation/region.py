"""A region: somebody on a photo, as other programs note it in the photo's metadata or beside it.

Programs say where a face is in the frame of the picture as it is stored, which EXIF may say to turn before it is shown;
some say it in the frame of the picture as it is shown, and nobody can tell which from the numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from foundation.box import Box

Form: TypeAlias = Literal["mwg", "mp", "acdsee", "names", "picasa", "takeout", "immich"]
"""By whose rules it is written down."""

SIDEWAYS: Final = frozenset({5, 6, 7, 8})
"""The orientations of EXIF of which width and height change places."""
_BACK: Final = {6: 8, 8: 6}


@dataclass(frozen=True, slots=True)
class Region:
    """Somebody on a photo.

    Attributes:
        name: as it stands there.
        box: where their face is, in shares of one frame or the other; None: somewhere on the photo.
        size: width and height of the picture on which it was drawn, in any unit; None where that is not said.
    """

    name: str
    form: Form
    box: Box | None = None
    size: tuple[float, float] | None = None


def upright_box(box: Box, orientation: int) -> Box:
    """Where a box of the stored picture is once it is turned as EXIF says (1 to 8)."""
    (left, top), (right, bottom) = (_turned(x, y, orientation) for x, y in (box.sides[:2], box.sides[2:]))
    return Box(min(left, right), min(top, bottom), max(left, right), max(top, bottom))


def stored_box(box: Box, orientation: int) -> Box:
    """Where a box of the upright picture is in the one that is stored."""
    return upright_box(box, _BACK.get(orientation, orientation))


def _turned(x: float, y: float, orientation: int) -> tuple[float, float]:
    match orientation:
        case 2:
            return 1 - x, y
        case 3:
            return 1 - x, 1 - y
        case 4:
            return x, 1 - y
        case 5:
            return y, x
        case 6:
            return 1 - y, x
        case 7:
            return 1 - y, 1 - x
        case 8:
            return y, 1 - x
        case _:
            return x, y
