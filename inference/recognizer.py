"""Photos in, guesses out: a trained version at work."""

from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, compress, pairwise, tee
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from foundation.box import Box
from foundation.face import RecognizedFace
from inference.decoding.photo import Photo
from inference.device import Device
from inference.embedding.embedder import Embedder, first_view, other_view, views
from inference.faces.alignment import aligned_face
from inference.faces.finding import Face, FaceDetector, Pixels, cut, find_faces, whole_picture
from inference.faces.quality import Quality, quality
from inference.loading import load_version
from inference.naming.gallery import Floats, unit
from inference.naming.identifier import Identifier, Identity, in_answer
from inference.naming.memory import Memory
from models.graph import cores

SAME_FACE: Final = 0.3
"""Intersection over union from which a detected face is the one that a box was drawn around."""


Item = TypeVar("Item")
Result = TypeVar("Result")


def one_pass(network: str) -> str:
    """The fingerprint of what one pass made of a face that needed no second: enough to tell it, not to teach it."""
    return f"{network}, one pass"


@dataclass(frozen=True, slots=True)
class _FoundFace:
    """A face, the photo it is in and that one's place in the batch, and the first view of it."""

    photo: Photo
    place: int
    face: Face
    view: Pixels
    quality: Quality


class Recognizer:
    """One version at work: finds, embeds and names faces. Not for several threads at once."""

    def __init__(
        self, version: str, network: str, embedder: Embedder, identifier: Identifier, detector: FaceDetector
    ) -> None:
        self.version = version
        self.network = network
        self.cousins = identifier.cousins
        self._embedder = embedder
        self.identifier = identifier
        self._detector = detector
        self._pool = ThreadPoolExecutor(cores(), thread_name_prefix="faces")
        # Scores of a few faces are no work for many threads, and OpenBLAS's turn idly for 25 ms after each.
        threadpool_limits(limits=1, user_api="blas")

    @property
    def sees_pictures(self) -> bool:
        """Whether it goes by whole pictures, which may show anything, and looks for no faces."""
        return self._embedder.shape.crop == "whole"

    @classmethod
    def load(cls, folder: Path, detector: FaceDetector, device: Device) -> "Recognizer":
        """The version in `folder`. Raises `VersionBroken`."""
        card, embedder, identifier = load_version(folder, device)
        return cls(card.version, card.network, embedder, identifier, detector)

    def recognize(
        self, photos: Sequence[Photo], memory: Memory | None = None, unborn: Sequence[Collection[str]] = ()
    ) -> list[tuple[RecognizedFace, ...]]:
        """The faces of every photo from left to right, never none; all go through the network together.

        A second time go those that the first leaves in doubt, and those that are hard to tell. Of each photo `unborn`
        has the cousins who were not there yet when it was taken, and can't be on it.
        """
        numbered = list(enumerate(photos))
        found, once = self._first_pass(chain.from_iterable(self._side_by_side(self._find_faces, numbered)))
        places = np.array([one.place for one in found], np.int64)
        features, by_one_pass = self._second_pass(found, once, places, memory)
        tellable = np.array([not one.quality.hopeless for one in found], np.bool_)
        nobody_yet = [unborn[place] for place in places] if unborn else ()
        identities = self.identifier.identify(features, memory, tellable, places, nobody_yet)
        faces = [self._recognized(*face) for face in zip(found, identities, unit(features), by_one_pass, strict=True)]
        starts = np.searchsorted(places, np.arange(len(photos) + 1))
        return [tuple(compress(faces[start:end], in_answer(identities[start:end]))) for start, end in pairwise(starts)]

    def embed(self, photo: Photo, box: Box) -> NDArray[np.float32]:
        """The embedding `(D,)` of the face that lies in `box`; of the box's own pixels where none is found there."""
        faces = [whole_picture()] if self.sees_pictures else find_faces(self._detector, photo.pixels)
        face = max(faces, key=lambda face: face.box.overlap(box))
        pixels = photo.pixels
        if face.box.overlap(box) < SAME_FACE and not self.sees_pictures:
            pixels, face = cut(pixels, box), whole_picture()
        features = self._embedder.features([views(self._embedder.shape, pixels, face)])
        embedding: Floats = unit(features.gallery)[0]
        return embedding

    def _find_faces(self, numbered: tuple[int, Photo]) -> list[_FoundFace]:
        place, photo = numbered
        shape, found = self._embedder.shape, []
        if self.sees_pictures:  # of things, it may be: none is too small a face, or too dark a one
            view = first_view(shape, photo.pixels, whole_picture())
            return [_FoundFace(photo, place, whole_picture(), view, Quality(None, hopeless=False))]
        for face in find_faces(self._detector, photo.pixels):
            aligned = aligned_face(photo.pixels, face)
            is_view = shape.crop == "aligned" and shape.size == len(aligned)
            view = aligned if is_view else first_view(shape, photo.pixels, face)
            found.append(_FoundFace(photo, place, face, view, quality(photo.pixels, face, aligned)))
        return found

    def _first_pass(self, found: Iterable[_FoundFace]) -> tuple[list[_FoundFace], Floats]:
        """N faces and what one pass makes of them, `(N, D)`: of the first ones, while others are still looked for."""
        faces, again = tee(found)
        features = self._embedder.first_pass(face.view for face in faces)
        return list(again), features

    def _second_pass(
        self, found: Sequence[_FoundFace], once: Floats, places: NDArray[np.int64], memory: Memory | None
    ) -> tuple[Floats, NDArray[np.bool_]]:
        """The features of N faces after a second pass where one was not enough, `(N, D)`, and where it was."""
        by_one_pass = self.identifier.one_pass_suffices(once, places, memory)
        by_one_pass &= np.array([one.quality.flaw is None for one in found])
        doubtful = np.flatnonzero(~by_one_pass)
        features = once.copy()
        if len(doubtful):
            others = self._side_by_side(self._last_view, [found[int(i)] for i in doubtful])
            features[doubtful] = (once[doubtful] + self._embedder.second_pass(others)) / 2
        return features, by_one_pass

    def _last_view(self, found: _FoundFace) -> Pixels:
        other = other_view(self._embedder.shape, found.photo.pixels, found.face)
        return found.view if other is None else other

    def _side_by_side(self, work: Callable[[Item], Result], items: Sequence[Item]) -> Iterable[Result]:
        """A core each; one alone needs no thread."""
        return map(work, items) if len(items) == 1 else self._pool.map(work, items)

    def _recognized(
        self, found: _FoundFace, identity: Identity, embedding: Floats, by_one_pass: np.bool_
    ) -> RecognizedFace:
        return RecognizedFace(
            box=found.face.box,
            found=found.face.found,
            cousin=identity.cousin,
            answer=identity.answer,
            confidence=identity.confidence,
            candidates=identity.candidates,
            runners_up=identity.runners_up,
            similarity=identity.similarity,
            embedding=embedding,
            network=one_pass(self.network) if by_one_pass else self.network,
            version=self.version,
            flaw=None if identity.cousin or identity.said else found.quality.flaw,
            is_picture=self.sees_pictures,
        )
