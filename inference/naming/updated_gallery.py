"""A gallery after what people have said since the version was trained."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foundation.statement import Statement
from inference.naming.gallery import Floats, Gallery, masked_similarity
from inference.naming.genuine import GenuineScores
from inference.naming.memory import StatedFace


@dataclass(frozen=True, slots=True)
class UpdatedGallery:
    """A gallery after statements, with the faces `(…, D)` that it gained and lost by them and whose they were.

    Attributes:
        strangers: `(…, D)`, what was said to be a stranger's and may be found again in other photos.
    """

    gallery: Gallery
    gained: Floats
    gained_by: tuple[str, ...]
    lost: Floats
    lost_by: tuple[str, ...]
    strangers: Floats

    def nearest_stranger(self, embeddings: Floats) -> Floats:
        """Cosine of faces `(F, D)` to the nearest that was said to be a stranger's, `(F,)`; -1 where there is none."""
        return np.asarray((embeddings @ self.strangers.T).max(1, initial=-1.0), np.float32)


def updated(
    gallery: Gallery, genuine: GenuineScores, stated: Sequence[StatedFace], same_picture: float
) -> UpdatedGallery:
    """With the faces that people named, and without those of which they said otherwise.

    A picture counts once: one that was trained on since people spoke of it, or sent and confirmed several times,
    lies in the gallery already. Of two statements about one picture the later stands. A statement that contradicts the
    face holds for its picture alone, and no other face is judged by it.
    """
    stated = [face for face in stated if face.found]
    if not stated:
        nothing = gallery.faces[:0]
        return UpdatedGallery(gallery, nothing, (), nothing, (), nothing)
    own = len(gallery.faces)
    embeddings = np.stack([face.embedding for face in stated])
    faces = np.concatenate([gallery.faces, embeddings])
    names = [gallery.cousins[label] for label in gallery.labels] + [face.statement.cousin or "" for face in stated]
    cosines = embeddings @ faces.T
    of_same_picture = cosines >= _same_picture_from(same_picture, names, gallery, genuine)
    others = np.where(of_same_picture[:, :own], -np.inf, cosines[:, :own])
    similarities = np.stack(
        [
            masked_similarity(others[:, gallery.labels == cousin], gallery.allowances)
            for cousin in range(len(gallery.cousins))
        ],
        axis=1,
    )
    there = np.arange(len(faces)) < own
    strangers = []
    for number, statement in enumerate(face.statement for face in stated):
        same = np.flatnonzero(of_same_picture[number] & there)
        otherwise = [place for place in same if statement.contradicts(names[place])]
        there[otherwise] = False
        if contradicted(statement, gallery.cousins, similarities[number] > genuine.similarities):
            continue
        there[own + number] = statement.says == "is" and len(same) == len(otherwise)
        if statement.says == "stranger":
            strangers.append(number)
    cousins = list(gallery.cousins)
    cousins += sorted({names[place] for place in np.flatnonzero(there)} - set(cousins))
    numbers = {name: number for number, name in enumerate(cousins)}
    labels = np.array([numbers[names[place]] for place in np.flatnonzero(there)], np.int64)
    gained, lost = np.flatnonzero(there[own:]) + own, np.flatnonzero(~there[:own])
    return UpdatedGallery(
        Gallery(tuple(cousins), faces[there], labels, gallery.allowances),
        faces[gained],
        tuple(names[place] for place in gained),
        faces[lost],
        tuple(names[place] for place in lost),
        embeddings[strangers],
    )


def contradicted(statement: Statement, cousins: Sequence[str], surely: NDArray[np.bool_]) -> bool:
    """Whether a statement says otherwise than the face, which is surely of these cousins `(cousins,)`.

    What is said of a newcomer never is: nobody can know yet how they look.
    """
    if statement.says == "is" and statement.cousin not in cousins:
        return False
    return any(statement.contradicts(cousin) for cousin, sure in zip(cousins, surely, strict=True) if sure)


def _same_picture_from(least: float, names: Sequence[str], gallery: Gallery, genuine: GenuineScores) -> Floats:
    """From which cosine another face is taken to come from the picture of each of these faces, `(N,)`.

    Where a cousin's different pictures are all alike, as drawn ones are, only what is nearer than those.
    """
    limits = dict(zip(gallery.cousins, genuine.cosines, strict=True))
    return np.array([max(least, limits.get(name, -1.0)) for name in names], np.float32)
