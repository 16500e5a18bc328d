from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from demo.family import COUSINS, draw_group, draw_portrait
from foundation.box import Box
from inference.faces.detectors import Hog, load_detector
from inference.faces.finding import Face, cut, find_faces, largest, whole_picture

Pixels = NDArray[np.uint8]


@pytest.fixture(scope="module")
def hog() -> Hog:
    return Hog()


@pytest.fixture(scope="module")
def portrait() -> Pixels:
    return np.asarray(draw_portrait("ben", seed=1))


@pytest.fixture(scope="module")
def face(hog: Hog, portrait: Pixels) -> Face:
    (face,) = find_faces(hog, portrait)
    return face


def points(face: Face) -> NDArray[np.float32]:
    assert face.landmarks is not None
    return face.landmarks


def test_a_portrait_has_one_face_and_its_landmarks(face: Face, portrait: Pixels) -> None:
    assert face.found
    assert face.layout == "dlib5"
    assert 0.02 < face.box.area < 0.5
    right_eye, left_eye, nose = points(face)[2:4].mean(0), points(face)[0:2].mean(0), points(face)[4]
    assert right_eye[0] < nose[0] < left_eye[0]  # of the picture, not of the person
    assert nose[1] > max(right_eye[1], left_eye[1])
    height, width = portrait.shape[:2]
    inside = Box(face.box.left - 0.05, face.box.top - 0.05, face.box.right + 0.05, face.box.bottom + 0.05)
    for x, y in points(face) / (width, height):
        assert inside.left < x < inside.right
        assert inside.top < y < inside.bottom


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_turned_photo_keeps_its_landmarks_where_they_are(
    hog: Hog, portrait: Pixels, face: Face, quarters: int
) -> None:
    turned = np.ascontiguousarray(np.rot90(portrait[:, 60:], quarters))  # not square: width and height are not the same
    (found,) = find_faces(hog, turned)
    height, width = portrait[:, 60:].shape[:2]
    x, y = (points(face) - (60, 0)).T
    expected = {
        1: np.stack([y, width - 1 - x], 1),
        2: np.stack([width - 1 - x, height - 1 - y], 1),
        3: np.stack([height - 1 - y, x], 1),
    }[quarters]
    assert np.abs(points(found) - expected).max() < 12
    # The box lies where the landmarks lie.
    size = np.array([turned.shape[1], turned.shape[0]])
    middle = points(found).mean(0) / size
    assert found.box.left < middle[0] < found.box.right
    assert found.box.top < middle[1] < found.box.bottom


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_what_a_lying_face_is_mistaken_for_gives_way(hog: Hog, quarters: int) -> None:
    """In this portrait the detector sees two faces when it lies, both wrong and neither sure."""
    portrait = np.asarray(draw_portrait("amelia", seed=1))[:, 60:]
    (upright,) = find_faces(hog, portrait)
    found = find_faces(hog, np.ascontiguousarray(np.rot90(portrait, quarters)))
    assert [face.score for face in found] == [pytest.approx(upright.score)]


def test_a_tight_crop_is_found_with_a_border(hog: Hog, portrait: Pixels, face: Face) -> None:
    height, width = portrait.shape[:2]
    (left, top), (right, bottom) = points(face).min(0), points(face).max(0)
    margin = (right - left) / 4
    box = Box(
        (left - margin) / width,
        (top - 1.2 * margin) / height,
        (right + margin) / width,
        (bottom + 1.9 * margin) / height,
    )
    tight = np.ascontiguousarray(cut(portrait, box))
    assert not hog.detect(tight)
    (found,) = find_faces(hog, tight)
    assert found.found
    offset = np.array([box.left * width, box.top * height])
    assert np.abs(points(found) + offset - points(face)).max() < 15
    sides = (found.box.left, found.box.top, found.box.right, found.box.bottom)
    assert min(sides) >= 0
    assert max(sides) <= 1


def test_faces_of_a_group_from_left_to_right(hog: Hog) -> None:
    group = np.asarray(draw_group(COUSINS[:4], seed=2))
    faces = find_faces(hog, group)
    assert len(faces) == 4
    assert all(a.box.right <= b.box.left + 0.02 for a, b in pairwise(faces))


@pytest.mark.parametrize("shape", [(200, 300), (1, 1), (3, 900), (40, 1)])
def test_no_face_is_the_whole_picture(hog: Hog, shape: tuple[int, int]) -> None:
    (face,) = find_faces(hog, np.full((*shape, 3), 90, np.uint8))
    assert face == whole_picture()
    assert not face.found
    assert face.box == Box(0, 0, 1, 1)


def test_a_large_photo_has_its_landmarks_in_its_own_pixels(hog: Hog, portrait: Pixels, face: Face) -> None:
    large = np.kron(portrait, np.ones((3, 3, 1), np.uint8))  # 1440 wide: looked at smaller, told in full
    (found,) = hog.detect(large)
    assert found.box.overlap(face.box) > 0.7
    assert np.abs(points(found) / 3 - points(face)).max() < 8


def test_without_weights_the_detector_is_dlibs(tmp_path: Path) -> None:
    assert load_detector(tmp_path).name == "hog"


def test_overlap() -> None:
    left, right = Box(0, 0, 0.5, 1), Box(0.25, 0, 0.75, 1)
    assert left.overlap(right) == pytest.approx(1 / 3)
    assert left.overlap(left) == 1
    assert left.overlap(Box(0.5, 0, 1, 1)) == 0
    assert Box(0.1, 0.1, 0.1, 0.1).overlap(Box(0.1, 0.1, 0.1, 0.1)) == 0


def test_largest() -> None:
    small, large = Face(Box(0, 0, 0.2, 0.2), None, "yunet", 9), Face(Box(0.5, 0.5, 0.9, 0.9), None, "yunet", 1)
    assert largest([small, large]) is large


@pytest.mark.parametrize("box", [Box(0, 0, 1, 1), Box(1, 1, 1, 1), Box(0.5, 0.5, 0.5, 0.5), Box(0.2, 0.4, 0.6, 0.8)])
def test_cut_is_never_empty(box: Box) -> None:
    pixels = np.zeros((50, 80, 3), np.uint8)
    piece = cut(pixels, box)
    assert piece.size > 0
    assert piece.shape[0] == max(1, round((box.bottom - box.top) * 50))
