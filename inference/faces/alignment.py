"""Cut a face out of a photo the way its network was trained to see it."""

from dataclasses import replace
from functools import cache
from typing import Any, Final

import cv2
import dlib
import numpy as np
from numpy.typing import NDArray

from inference.faces.finding import Face, Layout, Pixels
from models.architectures import Architecture, Template
from models.weights import package_file

SHOWN: Final = 150
"""Side of the aligned face that is judged and shown to people, in pixels."""

TEMPLATES: Final[dict[tuple[Template, Layout], NDArray[np.float32]]] = {
    # Eyes, nose tip, mouth corners: fitted over 285 faces to what the chips of dlib's own five points show.
    ("dlib", "yunet"): np.array([(46.2, 45.3), (99.4, 44.1), (73.3, 75.5), (51.5, 100.7), (96.8, 100.0)], np.float32)
    / np.float32(150),
    # dlib's mean face (`get_face_chip_details`), padding .25: outer and inner corner of one eye, of the other, nose.
    ("dlib", "dlib5"): (
        np.array(
            [
                (0.8595674595992, 0.2134981538014),
                (0.6460604764104, 0.2289674387677),
                (0.1205750620789, 0.2137274526848),
                (0.3340850613712, 0.2290642403242),
                (0.4901123135679, 0.6277975316475),
            ],
            np.float32,
        )
        + np.float32(0.25)
    )
    / np.float32(1.5),
    # ArcFace's, of 112 pixels (insightface's `arcface_dst`).
    ("arcface", "yunet"): np.array(
        [(38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655), (70.7299, 92.2041)], np.float32
    )
    / np.float32(112),
}
"""Where the landmarks lie in an aligned face, in shares of its side."""


def alignments(shape: Architecture) -> str:
    """What its embeddings are averaged over: those made by other alignments can't be compared with them."""
    return ", ".join("between them" if body.asks_once else "yunet mirrored and dlib5" for body, _ in shape.bodies)


def aligned_face(pixels: Pixels, face: Face, size: int = SHOWN, template: Template = "dlib") -> Pixels:
    """The face turned upright and scaled, `(size, size, 3)`; the whole picture where no face was found.

    A similarity transform fitted by least squares over the five landmarks (Umeyama 1991), in one warp.
    """
    if face.landmarks is None:
        return squared(pixels, size)
    return _warped(pixels, _to_template(face, size, template), size)


def _to_template(face: Face, size: int, template: Template) -> NDArray[np.float64]:
    assert face.landmarks is not None
    return _similarity(face.landmarks, TEMPLATES[template, face.layout] * size)


