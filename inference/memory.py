"""What people have told us since the version was trained; it counts from the very next photo."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Verdict: TypeAlias = Literal["is", "not", "stranger", "not_a_face"]

SAME_PICTURE: Final = 0.985
"""Cosine from which two embeddings are taken to come from one picture. Measured on two families, each photo against
itself compressed again at JPEG quality 60: 100 % and 96 % lie above; of different photos of one person .1 % and .05 %
of pairs do, of different people none."""

_ROUNDING: Final = 1e-4
"""What two computations of one embedding may differ by, in cosine, in batches of different sizes."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One accepted correction.

    Attributes:
        embedding: `(D,)`, normalised, of the face that was corrected.
        cousin: who it is (`is`, perhaps someone new) or is not (`not`); None for the other verdicts.
        verdict: what was said of the face.
    """

    embedding: NDArray[np.float32]
    cousin: str | None
    verdict: Verdict


class Memory:
    """The lessons, ready to be compared with faces."""

    def __init__(self, lessons: Iterable[Lesson] = ()) -> None:
        self._lessons: Sequence[Lesson] = tuple(lessons)
        self._embeddings = np.stack([lesson.embedding for lesson in self._lessons]) if self._lessons else None

    def taught(self) -> list[Lesson]:
        """The lessons that say who somebody is."""
        return [lesson for lesson in self._lessons if lesson.verdict == "is"]

    def of_same_picture(self, embedding: NDArray[np.float32], nearest: float) -> list[Lesson]:
        """What was said of this very face, `(D,)`; the latest last.

        `nearest` is its cosine to the nearest gallery face: a face that is nearer to another photo than to the one that
        was corrected is not that one.
        """
        return [
            lesson
            for lesson, similarity in zip(self._lessons, self._similarities(embedding), strict=True)
            if similarity >= max(SAME_PICTURE, nearest - _ROUNDING)
        ]

    def nearest_stranger(self, embedding: NDArray[np.float32]) -> float:
        """Cosine to the nearest face that was said to be a stranger's; -1 where there is none."""
        return max(
            (
                float(similarity)
                for lesson, similarity in zip(self._lessons, self._similarities(embedding), strict=True)
                if lesson.verdict == "stranger"
            ),
            default=-1.0,
        )

    def _similarities(self, embedding: NDArray[np.float32]) -> NDArray[np.float32]:
        if self._embeddings is None:
            return np.zeros(0, np.float32)
        return np.asarray(self._embeddings @ embedding, np.float32)
