"""When a photo was taken, as far as its file says: what may be believed of that, and what a file's name tells."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Final, Literal

FIRST: Final = 1840
"""Of earlier years there are no portraits."""

_DAY: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)")
# `maya_1998` and `DSC1998` are the 1998th; `1920x1080` is a size.
_YEAR: Final = re.compile(r"(?<![\w.])(\d{4})(?![^\W_])")
_WORD: Final = re.compile(r"[^\W\d_]+")
_COUNTED: Final = frozenset(
    (
        "img",
        "imgp",
        "dsc",
        "dscn",
        "dscf",
        "pict",
        "picture",
        "pic",
        "image",
        "imagen",
        "photo",
        "foto",
        "bild",
        "scan",
        "pxl",
        "mvi",
        "sam",
        "hpim",
        "cimg",
        "gopr",
    )
)
"""Words that cameras and programs put before a number."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The year in which a photo was taken, and what says so: the camera (EXIF), or the name of a file or folder."""

    year: int
    by: Literal["camera", "name"]


def is_believable(year: int) -> bool:
    """Whether a photo may have been taken in that year."""
    return FIRST <= year <= date.today().year


def taken(camera: int | None, *names: str | None) -> Taken | None:
    """By the year that the camera wrote, else by the first name that has one."""
    if camera is not None:
        return Taken(camera, "camera")
    return next((Taken(year, "name") for name in names if name and (year := year_in(name)) is not None), None)


def day_in(path: PurePath) -> str | None:
    """The day in a file name as cameras and messengers write it: IMG_20240713_…, 2024-07-13 …, IMG-20240713-WA0001."""
    found = _DAY.search(path.stem)
    return f"{found[1]}-{found[3]}-{found[4]}" if found else None


def year_in(name: str) -> int | None:
    """The year in a file's name: of a day in it, or standing by itself beside a word, as in `Maya 1998.jpg`.

    None where two years stand there, or a number that may be a camera's or a folder's count.
    """
    path = PurePath(name)
    if day := day_in(path):
        year = int(day[:4])
        return year if is_believable(year) else None
    years = {int(found[1]): found.start() for found in _YEAR.finditer(path.stem) if is_believable(int(found[1]))}
    words = [(word.start(), word[0].casefold()) for word in _WORD.finditer(path.stem)]
    if len(years) != 1 or all(word in _COUNTED for _, word in words):
        return None
    [(year, place)] = years.items()
    before = [word for start, word in words if start < place]
    return None if before and before[-1] in _COUNTED else year


def year_of_folder(name: str) -> int | None:
    """The year that a folder is called after: `2019`, `2019-07 Spain`, `Christmas 2019`."""
    return int(name) if re.fullmatch(r"\d{4}", name) and is_believable(int(name)) else year_in(f"{name}.")
