"""Labelled photos in, one labelled face a photo out.

A folder says who is in a photo, not which face is theirs. In a photo with several faces the one is used that agrees
with the cousin's other photos; where that is not clear the photo is left out and named.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inference.device import Device
from inference.embedder import Embedder, embedder, views
from inference.faces import Face, FaceDetector, Pixels, cut, find_faces, whole_picture
from inference.gallery import Floats, unit
from inference.photo import PhotoError, decode
from inference.recognizer import SAME_FACE
from models.architectures import Architecture, architecture
from models.card import Skipped
from training.errors import TrainingError
from training.labelled import LabelledFace, LabelledFile
from training.moments import near_duplicates
from training.pictures import Picture
from training.progress import Progress
from training.words import let_people_decide

FEWEST: Final = 3
"""Usable photos that a cousin needs: with fewer there is nothing to hold out and compare."""

_LEAD: Final = 0.02
"""Cosine by which a face must agree better with the cousin's other photos than every other face in the photo."""
_AGREEING: Final = 5


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
        denials: faces of which people said who they are not; nobody is taught on them.
        corrections: numbers of the corrections taken in: as faces, as denials, or in place of a folder's word.
    """

    cousins: list[str]
    faces: list[LabelledFace]
    labels: NDArray[np.int64]
    groups: NDArray[np.int64]
    face_features: Floats
    skipped: list[Skipped]
    several: int
    denials: list[LabelledFace]
    corrections: list[int]


def read_faces(
    files: Sequence[LabelledFile],
    shape: Architecture,
    detector: FaceDetector,
    device: Device,
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
    chooser = embedder(face_shape, face_shape.build_body(True), device)
    pictures: list[Picture] = []
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
            skipped.append(_skip(file, f"the same file as {twin.name}"))
            continue
        faces = _faces_of(file, photo.pixels, detector, shape)
        if faces is None:
            if file.is_cousin:
                skipped.append(_skip(file, "no face was found"))
            continue
        pixels, found = faces
        pictures.append(
            Picture(
                file,
                photo.sha256,
                imagehash.dhash(Image.fromarray(photo.pixels)).hash.ravel(),
                found,
                [views(shape, pixels, face) for face in found],
                [views(face_shape, pixels, face) for face in found],
            )
        )
    progress("Finding faces", len(files), len(files))
    embeddings = _embed(chooser, pictures, progress)
    named: dict[str, list[int]] = defaultdict(list)
    for number, picture in enumerate(pictures):
        if picture.file.is_cousin:
            named[picture.file.cousin].append(number)
        else:
            picture.chosen = 0  # the one that a person pointed at
    for own in named.values():
        _choose_faces([pictures[i] for i in own], [unit(embeddings[i]) for i in own])
    settled = let_people_decide(pictures, [unit(own) for own in embeddings])
    several = 0
    usable, chosen = [], []
    for number, (picture, embedding) in enumerate(zip(pictures, embeddings, strict=True)):
        if number in settled.left_out:
            if reason := settled.left_out[number]:
                skipped.append(_skip(picture.file, reason))
        elif picture.chosen is None:
            skipped.append(_skip(picture.file, f"which of its {len(picture.faces)} faces is meant is not clear"))
        else:
            several += len(picture.faces) > 1 and picture.file.is_cousin
            usable.append(picture)
            chosen.append(embedding[picture.chosen])
    return _dataset(usable, chosen, skipped, several, fewest, settled.taken_in)


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


def _embed(chooser: Embedder, pictures: Sequence[Picture], progress: Progress) -> list[Floats]:
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


def _choose_faces(pictures: Sequence[Picture], embeddings: Sequence[Floats]) -> None:
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


def _dataset(
    pictures: Sequence[Picture],
    embeddings: Sequence[Floats],
    skipped: list[Skipped],
    several: int,
    fewest: int,
    taken_in: Sequence[int],
) -> Dataset:
    counts: dict[str, int] = defaultdict(int)
    for picture in pictures:
        counts[picture.file.cousin] += picture.file.is_cousin
    counts = {cousin: count for cousin, count in counts.items() if count}
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
    kept = [i for i, picture in enumerate(pictures) if picture.file.is_cousin and picture.file.cousin in cousins]
    denials = [i for i, picture in enumerate(pictures) if not picture.file.is_cousin]
    faces = [pictures[i].labelled() for i in kept]
    labels = np.array([cousins.index(face.file.cousin) for face in faces], np.int64)
    scenes = np.stack([pictures[i].scene for i in kept])
    features = np.stack([embeddings[i] for i in kept])
    left_out = {
        picture.file.word.correction
        for picture in pictures
        if picture.file.is_cousin and picture.file.word and picture.file.cousin not in cousins
    }
    return Dataset(
        cousins,
        faces,
        labels,
        near_duplicates(scenes, unit(features), labels),
        features,
        skipped,
        several,
        [pictures[i].labelled() for i in denials],
        sorted(set(taken_in) - left_out),
    )


def _skip(file: LabelledFile, reason: str) -> Skipped:
    return Skipped(photo=file.name, reason=reason)


def _reason(error: Exception) -> str:
    if isinstance(error, PhotoError):
        why, _, _ = str(error).partition(":")  # behind the colon stands what a guest should do
        return why if why.startswith("I ") else why[0].lower() + why[1:]
    return f"the file can't be opened ({getattr(error, 'strerror', None) or error})"
