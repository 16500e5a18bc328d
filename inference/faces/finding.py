"""Find faces and their landmarks in a photo."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, Protocol, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from foundation.box import Box

Pixels: TypeAlias = NDArray[np.uint8]
Layout: TypeAlias = Literal["yunet", "dlib5"]

_BORDER: Final = 0.25
"""Border on every side, as a share of the longest, for a tight crop that leaves no room around the face."""

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
    """

    box: Box
    landmarks: NDArray[np.float32] | None
    layout: Layout
    score: float

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


def find_faces(detector: FaceDetector, pixels: Pixels) -> list[Face]:
    """Every face of the photo from left to right; the whole picture as one face where none is found.

    Where none is found in the picture as it is, it is tried with a border (tight crops). Where none is found surely, it
    is tried turned by 90°, 270° or 180° (cameras that wrote no EXIF): detectors see faces in lying ones too, with
    landmarks that are all wrong. Landmarks always refer to the picture as given: alignment turns a lying face upright.
    """
    faces = detector.detect(pixels) or _detected_with_border(detector, pixels)
    if _best(faces) < detector.sure:
        turns = _promising_turns(detector, pixels, _best(faces))
        turned = max((_detected_turned(detector, pixels, quarters) for quarters in turns), key=_best, default=[])
        if not faces or _best(turned) >= detector.sure:
            faces = turned
    return sorted(faces, key=lambda face: face.box.left + face.box.right) or [whole_picture()]


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
    scale = detector.glance / max(height, width)
    if scale > 0.7:
        return _TURNS
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    seen = {quarters: _best(_detected_turned(detector, small, quarters)) for quarters in _TURNS}
    best = max(seen, key=seen.__getitem__)
    return (best,) if seen[best] > least else ()


def _detected_turned(detector: FaceDetector, pixels: Pixels, quarters: int) -> list[Face]:
    height, width = pixels.shape[:2]
    turned = cv2.rotate(pixels, _ROTATION[quarters]).astype(np.uint8, copy=False)
    return [_turned_back(face, quarters, width, height) for face in detector.detect(turned)]


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
