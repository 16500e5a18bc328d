"""Small faces in large pictures, by a detector that takes red squares for faces: what tiles are for, and when."""

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from demo.family import draw_portrait
from foundation.box import Box
from inference.faces.detectors import Hog
from inference.faces.finding import MOST_FACES, Face, Pixels, find_faces

SIZE = 4000, 3000


class RedSquares:
    """Sees squares from 16 pixels on, suspects them from 8 on, and is not sure of halves."""

    name = "red squares"
    sure, least, glance = 0.9, 0.6, 256

    def __init__(self) -> None:
        self.tiles: list[tuple[int, ...]] = []

    def detect(self, pixels: Pixels) -> list[Face]:
        return [face for face in self.hints(pixels) if face.score >= self.least]

    def hints(self, pixels: Pixels) -> list[Face]:
        scale = min(1.0, 640 / max(pixels.shape[:2]))
        small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        return self._seen(small.astype(np.uint8), 1 / scale)

    def detect_on_tile(self, pixels: Pixels) -> list[Face]:
        self.tiles.append(pixels.shape[:2])
        return [face for face in self._seen(pixels, 1.0) if face.score >= self.least]

    def _seen(self, pixels: Pixels, stretch: float) -> list[Face]:
        red = (pixels[..., 0] > 180) & (pixels[..., 1] < 90)
        _, _, found, _ = cv2.connectedComponentsWithStats(red.astype(np.uint8))
        height, width = pixels.shape[:2]
        faces = []
        for left, top, across, down, _ in found[1:].tolist():
            if min(across, down) < 8:
                continue
            box = Box.clipped(left, top, left + across, top + down, width, height)
            middle = np.array([left + (across - 1) / 2, top + (down - 1) / 2], np.float32)
            score = 0.3 if min(across, down) < 16 else 0.95 if max(across, down) < 1.3 * min(across, down) else 0.7
            faces.append(Face(box, np.tile(middle * stretch, (5, 1)), "yunet", score))
        return sorted(faces, key=lambda face: -face.score)


def picture(squares: Sequence[tuple[int, int, int]], size: tuple[int, int] = SIZE) -> Pixels:
    """Grey, with red squares: left, top, side."""
    pixels = np.full((size[1], size[0], 3), 128, np.uint8)
    for left, top, side in squares:
        pixels[top : top + side, left : left + side] = (230, 20, 20)
    return pixels


def middles(faces: Sequence[Face]) -> list[tuple[int, int]]:
    return [tuple(face.landmarks.mean(0).round().astype(int).tolist()) for face in faces if face.landmarks is not None]


def near(found: Sequence[tuple[int, int]], squares: Sequence[tuple[int, int, int]]) -> bool:
    expected = sorted((left + side // 2, top + side // 2) for left, top, side in squares)
    return len(found) == len(squares) and bool(np.abs(np.array(sorted(found)) - expected).max() <= 3)


def test_small_ones_are_found_wherever_they_lie() -> None:
    """Also on the edges of tiles, where each is seen twice, or in half: it comes once, and whole."""
    squares = [(left, top, 60) for left in range(50, 3900, 205) for top in range(30, 2900, 700)]
    for some in (squares[:MOST_FACES], [(1460, 40, 60)]):
        faces = find_faces(RedSquares(), picture(some))
        assert near(middles(faces), some)
        assert all(0.9 < (face.box.right - face.box.left) * SIZE[0] / 60 < 1.1 for face in faces)


def test_a_small_one_beside_a_large_one() -> None:
    squares = [(300, 900, 1500), (2500, 1000, 60)]
    assert near(middles(find_faces(RedSquares(), picture(squares))), squares)


def test_a_large_picture_of_one_large_face_is_looked_at_once() -> None:
    detector = RedSquares()
    (face,) = find_faces(detector, picture([(1000, 600, 1500)]))
    assert middles([face]) == [(1750, 1350)] or near(middles([face]), [(1000, 600, 1500)])
    assert not detector.tiles


@pytest.mark.parametrize("size", [(1280, 960), (640, 1280)])
def test_what_is_not_large_is_looked_at_as_ever(size: tuple[int, int]) -> None:
    detector = RedSquares()
    find_faces(detector, picture([(100, 100, 20)], size))
    assert not detector.tiles


def test_tiles_are_small_whatever_comes() -> None:
    detector = RedSquares()
    for size in ((7000, 7000), (60_000, 700), (2560, 1920)):
        find_faces(detector, picture([(100, 100, 60)], size))
    assert max(map(max, detector.tiles)) <= 832


@pytest.mark.parametrize("squares", [[(1000, 600, 500), (2500, 1000, 60)], [(1000, 600, 60), (2500, 1000, 60)]])
@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_lying_picture_is_looked_at_the_right_way_up(quarters: int, squares: list[tuple[int, int, int]]) -> None:
    """A blue bar says which way is up: of a picture that lies the detector sees nothing, nor of its tiles. All faces
    may be too small for a glance."""

    class Upright(RedSquares):
        is_upright = False

        def hints(self, pixels: Pixels) -> list[Face]:
            ys, xs = np.nonzero(pixels[..., 2] > 180)
            height, width = pixels.shape[:2]
            self.is_upright = ys.mean() < height / 4 and bool(np.ptp(xs) > width / 2)
            return super().hints(pixels)

        def _seen(self, pixels: Pixels, stretch: float) -> list[Face]:
            return super()._seen(pixels, stretch) if self.is_upright else []

    straight = picture(squares)
    straight[:100] = (20, 20, 230)
    lying = np.ascontiguousarray(np.rot90(straight, quarters))
    x, y = np.array([(left + side // 2, top + side // 2) for left, top, side in squares]).T
    width, height = SIZE
    expected = {
        1: np.stack([y, width - 1 - x], 1),
        2: np.stack([width - 1 - x, height - 1 - y], 1),
        3: np.stack([height - 1 - y, x], 1),
    }[quarters]
    found = middles(find_faces(Upright(), lying))
    assert np.abs(np.array(sorted(found)) - sorted(expected.tolist())).max() <= 5


def test_of_a_stadium_only_the_largest_are_given() -> None:
    squares = [(left, top, 60) for left in range(20, 3900, 130) for top in range(20, 2900, 130)]
    squares.append((1800, 1400, 90))
    pixels = picture(squares[:-1])
    pixels[1350:1550, 1750:1950] = 128
    pixels[1400:1490, 1800:1890] = (230, 20, 20)
    faces = find_faces(RedSquares(), pixels)
    assert len(faces) == MOST_FACES
    assert {face.left_out for face in faces} == {len(squares) - 2 - MOST_FACES}  # two lie under the grey
    assert any(near([middle], [squares[-1]]) for middle in middles(faces))


def test_dlibs_detector_looks_at_large_pictures_as_ever() -> None:
    portrait: Pixels = np.asarray(draw_portrait("ben", seed=1))
    large = cv2.resize(portrait, None, fx=5, fy=5, interpolation=cv2.INTER_CUBIC).astype(np.uint8)
    (face,), (alone,) = find_faces(Hog(), large), find_faces(Hog(), portrait)
    assert face.landmarks is not None
    assert alone.landmarks is not None
    assert np.abs(face.landmarks / 5 - alone.landmarks).max() < 8
