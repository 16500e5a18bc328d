"""Drawn things, for who sorts things instead of people: three kinds of shapes, no two alike."""

import colorsys
from pathlib import Path
from random import Random
from typing import Final

from PIL import Image, ImageDraw

KINDS: Final = ("disc", "star", "stripes")


def thing(kind: str, seed: int, side: int = 200) -> Image.Image:
    """One of a kind: always its own colours, now larger, now further to a side."""
    random = Random(f"{kind} {seed}")
    hue = KINDS.index(kind) / 3 + random.uniform(-0.06, 0.06)
    colours = [
        tuple(int(255 * part) for part in colorsys.hsv_to_rgb(hue % 1, s, v)) for s, v in ((0.3, 0.95), (0.9, 0.6))
    ]
    image = Image.new("RGB", (side, side), colours[0])
    draw = ImageDraw.Draw(image)
    x, y, r = (random.uniform(*limits) * side for limits in ((0.4, 0.6), (0.4, 0.6), (0.2, 0.35)))
    if kind == "disc":
        draw.ellipse((x - r, y - r, x + r, y + r), colours[1])
    elif kind == "star":
        draw.polygon([(x, y - r), (x + r / 3, y - r / 3), (x + r, y), (x + r / 3, y + r / 3), (x, y + r)], colours[1])
        draw.polygon([(x, y - r), (x - r / 3, y - r / 3), (x - r, y), (x - r / 3, y + r / 3), (x, y + r)], colours[1])
    else:
        for place in range(0, side, int(r / 2)):
            draw.rectangle((place, 0, place + r / 4, side), colours[1])
    return image


def draw_folders(folder: Path, each: int = 8) -> Path:
    """A folder a kind."""
    for kind in KINDS:
        (folder / kind).mkdir(parents=True)
        for seed in range(each):
            thing(kind, seed).save(folder / kind / f"{kind}_{seed}.jpg", quality=90)
    return folder
