"""Labelled photos in, one labelled face a photo out.

In a photo with several faces the one is used that agrees with the cousin's other photos (`face_choice`); where that is
not clear the photo is left out and named.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from data.files.face_cache import FaceCache
from foundation.box import Box
from foundation.progress import Progress, silent
from inference.device import Device
from inference.embedding.embedder import Features
from inference.faces.finding import FaceDetector, Pixels, whole_picture
from inference.naming.gallery import unit
from inference.recognizer import SAME_FACE
from models.architectures import Architecture, architecture
from models.card import Skipped, Unclear
from training import wording
from training.dataset.extracted_faces import ExtractedFaces
from training.dataset.face_choice import choose_faces
from training.dataset.face_extractor import FaceExtractor, PhotoPart
from training.dataset.label_conflicts import resolve_conflicts
from training.dataset.labelled import LabelledFace, LabelledFile
from training.dataset.near_duplicates import near_duplicates
from training.dataset.pictures import Picture
from training.errors import TrainingError, why_unusable
from training.hyperparameters import DEFAULTS, Hyperparameters


@dataclass(frozen=True, slots=True)
class Dataset:
    """Faces to learn from.

    Attributes:
        cousins: names in alphabetical order; labels are indices into it.
        faces: N of them.
        labels: `(N,)`.
        groups: `(N,)`; near-duplicates and bursts share a number and must stay in one fold.
        features: `(N, D)` each, by the pretrained face network.
        skipped: the photos that were left out.
        several_faces: photos that showed more than one face, of which one was chosen.
        denials: faces of which people said who they are not; nobody is taught on them.
        stated: every face of which people said anything, taught on or not, in the order in which that was decided.
        corrections: numbers of the corrections taken in: as faces, as denials, or in place of a folder's label.
        extractor: what found the faces.
        hyper: by which they were chosen: for the cosines of the network that embedded them.
    """

    cousins: list[str]
    faces: list[LabelledFace]
    labels: NDArray[np.int64]
    groups: NDArray[np.int64]
    features: Features
    skipped: list[Skipped]
    several_faces: int
    denials: list[LabelledFace]
    stated: list[LabelledFace]
    corrections: list[int]
    extractor: FaceExtractor
    hyper: Hyperparameters = DEFAULTS

    def only(self, kept: NDArray[np.int64], others: Sequence[Skipped]) -> "Dataset":
        """With some of the faces; `others` says why those that are left out are."""
        return replace(
            self,
            faces=[self.faces[i] for i in kept],
            labels=self.labels[kept],
            groups=self.groups[kept],
            features=self.features.of(kept),
            skipped=[*self.skipped, *others],
        )

    def portrait(self, face: int) -> Pixels:
        """One of `faces` aligned, to be shown, `(150, 150, 3)`."""
        return self.extractor.portrait(self.faces[face].extracted, self.faces[face].place)


def read_faces(
    files: Sequence[LabelledFile],
    shape: Architecture,
    detector: FaceDetector,
    device: Device,
    progress: Progress,
    *,
    hyper: Hyperparameters = DEFAULTS,
    cache: FaceCache | None = None,
) -> Dataset:
    """Extract and choose; a cousin with fewer than `hyper.fewest_photos` usable photos is left out.

    Photos in the `cache` are not decoded again. Where `shape` is no face network, dlib's tells which face is whose.

    Raises:
        TrainingError: fewer than two cousins are left.
    """
    skipped: list[Skipped] = []
    network = shape if shape.is_face_network else architecture("face")
    hyper = hyper.compared_by(network)
    extractor = FaceExtractor(network, detector, device, cache or FaceCache())
    pictures = _pictures(files, shape, extractor, progress, skipped)
    for picture in pictures:
        if not picture.file.is_cousin:
            picture.chosen = 0  # the one that a person pointed at
    choose_faces([picture for picture in pictures if picture.file.is_cousin], hyper)
    resolution = resolve_conflicts(pictures, hyper)
    several_faces = 0
    usable = []
    for number, picture in enumerate(pictures):
        if number in resolution.left_out:
            if reason := resolution.left_out[number]:
                skipped.append(_skip(picture.file, reason, _unclear(picture)))
        elif picture.chosen is None:
            skipped.append(_skip(picture.file, wording.face_unclear(len(picture.faces)), _unclear(picture)))
        else:
            several_faces += len(picture.faces) > 1 and picture.file.is_cousin
            usable.append(picture)
    stated = [picture.labelled() for picture in pictures if picture.file.statement and picture.chosen is not None]
    return _dataset(extractor, usable, skipped, several_faces, hyper, resolution.taken_in, stated, shape)


def _pictures(
    files: Sequence[LabelledFile],
    shape: Architecture,
    extractor: FaceExtractor,
    progress: Progress,
    skipped: list[Skipped],
) -> list[Picture]:
    """Those of the files that show a face; the reasons of the others are added to `skipped`."""
    whole = whole_picture().box if shape.crop == "whole" else None
    parts = [PhotoPart(file.path, whole, file.sha256) for file in files]
    photos: list[tuple[LabelledFile, ExtractedFaces]] = []
    first_with: dict[tuple[str, str], LabelledFile] = {}
    for file, faces in zip(files, extractor.extract(parts, progress), strict=True):
        if not isinstance(faces, ExtractedFaces):
            skipped.append(_skip(file, why_unusable(faces)))
            continue
        if file.nobodys:
            skipped.append(_skip(file, wording.none_of_its_faces()))
            continue
        twin = first_with.setdefault((faces.sha256, file.cousin), file)
        if twin is not file and file.box is None:
            skipped.append(_skip(file, wording.same_file(twin.name)))
        elif faces.part is None and not faces.faces[0].found and file.box in (None, whole_picture().box):
            # also where somebody named a picture without a face: it says nothing of how they look
            if file.is_cousin:
                skipped.append(_skip(file, wording.no_face()))
        else:
            photos.append((file, faces))
    missed = [
        file
        for file, faces in photos
        if faces.part is None and file.box is not None and _overlap(faces, file.box) < SAME_FACE
    ]
    cut_out = dict(
        zip(
            missed,
            extractor.extract([PhotoPart(file.path, file.box, file.sha256) for file in missed], silent),
            strict=True,
        )
    )
    pictures = []
    for file, photo in photos:
        extracted = cut_out.get(file, photo)
        if not isinstance(extracted, ExtractedFaces):
            skipped.append(_skip(file, why_unusable(extracted)))  # deleted since it was first read
        elif file.box is None or extracted is not photo or photo.part is not None:
            pictures.append(Picture(file, photo, extracted, list(range(len(extracted.faces)))))
        else:
            overlaps = [face.box.overlap(file.box) for face in photo.faces]
            pictures.append(Picture(file, photo, photo, [int(np.argmax(overlaps))]))
    return pictures


def _overlap(faces: ExtractedFaces, box: Box) -> float:
    """How much of what a person pointed at the likeliest face covers."""
    return max(face.box.overlap(box) for face in faces.faces)


def _dataset(
    extractor: FaceExtractor,
    pictures: Sequence[Picture],
    skipped: list[Skipped],
    several_faces: int,
    hyper: Hyperparameters,
    taken_in: Sequence[int],
    stated: list[LabelledFace],
    shape: Architecture,
) -> Dataset:
    fewest = hyper.fewest_photos
    skipped = list(dict.fromkeys(skipped))  # a photo of two cousins has two labels, and is named once
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
        raise TrainingError(_too_few(cousins, len(pictures), fewest, skipped, shape), skipped)
    numbers = {cousin: number for number, cousin in enumerate(cousins)}
    faces = [picture.labelled() for picture in pictures if picture.file.is_cousin and picture.file.cousin in numbers]
    labels = np.array([numbers[face.file.cousin] for face in faces], np.int64)
    scenes = np.stack([face.photo.scene for face in faces])
    features = Features(
        np.stack([face.gallery_features for face in faces]), np.stack([face.probe_features for face in faces])
    )
    left_out = {
        picture.file.statement.number
        for picture in pictures
        if picture.file.is_cousin and picture.file.statement and picture.file.cousin not in cousins
    }
    return Dataset(
        cousins,
        faces,
        labels,
        near_duplicates(scenes, unit(features.gallery), labels, hyper),
        features,
        skipped,
        several_faces,
        [picture.labelled() for picture in pictures if not picture.file.is_cousin],
        stated,
        sorted(set(taken_in) - left_out),
        extractor,
        hyper,
    )


def _too_few(
    cousins: Sequence[str], pictures: int, fewest: int, skipped: Sequence[Skipped], shape: Architecture
) -> str:
    """Why there is nobody to tell apart: where most photos show no face, they may show things."""
    if shape.crop == "whole":
        return wording.too_few_folders(fewest)
    if sum(one.reason == wording.no_face() for one in skipped) > pictures:
        return wording.no_face_at_all()
    return wording.only_one_to_tell_apart(fewest, cousins[0]) if cousins else wording.nobody_to_tell_apart(fewest)


def _skip(file: LabelledFile, reason: str, unclear: Unclear | None = None) -> Skipped:
    return Skipped(photo=file.name, reason=reason, unclear=unclear)


def _unclear(picture: Picture) -> Unclear | None:
    """What somebody may settle by pointing at the right face; None where there is no choice."""
    if picture.file.box is not None or len(picture.faces) == 1:
        return None
    boxes = tuple(face.box.sides for face in picture.faces)
    return Unclear(sha256=picture.sha256, cousin=picture.file.cousin, boxes=boxes)
