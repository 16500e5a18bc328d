"""A gallery after what people have said since the version was trained."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inference.naming.gallery import Floats, Gallery
from inference.naming.memory import SAME_PICTURE, StatedFace


@dataclass(frozen=True, slots=True)
class UpdatedGallery:
    """A gallery after statements, with the faces `(…, D)` that it gained and lost by them and whose they were."""

    gallery: Gallery
    gained: Floats
    gained_by: tuple[str, ...]
    lost: Floats
    lost_by: tuple[str, ...]


def updated(gallery: Gallery, stated: Sequence[StatedFace]) -> UpdatedGallery:
    """With the faces that people named, and without those of which they said otherwise.

    A picture counts once: one that was trained on since people spoke of it, or sent and confirmed several times,
    lies in the gallery already. Of two statements about one picture the later stands.
    """
    stated = [face for face in stated if face.found]
    if not stated:
        return UpdatedGallery(gallery, gallery.faces[:0], (), gallery.faces[:0], ())
    own = len(gallery.faces)
    embeddings = np.stack([face.embedding for face in stated])
    faces = np.concatenate([gallery.faces, embeddings])
    names = [gallery.cousins[label] for label in gallery.labels] + [face.statement.cousin or "" for face in stated]
    same_picture = embeddings @ faces.T >= SAME_PICTURE
    there = np.arange(len(faces)) < own
    for number, statement in enumerate(face.statement for face in stated):
        same = np.flatnonzero(same_picture[number] & there)
        otherwise = [place for place in same if statement.contradicts(names[place])]
        there[otherwise] = False
        there[own + number] = statement.says == "is" and len(same) == len(otherwise)
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
    )
