"""What keeps a face from being told: too small, too dark, too blurred, turned away.

Two limits for each. Beyond the first a face is named as any other, but where no name comes of it the flaw is said
instead of “nobody I know”: nobody can tell. Beyond the second it is not named at all. Which faces may find others when
unlabelled ones are grouped has limits of its own, for there nobody asks back.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from foundation.face import Clarity, Flaw
from inference.faces.finding import Face, Pixels

_WIDTH: Final = (32.0, 20.0)
"""Of the face, in pixels of the photo as it was decoded."""
_LIGHT: Final = (25.0, 10.0)
"""Mean grey of the aligned face, 0 to 255."""
_SHARPNESS: Final = (0.018, 0.012)
"""See `_sharpness`."""
_SHARP_ENOUGH: Final = 0.03
"""To find others by: blurred faces are alike (docs/measurements/grouping.md). How small or dark they are has the limits
above."""
_BLANK: Final = 0.009
"""Sharpness at which a face is no more like its own person's sharp ones than two groups of one person's must be."""
_TURN: Final = 0.6
"""See `_turn`. There is no second limit: 42 of 48 faces that are turned further are named rightly."""


@dataclass(frozen=True, slots=True)
class Quality:
    """How well a face can be told.

    Attributes:
        flaw: what is the matter with it, the worst first; None where nothing is.
        clarity: what that leaves of it.
    """

    flaw: Flaw | None
    clarity: Clarity

    @property
    def hopeless(self) -> bool:
        """Whether it is so bad that a name would be a guess."""
        return self.clarity >= Clarity.HOPELESS


def quality(pixels: Pixels, face: Face, aligned: Pixels) -> Quality:
    """Judge a face of a photo `(height, width, 3)`, which `aligned_face` shows as `(150, 150, 3)`.

    A whole picture in place of a face is judged as if its face filled it.
    """
    height, width = pixels.shape[:2]
    grey = cv2.cvtColor(aligned, cv2.COLOR_RGB2GRAY).astype(np.float32)
    sharpness = _sharpness(grey)
    measured: tuple[tuple[Flaw, float, tuple[float, float]], ...] = (
        ("too_small", min((face.box.right - face.box.left) * width, (face.box.bottom - face.box.top) * height), _WIDTH),
        ("too_dark", float(grey.mean()), _LIGHT),
        ("too_blurred", sharpness, _SHARPNESS),
    )
    for limit, clarity in ((1, Clarity.HOPELESS), (0, Clarity.POOR)):
        for flaw, value, limits in measured:
            if value < limits[limit]:
                return Quality(flaw, Clarity.BLANK if sharpness < _BLANK else clarity)
    turned: Flaw | None = "too_far_turned" if face.found and _turn(face) > _TURN else None
    return Quality(turned, Clarity.POOR if sharpness < _SHARP_ENOUGH else Clarity.CLEAR)


def _sharpness(grey: NDArray[np.float32]) -> float:
    """Spread of the Laplacian after a blur of two pixels, by the spread of the grey values: contrast does not count.

    The blur leaves noise and the artefacts of compression out, which would pass for detail.
    """
    detail = cv2.Laplacian(cv2.GaussianBlur(grey, (0, 0), 2), cv2.CV_32F)
    return float(detail.std() / max(float(grey.std()), 1.0))


def _turn(face: Face) -> float:
    """How far the nose lies off the middle of the eyes, along the line through them, by the eyes' distance."""
    assert face.landmarks is not None
    if face.layout == "dlib5":
        right, left = face.landmarks[2:4].mean(0), face.landmarks[0:2].mean(0)
        nose = face.landmarks[4]
    else:
        right, left, nose = face.landmarks[:3]
    eyes = left - right
    return float(abs((nose - (left + right) / 2) @ eyes) / max(float(eyes @ eyes), 1e-6))
