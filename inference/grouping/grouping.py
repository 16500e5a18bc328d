"""Unlabelled faces in, groups out: each of one person, as far as that can be told.

What is uncertain is left apart: putting two groups together is one tap, taking one apart is work.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from foundation.box import Box
from foundation.face import Clarity
from inference.grouping.bursts import same_places
from inference.grouping.constraints import Constraints, marks_of
from inference.grouping.linkage import Border, Linkage
from inference.grouping.neighbours import mutual_neighbours
from inference.naming.gallery import Floats
from models.cosines import FUSED, Cosines

SHIPPED: Final = Border(0.81)
"""For two networks fused: docs/measurements/grouping.md."""

_NEIGHBOURS: Final = 60
_FARTHER: Final = 0.1
"""Below the border's cosine, where two faces of one person may still lie next to each other."""
_CLEARLY_OTHERS: Final = 0.3
"""As far below it faces at the same place of a burst are not one person's: school photos have one scene, too."""


def shipped_border(cosines: Cosines) -> Border:
    """Where groups of this network's embeddings end, as far as its faces lie apart."""
    wider = cosines.spread / FUSED.spread
    return Border(1 - (1 - SHIPPED.cosine) * wider, SHIPPED.alone * wider, SHIPPED.many * wider)


@dataclass(frozen=True, slots=True)
class HeapOfFaces:
    """N faces of photos that nobody has sorted.

    Attributes:
        embeddings: `(N, D)` float32, of length one.
        photos: `(N,)`, the number of the photo each is on, from 0.
        boxes: where.
        clarity: `(N,)`, how much is seen of each: values of `Clarity`.
        scenes: `(P, 64)`, each photo's difference hash.
    """

    embeddings: Floats
    photos: NDArray[np.int64]
    boxes: Sequence[Box]
    clarity: NDArray[np.int64]
    scenes: NDArray[np.bool_]


def group_faces(heap: HeapOfFaces, border: Border = SHIPPED, constraints: Constraints | None = None) -> list[list[int]]:
    """Every face's index in one list; those of one person in the same, by the first index, each rising.

    Faces of one photo are never in the same one, unless people said so; at the same place of a burst they are. Poor
    faces come last, and link nothing. It is the callers' to give faces in an order that does not depend on the files'.
    """
    said = constraints or Constraints()
    linkage = Linkage(heap.embeddings, marks_of(heap.photos.tolist(), said))
    named = said.of_one_person()
    for faces in named:
        linkage.unite(faces)
    known = {face for faces in named for face in faces}
    for one, other in same_places(heap.scenes, heap.photos, heap.boxes):
        if float(heap.embeddings[one] @ heap.embeddings[other]) >= border.cosine - _CLEARLY_OTHERS:
            linkage.unite_unless_told((one, other))
    poor = _poor(heap, border)
    good = np.flatnonzero(~poor)
    pairs = mutual_neighbours(heap.embeddings[good], _NEIGHBOURS, border.cosine - _FARTHER)
    linkage.merge(map(tuple, good[pairs].tolist()), border)
    linkage.attach(np.flatnonzero(poor).tolist(), known, border)
    return linkage.groups()


def _poor(heap: HeapOfFaces, border: Border) -> NDArray[np.bool_]:
    """Which faces are too bad to find others by: those that are poor, and those that are as like what shows nothing as
    they would have to be like a person's group.

    Whatever a network can't make out, an arm before the face or a ball, it puts where it puts the blurred ones (Deng et
    al. 2023, "Harnessing unrecognizable faces"), and without this that is the biggest group of a heap.
    """
    poor = heap.clarity >= Clarity.POOR
    blank = heap.embeddings[heap.clarity >= Clarity.BLANK]
    if not len(blank):
        return np.asarray(poor)
    needed = border.needed(np.array([len(blank)], np.float32), 1.0)
    return np.asarray(poor | (heap.embeddings @ blank.mean(0) >= needed))
