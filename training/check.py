"""What is wrong with the family's photos: seen before training, by the same eyes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

from inference.faces import FaceDetector
from models.architectures import architecture
from models.card import Skipped
from training.dataset import Dataset, LabelledFile, read_faces
from training.progress import Progress
from training.thresholds import held_out_similarities

_CLEARLY: Final = 0.02
"""Cosine by which a face must be nearer to another cousin's photos than to its own before its label is doubted."""


@dataclass(frozen=True, slots=True)
class DoubtfulLabel:
    """A photo that looks more like another cousin's."""

    photo: Path
    cousin: str
    looks_like: str
    lead: float


@dataclass(frozen=True, slots=True)
class Findings:
    """What `photos check` found; nothing is ever changed or deleted by it."""

    usable: dict[str, int]
    several_faces: int
    left_out: list[Skipped]
    near_duplicates: list[list[Path]]
    doubtful: list[DoubtfulLabel]

    def as_json(self) -> dict[str, Any]:
        """What `--json` prints."""
        return {
            "usable": self.usable,
            "several_faces": self.several_faces,
            "left_out": [skipped.model_dump() for skipped in self.left_out],
            "near_duplicates": [[str(path) for path in group] for group in self.near_duplicates],
            "doubtful": [asdict(doubt) | {"photo": str(doubt.photo)} for doubt in self.doubtful],
        }


def check_photos(
    files: Sequence[LabelledFile], detector: FaceDetector, device: torch.device, progress: Progress
) -> Findings:
    """Look at every photo as training would. Raises `TrainingError` where there is too little to compare."""
    dataset = read_faces(files, architecture("face"), detector, device, progress)
    groups: dict[int, list[Path]] = {}
    for face, group in zip(dataset.faces, dataset.groups, strict=True):
        groups.setdefault(int(group), []).append(face.file.path)
    return Findings(
        usable=dict(Counter(face.file.cousin for face in dataset.faces)),
        several_faces=dataset.several,
        left_out=dataset.skipped,
        near_duplicates=[paths for paths in groups.values() if len(paths) > 1],
        doubtful=_doubtful_labels(dataset),
    )


def _doubtful_labels(dataset: Dataset) -> list[DoubtfulLabel]:
    """Each face against everybody's other photos: the most clearly doubtful first."""
    similarities = held_out_similarities(dataset.face_features, dataset.labels, dataset.groups)
    own = similarities[np.arange(len(dataset.labels)), dataset.labels]
    lead = similarities.max(1) - own
    return [
        DoubtfulLabel(
            dataset.faces[i].file.path,
            dataset.faces[i].file.cousin,
            dataset.cousins[int(similarities[i].argmax())],
            float(lead[i]),
        )
        for i in np.argsort(-lead)
        if lead[i] >= _CLEARLY and own[i] > -1
    ]
