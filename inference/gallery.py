"""The faces that a new one is compared with, and how alike it is to each cousin's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference.memory import SAME_PICTURE, Lesson

Floats = NDArray[np.float32]

NEIGHBOURS: Final = 3
"""A cousin's similarity is the mean of the nearest three gallery faces: of 1, 3, 5, 10 and all, three and five gave the
highest TPIR at 1 % FAR on both measured families (docs/recognition.md). Of a gallery with fewer than five faces it is
the nearest half (docs/feedback.md)."""


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


def gallery_similarities(
    probes: Floats,
    gallery: Floats,
    labels: NDArray[np.int64],
    cousins: int,
    allowances: Allowances = NO_ALLOWANCES,
) -> Floats:
    """Mean cosine of probes `(F, D)` to the nearest of each cousin's gallery faces, plus allowance: `(F, cousins)`.

    `gallery` is `(N, D)` with labels `(N,)`; both are normalised. A cousin with no face in it gets -1.
    """
    cosines = probes @ gallery.T
    similarities = np.full((len(probes), cousins), -1.0, np.float32)
    allowed = allowances.of(np.bincount(labels, minlength=cousins))
    for cousin in range(cousins):
        own = cosines[:, labels == cousin]
        if photos := own.shape[1]:
            nearest = min(NEIGHBOURS, (photos + 1) // 2)
            similarities[:, cousin] = np.sort(own, axis=1)[:, -nearest:].mean(1) + allowed[cousin]
    return similarities


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
        cosines = self.faces @ embedding
        return {self.cousins[label]: float(cosines[self.labels == label].max()) for label in np.unique(self.labels)}

    def taught(self, lessons: Sequence[Lesson]) -> "Taught":
        """With the faces that people named, and without those of which they said otherwise.

        A picture counts once: one that was trained on since it was corrected, or sent and confirmed several times,
        lies in the gallery already. Of two words about one picture the later stands.
        """
        lessons = [lesson for lesson in lessons if lesson.found]
        if not lessons:
            return Taught(self, self.faces[:0], (), self.faces[:0], ())
        own = len(self.faces)
        said = np.stack([lesson.embedding for lesson in lessons])
        faces = np.concatenate([self.faces, said])
        names = [self.cousins[label] for label in self.labels] + [lesson.cousin or "" for lesson in lessons]
        same_picture = said @ faces.T >= SAME_PICTURE
        there = np.arange(len(faces)) < own
        for number, lesson in enumerate(lessons):
            same = np.flatnonzero(same_picture[number] & there)
            otherwise = [place for place in same if lesson.contradicts(names[place])]
            there[otherwise] = False
            there[own + number] = lesson.verdict == "is" and len(same) == len(otherwise)
        cousins = list(self.cousins)
        cousins += sorted({names[place] for place in np.flatnonzero(there)} - set(cousins))
        labels = np.array([cousins.index(names[place]) for place in np.flatnonzero(there)], np.int64)
        gained, lost = np.flatnonzero(there[own:]) + own, np.flatnonzero(~there[:own])
        return Taught(
            Gallery(tuple(cousins), faces[there], labels, self.allowances),
            faces[gained],
            tuple(names[place] for place in gained),
            faces[lost],
            tuple(names[place] for place in lost),
        )


@dataclass(frozen=True, slots=True)
class Taught:
    """A gallery after lessons, with the faces `(…, D)` that it gained and lost by them and whose they were."""

    gallery: Gallery
    gained: Floats
    gained_by: tuple[str, ...]
    lost: Floats
    lost_by: tuple[str, ...]
