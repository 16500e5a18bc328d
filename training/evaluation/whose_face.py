"""Whom a photo shows that is filed under several cousins, one of whom is to be forgotten."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np

from data.files.face_cache import FaceCache
from foundation.progress import Progress, silent
from inference.device import Device
from inference.faces.finding import FaceDetector
from inference.naming.gallery import Floats
from models.architectures import Architecture
from training.dataset.dataset import read_faces
from training.dataset.extracted_faces import ExtractedFaces
from training.dataset.face_extractor import PhotoPart
from training.dataset.labelled import LabelledFile
from training.errors import TrainingError
from training.evaluation.label_doubts import LabelEvidence
from training.hyperparameters import DEFAULTS, Hyperparameters

Whose: TypeAlias = Literal["theirs", "others", "unclear"]
"""All its faces are this cousin's; one is another's who is said to be on it; neither can be told."""


def whose_faces(
    files: Sequence[LabelledFile],
    cousin: str,
    network: Architecture,
    detector: FaceDetector,
    device: Device,
    progress: Progress,
    *,
    hyper: Hyperparameters = DEFAULTS,
    cache: FaceCache | None = None,
) -> dict[str, Whose]:
    """Sha256 of each photo that is filed under this cousin and under others too -> whom its faces show.

    They are compared with the photos that are filed under one cousin alone; where those are too few, it can't be told.
    """
    shown: dict[str, set[str]] = {}
    for file in files:
        if file.sha256 is not None:
            shown.setdefault(file.sha256, set()).add(file.cousin)
    several = {sha256 for sha256, cousins in shown.items() if len(cousins) > 1}
    shared = {file.sha256: file for file in files if file.sha256 in several and cousin in shown[file.sha256 or ""]}
    whose: dict[str, Whose] = {sha256: "unclear" for sha256 in shared if sha256 is not None}
    if not whose:
        return {}
    try:
        alone = [file for file in files if file.sha256 not in several]
        dataset = read_faces(alone, network, detector, device, progress, hyper=hyper, cache=cache)
    except TrainingError:
        return whose
    evidence = LabelEvidence(dataset, dataset.hyper)
    for sha256 in whose:
        known = [dataset.cousins.index(one) for one in shown[sha256] if one in dataset.cousins]
        (photo,) = dataset.extractor.extract([PhotoPart(shared[sha256].path, sha256=sha256)], silent)
        if len(known) < len(shown[sha256]) or not isinstance(photo, ExtractedFaces) or not photo.faces[0].found:
            continue
        label = dataset.cousins.index(cousin)
        others = [one for one in known if one != label]
        whose[sha256] = _whose(evidence.of(photo.features.gallery), label, others, hyper.doubted_lead)
    return whose


def _whose(evidence: Floats, label: int, others: Sequence[int], clear: float) -> Whose:
    """By the evidence for each face and cousin of the family, `(F, cousins)`."""
    own = evidence[:, label]
    if (evidence[:, others].max(1) - own >= clear).any():
        return "others"
    return "theirs" if (own - np.delete(evidence, label, 1).max(1) >= clear).all() else "unclear"
