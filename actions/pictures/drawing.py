"""Pictures the bot sends: faces with numbered boxes, and single faces for the review."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, ImageOps

from foundation.box import Box

Pixels = NDArray[np.uint8]

SIDE: Final = 1280  # pixels; what Telegram shows of a photo
TILE: Final = 640  # pixels; one photo of an album
LEAST: Final = 320  # pixels; a single face
FACE: Final = 400  # pixels; one face of a contact sheet
_MOST_EXTREME: Final = 19  # Telegram refuses pictures more than 20 times longer than wide
# Apart from each other for the colour-blind too (Okabe and Ito's palette, without its black).
_COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442")


@dataclass(frozen=True, slots=True)
class Numbered:
    """A face's number and its box."""

    number: int
    box: Box


def numbered(photos: Sequence[tuple[Pixels, Sequence[Numbered]]]) -> bytes:
    """A JPEG of one photo, or of an album side by side, with a numbered box around every face."""
    side, scale = (SIDE, 1.0) if len(photos) == 1 else (TILE, 1.8)  # a sheet is shown smaller than its tiles are
    tiles = []
    for pixels, faces in photos:
        tile = _fit(Image.fromarray(pixels), side)
        _draw(tile, faces, scale)
        tiles.append(tile)
    return _jpeg(_not_too_long(tiles[0] if len(tiles) == 1 else _sheet(tiles, columns=2 if len(tiles) <= 4 else 3)))


def crop(pixels: Pixels, box: Box, side: int = SIDE) -> bytes:
    """A JPEG of one face with some of what is around it, at least `LEAST` pixels wide or high, and at most `side`."""
    return _jpeg(_not_too_long(_fit(_face(pixels, box), side)))


def side_for(box: Box, face: int = LEAST) -> int:
    """The longest side, in pixels, of a photo that shows the face in `box` so many pixels wide, if it has them.

    Who is one of many in a large picture is cut from more of it than somebody near, but not from all of 50 megapixels.
    """
    share = max(box.right - box.left, box.bottom - box.top)
    return SIDE if share * SIDE >= face else min(2 * SIDE, round(face / max(share, 0.01)))


def contact_sheet(faces: Sequence[tuple[Pixels, Box] | None]) -> bytes:
    """A JPEG of several photos' faces, numbered from 1, two beside each other; None where a photo is gone."""
    tiles = []
    for number, face in enumerate(faces, 1):
        tile = Image.new("RGB", (FACE, FACE), "#dddddd")
        if face is not None:
            tile = ImageOps.pad(_face(*face), (FACE, FACE), Image.Resampling.BICUBIC, color="#dddddd")
        font = ImageFont.load_default(FACE // 8)
        _badge(ImageDraw.Draw(tile), tile, font, str(number), (0, 0), _COLOURS[(number - 1) % len(_COLOURS)])
        tiles.append(tile)
    return _jpeg(_sheet(tiles, columns=2))


def _face(pixels: Pixels, box: Box) -> Image.Image:
    image = Image.fromarray(pixels)
    left, right = box.left * image.width, box.right * image.width
    top, bottom = box.top * image.height, box.bottom * image.height
    margin = 0.35 * max(right - left, bottom - top)
    face = image.crop(
        (
            round(max(0, left - margin)),
            round(max(0, top - margin)),
            max(round(min(image.width, right + margin)), round(max(0, left - margin)) + 1),
            max(round(min(image.height, bottom + margin)), round(max(0, top - margin)) + 1),
        )
    )
    return face if max(face.size) >= LEAST else ImageOps.contain(face, (LEAST, LEAST), Image.Resampling.BICUBIC)


def _draw(image: Image.Image, faces: Sequence[Numbered], scale: float) -> None:
    draw = ImageDraw.Draw(image)
    stroke = max(2, round(scale * max(image.size) / 250))
    font = ImageFont.load_default(max(14, round(scale * max(image.size) / 28)))
    for face in faces:
        colour = _COLOURS[(face.number - 1) % len(_COLOURS)]
        left, top = face.box.left * image.width, face.box.top * image.height
        right, bottom = face.box.right * image.width, face.box.bottom * image.height
        # A dark line under the bright one stays visible on any background.
        for width, ink in ((round(1.5 * stroke), "black"), (stroke, colour)):
            draw.rectangle((left, top, max(left, right), max(top, bottom)), outline=ink, width=width)
        _badge(draw, image, font, str(face.number), (left, top), colour)


def _badge(
    draw: ImageDraw.ImageDraw,
    image: Image.Image,
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
    text: str,
    corner: tuple[float, float],
    colour: str,
) -> None:
    box = draw.textbbox((0, 0), text, font=font)
    padding = (box[3] - box[1]) / 2.5
    width, height = box[2] - box[0] + 2 * padding, box[3] - box[1] + 2 * padding
    x = min(max(0, corner[0]), max(0, image.width - width))
    # Above the box where there is room: the face itself stays free.
    y = corner[1] - height if corner[1] >= height else max(0, corner[1])
    draw.rectangle((x, y, x + width, y + height), fill=colour, outline="black")
    ink = "black" if colour in ("#F0E442", "#E69F00", "#56B4E9") else "white"
    draw.text((x + padding - box[0], y + padding - box[1]), text, font=font, fill=ink)


def _sheet(tiles: Sequence[Image.Image], columns: int) -> Image.Image:
    rows = [tiles[start : start + columns] for start in range(0, len(tiles), columns)]
    gap = 8
    height = sum(max(tile.height for tile in row) for row in rows) + gap * (len(rows) - 1)
    width = max(sum(tile.width for tile in row) + gap * (len(row) - 1) for row in rows)
    sheet = Image.new("RGB", (width, height), "white")
    y = 0
    for row in rows:
        x = 0
        for tile in row:
            sheet.paste(tile, (x, y))
            x += tile.width + gap
        y += max(tile.height for tile in row) + gap
    return sheet


def _fit(image: Image.Image, side: int) -> Image.Image:
    return ImageOps.contain(image, (side, side)) if max(image.size) > side else image


def _not_too_long(image: Image.Image) -> Image.Image:
    least = -(-max(image.size) // _MOST_EXTREME)
    if min(image.size) >= least:
        return image
    return ImageOps.pad(image, (max(image.width, least), max(image.height, least)), color="white")


def _jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.convert("RGB").save(file, "JPEG", quality=88)
    return file.getvalue()
