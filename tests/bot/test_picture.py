import io

import numpy as np
import pytest
from PIL import Image

from actions.pictures.drawing import SIDE, Numbered, crop, numbered, side_for
from foundation.box import Box


def grey(width: int, height: int) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    return np.full((height, width, 3), 128, np.uint8)


def opened(jpeg: bytes) -> Image.Image:
    return Image.open(io.BytesIO(jpeg)).convert("RGB")


def changed(image: Image.Image, box: tuple[int, int, int, int]) -> bool:
    """Whether anything was drawn on the grey there."""
    part = np.asarray(image.crop(box), np.int16)
    return bool((abs(part - 128) > 40).any())


def test_box_is_drawn_where_the_face_is_and_the_face_stays_free() -> None:
    image = opened(numbered([(grey(800, 600), [Numbered(1, Box(0.25, 0.25, 0.5, 0.75))])]))
    assert image.size == (800, 600)
    assert changed(image, (195, 300, 206, 310))  # the left edge
    assert changed(image, (200, 110, 240, 148))  # the number above the box
    assert not changed(image, (220, 170, 380, 430))
    assert not changed(image, (500, 20, 780, 580))


@pytest.mark.parametrize("size", [(40, 30), (4000, 3000), (1280, 960)])
def test_drawing_scales_with_the_picture(size: tuple[int, int]) -> None:
    image = opened(
        numbered([(grey(*size), [Numbered(1, Box(0.3, 0.3, 0.6, 0.7)), Numbered(12, Box(0.0, 0.0, 0.2, 0.2))])])
    )
    assert max(image.size) == min(1280, max(size))
    pixels = np.asarray(image, np.int16)
    assert (abs(pixels - 128) > 40).any(axis=2).mean() < (0.12 if max(size) > 100 else 1)


@pytest.mark.parametrize("size", [(3000, 40), (40, 3000)])
def test_panorama_is_padded_to_what_telegram_takes(size: tuple[int, int]) -> None:
    image = opened(numbered([(grey(*size), [Numbered(1, Box(0.1, 0.1, 0.2, 0.9))])]))
    assert max(image.size) / min(image.size) <= 20


@pytest.mark.parametrize("photos", [2, 3, 10])
def test_album_becomes_one_sheet(photos: int) -> None:
    sheet = opened(numbered([(grey(640, 480), [Numbered(n, Box(0.2, 0.2, 0.4, 0.4))]) for n in range(1, photos + 1)]))
    columns = 2 if photos <= 4 else 3
    assert sheet.width == min(photos, columns) * 640 + (min(photos, columns) - 1) * 8
    assert sheet.width + sheet.height <= 10000


def test_crop_shows_the_face_with_a_margin() -> None:
    pixels = grey(1000, 1000)
    pixels[400:600, 400:600] = 255
    face = opened(crop(pixels, Box(0.4, 0.4, 0.6, 0.6)))
    assert max(face.size) >= 320
    assert np.asarray(face)[face.height // 2, face.width // 2].min() > 240
    assert np.asarray(face)[5, 5].max() < 140


@pytest.mark.parametrize(
    "box", [Box(0.0, 0.0, 1.0, 1.0), Box(0.99, 0.99, 1.0, 1.0), Box(0.5, 0.5, 0.5, 0.5), Box(0.0, 0.0, 1.0, 0.01)]
)
def test_crop_takes_any_box(box: Box) -> None:
    face = opened(crop(grey(300, 200), box))
    assert max(face.size) / min(face.size) <= 20


def test_small_faces_are_cut_from_more_of_the_photo() -> None:
    """But never from so much that a page of them takes all the memory."""
    assert side_for(Box(0.2, 0.2, 0.6, 0.7)) == SIDE
    assert side_for(Box(0.2, 0.2, 0.36, 0.36)) == 2000
    assert side_for(Box(0.5, 0.5, 0.5, 0.5)) == side_for(Box(0.2, 0.2, 0.21, 0.21)) == 2560
