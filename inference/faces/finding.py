"""Find faces and their landmarks in a photo."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, Protocol, TypeAlias, runtime_checkable

import cv2
import numpy as np
from numpy.typing import NDArray

from foundation.box import Box
from inference.decoding.limits import OVERVIEW_SIDE
from inference.faces.tiles import tiles

Pixels: TypeAlias = NDArray[np.uint8]
Layout: TypeAlias = Literal["yunet", "dlib5"]

_BORDER: Final = 0.25
"""Border on every side, as a share of the longest, for a tight crop that leaves no room around the face."""

MOST_FACES: Final = 100
"""Faces of one photo: a full stadium would keep everybody else waiting."""

_SMALL: Final = 0.06
"""Of the picture's longer side: below it a face is small, and tiles show it better."""
_ON_TILE: Final = 0.7
"""The score of a face that only a tile shows: there are many, and much in them that looks a little like a face."""
_SAME: Final = 0.3
"""Intersection over union from which two faces are one."""
_PART: Final = 0.6
"""How much of a face's area lies in another one's, from which it is a part of that."""

_TURNS: Final = (1, 3, 2)
"""Quarters of a turn, counter-clockwise, by how often cameras lie so."""
_ROTATION: Final = {1: cv2.ROTATE_90_COUNTERCLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_CLOCKWISE}


@dataclass(frozen=True, slots=True)
class Face:
    """A face in a photo.

    Attributes:
        box: where it is.
        landmarks: `(5, 2)` pixels of the upright photo, x then y; None where no face was found and the whole picture
            stands for it.
        layout: which five points those are.
        score: the detector's own, comparable only within one detector.
        left_out: how many smaller faces the photo shows that are not given.
    """

    box: Box
    landmarks: NDArray[np.float32] | None
    layout: Layout
    score: float
    left_out: int = 0

    @property
    def found(self) -> bool:
        return self.landmarks is not None


class FaceDetector(Protocol):
    """Finds upright faces in one picture.

    Attributes:
        sure: the score from which a face is certainly there, and upright.
        glance: longest side, in pixels, of a copy that still shows which way a photo is turned.
    """

    name: str
    sure: float
    glance: int

    def detect(self, pixels: Pixels) -> list[Face]:
        """Faces of an RGB picture `(height, width, 3)`, best first. May be called from several threads at once."""
        ...


@runtime_checkable
class TileDetector(FaceDetector, Protocol):
    """One that is quick enough to look at the tiles of a large picture.

    Attributes:
        least: the score from which it takes something for a face.
    """

    least: float

    def hints(self, pixels: Pixels) -> list[Face]:
        """What `detect` gives, and what scores less than `least` but may be a face."""
        ...

    def detect_on_tile(self, pixels: Pixels) -> list[Face]:
        """Faces of a picture that is looked at as large as it is."""
        ...


def find_faces(detector: FaceDetector, pixels: Pixels) -> list[Face]:
    """Every face of the photo from left to right; the whole picture as one face where none is found.

    Where none is found in the picture as it is, it is tried with a border (tight crops). Where none is found surely, it
    is tried turned by 90°, 270° or 180° (cameras that wrote no EXIF): detectors see faces in lying ones too, with
    landmarks that are all wrong. Landmarks always refer to the picture as given: alignment turns a lying face upright.

    Of a large picture an overview is looked at so, and tiles of twice its size or more where they promise to show
    smaller faces. Of very many faces only the largest are given, and say so.
    """
    overview = reduced(pixels, OVERVIEW_SIDE)
    faces = _detected(detector, overview, pixels, 0) or _detected_with_border(detector, overview)
    if _best(faces) < detector.sure:
        turns = _promising_turns(detector, overview, _best(faces)) or _hinted_turns(detector, overview, pixels)
        turned = max((_detected(detector, overview, pixels, quarters) for quarters in turns), key=_best, default=[])
        if not faces or _best(turned) >= detector.sure:
            faces = turned
    if left_out := max(0, len(faces) - MOST_FACES):
        largest_first = sorted(faces, key=lambda face: -face.box.area)
        faces = [replace(face, left_out=left_out) for face in largest_first[:MOST_FACES]]
    faces = _stretched(faces, overview, pixels)
    return sorted(faces, key=lambda face: face.box.left + face.box.right) or [whole_picture()]


