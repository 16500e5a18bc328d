"""What is wrong with the family's photos, found before training and by the same means."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from actions.ages.wording import before_birth
from data.files.face_cache import FaceCache
from foundation.progress import Progress, silent
from inference.device import Device
from inference.faces.finding import FaceDetector, Pixels
from inference.naming.gallery import unit
from models.architectures import Architecture
from models.card import Skipped
from training import wording
from training.dataset.dataset import Dataset, read_faces
from training.dataset.extracted_faces import ExtractedFaces
from training.dataset.face_extractor import PhotoPart
from training.dataset.labelled import LabelledFace, LabelledFile
from training.dataset.near_duplicates import scene_distances
from training.evaluation.label_doubts import LabelEvidence, lead
from training.fitting.stages import prepare
from training.hyperparameters import DEFAULTS, Hyperparameters


@dataclass(frozen=True, slots=True)
class Doubt:
    """A photo of which a face looks more like another cousin: by how much, and that face."""

    photo: Path
    cousin: str
    looks_like: str
    lead: float
    face: Pixels

    @property
    def where(self) -> str:
        """The folder and the file it lies in; a photo of two cousins lies in the folder of one of them."""
        file = f"{self.photo.parent.name}/{self.photo.name}"
        return file if self.photo.parent.name == self.cousin else wording.counted_for(file, self.cousin)


@dataclass(frozen=True, slots=True)
class Alike:
    """Photos of one cousin that are near-duplicates: copies of one picture, or a burst; and their faces."""

    kind: Literal["copies", "burst"]
    cousin: str
    photos: list[Path]
    faces: list[Pixels]


@dataclass(frozen=True, slots=True)
class DatedTooEarly:
    """A photo that is dated before the birth of the cousin whom it is said to show; both are years."""

    photo: Path
    cousin: str
    year: int
    birth: int

    @property
    def sentence(self) -> str:
        """What is the matter with it."""
        return before_birth(f"{self.photo.parent.name}/{self.photo.name}", self.cousin, self.birth, self.year)


@dataclass(frozen=True, slots=True)
class UnclearFaces:
    """A photo that was left out because it is not clear which of its faces, in their order, is the cousin's."""

    photo: str
    cousin: str
    faces: list[Pixels]


@dataclass(frozen=True, slots=True)
class Findings:
    """What `photos check` found; nothing is ever changed or deleted by it.

    Attributes:
        doubtful: likely wrong labels, the most clearly doubtful first.
        mixed_up: photos with several faces of which the one chosen looks like another cousin, and another face fits.
        too_early: photos from before a birth.
        whole: pictures were compared as wholes, and no face was looked for.
    """

    usable: dict[str, int]
    several_faces: int
    left_out: list[Skipped]
    alike: list[Alike]
    doubtful: list[Doubt]
    mixed_up: list[Doubt]
    too_early: list[DatedTooEarly]
    unclear: list[UnclearFaces] = field(default_factory=list)
    whole: bool = False

    def as_json(self) -> dict[str, Any]:
        """What `--json` prints."""
        return {
            "usable": self.usable,
            "several_faces": self.several_faces,
            "left_out": [skipped.model_dump() for skipped in self.left_out],
            "near_duplicates": self._alike("copies"),
            "bursts": self._alike("burst"),
            "doubtful": [_as_json(doubt) for doubt in self.doubtful],
            "mixed_up": [_as_json(doubt) for doubt in self.mixed_up],
            "before_birth": [
                {"photo": str(one.photo), "cousin": one.cousin, "year": one.year, "born": one.birth}
                for one in self.too_early
            ],
        }

    def _alike(self, kind: str) -> list[list[str]]:
        return [[str(path) for path in group.photos] for group in self.alike if group.kind == kind]


def check_photos(
    files: Sequence[LabelledFile],
    network: Architecture,
    detector: FaceDetector,
    device: Device,
    progress: Progress,
    *,
    births: Mapping[str, int] | None = None,
    hyper: Hyperparameters = DEFAULTS,
    cache: FaceCache | None = None,
) -> Findings:
    """Look at every photo as training would, and compare them by this network.

    `births` are the years in which cousins were born, as far as known.

    Raises:
        TrainingError: there is too little to compare.
        WeightsMissing: the network's pretrained weights are not to be had.
    """
    dataset = read_faces(files, network, detector, device, progress, hyper=hyper, cache=cache)
    hyper = dataset.hyper
    if network.crop == "whole":
        doubtful = _doubtful_pictures(_seen_by(network, dataset, device, progress, hyper), hyper)
        mixed_up: list[Doubt] = []
    else:
        doubtful, mixed_up = _doubts(files, dataset, hyper, progress)
    return Findings(
        usable=dict(Counter(face.file.cousin for face in dataset.faces)),
        several_faces=dataset.several_faces,
        left_out=dataset.skipped,
        alike=_alike(dataset, hyper),
        doubtful=sorted(doubtful, key=lambda doubt: -doubt.lead),
        mixed_up=sorted(mixed_up, key=lambda doubt: -doubt.lead),
        too_early=dated_too_early(files, births or {}),
        unclear=_unclear(files, dataset),
        whole=network.crop == "whole",
    )


