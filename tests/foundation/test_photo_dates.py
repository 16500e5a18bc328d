"""When a photo was taken, by the name of its file or folder."""

from datetime import date
from pathlib import Path

import pytest

from foundation.photo_dates import Taken, day_in, taken, year_in, year_of_folder


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("IMG_20240713_101500.jpg", "2024-07-13"),
        ("IMG-20240713-WA0001.jpg", "2024-07-13"),
        ("PXL_20240713_101500123.jpg", "2024-07-13"),
        ("2024-07-13 10.15.00.jpg", "2024-07-13"),
        ("Screenshot 2024.07.13.png", "2024-07-13"),
        ("charlie_brown_12.jpg", None),
        ("IMG_4821.jpg", None),
        ("2024-13-45.jpg", None),
        ("120240713.jpg", None),
    ],
)
def test_the_day_in_a_file_name(name: str, day: str | None) -> None:
    assert day_in(Path(name)) == day


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("IMG-20140713-WA0001.jpg", 2014),
        ("photo_2014-07-13_14-05-01.jpg", 2014),
        ("Maya 1998.jpg", 1998),
        ("1962 Grandma at sea.tif", 1962),
        ("1962_grandma.jpg", 1962),
        ("Christmas (1987).png", 1987),
        ("Maya, 1998 (2).jpg", 1998),
        # Numbers that count photos, not years.
        ("IMG_2014.jpg", None),
        ("DSC1998.jpg", None),
        ("scan 1998.jpg", None),
        ("maya_1998.jpg", None),
        ("1998.jpg", None),
        ("maya 1920x1080.jpg", None),
        ("Maya 1998 or 1999.jpg", None),
        ("Maya 1234.jpg", None),
        ("Maya 2999.jpg", None),
        ("20990713_101500.jpg", None),
        ("charlie_brown_12.jpg", None),
    ],
)
def test_the_year_in_a_file_name(name: str, year: int | None) -> None:
    assert year_in(name) == year


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("2019", 2019),
        ("2019-07 Spain", 2019),
        ("Christmas 2019", 2019),
        ("maya", None),
        ("100CANON", None),
        ("1", None),
    ],
)
def test_the_year_a_folder_is_called_after(name: str, year: int | None) -> None:
    assert year_of_folder(name) == year


def test_what_the_camera_wrote_counts_before_a_name() -> None:
    assert taken(2001, "Maya 1998.jpg") == Taken(2001, "camera")
    assert taken(None, None, "a.jpg", "Maya 1998.jpg") == Taken(1998, "name")
    assert taken(None, "a.jpg") is None
    assert year_in(f"Maya {date.today().year}.jpg") == date.today().year
