"""What is known of the cosines that a published network makes: how near strangers come, and one's own photos.

Measured on LFW's people against families of two to twenty-two: docs/measurements/recognition.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2
from typing import Final

import numpy as np

_FAMILY: Final = 7
"""Cousins in the families that the tables are of."""


@dataclass(frozen=True, slots=True)
class Strangers:
    """How alike strangers are to the cousin whom each is most like.

    Attributes:
        reach: numbers of photos of each of seven cousins, rising, and the similarity that 1 % of strangers exceed.
        doubling: what that rises by in a family twice as large.
        fewer: by how much higher what only .3 % of them exceed lies.
    """

    reach: Sequence[tuple[int, float]]
    doubling: float
    fewer: float

    def reached_by_one_percent(self, photos: int, cousins: int) -> float:
        """The similarity that 1 % of strangers exceed in a family of so many, with so many photos of each."""
        sizes, values = zip(*self.reach, strict=True)
        seven = float(np.interp(np.log(max(photos, 1)), np.log(sizes), values))
        return seven + self.doubling * log2(max(cousins, 1) / _FAMILY)

    def reached_by_few(self, photos: int, cousins: int) -> float:
        """The same for .3 % of strangers."""
        return self.reached_by_one_percent(photos, cousins) + self.fewer


@dataclass(frozen=True, slots=True)
class Cosines:
    """Attributes:
    strangers: how near they come; None where nobody has measured it.
    same_picture: from which two embeddings are taken to come from one picture. Of photos compressed again at JPEG
        quality 60, 96 % (sports) to 100 % (relatives) lie above; of different photos of one person .1 % of pairs do.
    spread: how far apart faces lie, by how far they lie with dlib's network: whatever is a difference of cosines is
        to be multiplied by it.
    """

    strangers: Strangers | None = None
    same_picture: float = 0.985
    spread: float = 1.0


UNKNOWN: Final = Cosines()

DLIB: Final = Cosines(
    Strangers(((1, 0.925), (5, 0.925), (10, 0.931), (20, 0.935), (30, 0.938), (100, 0.940)), 0.0035, 0.006),
    same_picture=0.985,
)
MOBILEFACENET: Final = Cosines(
    Strangers(((1, 0.415), (5, 0.415), (10, 0.448), (20, 0.475), (30, 0.493), (100, 0.508)), 0.022, 0.037),
    same_picture=0.93,
    spread=6.5,
)
ARCFACE: Final = Cosines(same_picture=MOBILEFACENET.same_picture, spread=MOBILEFACENET.spread)
"""Of networks of one's own: their faces lie about as far apart as MobileFaceNet's, which was trained in the same way.
How near strangers come differs, and is not known."""

FUSED: Final = Cosines(
    Strangers(((1, 0.819), (5, 0.815), (10, 0.827), (20, 0.8345), (30, 0.8385), (100, 0.8435)), 0.007, 0.012),
    same_picture=0.965,
    spread=2.1,
)
