"""People who are small in a large picture, found and named by what their own pixels show."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from inference.decoding.photo import decode
from inference.faces.detectors import load_detector
from inference.faces.finding import FaceDetector, Pixels, find_faces
from training.evaluation.evaluation import stranger_photos

WIDTH = 120


@pytest.fixture(scope="module")
def detector(shared: Path) -> FaceDetector:
    return load_detector(shared / "weights")


def group(shared: Path, size: tuple[int, int], seed: int = 0) -> tuple[Pixels, list[tuple[int, int]]]:
    """Twelve people in a picture of noise, and where their middles are."""
    generator = np.random.default_rng(seed)
    coarse = generator.integers(40, 200, (60, 80, 3)).astype(np.uint8)
    pixels = cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC).astype(np.uint8)
    middles = []
    for number, path in enumerate(stranger_photos(shared / "photos" / "strangers")[:12]):
        person = cv2.resize(decode(path.read_bytes()).pixels, (WIDTH, WIDTH), interpolation=cv2.INTER_AREA)
        left = round((number % 4 + 0.4) * size[0] / 4)
        top = round((number // 4 + 0.4) * size[1] / 3)
        pixels[top : top + WIDTH, left : left + WIDTH] = person
        middles.append((left + WIDTH // 2, top + WIDTH // 2))
    return pixels, middles


@pytest.mark.parametrize(
    ("size", "quarters"), [((4000, 3000), 0), ((2560, 1920), 0), ((2560, 1920), 1), ((8160, 6120), 0)]
)
def test_small_faces_are_found(shared: Path, detector: FaceDetector, size: tuple[int, int], quarters: int) -> None:
    pixels, middles = group(shared, size)
    faces = find_faces(detector, np.ascontiguousarray(np.rot90(pixels, quarters)))
    assert len(faces) == len(middles)
    found = []
    for face in faces:
        assert face.landmarks is not None
        x, y = face.landmarks.mean(0)
        found.append((size[0] - 1 - y, x) if quarters else (x, y))
    for x, y in middles:
        assert min(np.hypot(x - a, y - b) for a, b in found) < WIDTH / 4


def test_an_enlarged_picture_shows_nobody_else(shared: Path, detector: FaceDetector) -> None:
    for path in sorted((shared / "photos" / "groups").iterdir()) + sorted((shared / "photos" / "no_face").iterdir()):
        pixels = decode(path.read_bytes()).pixels
        scale = 4000 / max(pixels.shape[:2])
        large = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC).astype(np.uint8)
        before, now = find_faces(detector, pixels), find_faces(detector, large)
        assert [face.found for face in now] == [face.found for face in before]
        assert all(a.box.overlap(b.box) > 0.6 for a, b in zip(before, now, strict=True))
