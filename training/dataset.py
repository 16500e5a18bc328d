"""Labelled photos in, one labelled face a photo out.

A folder says who is in a photo, not which face is theirs. In a photo with several faces the one is used that agrees
with the cousin's other photos; where that is not clear the photo is left out and named.
"""

import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Final

import imagehash
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from scipy.sparse.csgraph import connected_components

from inference.faces import Box, Face, FaceDetector, Pixels, cut, find_faces, whole_picture
from inference.identify import Floats, unit
from inference.memory import SAME_PICTURE
from inference.photo import PhotoError, decode
from inference.recognizer import SAME_FACE, Embedder
from models.architectures import Architecture, architecture
from models.card import Skipped
from training.errors import TrainingError
from training.progress import Progress

FEWEST: Final = 3
"""Usable photos that a cousin needs: with fewer there is nothing to hold out and compare."""

_LEAD: Final = 0.02
"""Cosine by which a face must agree better with the cousin's other photos than every other face in the photo."""
_AGREEING: Final = 5
_SAME_SCENE, _ALIKE_SCENE = 4, 12
"""Hamming distances of 64-bit difference hashes (Krawetz 2013) up to which two photos are near-duplicates by
themselves, and up to which they are if the face is the same too."""


@dataclass(frozen=True, slots=True)
class LabelledFile:
    """A photo file and what is known of it.

    Attributes:
        path: where it lies.
        cousin: who is in it.
        source: `library`, or `correction:` and its number.
        box: which face is theirs, where a person pointed at it.
    """

    path: Path
    cousin: str
    source: str = "library"
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class LabelledFace:
    """One face whose cousin is known: where it came from, and what the network sees of it, `(views, size, size, 3)`."""

    file: LabelledFile
    sha256: str
    box: Box
    views: Pixels

    @property
    def crop(self) -> Pixels:
        """The first view, `(size, size, 3)`."""
        crop: Pixels = self.views[0]
        return crop


@dataclass(frozen=True, slots=True)
class Dataset:
    """Faces to learn from.

    Attributes:
        cousins: names in alphabetical order; labels are indices into it.
        faces: N of them.
        labels: `(N,)`.
        groups: `(N,)`; near-duplicates and bursts share a number and must stay in one fold.
        face_features: `(N, 128)`, what the pretrained face network makes of each.
        skipped: the photos that were left out.
        several: photos that showed more than one face, of which one was chosen.
    """

    cousins: list[str]
    faces: list[LabelledFace]
    labels: NDArray[np.int64]
    groups: NDArray[np.int64]
    face_features: Floats
    skipped: list[Skipped]
    several: int


@dataclass(slots=True)
class _Picture:
    """A decoded photo file on its way to a labelled face."""

    file: LabelledFile
    sha256: str
    scene: NDArray[np.bool_]
    faces: list[Face]
    views: list[Pixels]
    chips: list[Pixels]
    chosen: int | None = None


