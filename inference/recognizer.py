"""Photos in, guesses out: a trained version at work."""

from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, compress, pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from foundation.box import Box
from foundation.face import Clarity, RecognizedFace
from inference.decoding.photo import Photo
from inference.device import Device
from inference.embedding.embedder import Embedder, FaceViews, views
from inference.faces.alignment import aligned_face
from inference.faces.finding import Face, FaceDetector, cut, find_faces, whole_picture
from inference.faces.quality import Quality, quality
from inference.loading import load_version
from inference.naming.gallery import Floats, unit
from inference.naming.identifier import Identifier, Identity, in_answer
from inference.naming.memory import Memory
from models.graph import cores

SAME_FACE: Final = 0.3
"""Intersection over union from which a detected face is the one that a box was drawn around."""


@dataclass(frozen=True, slots=True)
class _FoundFace:
    """A face, and the place of its photo in the batch."""

    place: int
    face: Face
    views: FaceViews
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

        Of each photo `unborn` has the cousins who were not there yet when it was taken, and can't be on it.
        """
        found = list(chain.from_iterable(self._pool.map(self._find_faces, range(len(photos)), photos)))
        places = np.array([one.place for one in found], np.int64)
        features = self._embedder.probe_features([one.views for one in found])
        tellable = np.array([not one.quality.hopeless for one in found], np.bool_)
        nobody_yet = [unborn[place] for place in places] if unborn else ()
        identities = self.identifier.identify(features, memory, tellable, places, nobody_yet)
        faces = [self._recognized(*face) for face in zip(found, identities, unit(features), strict=True)]
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

    def _find_faces(self, place: int, photo: Photo) -> list[_FoundFace]:
        pixels, shape = photo.pixels, self._embedder.shape
        if self.sees_pictures:  # of things, it may be: none is too small a face, or too dark a one
            picture = whole_picture()
            return [_FoundFace(place, picture, views(shape, pixels, picture), Quality(None, Clarity.CLEAR))]
        return [
            _FoundFace(place, face, views(shape, pixels, face), quality(pixels, face, aligned_face(pixels, face)))
            for face in find_faces(self._detector, pixels)
        ]

    def _recognized(self, found: _FoundFace, identity: Identity, embedding: Floats) -> RecognizedFace:
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
            network=self.network,
            version=self.version,
            flaw=None if identity.cousin or identity.said else found.quality.flaw,
            is_picture=self.sees_pictures,
            left_out=found.face.left_out,
        )
