"""Photos in, guesses out: a trained version at work."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, compress, pairwise, tee
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file
from threadpoolctl import threadpool_limits

from foundation.box import Box
from foundation.face import RecognizedFace
from inference import wording
from inference.decoding.photo import Photo
from inference.device import Device
from inference.embedding.embedder import Embedder, first_view, load_embedder, other_view, views
from inference.faces.alignment import aligned_face
from inference.faces.finding import Face, FaceDetector, Pixels, cut, find_faces, whole_picture
from inference.faces.quality import Quality, quality
from inference.naming.gallery import Allowances, Floats, unit
from inference.naming.heads import load_head
from inference.naming.identifier import Identifier, Identity, shown
from inference.naming.memory import Memory
from models.architectures import architecture
from models.card import Card
from models.graph import cores

SAME_FACE: Final = 0.3
"""Intersection over union from which a detected face is the one that a box was drawn around."""


Item = TypeVar("Item")
Result = TypeVar("Result")


def one_pass(network: str) -> str:
    """The fingerprint of what one pass made of a face that needed no second: enough to tell it, not to teach it."""
    return f"{network}, one pass"


@dataclass(frozen=True, slots=True)
class _Seen:
    """A face, the photo it is in and that one's place in the batch, and the first view of it."""

    photo: Photo
    place: int
    face: Face
    view: Pixels
    quality: Quality


class Recognizer:
    """One version, loaded."""

    def __init__(
        self, version: str, space: str, embedder: Embedder, identifier: Identifier, detector: FaceDetector
    ) -> None:
        self.version = version
        self.space = space
        self.cousins = identifier.cousins
        self.dimensions = identifier.dimensions
        self._embedder = embedder
        self.identifier = identifier
        self._detector = detector
        self._pool = ThreadPoolExecutor(cores(), thread_name_prefix="faces")
        # Scores of a few faces are no work for many threads, and OpenBLAS's turn idly for 25 ms after each.
        threadpool_limits(limits=1, user_api="blas")

    @classmethod
    def load(cls, folder: Path, detector: FaceDetector, device: Device) -> "Recognizer":
        """Load the version in `folder`: safetensors and JSON only. Raises `VersionBroken`."""
        with _whole(folder):
            card, identifier, body = _read(folder)
            by = load_embedder(architecture(card.architecture, card.crop), body, device)
        return cls(card.version, card.space, by, identifier, detector)

    def recognize(self, photos: Sequence[Photo], memory: Memory | None = None) -> list[tuple[RecognizedFace, ...]]:
        """The faces of every photo from left to right, never none; all go through the network together.

        A second time go those that the first leaves in doubt, and those that are hard to tell.
        """
        found = chain.from_iterable(self._side_by_side(self._look_at, list(enumerate(photos))))
        seen, once = self._seen_once(found)
        places = np.array([one.place for one in seen], np.int64)
        features, settled = self._seen_again(seen, once, places, memory)
        tellable = np.array([not one.quality.hopeless for one in seen], np.bool_)
        identities = self.identifier.identify(features, memory, tellable, places)
        faces = [self._recognized(*face) for face in zip(seen, identities, unit(features), settled, strict=True)]
        starts = np.searchsorted(places, np.arange(len(photos) + 1))
        return [tuple(compress(faces[start:end], shown(identities[start:end]))) for start, end in pairwise(starts)]

    def _look_at(self, numbered: tuple[int, Photo]) -> list[_Seen]:
        place, photo = numbered
        shape, found = self._embedder.shape, []
        for face in find_faces(self._detector, photo.pixels):
            aligned = aligned_face(photo.pixels, face)
            is_view = shape.crop == "aligned" and shape.size == len(aligned)
            view = aligned if is_view else first_view(shape, photo.pixels, face)
            found.append(_Seen(photo, place, face, view, quality(photo.pixels, face, aligned)))
        return found

    def _seen_once(self, found: Iterable[_Seen]) -> tuple[list[_Seen], Floats]:
        """N faces and what one pass makes of them, `(N, D)`: of the first ones, while others are still looked for."""
        faces, again = tee(found)
        features = self._embedder.first_pass(face.view for face in faces)
        return list(again), features

    def _seen_again(
        self, seen: Sequence[_Seen], once: Floats, places: NDArray[np.int64], memory: Memory | None
    ) -> tuple[Floats, NDArray[np.bool_]]:
        """The features of N faces after a second pass where one was not enough, `(N, D)`, and where it was."""
        settled = self.identifier.settled(once, places, memory)
        settled &= np.array([one.quality.flaw is None for one in seen])
        doubtful = np.flatnonzero(~settled)
        features = once.copy()
        if len(doubtful):
            others = self._side_by_side(self._last_view, [seen[int(i)] for i in doubtful])
            features[doubtful] = (once[doubtful] + self._embedder.second_pass(others)) / 2
        return features, settled

    def _last_view(self, seen: _Seen) -> Pixels:
        other = other_view(self._embedder.shape, seen.photo.pixels, seen.face)
        return seen.view if other is None else other

    def _side_by_side(self, work: Callable[[Item], Result], items: Sequence[Item]) -> Iterable[Result]:
        """A core each; one alone needs no thread."""
        return map(work, items) if len(items) == 1 else self._pool.map(work, items)

    def embed(self, photo: Photo, box: Box) -> NDArray[np.float32]:
        """The embedding `(D,)` of the face that lies in `box`; of the box's own pixels where none is found there."""
        faces = find_faces(self._detector, photo.pixels)
        face = max(faces, key=lambda face: face.box.overlap(box))
        pixels = photo.pixels
        if face.box.overlap(box) < SAME_FACE:
            pixels, face = cut(pixels, box), whole_picture()
        learned, _ = self._embedder.thorough_features([views(self._embedder.shape, pixels, face)])
        embedding: Floats = unit(learned)[0]
        return embedding

    def _recognized(self, seen: _Seen, identity: Identity, embedding: Floats, settled: np.bool_) -> RecognizedFace:
        return RecognizedFace(
            box=seen.face.box,
            found=seen.face.found,
            cousin=identity.cousin,
            confidence=identity.confidence,
            candidates=identity.candidates,
            runners_up=identity.runners_up,
            similarity=identity.similarity,
            embedding=embedding,
            network=one_pass(self.space) if settled else self.space,
            version=self.version,
            flaw=None if identity.cousin or identity.said else seen.quality.flaw,
        )


