"""How old the cousins are on the photos of them, and of which ages there are none.

Nobody looks as they did when they were small. A person of whom 11 or more photos from childhood were learned is
recognised on .88 of the others; with 5 or fewer on .42 to .69.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

BANDS: Final[tuple[tuple[int, int | None], ...]] = ((0, 2), (3, 9), (10, 17), (18, 39), (40, 64), (65, None))
"""First and last age of each, in years: the younger, the faster a face changes."""
GROWN_OUT_OF: Final = 10
"""The age at which childhood ends here."""
FEW: Final = 5
"""So many photos of a childhood are too few."""
_OLDEST: Final = 90
"""Nobody is asked for photos of who may have died before: the facts don't say that."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Ages, the first and the last of them, of which a cousin has none or few photos; without a last one all from the
    first on."""

    first: int
    last: int | None
    photos: int = 0

    @property
    def is_childhood(self) -> bool:
        return self.first < GROWN_OUT_OF


@dataclass(frozen=True, slots=True)
class CousinAges:
    """One cousin's photos by age.

    Attributes:
        counts: in each of `BANDS`.
        undated: of how many it is not known when they were taken.
        too_early: how many are dated before the birth: the date is wrong, or the photo is somebody else's.
        age: of the cousin today, or on their next birthday.
    """

    counts: tuple[int, ...]
    undated: int
    too_early: int
    age: int

    @property
    def gaps(self) -> list[Gap]:
        """What is missing, the most helpful first: childhood, then the age of today, then the years between.

        Childhood is asked for by itself, since a photo from one's youth would not help there. Nothing is missing where
        most photos are undated: they may be of any age.
        """
        if sum(self.counts) <= self.undated:
            return []
        gaps: list[Gap] = []
        lived = self._lived()
        for place in range(lived):
            if not self.counts[place]:
                first, last = BANDS[place]
                if gaps and gaps[-1].last == first - 1 and first != GROWN_OUT_OF:
                    first = gaps.pop().first
                gaps.append(Gap(first, last))
        children = sum(self.counts[place] for place, (first, _) in enumerate(BANDS) if first < GROWN_OUT_OF)
        if children <= FEW and self.age >= GROWN_OUT_OF and not any(gap.is_childhood for gap in gaps):
            gaps.append(Gap(0, GROWN_OUT_OF - 1, children))
        return sorted(gaps, key=lambda gap: (not gap.is_childhood, gap.last is not None and gap.last < self.age))

    def _lived(self) -> int:
        """How many of the bands the cousin has lived in."""
        photographed = max((place for place, count in enumerate(self.counts) if count), default=0)
        reached = sum(first <= self.age for first, _ in BANDS)
        return reached if self.age <= _OLDEST else photographed + 1


def ages(photos: Iterable[tuple[str, int | None]], births: Mapping[str, int]) -> dict[str, CousinAges]:
    """Of photos, each by its cousin and the year it was taken in, and the years in which cousins were born; those are
    left out of whom that is not known."""
    years: dict[str, list[int | None]] = {}
    for cousin, year in photos:
        if cousin in births:
            years.setdefault(cousin, []).append(year)
    return {cousin: _ages(own, births[cousin]) for cousin, own in years.items()}


def band_of(age: int) -> int:
    """The place in `BANDS` of an age in years."""
    return max(place for place, (first, _) in enumerate(BANDS) if first <= age)


def _ages(years: Iterable[int | None], birth: int) -> CousinAges:
    counts, undated, too_early = [0] * len(BANDS), 0, 0
    for year in years:
        if year is None:
            undated += 1
        elif year < birth:
            too_early += 1
        else:
            counts[band_of(year - birth)] += 1
    return CousinAges(tuple(counts), undated, too_early, date.today().year - birth)
