"""What people have told us since the version was trained; it counts from the very next photo."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from foundation.statement import Statement

_ROUNDING: Final = 1e-4
"""What two computations of one embedding may differ by, in cosine, in batches of different sizes."""


@dataclass(frozen=True, slots=True)
class StatedFace:
    """A face of which an accepted statement speaks.

    Attributes:
        statement: what was said.
        embedding: `(D,)`, normalised.
        found: False where no face was found and the whole picture stood for it: pictures without faces are all alike
            to a face network, so that such a statement says something of this picture only.
    """

    statement: Statement
    embedding: NDArray[np.float32]
    found: bool = True


class Memory:
    """The faces that people have spoken of, ready to be compared with others."""

    def __init__(self, faces: Iterable[StatedFace] = ()) -> None:
        """`faces`, the latest last."""
        self.faces: Sequence[StatedFace] = tuple(faces)
        self._embeddings = np.stack([face.embedding for face in self.faces]) if self.faces else None

    def of_same_picture(
        self, embedding: NDArray[np.float32], nearest: Mapping[str, float], same_picture: float
    ) -> list[Statement]:
        """What was said of this very face, `(D,)`, from a cosine of `same_picture` on; the latest last.

        `nearest` is its cosine to each cousin's nearest gallery face, or more where that says little. A face that is
        nearer to another photo than to the one that was spoken of is not that one; the other may have joined its
        cousin's gallery since.
        """
        said = []
        for face, similarity in zip(self.faces, self._similarities(embedding[None])[0], strict=True):
            own = face.statement.cousin if face.statement.says == "is" else None
            others = max((cosine for cousin, cosine in nearest.items() if cousin != own), default=-1.0)
            if similarity >= max(same_picture, others - _ROUNDING):
                said.append(face.statement)
        return said

    def nearest(self, embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
        """Cosine of faces `(F, D)` to the nearest that anything was said of, `(F,)`; -1 where there is none."""
        return np.asarray(self._similarities(embeddings).max(1, initial=-1.0), np.float32)

    def _similarities(self, embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
        if self._embeddings is None:
            return np.zeros((len(embeddings), 0), np.float32)
        return np.asarray(embeddings @ self._embeddings.T, np.float32)
