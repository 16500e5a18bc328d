"""What people have told us since the version was trained; it counts from the very next photo."""

from collections.abc import Iterable, Mapping, Sequence
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
        found: False where no face was found and the whole picture stood for it: pictures without faces are all alike
            to a face network, so that such a lesson says something of this picture only.
    """

    embedding: NDArray[np.float32]
    cousin: str | None
    verdict: Verdict
    found: bool = True

    def contradicts(self, name: str) -> bool:
        """Whether the same face can't be `name`'s if this is true."""
        return (name != self.cousin) if self.verdict == "is" else (self.verdict != "not" or name == self.cousin)


class Memory:
    """The lessons, ready to be compared with faces."""

    def __init__(self, lessons: Iterable[Lesson] = ()) -> None:
        self._lessons: Sequence[Lesson] = tuple(lessons)
        self._embeddings = np.stack([lesson.embedding for lesson in self._lessons]) if self._lessons else None
        self._strangers = np.array(
            [lesson.verdict == "stranger" and lesson.found for lesson in self._lessons], np.bool_
        )

    @property
    def lessons(self) -> Sequence[Lesson]:
        """All of them, the latest last."""
        return self._lessons

    def of_same_picture(self, embedding: NDArray[np.float32], nearest: Mapping[str, float]) -> list[Lesson]:
        """What was said of this very face, `(D,)`; the latest last.

        `nearest` is its cosine to each cousin's nearest gallery face. A face that is nearer to another photo than to
        the one that was corrected is not that one; the corrected one may have joined its cousin's gallery since.
        """
        lessons = []
        for lesson, similarity in zip(self._lessons, self._similarities(embedding[None])[0], strict=True):
            own = lesson.cousin if lesson.verdict == "is" else None
            others = max((cosine for cousin, cosine in nearest.items() if cousin != own), default=-1.0)
            if similarity >= max(SAME_PICTURE, others - _ROUNDING):
                lessons.append(lesson)
        return lessons

    def nearest(self, embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
        """Cosine of faces `(F, D)` to the nearest that anything was said of, `(F,)`; -1 where there is none."""
        return np.asarray(self._similarities(embeddings).max(1, initial=-1.0), np.float32)

    def nearest_stranger(self, embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
        """Cosine of faces `(F, D)` to the nearest that was said to be a stranger's, `(F,)`; -1 where there is none."""
        return np.asarray(self._similarities(embeddings)[:, self._strangers].max(1, initial=-1.0), np.float32)

    def _similarities(self, embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
        if self._embeddings is None:
            return np.zeros((len(embeddings), 0), np.float32)
        return np.asarray(embeddings @ self._embeddings.T, np.float32)