def _warped(pixels: Pixels, matrix: NDArray[np.float64], size: int) -> Pixels:
    """The square that the `(2, 3)` transform shows, `(size, size, 3)`."""
    pixels, matrix = _around(pixels, matrix, size)
    # A face much larger than the chip is shrunk by area first: a warp samples four pixels only, and would alias.
    shrink = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    if shrink < 0.5:
        pixels, matrix = _shrunk(pixels, matrix, shrink)
    warped = cv2.warpAffine(pixels, matrix, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return warped.astype(np.uint8, copy=False)


def aligned_between(pixels: Pixels, faces: tuple[Face, Face], size: int, template: Template) -> Pixels:
    """The same face by two sets of landmarks, `(size, size, 3)`: halfway between both alignments, which err otherwise.

    A look at it tells more than a look at either (docs/measurements/recognition.md).
    """
    one, other = (_to_template(face, size, template) for face in faces)
    return _warped(pixels, (one + other) / 2, size)


def by_other_landmarks(pixels: Pixels, face: Face) -> Face | None:
    """The face by dlib's own points; None where those, or none, are the ones it has.

    Two alignments err differently, and the mean of their embeddings is nearer to the person
    (docs/measurements/recognition.md).
    """
    return None if face.layout == "dlib5" or not face.found else _with_dlib_landmarks(pixels, face)


def face_with_margin(pixels: Pixels, face: Face, size: int, margin: float = 0.35) -> Pixels:
    """The square around the face's box with `margin` of its side added all round, `(size, size, 3)`."""
    height, width = pixels.shape[:2]
    box = face.box
    side = max((box.right - box.left) * width, (box.bottom - box.top) * height) * (1 + 2 * margin)
    x, y = (box.left + box.right) / 2 * width, (box.top + box.bottom) / 2 * height
    left = min(round(max(0.0, x - side / 2)), width - 1)
    top = min(round(max(0.0, y - side / 2)), height - 1)
    right, bottom = round(min(float(width), x + side / 2)), round(min(float(height), y + side / 2))
    return squared(pixels[top : max(bottom, top + 1), left : max(right, left + 1)], size)


def squared(pixels: Pixels, size: int) -> Pixels:
    """The centre square of a picture, `(size, size, 3)`."""
    height, width = pixels.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = pixels[top : top + side, left : left + side]
    interpolation = cv2.INTER_AREA if side > size else cv2.INTER_LINEAR
    return cv2.resize(square, (size, size), interpolation=interpolation).astype(np.uint8, copy=False)


_CANVAS: Final = 300
_CANVAS_TEMPLATE: Final = TEMPLATES["dlib", "yunet"] * 200 + 50
_CANVAS_FACE: Final = dlib.rectangle(58, 66, 234, 242)
"""Where dlib's predictor is told to look for the face in an upright canvas: the median over 796 faces of the square
around YuNet's box, .88 of its side and .07 of it lower, which is what dlib's detector would have drawn."""


@cache
def landmark_predictor() -> dlib.shape_predictor:
    """dlib's five landmarks in a face's rectangle; may be called from several threads at once."""
    return dlib.shape_predictor(str(package_file("shape_predictor_5_face_landmarks.dat")))


def _with_dlib_landmarks(pixels: Pixels, face: Face) -> Face:
    """The face with dlib's five points, looked for in an upright copy: the predictor knows upright faces only."""
    assert face.landmarks is not None
    to_canvas = _similarity(face.landmarks, _CANVAS_TEMPLATE)
    canvas = _warped(pixels, to_canvas, _CANVAS)
    points = np.array([(point.x, point.y) for point in landmark_predictor()(canvas, _CANVAS_FACE).parts()])
    return replace(
        face, landmarks=_moved(points, np.asarray(cv2.invertAffineTransform(to_canvas), np.float64)), layout="dlib5"
    )


_COMPLEX: Final = np.array([1, 1j])


def _similarity(points: NDArray[np.float32], template: NDArray[np.float32]) -> NDArray[np.float64]:
    """The `(2, 3)` turn, scale and shift that brings `points` closest to `template`, in squares.

    With points as complex numbers, turn and scale are one factor: linear regression in one unknown.
    """
    ours, theirs = points @ _COMPLEX, template @ _COMPLEX
    centre = ours.mean()
    spread = ours - centre
    factor = np.vdot(spread, theirs) / (np.vdot(spread, spread).real or 1.0)
    shift = theirs.mean() - factor * centre
    return np.array([[factor.real, -factor.imag, shift.real], [factor.imag, factor.real, shift.imag]])


def _around(pixels: Pixels, matrix: NDArray[np.float64], size: int) -> tuple[Pixels, NDArray[np.float64]]:
    """The part of the picture that is seen in the square, and how it is seen there: the rest of 50 megapixels need
    not be shrunk along, and a warp knows no coordinates beyond 32,767."""
    back = cv2.invertAffineTransform(matrix)
    corners = np.array([(0, 0), (size, 0), (0, size), (size, size)]) @ back[:, :2].T + back[:, 2]
    margin = 4 + 4 * float(np.hypot(back[0, 0], back[1, 0]))
    height, width = pixels.shape[:2]
    left, top = (np.clip(corners.min(0) - margin, 0, (width - 1, height - 1))).astype(int)
    right, bottom = (np.clip(corners.max(0) + margin, (left + 1, top + 1), (width, height))).astype(int)
    seen = matrix.copy()
    seen[:, 2] += matrix[:, :2] @ (left, top)
    return pixels[top:bottom, left:right], seen


def _shrunk(pixels: Pixels, matrix: NDArray[np.float64], shrink: float) -> tuple[Pixels, NDArray[np.float64]]:
    height, width = pixels.shape[:2]
    size = (max(1, round(width * shrink * 1.5)), max(1, round(height * shrink * 1.5)))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    stretched = matrix.copy()
    stretched[:, 0] *= width / size[0]
    stretched[:, 1] *= height / size[1]
    return small.astype(np.uint8, copy=False), stretched


def _moved(points: NDArray[Any], matrix: NDArray[np.float64]) -> NDArray[np.float32]:
    """Points `(5, 2)` after a `(2, 3)` transform."""
    return (points @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)


# Where the templates place the one five points says where they place the other five.
TEMPLATES["arcface", "dlib5"] = _moved(
    TEMPLATES["dlib", "dlib5"], _similarity(TEMPLATES["dlib", "yunet"], TEMPLATES["arcface", "yunet"])
)