def read_faces(
    files: Sequence[LabelledFile],
    shape: Architecture,
    detector: FaceDetector,
    device: torch.device,
    progress: Progress,
    *,
    fewest: int = FEWEST,
) -> Dataset:
    """Decode, detect and choose; a cousin with fewer than `fewest` usable photos is left out.

    Raises:
        TrainingError: fewer than two cousins are left.
    """
    skipped: list[Skipped] = []
    face_shape = architecture("face")
    chooser = Embedder(face_shape, face_shape.build_body(True), device)
    cropper = Embedder(shape, torch.nn.Identity(), device)
    pictures: list[_Picture] = []
    seen: dict[tuple[str, str], LabelledFile] = {}
    for number, file in enumerate(files):
        progress("Finding faces", number, len(files))
        try:
            data = file.path.read_bytes()
            photo = decode(data)
        except (PhotoError, OSError) as error:
            skipped.append(_skip(file, _reason(error)))
            continue
        twin = seen.setdefault((photo.sha256, file.cousin), file)
        if twin is not file and file.box is None:
            skipped.append(_skip(file, f"the same file as {_name(twin)}"))
            continue
        faces = _faces_of(file, photo.pixels, detector, shape)
        if faces is None:
            skipped.append(_skip(file, "no face was found"))
            continue
        pixels, found = faces
        pictures.append(
            _Picture(
                file,
                photo.sha256,
                imagehash.dhash(Image.fromarray(photo.pixels)).hash.ravel(),
                found,
                [cropper.views(pixels, face) for face in found],
                [chooser.views(pixels, face) for face in found],
            )
        )
    progress("Finding faces", len(files), len(files))
    embeddings = _embed(chooser, pictures, progress)
    several = 0
    for cousin in sorted({picture.file.cousin for picture in pictures}):
        own = [index for index, picture in enumerate(pictures) if picture.file.cousin == cousin]
        _choose_faces([pictures[i] for i in own], [unit(embeddings[i]) for i in own])
    disputed = _claimed_twice(pictures)
    usable, chosen = [], []
    for picture, embedding in zip(pictures, embeddings, strict=True):
        if id(picture) in disputed:
            skipped.append(_skip(picture.file, "the same face lies in another cousin's folder too"))
        elif picture.chosen is None:
            skipped.append(_skip(picture.file, f"which of its {len(picture.faces)} faces is meant is not clear"))
        else:
            several += len(picture.faces) > 1
            usable.append(picture)
            chosen.append(embedding[picture.chosen])
    return _dataset(usable, chosen, skipped, several, fewest)


def _faces_of(
    file: LabelledFile, pixels: Pixels, detector: FaceDetector, shape: Architecture
) -> tuple[Pixels, list[Face]] | None:
    """The pixels to crop from and the faces that may be the cousin's; None where there is no face to learn."""
    if shape.crop == "whole" and file.box is None:
        return pixels, [whole_picture()]
    faces = find_faces(detector, pixels)
    if not faces[0].found and file.box in (None, whole_picture().box):
        return None  # also where somebody named a picture without a face: it says nothing of how they look
    if file.box is None:
        return pixels, faces
    face = max(faces, key=lambda face: face.box.overlap(file.box or face.box))
    if face.box.overlap(file.box) >= SAME_FACE:
        return pixels, [face]
    return cut(pixels, file.box), [whole_picture()]


def _embed(chooser: Embedder, pictures: Sequence[_Picture], progress: Progress) -> list[Floats]:
    """The face network's features of every face, `(faces, 128)` a picture, in few large batches."""
    embeddings: list[Floats] = []
    chips = [chip for picture in pictures for chip in picture.chips]
    rows: list[Floats] = []
    for start in range(0, len(chips), 128):
        progress("Looking at faces", start, len(chips))
        rows.append(chooser.features(chips[start : start + 128]))
    progress("Looking at faces", len(chips), len(chips))
    together = np.concatenate(rows) if rows else np.zeros((0, 128), np.float32)
    start = 0
    for picture in pictures:
        embeddings.append(together[start : start + len(picture.chips)])
        start += len(picture.chips)
    return embeddings


def _choose_faces(pictures: Sequence[_Picture], embeddings: Sequence[Floats]) -> None:
    """Set `chosen` in one cousin's pictures.

    A face's agreement is the mean of its five highest cosines to the cousin's other photos. Those are first the
    photos with a single face; where there are fewer than three of them, all photos, each by its nearest face.
    """
    single = [index for index, picture in enumerate(pictures) if len(picture.faces) == 1]
    witnesses = single if len(single) >= FEWEST else range(len(pictures))
    for index, (picture, own) in enumerate(zip(pictures, embeddings, strict=True)):
        if len(picture.faces) == 1:
            picture.chosen = 0
            continue
        others = [witness for witness in witnesses if witness != index]
        if not others:
            continue
        nearest = np.stack([(own @ embeddings[other].T).max(1) for other in others], axis=1)
        agreement = np.sort(nearest, axis=1)[:, -_AGREEING:].mean(1)
        second, first = np.argsort(agreement)[-2:]
        if agreement[first] - agreement[second] >= _LEAD:
            picture.chosen = int(first)