def load_identifier(folder: Path) -> tuple[Card, Identifier]:
    """What names faces in the version in `folder`, without what looks at photos. Raises `VersionBroken`."""
    with _whole(folder):
        card, identifier, _ = _read(folder)
    return card, identifier


def _read(folder: Path) -> tuple[Card, Identifier, dict[str, Floats]]:
    """A version's card, what names faces, and the tensors of its body."""
    card = Card.read(folder / "card.json")
    tensors = load_file(folder / "weights.safetensors")
    gallery, labels = tensors.pop("gallery"), tensors.pop("gallery_labels")
    shape = architecture(card.architecture, card.crop)
    identifier = Identifier(
        card.cousins,
        load_head(shape, _below("head", tensors), gallery.shape[1], len(card.cousins)),
        gallery,
        labels,
        threshold=card.threshold,
        slope=card.slope,
        temperature=card.temperature,
        allowances=Allowances(tuple(size for size, _ in card.allowances), tuple(v for _, v in card.allowances)),
        second_pass_raises=card.second_pass_raises,
    )
    return card, identifier, _below("body", tensors)


@contextmanager
def _whole(folder: Path) -> Iterator[None]:
    """Raises `VersionBroken` where a version can't be read."""
    try:
        yield
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        reason = str(error).partition("\n")[0]
        raise VersionBroken(wording.version_broken(folder.name, reason)) from error


def _below(prefix: str, tensors: dict[str, Floats]) -> dict[str, Floats]:
    return {
        name.removeprefix(f"{prefix}."): tensor for name, tensor in tensors.items() if name.startswith(f"{prefix}.")
    }


class VersionBroken(ValueError):
    """A version's files are missing or damaged; the message says what to do."""