def reduced(pixels: Pixels, side: int) -> Pixels:
    """The picture with at most `side` pixels on its longer side; itself where it is no larger."""
    height, width = pixels.shape[:2]
    if max(height, width) <= side:
        return pixels
    share = side / max(height, width)
    size = (max(1, round(width * share)), max(1, round(height * share)))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def whole_picture() -> Face:
    """The picture itself in place of a face that was not found."""
    return Face(Box(0.0, 0.0, 1.0, 1.0), None, "yunet", 0.0)


def cut(pixels: Pixels, box: Box) -> Pixels:
    """The pixels in `box`, at least one."""
    height, width = pixels.shape[:2]
    left, top = min(round(box.left * width), width - 1), min(round(box.top * height), height - 1)
    return pixels[top : max(round(box.bottom * height), top + 1), left : max(round(box.right * width), left + 1)]


def _best(faces: Sequence[Face]) -> float:
    return max((face.score for face in faces), default=float("-inf"))


def _detected_with_border(detector: FaceDetector, pixels: Pixels) -> list[Face]:
    height, width = pixels.shape[:2]
    pad = round(_BORDER * max(height, width))
    bordered = np.pad(pixels, ((pad, pad), (pad, pad), (0, 0)), "edge")
    return [_without_border(face, pad, width, height) for face in detector.detect(bordered)]


def _promising_turns(detector: FaceDetector, pixels: Pixels, least: float) -> Sequence[int]:
    """The turn in which a small copy shows a face most surely, and more surely than `least`; else none.

    Three looks at the copy take less than one at the picture; what that costs in faces is in
    docs/measurements/performance.md.
    """
    height, width = pixels.shape[:2]
    if detector.glance / max(height, width) > 0.7:
        return _TURNS
    small = reduced(pixels, detector.glance)
    seen = {quarters: _best(_detected_turned(detector, small, quarters)) for quarters in _TURNS}
    best = max(seen, key=seen.__getitem__)
    return (best,) if seen[best] > least else ()


def _hinted_turns(detector: FaceDetector, overview: Pixels, pixels: Pixels) -> Sequence[int]:
    """The turn in which the overview of a large picture hints most surely at faces, and more surely than as it lies;
    else none. They may all be too small for the glance of `_promising_turns`, and only tiles show them surely."""
    if overview is pixels or not isinstance(detector, TileDetector):
        return ()
    seen = {quarters: _best(detector.hints(_rotated(overview, quarters))) for quarters in (0, *_TURNS)}
    best = max(seen, key=seen.__getitem__)
    return (best,) if best else ()