def _claimed_twice(pictures: Sequence[_Picture]) -> set[int]:
    """Ids of the library's pictures whose chosen face another cousin's folder claims too, in the same photo."""
    disputed = set()
    by_photo: dict[str, list[_Picture]] = defaultdict(list)
    for picture in pictures:
        if picture.chosen is not None and picture.file.box is None:
            by_photo[picture.sha256].append(picture)
    for same_photo in by_photo.values():
        for one, other in combinations(same_photo, 2):
            if one.chosen == other.chosen:
                disputed |= {id(one), id(other)}
    return disputed


def _dataset(
    pictures: Sequence[_Picture], embeddings: Sequence[Floats], skipped: list[Skipped], several: int, fewest: int
) -> Dataset:
    counts: dict[str, int] = defaultdict(int)
    for picture in pictures:
        counts[picture.file.cousin] += 1
    cousins = sorted(cousin for cousin, count in counts.items() if count >= fewest)
    for cousin in sorted(set(counts) - set(cousins)):
        photos = "photo" if counts[cousin] == 1 else "photos"
        skipped.append(
            Skipped(
                photo=cousin,
                reason=f"{counts[cousin]} usable {photos}: {cousin} is left out until there are {fewest}",
            )
        )
    if len(cousins) < 2:
        known = f"only {cousins[0]} has" if cousins else "nobody has"
        raise TrainingError(
            f"There must be at least two cousins with {fewest} usable photos each to tell apart, and {known} that many:"
            " add photos, one folder a cousin.",
            skipped,
        )
    kept = [index for index, picture in enumerate(pictures) if picture.file.cousin in cousins]
    faces = [
        LabelledFace(
            pictures[i].file,
            pictures[i].sha256,
            pictures[i].faces[pictures[i].chosen or 0].box,
            pictures[i].views[pictures[i].chosen or 0],
        )
        for i in kept
    ]
    labels = np.array([cousins.index(face.file.cousin) for face in faces], np.int64)
    scenes = np.stack([pictures[i].scene for i in kept])
    features = np.stack([embeddings[i] for i in kept])
    groups = _near_duplicates(scenes, unit(features), labels)
    return Dataset(cousins, faces, labels, groups, features, skipped, several)


def _near_duplicates(scenes: NDArray[np.bool_], embeddings: Floats, labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Group numbers `(N,)`: photos of one cousin that show one moment, as bursts and copies do."""
    groups = np.empty(len(labels), np.int64)
    start = 0
    for label in np.unique(labels):
        own = labels == label
        signs = np.where(scenes[own], 1.0, -1.0).astype(np.float32)
        distance = (signs.shape[1] - signs @ signs.T) / 2
        same_face = embeddings[own] @ embeddings[own].T >= SAME_PICTURE
        same_moment = (distance <= _SAME_SCENE) | ((distance <= _ALIKE_SCENE) & same_face)
        moments, groups_of_own = connected_components(same_moment, directed=False)
        groups[own] = start + groups_of_own
        start += moments
    return groups


def _skip(file: LabelledFile, reason: str) -> Skipped:
    return Skipped(photo=_name(file), reason=reason)


def _name(file: LabelledFile) -> str:
    return f"{readable(file.path.parent.name)}/{readable(file.path.name)}"


def readable(name: str) -> str:
    """A file name that can be printed and written as UTF-8: old disks hold names that are in no encoding we know."""
    return os.fsencode(name).decode("utf-8", "replace")


def _reason(error: Exception) -> str:
    if isinstance(error, PhotoError):
        why, _, _ = str(error).partition(":")  # behind the colon stands what a guest should do
        return why if why.startswith("I ") else why[0].lower() + why[1:]
    return f"the file can't be opened ({getattr(error, 'strerror', None) or error})"
