"""A heap of photos without names, as it lies on a family's disk: a reunion of the drawn cousins and three newcomers."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from demo.drawing.features import FAMILY, Features, somebody
from demo.drawing.moment import some_moment
from demo.family import generator, group_of, portrait_of

NEWCOMERS: Final = ("ines", "samuel", "nadia")
"""Who married in, and has no photo in the family's library yet."""
PEOPLE: Final[dict[str, Features]] = FAMILY | {
    name: somebody(np.random.default_rng(number))
    # Some whom a face network tells apart: drawn people are more alike than real ones.
    for name, number in zip((*NEWCOMERS, "a waiter", "a neighbour"), (8, 10, 21, 3, 4), strict=True)
}

_ALONE: Final = {
    "ines": 9, "samuel": 8, "nadia": 6, "a waiter": 1, "a neighbour": 1,
    "amelia": 3, "ben": 4, "clara": 3, "diego": 3, "june": 4, "maya": 3, "otto": 3,
}  # fmt: skip
"""On how many photos somebody is the only one."""
_TOGETHER: Final = (
    ("ines", "june"),
    ("ben", "samuel", "clara"),
    ("maya", "nadia"),
    ("diego", "ines", "otto", "samuel"),
)
_BURST: Final = ("samuel", 4)

PHOTOS: Final = sum(_ALONE.values()) + len(_TOGETHER) + _BURST[1]


def draw_heap(folder: Path) -> Iterator[Path]:
    """Draws one photo after the other into `folder`, as the camera numbers them; always the same ones."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = generator("heap", 0)
    shots: list[tuple[str, ...]] = [(name,) for name, photos in _ALONE.items() for _ in range(photos)]
    shots += [*_TOGETHER, ("burst",)]
    number = 2040
    for place in rng.permutation(len(shots)):
        number += int(rng.integers(1, 4))  # some were deleted
        for picture in _taken(shots[place], number):
            path = folder / f"IMG_{number}.jpg"
            picture.save(path, quality=90)
            yield path
            number += 1


def _taken(shot: tuple[str, ...], number: int) -> Iterator[Image.Image]:
    """The photos of one moment: one, but for a burst."""
    match shot:
        case ("burst",):
            name, photos = _BURST
            for k in range(photos):  # the same place and clothes, and the head moves
                rng = generator("burst", 0)
                moment = replace(some_moment(rng, PEOPLE[name]), yaw=0.08 * k - 0.12, smile=0.2 + 0.2 * k)
                yield portrait_of(PEOPLE[name], rng, moment=moment)
        case (name,):
            yield portrait_of(PEOPLE[name], generator(f"heap/{name}", number))
        case _:
            yield group_of([PEOPLE[name] for name in shot], generator("heap", number))
