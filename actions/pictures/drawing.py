"""Pictures the bot sends: faces with numbered boxes, and single faces for the review."""

import io
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, ImageOps

from actions.pictures.labels import Label, Numbered, labels
from foundation.box import Box

__all__ = ["Numbered", "contact_sheet", "crop", "numbered"]

Cut = tuple["Pixels", Box] | None
"""A photo and where the face is; None where the photo is gone."""

Pixels = NDArray[np.uint8]

SIDE: Final = 1280  # pixels; what Telegram shows of a photo
TILE: Final = 640  # pixels; one photo of an album
LEAST: Final = 320  # pixels; a single face
FACE: Final = 400  # pixels; one face of a contact sheet
_MOST_EXTREME: Final = 19  # Telegram refuses pictures more than 20 times longer than wide
_CORNER: Final = Box(0.0, 0.0, 0.0, 0.0)
# Apart from each other for the colour-blind too (Okabe and Ito's palette, without its black).
_COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442")


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


def contact_sheet(faces: Sequence[Cut], others: Sequence[Cut] = ()) -> bytes:
    """A JPEG of several photos' faces, numbered from 1, two beside each other; `others` go on below, apart."""
    sheets = [_sheet(_numbered_tiles(faces), columns=2)]
    if others:
        sheets += [_sheet(_numbered_tiles(others, len(faces)), columns=2)]
    return _jpeg(_sheet(sheets, columns=1, gap=FACE // 8))


def _numbered_tiles(faces: Sequence[Cut], before: int = 0) -> list[Image.Image]:
    tiles = []
    for number, face in enumerate(faces, before + 1):
        tile = Image.new("RGB", (FACE, FACE), "#dddddd")
        if face is not None:
            tile = ImageOps.pad(_face(*face), (FACE, FACE), Image.Resampling.BICUBIC, color="#dddddd")
        [label] = labels(FACE, FACE, [Numbered(number, _CORNER)], FACE // 8)
        _number(ImageDraw.Draw(tile), label)
        tiles.append(tile)
    return tiles


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
    placed = labels(*image.size, faces, max(14, round(scale * max(image.size) / 28)))
    for label in placed:  # the boxes first, so that none is drawn over a number
        sides = label.face.left, label.face.top, label.face.right, label.face.bottom
        stroke = max(2, min(round(scale * max(image.size) / 250), round(label.letters / 6)))
        # A dark line under the bright one stays visible on any background.
        for width, ink in ((round(1.5 * stroke), "black"), (stroke, _colour(label.number))):
            draw.rectangle(sides, outline=ink, width=width)
            _lead(draw, label, ink, width)
    for label in placed:
        _number(draw, label)


def _lead(draw: ImageDraw.ImageDraw, label: Label, ink: str, width: int) -> None:
    """A line from a label that stands apart to its face."""
    place, face = label.place, label.face
    if place.apart(face) > 1:
        middle = (place.left + place.right) / 2, (place.top + place.bottom) / 2
        nearest = min(max(middle[0], face.left), face.right), min(max(middle[1], face.top), face.bottom)
        draw.line((middle, nearest), fill=ink, width=width)


def _number(draw: ImageDraw.ImageDraw, label: Label) -> None:
    place, colour = label.place, _colour(label.number)
    draw.rectangle((place.left, place.top, place.right - 1, place.bottom - 1), fill=colour, outline="black")
    middle = (place.left + place.right) / 2, (place.top + place.bottom) / 2
    draw.text(middle, str(label.number), font=ImageFont.load_default(label.letters), fill=_ink(colour), anchor="mm")


def _colour(number: int) -> str:
    return _COLOURS[(number - 1) % len(_COLOURS)]


def _ink(colour: str) -> str:
    return "black" if colour in ("#F0E442", "#E69F00", "#56B4E9") else "white"


def _sheet(tiles: Sequence[Image.Image], columns: int, gap: int = 8) -> Image.Image:
    rows = [tiles[start : start + columns] for start in range(0, len(tiles), columns)]
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
