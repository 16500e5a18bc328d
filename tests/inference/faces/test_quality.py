"""A face that can't be told is called so, and for the right reason."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from demo.family import draw_portrait
from foundation.face import Clarity
from inference.decoding.photo import decode
from inference.faces.alignment import aligned_face
from inference.faces.detectors import Hog, load_detector
from inference.faces.finding import Face, FaceDetector, find_faces, largest, whole_picture
from inference.faces.quality import Quality, quality
from training.evaluation.evaluation import stranger_photos

Pixels = NDArray[np.uint8]


@pytest.fixture(scope="module")
def portrait() -> tuple[Pixels, Face]:
    pixels = np.asarray(draw_portrait("ben", seed=3))
    return pixels, find_faces(Hog(), pixels)[0]


def judged(pixels: Pixels, face: Face) -> Quality:
    return quality(pixels, face, aligned_face(pixels, face))


def shrunk(width: float, portrait: tuple[Pixels, Face]) -> Quality:
    """The portrait with a face of this width."""
    pixels, face = portrait
    assert face.landmarks is not None
    scale = width / ((face.box.right - face.box.left) * pixels.shape[1])
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return judged(small.astype(np.uint8), Face(face.box, (face.landmarks * scale).astype(np.float32), "dlib5", 1.0))


def test_a_good_photo_has_no_flaw(portrait: tuple[Pixels, Face]) -> None:
    assert judged(*portrait) == Quality(None, Clarity.CLEAR)


@pytest.mark.parametrize(("width", "clarity"), [(12, Clarity.HOPELESS), (18, Clarity.HOPELESS), (24, Clarity.POOR)])
def test_small(portrait: tuple[Pixels, Face], width: float, clarity: Clarity) -> None:
    assert shrunk(width, portrait) == Quality("too_small", clarity)


@pytest.mark.parametrize(("light", "clarity"), [(0.03, Clarity.HOPELESS), (0.12, Clarity.POOR)])
def test_dark(portrait: tuple[Pixels, Face], light: float, clarity: Clarity) -> None:
    pixels, face = portrait
    assert judged((pixels * light).astype(np.uint8), face) == Quality("too_dark", clarity)


def test_blurred(portrait: tuple[Pixels, Face]) -> None:
    pixels, face = portrait
    side = (face.box.right - face.box.left) * pixels.shape[1]
    blurred = cv2.GaussianBlur(pixels, (0, 0), side / 12).astype(np.uint8)
    assert judged(blurred, face) == Quality("too_blurred", Clarity.BLANK)


def test_a_little_blurred_it_is_named_as_any_other_and_finds_no_others(portrait: tuple[Pixels, Face]) -> None:
    pixels, face = portrait
    sigmas = np.geomspace(1, 30, 20)
    seen = [judged(cv2.GaussianBlur(pixels, (0, 0), sigma).astype(np.uint8), face) for sigma in sigmas]
    clarity = [quality.clarity for quality in seen]
    assert clarity == sorted(clarity)
    assert Quality(None, Clarity.POOR) in seen
    assert Quality("too_blurred", Clarity.HOPELESS) in seen


def test_an_upscaled_thumbnail_is_blurred(portrait: tuple[Pixels, Face]) -> None:
    """Its face has many pixels, and nothing in them."""
    pixels, face = portrait
    thumbnail = cv2.resize(pixels, (30, 30), interpolation=cv2.INTER_AREA)
    assert judged(cv2.resize(thumbnail, pixels.shape[1::-1]).astype(np.uint8), face).flaw == "too_blurred"


def from_the_side(points: Callable[[NDArray[np.float32]], NDArray[np.float32]]) -> Quality:
    pixels = np.asarray(draw_portrait("ben", seed=3))
    face = find_faces(Hog(), pixels)[0]
    left, top = face.box.left * pixels.shape[1], face.box.top * pixels.shape[0]
    side = (face.box.right - face.box.left) * pixels.shape[1]
    eyes_nose_mouth = np.array([(0.3, 0.35), (0.7, 0.35), (0.5, 0.6), (0.35, 0.8), (0.65, 0.8)], np.float32)
    landmarks = points(eyes_nose_mouth) * side + np.array([left, top], np.float32)
    return judged(pixels, Face(face.box, landmarks.astype(np.float32), "yunet", 1.0))


def test_turned_away() -> None:
    def profile(points: NDArray[np.float32]) -> NDArray[np.float32]:
        points[0, 0], points[2, 0] = 0.6, 0.85  # the far eye near the other, the nose beyond both
        return points

    assert from_the_side(lambda points: points).flaw is None
    assert from_the_side(profile) == Quality("too_far_turned", Clarity.CLEAR)


def test_lying_down_is_not_turning_away() -> None:
    assert from_the_side(lambda points: np.stack([points[:, 1], 1 - points[:, 0]], axis=1)).flaw != "too_far_turned"


def test_a_whole_picture_is_judged_as_one_face(portrait: tuple[Pixels, Face]) -> None:
    pixels, _ = portrait
    assert judged(pixels, whole_picture()) == Quality(None, Clarity.CLEAR)
    assert judged(pixels // 30, whole_picture()) == Quality("too_dark", Clarity.HOPELESS)
    assert judged(pixels[:9, :9], whole_picture()) == Quality("too_small", Clarity.HOPELESS)


@pytest.fixture(scope="module")
def detector(shared: Path) -> FaceDetector:
    return load_detector(shared / "weights")


def test_real_photos_are_told(shared: Path, detector: FaceDetector) -> None:
    """The limits cost none of them a name."""
    photos = [decode(path.read_bytes()).pixels for path in stranger_photos(shared / "photos" / "strangers")[:40]]
    assert not any(judged(pixels, largest(find_faces(detector, pixels))).hopeless for pixels in photos)
