"""Made photos with tags, and where faces are "seen" in them: each face is a square of a colour of its own."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from PIL import ExifTags, Image

from foundation.box import Box

WIDTH, HEIGHT = 160, 120
SIDE: Final = 32
COLOURS: Final = {
    "Anna": (250, 0, 0),
    "Bob": (0, 250, 0),
    "Cleo": (0, 0, 250),
    "Dan": (250, 250, 0),
    "Eve": (0, 250, 250),
}
_TURNED: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
_PLACES: Final = {"Anna": (0, 0), "Bob": (64, 0), "Cleo": (128, 0), "Dan": (0, 64), "Eve": (96, 80)}


def box_of(name: str) -> Box:
    left, top = _PLACES[name]
    return Box(left / WIDTH, top / HEIGHT, (left + SIDE) / WIDTH, (top + SIDE) / HEIGHT)


def centred(box: Box) -> tuple[float, float, float, float]:
    return ((box.left + box.right) / 2, (box.top + box.bottom) / 2, box.right - box.left, box.bottom - box.top)


def jpeg(names: Sequence[str], seed: int = 0, orientation: int = 1, xmp: bytes | None = None) -> bytes:
    """A photo of these people, upright once it is turned as its EXIF says."""
    pixels = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
    for bit in range(16):  # no two are the same
        pixels[-8:, bit * 8 : bit * 8 + 8] = 255 if seed >> bit & 1 else 0
    for name in names:
        left, top = _PLACES[name]
        pixels[top : top + SIDE, left : left + SIDE] = COLOURS[name]
    image = Image.fromarray(pixels)
    if orientation in _TURNED:
        image = image.transpose(_TURNED[orientation])
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    file = io.BytesIO()
    image.save(file, "JPEG", quality=95, exif=exif, **({} if xmp is None else {"xmp": xmp}))
    return file.getvalue()


def find_faces(content: bytes) -> list[Box]:
    """Where the squares are."""
    pixels = np.asarray(Image.open(io.BytesIO(content)).convert("RGB")).astype(int)
    height, width = pixels.shape[:2]
    found = []
    for colour in COLOURS.values():
        rows, columns = np.nonzero(np.abs(pixels - colour).max(axis=2) < 60)
        if len(rows) > SIDE * SIDE / 2:
            sides = np.quantile(columns, [0, 1]), np.quantile(rows, [0, 1])
            (left, right), (top, bottom) = sides
            found.append(Box(left / width, top / height, (right + 1) / width, (bottom + 1) / height))
    return found


def put(path: Path, content: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path
