import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from demo.family import draw_portrait
from foundation.box import Box
from inference.faces.alignment import TEMPLATES, aligned_face, face_with_margin, squared
from inference.faces.detectors import Hog
from inference.faces.finding import Face, Layout, find_faces
from models.architectures import Template

SIZE = 150


def dotted(
    angle: float,
    scale: float,
    shift: tuple[float, float],
    layout: Layout,
    template: Template = "dlib",
) -> tuple[NDArray[np.uint8], Face]:
    """A black photo with a bright dot at each landmark of the template, turned, scaled and shifted."""
    turn = np.radians(angle)
    matrix = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    landmarks = (TEMPLATES[template, layout] * SIZE @ matrix.T + np.array(shift)).astype(np.float32)
    pixels = np.zeros((700, 900, 3), np.uint8)
    for x, y in landmarks:
        cv2.circle(pixels, (round(float(x)), round(float(y))), max(2, round(3 * scale)), (255, 255, 255), -1)
    return pixels, Face(Box(0, 0, 1, 1), landmarks, layout, 1.0)


@pytest.mark.parametrize(("template", "side"), [("dlib", SIZE), ("arcface", 112)])
@pytest.mark.parametrize("layout", ["yunet", "dlib5"])
@pytest.mark.parametrize(
    ("angle", "scale", "shift"),
    [(0, 1, (200, 100)), (33, 1.7, (450, 200)), (-90, 0.6, (300, 400)), (180, 2.0, (600, 500)), (12, 3.9, (250, 60))],
)
def test_landmarks_come_to_lie_on_the_template(
    template: Template, side: int, layout: Layout, angle: float, scale: float, shift: tuple[float, float]
) -> None:
    pixels, face = dotted(angle, scale, shift, layout, template)
    chip = aligned_face(pixels, face, side, template)
    assert chip.shape == (side, side, 3)
    count, _, _, centres = cv2.connectedComponentsWithStats((chip[..., 0] > 90).astype(np.uint8))
    assert count == 6  # the ground and five dots
    for point in TEMPLATES[template, layout] * side:
        assert np.linalg.norm(centres[1:] - point, axis=1).min() < 1.3


def test_another_size_is_the_same_face_larger() -> None:
    pixels, face = dotted(20, 2.0, (400, 150), "yunet")
    small, large = aligned_face(pixels, face, 112), aligned_face(pixels, face, 224)
    shrunk = cv2.resize(large, (112, 112), interpolation=cv2.INTER_AREA)
    assert np.abs(small.astype(int) - shrunk).mean() < 2


@pytest.mark.parametrize("scale", [0.7, 3.9])
def test_the_rest_of_a_picture_does_not_count(scale: float) -> None:
    """Of 50 megapixels only the part around the face is touched, also beyond the coordinates that a warp knows."""
    pixels, face = dotted(12, scale, (250, 60), "yunet")
    assert face.landmarks is not None
    wide = np.zeros((760, 65_000, 3), np.uint8)
    wide[:700, -900:] = pixels
    there = Face(face.box, face.landmarks + np.array([64_100, 0], np.float32), face.layout, face.score)
    difference = np.abs(aligned_face(wide, there).astype(int) - aligned_face(pixels, face))
    assert difference.mean() < 0.5


@pytest.fixture(scope="module")
def portrait() -> tuple[NDArray[np.uint8], Face]:
    pixels = np.asarray(draw_portrait("ben", seed=3))
    return pixels, find_faces(Hog(), pixels)[0]


def moved(portrait: tuple[NDArray[np.uint8], Face], angle: float, scale: float) -> tuple[NDArray[np.uint8], Face]:
    """The portrait turned about its middle and scaled, with its landmarks."""
    pixels, face = portrait
    assert face.landmarks is not None
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0) * scale
    out = (round(width * scale), round(height * scale))
    turned = cv2.warpAffine(pixels, matrix, out, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)
    landmarks = (face.landmarks @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)
    return turned.astype(np.uint8), Face(face.box, landmarks, face.layout, face.score)


@pytest.mark.parametrize(("angle", "scale"), [(25, 1.0), (-40, 0.8), (90, 1.0), (170, 1.2)])
def test_a_turned_face_gives_nearly_the_same_chip(
    portrait: tuple[NDArray[np.uint8], Face], angle: float, scale: float
) -> None:
    straight = aligned_face(*portrait).astype(int)
    turned = aligned_face(*moved(portrait, angle, scale)).astype(int)
    assert np.abs(straight - turned).mean() < 4
    assert np.abs(straight - straight[:, ::-1]).mean() > 8  # what a wrong chip would look like


def test_a_large_face_is_averaged_not_sampled(portrait: tuple[NDArray[np.uint8], Face]) -> None:
    """Fine noise in a face four times too large would alias into the chip; averaged, it is gone."""
    pixels, face = portrait
    assert face.landmarks is not None
    large = cv2.resize(pixels, None, fx=6, fy=6, interpolation=cv2.INTER_LINEAR).astype(int)
    noise = np.random.default_rng(0).integers(-60, 61, large.shape)
    noisy = np.clip(large + noise, 0, 255).astype(np.uint8)
    chip = aligned_face(noisy, Face(face.box, (face.landmarks * 6 + 2.5).astype(np.float32), face.layout, 1.0))
    assert np.abs(chip.astype(int) - aligned_face(pixels, face)).mean() < 6


def test_no_face_is_the_whole_picture() -> None:
    pixels = np.zeros((100, 300, 3), np.uint8)
    pixels[:, 100:200] = 255
    assert (aligned_face(pixels, Face(Box(0, 0, 1, 1), None, "yunet", 0.0)) == 255).all()


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (400, 2), (150, 150)])
def test_squared_takes_any_shape(shape: tuple[int, int]) -> None:
    assert squared(np.full((*shape, 3), 7, np.uint8), SIZE).shape == (SIZE, SIZE, 3)


def test_a_margin_lies_around_the_face() -> None:
    pixels = np.zeros((400, 400, 3), np.uint8)
    pixels[150:250, 150:250] = 255
    face = Face(Box(0.375, 0.375, 0.625, 0.625), None, "yunet", 1.0)
    assert (face_with_margin(pixels, face, 100, margin=0.0) == 255).all()
    share = (face_with_margin(pixels, face, 100, margin=0.5) > 127).mean()
    assert share == pytest.approx(0.25, abs=0.02)


@pytest.mark.parametrize(
    "box", [Box(0.9, 0.9, 1, 1), Box(0, 0, 0.1, 0.05), Box(1, 1, 1, 1), Box(0, 0, 0, 0), Box(0, 0, 1, 1)]
)
def test_a_margin_stays_inside_the_photo(box: Box) -> None:
    pixels = np.full((60, 90, 3), 255, np.uint8)
    assert (face_with_margin(pixels, Face(box, None, "yunet", 1.0), 50) == 255).all()
