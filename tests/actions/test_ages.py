"""How old the cousins are on their photos, and which are asked for."""

from datetime import date

import pytest

from actions.ages.bands import BANDS, CousinAges, Gap, ages, band_of
from actions.ages.wording import band, missing

THIS_YEAR = date.today().year


def of(age: int, *shown: int | None) -> CousinAges:
    """Of a cousin of this age, on whose photos they are as old as that; None: nobody knows."""
    birth = THIS_YEAR - age
    photos = [("maya", None if at is None else birth + at) for at in shown]
    return ages(photos, {"maya": birth})["maya"]


def said(one: CousinAges) -> list[str]:
    return [missing("Maya", gap) for gap in one.gaps]


def test_photos_are_counted_by_age() -> None:
    photos = [("maya", 2014), ("maya", 2016), ("maya", 2017), ("maya", 2013), ("maya", None), ("ben", 2014)]
    assert ages(photos, {"maya": 2014, "zoe": 1950}) == {
        "maya": CousinAges((2, 1, 0, 0, 0, 0), undated=1, too_early=1, age=THIS_YEAR - 2014)
    }


def test_every_age_is_in_one_band() -> None:
    for age in range(120):
        first, last = BANDS[band_of(age)]
        assert first <= age
        assert last is None or age <= last
    assert [band(*years) for years in BANDS] == [
        "under 3",
        "3 to 9",
        "10 to 17",
        "18 to 39",
        "40 to 64",
        "65 and older",
    ]


@pytest.mark.parametrize(
    ("cousin", "sentences"),
    [
        (of(30, 12, 25, 26), ["Maya: no photos under 10; two would help most."]),
        (of(30, *[1] * 4, *[5] * 7, 12, 25), []),
        (of(30, *[5] * 7, 12, 25), ["Maya: no photos under 3; two would help most."]),
        (of(30, 1, *[5] * 4, 12, 25), ["Maya: only 5 photos under 10; two more would help most."]),
        # Childhood first, then how they look today, then the years between.
        (
            of(70, 25),
            [
                "Maya: no photos under 10; two would help most.",
                "Maya: no photos from the age of 40 on; two would help most.",
                "Maya: no photos between 10 and 17; two would help most.",
            ],
        ),
        (
            of(70, *[1] * 6, *[5] * 6, 66),
            ["Maya: no photos between 10 and 64; two would help most."],
        ),
        # A child lacks no photos of being old, nor a baby of going to school.
        (of(8, *[1] * 3), ["Maya: no photos between 3 and 9; two would help most."]),
        (of(1, 0), []),
        # What is not dated may be of any age.
        (of(30, 25, 26, None, None), []),
        (of(30, None), []),
        (
            of(30, 25, 26, None),
            [
                "Maya: no photos under 10; two would help most.",
                "Maya: no photos between 10 and 17; two would help most.",
            ],
        ),
        # Nobody is asked for photos of who may be long dead.
        (of(120, *[1] * 6, *[5] * 6, 12, 30, 50), []),
    ],
)
def test_what_is_missing_is_said_the_most_helpful_first(cousin: CousinAges, sentences: list[str]) -> None:
    assert said(cousin) == sentences


def test_a_gap_is_of_childhood_or_not() -> None:
    assert Gap(0, 9).is_childhood
    assert not Gap(10, 17).is_childhood
