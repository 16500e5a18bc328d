"""Which of the faces that are seen in a photo are those of its regions, in whichever frame these were written."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import linear_sum_assignment

from foundation.box import Box
from foundation.region import SIDEWAYS, Form, Region, upright_box

_LEAST: Final = 0.15
"""Intersection over union of a region and its face. Programs draw up to twice as wide as a face is (.25)."""
_LEAST_OF_ANOTHER_SHAPE: Final = 0.4
"""The same where the picture had another shape when they were written: it has been cut since, or the shape is wrong."""
_CLEARLY: Final = 1.2
"""How much better faces must be covered in the other frame: people may stand so that they change places by a turn."""
_SAME_SHAPE: Final = 0.02
"""By how much the proportions of a picture may differ that was made smaller."""
_UPRIGHT_FIRST: Final[frozenset[Form]] = frozenset({"picasa", "immich"})


@dataclass(frozen=True, slots=True)
class View:
    """How a picture is shown.

    Attributes:
        width, height: upright, in any unit.
        orientation: by which EXIF says, or said, that it is turned from how it is stored.
    """

    width: float
    height: float
    orientation: int = 1


AS_STORED: Final = View(1, 1)
"""That of a picture of which nothing else is known."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Somebody on a photo, and where their face is in shares of the upright photo; None: that is not known."""

    region: Region
    box: Box | None


def placed(regions: Sequence[Region], view: View, faces: Sequence[Box]) -> list[Placed]:
    """The regions that fit the picture, in their order; none where they are of another picture, or of another cut.

    A region is where the face is on which it lies, and one of a face that nobody sees where it says. A name without a
    place is that of the only face where it is the only name.
    """
    found: dict[Region, Box | None] = {}
    taken: set[Box] = set()
    for group in _written_together(regions):
        for region, box in _in_a_frame(group, view, [face for face in faces if face not in taken], bool(faces)):
            found[region] = box
            taken.add(box)
    for region in regions:
        if region.box is None:
            found[region] = faces[0] if len(regions) == len(faces) == 1 else None
    return [Placed(region, found[region]) for region in regions if region in found]


def _written_together(regions: Sequence[Region]) -> list[list[Region]]:
    """Those with a place, by whose frame is one."""
    groups: dict[tuple[Form, tuple[float, float] | None], list[Region]] = {}
    for region in regions:
        if region.box is not None:
            groups.setdefault((region.form, region.size), []).append(region)
    return list(groups.values())


def _in_a_frame(
    regions: Sequence[Region], view: View, faces: Sequence[Box], any_faces: bool
) -> list[tuple[Region, Box]]:
    """Where they are by the frame in which most of them lie on faces."""
    first = regions[0]
    frames: list[tuple[int, bool]] = [
        (view.orientation, _fits(first, view, stored=True)),
        (1, _fits(first, view, stored=False)),
    ]
    if first.form in _UPRIGHT_FIRST:
        frames.reverse()
    frames.sort(key=lambda frame: not frame[1])  # what is written on which picture they were drawn goes first
    best: list[tuple[Region, Box]] = []
    most, well = 0, 0.0
    for orientation, fits in frames:
        boxes = [upright_box(one.box, orientation) for one in regions if one.box is not None]
        on_faces = _on_faces(boxes, faces, _LEAST if fits else _LEAST_OF_ANOTHER_SHAPE)
        overlap = sum(boxes[place].overlap(face) for place, face in on_faces.items())
        if len(on_faces) > most or (len(on_faces) == most and overlap > _CLEARLY * well):
            most, well = len(on_faces), overlap
            best = [(one, on_faces.get(place, boxes[place])) for place, one in enumerate(regions)]
    if best or any_faces:
        return best
    orientation, fits = frames[0]
    return [(one, upright_box(one.box, orientation)) for one in regions if one.box is not None and fits]


def _on_faces(boxes: Sequence[Box], faces: Sequence[Box], least: float) -> dict[int, Box]:
    """Which box lies on which face; each on one, and each face below one."""
    if not boxes or not faces:
        return {}
    overlaps = np.array([[_overlap(box, face) for face in faces] for box in boxes])
    rows, columns = linear_sum_assignment(overlaps, maximize=True)
    pairs = zip(rows.tolist(), columns.tolist(), strict=True)
    return {box: faces[face] for box, face in pairs if overlaps[box, face] >= least}


def _overlap(box: Box, face: Box) -> float:
    """Nothing where the middle of the face lies outside."""
    x, y = (face.left + face.right) / 2, (face.top + face.bottom) / 2
    return box.overlap(face) if box.left <= x <= box.right and box.top <= y <= box.bottom else 0.0


def _fits(region: Region, view: View, *, stored: bool) -> bool:
    """Whether the picture on which it was drawn may have been this one as it is stored, or as it is shown."""
    if region.size is None:
        return True
    width, height = region.size
    if stored and view.orientation in SIDEWAYS:
        width, height = height, width
    return abs(width * view.height / (height * view.width) - 1) <= _SAME_SHAPE
