"""The numbers in a picture of many faces, by geometry: none on another, none outside, each at its own face."""

import io
import os
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from actions.pictures.drawing import numbered
from actions.pictures.labels import Label, Numbered, labels
from foundation.box import Box

SIZES = [(1280, 960), (1280, 720), (960, 1280), (640, 480)]


def in_rows(columns: int, rows: int, share: float = 0.6) -> list[Numbered]:
    """Faces as in a group picture: each has this share of its place across, rows stand a little apart sideways."""
    faces = []
    for place in range(columns * rows):
        x, y = (place % columns + 0.25 * (place // columns % 2)) / (columns + 0.25), (place // columns) / rows
        faces.append(Numbered(place + 1, Box(x, y + 0.03, x + share / columns, y + 0.03 + share / rows)))
    return faces


def scattered(count: int, side: float, spread: float) -> list[Numbered]:
    """Faces anywhere in the middle, some in front of others."""
    draw = np.random.default_rng([count, round(1000 * side)])
    corners = 0.5 + spread * (draw.random((count, 2)) - 0.5)
    return [
        Numbered(number, Box(float(x), float(y), min(1.0, float(x) + side), min(1.0, float(y) + side)))
        for number, (x, y) in enumerate(corners, 1)
    ]


GROUPS = {
    "rows": in_rows(10, 4),
    "close rows": in_rows(10, 4, 0.95),
    "one long row": in_rows(40, 1),
    "tiny": scattered(40, 0.012, 0.9),
    "tiny and together": scattered(40, 0.012, 0.25),
    "in front of one another": scattered(40, 0.15, 0.8),
    "all in one place": [Numbered(number, Box(0.4, 0.4, 0.5, 0.5)) for number in range(1, 41)],
    "at the edges": [
        Numbered(number, box)
        for number, box in enumerate(
            [Box(0, 0, 0.1, 0.1), Box(0.9, 0, 1, 0.1), Box(0, 0.9, 0.1, 1), Box(0.9, 0.9, 1, 1), Box(0, 0, 1, 1)], 1
        )
    ],
    "a few": in_rows(2, 1),
}


def placed(group: str, size: tuple[int, int]) -> list[Label]:
    return labels(*size, GROUPS[group], max(size) / 28)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("group", GROUPS)
def test_no_number_is_on_another_or_leaves_the_picture(group: str, size: tuple[int, int]) -> None:
    found = placed(group, size)
    assert [one.number for one in found] == [face.number for face in GROUPS[group]]
    for one, other in combinations(found, 2):
        assert one.place.shared(other.place) == 0, (one, other)
    for one in found:
        assert one.place.left >= 0
        assert one.place.top >= 0
        assert one.place.right <= size[0] + 0.01
        assert one.place.bottom <= size[1] + 0.01
        assert one.letters >= 10


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("group", ["rows", "close rows", "tiny", "at the edges", "a few"])
def test_each_number_touches_its_face(group: str, size: tuple[int, int]) -> None:
    for label in placed(group, size):
        assert label.place.apart(label.face) < 0.01, label


@pytest.mark.parametrize("size", SIZES)
def test_in_rows_no_number_covers_a_face(size: tuple[int, int]) -> None:
    found = placed("rows", size)
    for label in found:
        assert all(label.place.shared(other.face) == 0 for other in found), label
        assert label.letters >= 12


def test_a_number_fits_its_label() -> None:
    draw = ImageDraw.Draw(Image.new("RGB", (10, 10)))
    for label in [*placed("rows", (1280, 960)), *labels(1280, 960, [Numbered(100, Box(0.1, 0.1, 0.2, 0.2))], 40)]:
        left, top, right, bottom = draw.textbbox((0, 0), str(label.number), ImageFont.load_default(label.letters))
        assert right - left <= label.place.right - label.place.left
        assert bottom - top <= label.place.bottom - label.place.top


@pytest.mark.parametrize("group", GROUPS)
def test_every_number_is_drawn(group: str) -> None:
    """SCREENSHOTS is a folder for whoever wants to look."""
    jpeg = numbered([(np.full((960, 1280, 3), 128, np.uint8), GROUPS[group])])
    image = np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB"), np.int16)
    for label in placed(group, (1280, 960)):
        sides = label.place
        part = image[round(sides.top) : round(sides.bottom), round(sides.left) : round(sides.right)]
        assert (abs(part - 128) > 40).any(axis=2).mean() > 0.4, label
    if folder := os.environ.get("SCREENSHOTS"):
        (Path(folder) / f"numbered {group}.jpg").write_bytes(jpeg)