def dated_too_early(files: Iterable[LabelledFile], births: Mapping[str, int]) -> list[DatedTooEarly]:
    """The photos that show somebody who was not born yet, by the years in which cousins were."""
    return [
        DatedTooEarly(file.path, file.cousin, file.year, births[file.cousin])
        for file in files
        if file.is_cousin and file.year is not None and file.year < births.get(file.cousin, 0)
    ]


def _unclear(files: Sequence[LabelledFile], dataset: Dataset) -> list[UnclearFaces]:
    paths = {file.name: file for file in files}
    found = []
    for skipped in dataset.skipped:
        if skipped.unclear is not None:
            file = paths[skipped.photo]
            (photo,) = dataset.extractor.extract([PhotoPart(file.path, sha256=file.sha256)], silent)
            if isinstance(photo, ExtractedFaces):
                faces = [dataset.extractor.portrait(photo, number) for number in range(len(photo.faces))]
                found.append(UnclearFaces(skipped.photo, skipped.unclear.cousin, faces))
    return found


def _alike(dataset: Dataset, hyper: Hyperparameters) -> list[Alike]:
    found = []
    embeddings = unit(dataset.features.gallery)
    for group in np.unique(dataset.groups):
        members = np.flatnonzero(dataset.groups == group)
        if len(members) > 1:
            cosines = embeddings[members] @ embeddings[members].T
            np.fill_diagonal(cosines, -1)
            faces = [dataset.faces[i] for i in members]
            found.append(
                Alike(
                    "copies"
                    if (cosines.max(1) >= hyper.cosines.same_picture).all() and not _only_alike(faces, hyper)
                    else "burst",
                    faces[0].file.cousin,
                    [face.file.path for face in faces],
                    [dataset.portrait(int(i)) for i in members],
                )
            )
    return found


def _only_alike(things: Sequence[LabelledFace], hyper: Hyperparameters) -> bool:
    """Whether whole pictures may be of several things: to the face network those are easily the same."""
    scenes = np.stack([thing.photo.scene for thing in things])
    return things[0].extracted.part is not None and bool((scene_distances(scenes, scenes) > hyper.same_scene).any())


def _doubts(
    files: Sequence[LabelledFile], dataset: Dataset, hyper: Hyperparameters, progress: Progress
) -> tuple[list[Doubt], list[Doubt]]:
    """Likely wrong labels, and mixed-up faces.

    Under a wrong label the wrong one of several faces is chosen, or none. So where the chosen face is not clearly the
    cousin's, or none was chosen, all faces of the photo are compared.
    """
    evidence_for = LabelEvidence(dataset, hyper)
    numbers = {face.file: number for number, face in enumerate(dataset.faces)}
    doubtful, mixed_up = [], []
    for done, file in enumerate(files):
        progress(wording.comparing_labels(), done, len(files))
        if file.cousin not in dataset.cousins:
            continue
        label, number = dataset.cousins.index(file.cousin), numbers.get(file)
        chosen = -np.inf
        rival = label
        if number is not None:
            chosen, rival = lead(evidence_for.of(dataset.features.gallery[[number]], number), label)
            if chosen < hyper.compared_lead:
                continue
        (photo,) = dataset.extractor.extract([PhotoPart(file.path, sha256=file.sha256)], silent)
        if not isinstance(photo, ExtractedFaces) or not photo.faces[0].found:
            continue
        evidence = evidence_for.of(photo.features.gallery, number)
        together, other = lead(evidence, label)
        if together >= hyper.doubted_lead:
            face = dataset.extractor.portrait(photo, int(evidence[:, other].argmax()))
            doubtful.append(Doubt(file.path, file.cousin, dataset.cousins[other], together, face))
        elif chosen >= hyper.doubted_lead and number is not None:
            mixed_up.append(Doubt(file.path, file.cousin, dataset.cousins[rival], chosen, dataset.portrait(number)))
    progress(wording.comparing_labels(), len(files), len(files))
    return doubtful, mixed_up


def _seen_by(
    shape: Architecture, dataset: Dataset, device: Device, progress: Progress, hyper: Hyperparameters
) -> Dataset:
    """The same, by what this pretrained network makes of the pictures."""
    inputs = prepare(shape, dataset, device, progress, pretrained=True, hyper=hyper)
    return replace(dataset, features=inputs.features)


def _doubtful_pictures(dataset: Dataset, hyper: Hyperparameters) -> list[Doubt]:
    """Likely wrong labels where each picture is one thing, and no face is looked for."""
    evidence_for = LabelEvidence(dataset, hyper)
    doubtful = []
    for number, (face, label) in enumerate(zip(dataset.faces, dataset.labels, strict=True)):
        by, other = lead(evidence_for.of(dataset.features.gallery[[number]], number), int(label))
        if by >= hyper.doubted_lead:
            portrait = dataset.portrait(number)
            doubtful.append(Doubt(face.file.path, face.file.cousin, dataset.cousins[other], by, portrait))
    return doubtful


def _as_json(doubt: Doubt) -> dict[str, Any]:
    described = asdict(doubt) | {"photo": str(doubt.photo)}
    del described["face"]
    return described
