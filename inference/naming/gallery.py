"""The faces that a new one is compared with, and how alike it is to each cousin's."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

NEIGHBOURS: Final = 3
"""A cousin's similarity is the mean of the nearest three gallery faces: of 1, 3, 5, 10 and all, three and five gave the
highest TPIR at 1 % FAR on both measured families (docs/measurements/recognition.md). Of a gallery with fewer
than five faces it is the nearest half (docs/measurements/feedback.md)."""

AT_ONCE: Final = 2**22
"""Cosines that are held in memory at once."""


def unit(vectors: Floats) -> Floats:
    """Vectors `(…, D)` scaled to length one."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12), np.float32)


@dataclass(frozen=True, slots=True)
class Allowances:
    """What a similarity gains for having been taken over few photos.

    The nearest of many photos are nearer than the nearest of one, whoever the face is. Without allowances somebody
    known from one photo would be measured by the limit of those with many, and go unnamed.

    Attributes:
        sizes: numbers of photos, rising.
        values: in cosine, one a size; between sizes it goes by the logarithm.
    """

    sizes: tuple[int, ...] = (1,)
    values: tuple[float, ...] = (0.0,)

    def of(self, photos: NDArray[np.int64]) -> Floats:
        """The allowance of each gallery size."""
        return np.asarray(np.interp(np.log(np.maximum(photos, 1)), np.log(self.sizes), self.values), np.float32)


NO_ALLOWANCES: Final = Allowances()


def mean_of_nearest(cosines: Floats, photos: NDArray[np.int64]) -> Floats:
    """The mean of the nearest: cosines `(…, W)`, minus infinity where there is no photo, and numbers of photos `(…)`.

    -1 where there are none.
    """
    width = cosines.shape[-1]
    if width > NEIGHBOURS:
        cosines = np.partition(cosines, width - NEIGHBOURS, axis=-1)[..., -NEIGHBOURS:]
    falling = -np.sort(-cosines, axis=-1)
    counted = np.minimum(NEIGHBOURS, (photos + 1) // 2)
    sums = np.where(np.arange(falling.shape[-1]) < counted[..., None], falling, 0).sum(-1)
    return np.asarray(np.where(photos > 0, sums / np.maximum(counted, 1), -1.0), np.float32)


def gallery_similarities(
    probes: Floats,
    gallery: Floats,
    labels: NDArray[np.int64],
    cousins: int,
    allowances: Allowances = NO_ALLOWANCES,
    at_once: int = AT_ONCE,
) -> Floats:
    """Mean cosine of probes `(F, D)` to the nearest of each cousin's gallery faces, plus allowance: `(F, cousins)`.

    `gallery` is `(N, D)` with labels `(N,)`; both are normalised. A cousin with no face in it gets -1.
    """
    photos = np.bincount(labels, minlength=cousins)
    by_cousin, ends = np.argsort(labels, kind="stable"), np.cumsum(photos)
    similarities = np.empty((len(probes), cousins), np.float32)
    step = max(1, at_once // max(len(gallery), 1))
    for start in range(0, len(probes), step):
        some = slice(start, start + step)
        cosines = (probes[some] @ gallery.T)[:, by_cousin]
        for cousin, count in enumerate(photos):
            own = cosines[:, ends[cousin] - count : ends[cousin]]
            similarities[some, cousin] = mean_of_nearest(own, count)
    return np.where(photos > 0, similarities + allowances.of(photos), np.float32(-1))


def masked_similarity(cosines: Floats, allowances: Allowances) -> Floats:
    """Similarity `(F,)` to one cousin by cosines `(F, N)`, minus infinity where a face is not to be compared with a
    photo; -1 where there is none to compare with."""
    counts = (cosines > -np.inf).sum(1)
    return np.asarray(np.where(counts > 0, mean_of_nearest(cosines, counts) + allowances.of(counts), -1), np.float32)


@dataclass(frozen=True, slots=True)
class Gallery:
    """Labelled faces.

    Attributes:
        cousins: names.
        faces: `(N, D)`, normalised.
        labels: `(N,)`, indices into `cousins`.
    """

    cousins: tuple[str, ...]
    faces: Floats
    labels: NDArray[np.int64]
    allowances: Allowances = NO_ALLOWANCES

    def similarities(self, probes: Floats) -> Floats:
        """How alike faces `(F, D)` are to each cousin's: `(F, cousins)`."""
        return gallery_similarities(probes, self.faces, self.labels, len(self.cousins), self.allowances)

    def nearest(self, embedding: Floats) -> dict[str, float]:
        """Cosine of one face `(D,)` to each cousin's nearest."""
        cosines = embedding @ self.faces.T
        return {self.cousins[label]: float(cosines[self.labels == label].max()) for label in np.unique(self.labels)}