def _detected(detector: FaceDetector, overview: Pixels, pixels: Pixels, quarters: int) -> list[Face]:
    """What is seen of a picture that is turned so; landmarks are in pixels of the `overview`, and as it lies."""
    if overview is pixels or not isinstance(detector, TileDetector):
        return _detected_turned(detector, overview, quarters)
    height, width = overview.shape[:2]
    turned = _rotated(overview, quarters)
    hints = detector.hints(turned)
    faces = [face for face in hints if face.score >= detector.least]
    if _tiles_are_promising(detector, hints, turned):
        # Half of its size shows all faces that are large enough to be named, in a fourth of the time.
        closer = _rotated(reduced(pixels, max(OVERVIEW_SIDE, max(pixels.shape[:2]) // 2)), quarters)
        faces = _with_small_faces(detector, _stretched(faces, turned, closer), closer)
        faces = _stretched(faces, closer, turned)
    return [_turned_back(face, quarters, width, height) for face in faces]


def _tiles_are_promising(detector: TileDetector, hints: Sequence[Face], pixels: Pixels) -> bool:
    """Whether tiles may show more than this picture does: where nothing is sure, or something small may be a face."""
    likely = [face for face in hints if face.score >= detector.least]
    return _best(hints) < detector.sure or any(
        _share(face, pixels) < _SMALL and not any(_is_part(face, one) for one in likely if one is not face)
        for face in hints
    )


def _with_small_faces(detector: TileDetector, faces: Sequence[Face], pixels: Pixels) -> list[Face]:
    """The faces seen in a whole picture and those that its tiles show, best first.

    A large face is as the whole picture shows it, a small one as a tile does.
    """
    small = [face for face in faces if _share(face, pixels) < _SMALL]
    kept = [face for face in faces if _share(face, pixels) >= _SMALL]
    for face in sorted(_detected_on_tiles(detector, pixels), key=lambda face: -face.score):
        was_seen = any(face.box.overlap(one.box) > _SAME for one in small)
        if (was_seen or face.score >= _ON_TILE) and not _is_among(face, kept):
            kept.append(face)
    kept += [face for face in small if not _is_among(face, kept)]
    return sorted(kept, key=lambda face: -face.score)


def _detected_on_tiles(detector: TileDetector, pixels: Pixels) -> Iterator[Face]:
    for tile in tiles(pixels.shape[1], pixels.shape[0]):
        for face in detector.detect_on_tile(pixels[tile.top : tile.bottom, tile.left : tile.right]):
            box = tile.in_picture(face.box)
            if box is not None and face.landmarks is not None:
                yield replace(face, box=box, landmarks=face.landmarks + np.array([tile.left, tile.top], np.float32))


def _is_among(face: Face, others: Sequence[Face]) -> bool:
    return any(face.box.overlap(one.box) > _SAME or _is_part(face, one) for one in others)


def _is_part(face: Face, other: Face) -> bool:
    """Whether what was taken for a face lies in another one's."""
    box, around = face.box, other.box
    width = min(box.right, around.right) - max(box.left, around.left)
    height = min(box.bottom, around.bottom) - max(box.top, around.top)
    return width > 0 and height > 0 and width * height > _PART * box.area


def _share(face: Face, pixels: Pixels) -> float:
    """Its width or height, whichever is more, by the picture's longer side."""
    height, width = pixels.shape[:2]
    box = face.box
    return float(max((box.right - box.left) * width, (box.bottom - box.top) * height) / max(width, height))


def _stretched(faces: Sequence[Face], seen: Pixels, pixels: Pixels) -> list[Face]:
    """Faces that were seen in one size of a picture, with landmarks for another."""
    if seen is pixels:
        return list(faces)
    stretch = np.array([pixels.shape[1] / seen.shape[1], pixels.shape[0] / seen.shape[0]], np.float32)
    return [replace(face, landmarks=face.landmarks * stretch) for face in faces if face.landmarks is not None]


def _rotated(pixels: Pixels, quarters: int) -> Pixels:
    return cv2.rotate(pixels, _ROTATION[quarters]).astype(np.uint8, copy=False) if quarters else pixels


def _detected_turned(detector: FaceDetector, pixels: Pixels, quarters: int) -> list[Face]:
    height, width = pixels.shape[:2]
    return [_turned_back(face, quarters, width, height) for face in detector.detect(_rotated(pixels, quarters))]


def _without_border(face: Face, pad: int, width: int, height: int) -> Face:
    full_width, full_height = width + 2 * pad, height + 2 * pad
    assert face.landmarks is not None
    return replace(
        face,
        box=Box.clipped(
            face.box.left * full_width - pad,
            face.box.top * full_height - pad,
            face.box.right * full_width - pad,
            face.box.bottom * full_height - pad,
            width,
            height,
        ),
        landmarks=face.landmarks - pad,
    )


def _turned_back(face: Face, quarters: int, width: int, height: int) -> Face:
    """Undo a turn by so many quarters, counter-clockwise, for a picture of `width` × `height`."""
    assert face.landmarks is not None
    if not quarters:
        return face
    left, top, right, bottom = face.box.left, face.box.top, face.box.right, face.box.bottom
    x, y = face.landmarks.T
    if quarters == 1:
        return replace(face, box=Box(1 - bottom, left, 1 - top, right), landmarks=np.stack([width - 1 - y, x], axis=1))
    if quarters == 3:
        return replace(face, box=Box(top, 1 - right, bottom, 1 - left), landmarks=np.stack([y, height - 1 - x], axis=1))
    return replace(
        face,
        box=Box(1 - right, 1 - bottom, 1 - left, 1 - top),
        landmarks=np.stack([width - 1 - x, height - 1 - y], axis=1),
    )


def largest(faces: Sequence[Face]) -> Face:
    """The face that fills most of the photo."""
    return max(faces, key=lambda face: face.box.area)
