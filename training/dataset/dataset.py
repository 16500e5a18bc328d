"""Labelled photos in, one labelled face a photo out.

A folder says who is in a photo, not which face is theirs. In a photo with several faces the one is used that agrees
with the cousin's other photos; where that is not clear the photo is left out and named.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.files.face_cache import FaceCache
from foundation.box import Box
from foundation.progress import Progress, silent
from inference.device import Device
from inference.faces.finding import FaceDetector, Pixels, whole_picture
from inference.naming.gallery import Floats, unit
from inference.recognizer import SAME_FACE
from models.architectures import Architecture
from models.card import Skipped
from training import wording
from training.dataset.extracted_faces import Sight
from training.dataset.face_extractor import Eyes, Look
from training.dataset.label_conflicts import let_people_decide
from training.dataset.labelled import LabelledFace, LabelledFile
from training.dataset.near_duplicates import near_duplicates
from training.dataset.pictures import Picture
from training.errors import TrainingError, why_unusable

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
        face_features, asked: `(N, 128)`, what the pretrained face network makes of each, to learn from and as of a
            guest's photo.
        skipped: the photos that were left out.
        several: photos that showed more than one face, of which one was chosen.
        denials: faces of which people said who they are not; nobody is taught on them.
        corrections: numbers of the corrections taken in: as faces, as denials, or in place of a folder's label.
        eyes: what looked at the photos.
    """

    cousins: list[str]
    faces: list[LabelledFace]
    labels: NDArray[np.int64]
    groups: NDArray[np.int64]
    face_features: Floats
    asked: Floats
    skipped: list[Skipped]
    several: int
    denials: list[LabelledFace]
    corrections: list[int]
    eyes: Eyes

    def portrait(self, face: int) -> Pixels:
        """One of `faces` aligned, to be shown, `(150, 150, 3)`."""
        return self.eyes.portrait(self.faces[face].sight, self.faces[face].place)


def read_faces(
    files: Sequence[LabelledFile],
    shape: Architecture,
    detector: FaceDetector,
    device: Device,
    progress: Progress,
    *,
    fewest: int = FEWEST,
    cache: FaceCache | None = None,
) -> Dataset:
    """Look and choose; a cousin with fewer than `fewest` usable photos is left out.

    What the `cache` holds is not looked at again.

    Raises:
        TrainingError: fewer than two cousins are left.
    """
    skipped: list[Skipped] = []
    eyes = Eyes(detector, device, cache or FaceCache())
    pictures = _pictures(files, shape, eyes, progress, skipped)
    named: dict[str, list[int]] = defaultdict(list)
    for number, picture in enumerate(pictures):
        if picture.file.is_cousin:
            named[picture.file.cousin].append(number)
        else:
            picture.chosen = 0  # the one that a person pointed at
    for own in named.values():
        _choose_faces([pictures[i] for i in own])
    settled = let_people_decide(pictures)
    several = 0
    usable = []
    for number, picture in enumerate(pictures):
        if number in settled.left_out:
            if reason := settled.left_out[number]:
                skipped.append(_skip(picture.file, reason))
        elif picture.chosen is None:
            skipped.append(_skip(picture.file, wording.face_unclear(len(picture.faces))))
        else:
            several += len(picture.faces) > 1 and picture.file.is_cousin
            usable.append(picture)
    return _dataset(eyes, usable, skipped, several, fewest, settled.taken_in)


def _pictures(
    files: Sequence[LabelledFile], shape: Architecture, eyes: Eyes, progress: Progress, skipped: list[Skipped]
) -> list[Picture]:
    """Those of the files that show a face; the reasons of the others are added to `skipped`."""
    whole = whole_picture().box if shape.crop == "whole" else None
    looks = [Look(file.path, whole if file.box is None else None, file.sha256) for file in files]
    photos: list[tuple[LabelledFile, Sight]] = []
    seen: dict[tuple[str, str], LabelledFile] = {}
    for file, sight in zip(files, eyes.see(looks, progress), strict=True):
        if not isinstance(sight, Sight):
            skipped.append(_skip(file, why_unusable(sight)))
            continue
        twin = seen.setdefault((sight.sha256, file.cousin), file)
        if twin is not file and file.box is None:
            skipped.append(_skip(file, wording.same_file(twin.name)))
        elif sight.part is None and not sight.faces[0].found and file.box in (None, whole_picture().box):
            # also where somebody named a picture without a face: it says nothing of how they look
            if file.is_cousin:
                skipped.append(_skip(file, wording.no_face()))
        else:
            photos.append((file, sight))
    unseen = [file for file, sight in photos if file.box is not None and _overlap(sight, file.box) < SAME_FACE]
    closer = dict(
        zip(unseen, eyes.see([Look(file.path, file.box, file.sha256) for file in unseen], silent), strict=True)
    )
    pictures = []
    for file, photo in photos:
        sight = closer.get(file, photo)
        if not isinstance(sight, Sight):
            skipped.append(_skip(file, why_unusable(sight)))  # deleted since the first look
        elif file.box is None or sight is not photo:
            pictures.append(Picture(file, photo, sight, list(range(len(sight.faces)))))
        else:
            overlaps = [face.box.overlap(file.box) for face in photo.faces]
            pictures.append(Picture(file, photo, photo, [int(np.argmax(overlaps))]))
    return pictures


def _overlap(sight: Sight, box: Box) -> float:
    """How much of what a person pointed at the likeliest face covers."""
    return max(face.box.overlap(box) for face in sight.faces)


def _choose_faces(pictures: Sequence[Picture]) -> None:
    """Set `chosen` in one cousin's pictures.

    A face's agreement is the mean of its five highest cosines to the cousin's other photos. Those are first the
    photos with a single face; where there are fewer than three of them, all photos, each by its nearest face.
    """
    embeddings = [unit(picture.embeddings) for picture in pictures]
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
    eyes: Eyes,
    pictures: Sequence[Picture],
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
    skipped.extend(
        Skipped(photo=cousin, reason=wording.too_few_photos(counts[cousin], fewest))
        for cousin in sorted(set(counts) - set(cousins))
    )
    if len(cousins) < 2:
        raise TrainingError(
            wording.only_one_to_tell_apart(fewest, cousins[0]) if cousins else wording.nobody_to_tell_apart(fewest),
            skipped,
        )
    numbers = {cousin: number for number, cousin in enumerate(cousins)}
    faces = [picture.labelled() for picture in pictures if picture.file.is_cousin and picture.file.cousin in numbers]
    labels = np.array([numbers[face.file.cousin] for face in faces], np.int64)
    scenes = np.stack([face.photo.scene for face in faces])
    features = np.stack([face.features for face in faces])
    left_out = {
        picture.file.statement.number
        for picture in pictures
        if picture.file.is_cousin and picture.file.statement and picture.file.cousin not in cousins
    }
    return Dataset(
        cousins,
        faces,
        labels,
        near_duplicates(scenes, unit(features), labels),
        features,
        np.stack([face.asked for face in faces]),
        skipped,
        several,
        [picture.labelled() for picture in pictures if not picture.file.is_cousin],
        sorted(set(taken_in) - left_out),
        eyes,
    )


def _skip(file: LabelledFile, reason: str) -> Skipped:
    return Skipped(photo=file.name, reason=reason)
