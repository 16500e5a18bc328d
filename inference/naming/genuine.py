"""How near a cousin's own photos come to one another: what a statement must not contradict.

"Genuine" scores are those of two photos of one person (ISO/IEC 19795-1). Each version is measured on photos that are
held out in turn, so that no limit here is chosen by hand.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference.naming.gallery import Floats, Gallery, masked_similarity

SHARE: Final = 0.95
"""Of a cousin's own photos that do not come nearer than the limit: what comes nearer still is as surely theirs."""

_ROUNDING: Final = 2e-4
"""Cosine by which a limit lies above the photo that it was found by: two computations must agree on which is nearer."""

_SAME_VECTOR: Final = 1 - 1e-4
"""Cosine from which two gallery faces come from one file: beyond that only rounding tells them apart."""


@dataclass(frozen=True, slots=True)
class GenuineScores:
    """What 95 % of each cousin's photos stay below when they are compared with that cousin's others; `(cousins,)` each.

    Attributes:
        similarities: to the gallery, with allowance; infinite for whoever has nothing to compare with.
        cosines: to the nearest other picture; -1 for whoever has no other.
    """

    similarities: Floats
    cosines: Floats

    @classmethod
    def of_gallery(cls, gallery: Gallery) -> "GenuineScores":
        """Of a version that lacks them: each face of its gallery is compared with the others."""
        similarities, nearest = np.full((2, len(gallery.labels)), -1, np.float32)
        for cousin in np.unique(gallery.labels):
            own = np.flatnonzero(gallery.labels == cousin)
            cosines = gallery.faces[own] @ gallery.faces[own].T
            cosines[cosines >= _SAME_VECTOR] = -np.inf
            similarities[own] = masked_similarity(cosines, gallery.allowances)
            nearest[own] = cosines.max(1)
        return cls.of(similarities, nearest, gallery.labels, len(gallery.cousins))

    @classmethod
    def of(cls, similarities: Floats, nearest: Floats, labels: NDArray[np.int64], cousins: int) -> "GenuineScores":
        """By what each photo `(N,)` reaches to its own cousin's others, -1 or less where there are none."""
        return cls(
            highest_of_most(similarities, labels, cousins, np.inf), highest_of_most(nearest, labels, cousins, -1)
        )


def highest_of_most(scores: Floats, labels: NDArray[np.int64], cousins: int, unknown: float) -> Floats:
    """What 95 % of each cousin's photos `(N,)` don't exceed, `(cousins,)`; of fewer than twenty the highest.

    Scores of -1 or less say nothing, and a cousin who has no other gets `unknown`.
    """
    limits = np.full(cousins, unknown, np.float32)
    for cousin in range(cousins):
        own = scores[(labels == cousin) & (scores > -1)]
        if len(own):
            limits[cousin] = np.quantile(own, SHARE, method="higher") + _ROUNDING
    return limits
