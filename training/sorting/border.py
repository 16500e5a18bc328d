"""Where groups end: by the family's own photos where there are enough, else as it was measured on others'.

Relatives look alike: a family's own border lies higher the more they do.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from data.files.face_cache import FaceCache
from foundation.box import Box
from foundation.progress import Progress
from inference.device import Device
from inference.faces.finding import FaceDetector
from inference.grouping.grouping import HeapOfFaces, group_faces, shipped_border
from inference.grouping.linkage import Border
from inference.naming.gallery import Floats, unit
from models.architectures import Architecture
from models.cosines import FUSED
from training.dataset.dataset import read_faces
from training.dataset.labelled import LabelledFile
from training.errors import TrainingError
from training.sorting.bcubed import b_cubed

FEWEST_COUSINS: Final = 3
FEWEST_PHOTOS: Final = 5
"""Of each of those cousins."""

_STEPS: Final = (-0.01, 0.0, 0.01, 0.02, 0.03, 0.04)
"""From the shipped border, for two networks fused. A family has no strangers: what keeps those out is not given up."""
_DRAWS: Final = 5
_MOST: Final = 40
"""Photos of a cousin in a draw."""
_STRICT: Final = 0.5
"""Beta: precision counts twice as much as recall."""


@dataclass(frozen=True, slots=True)
class ChosenBorder:
    """`cousins`: by the photos of how many it was chosen; 0: it is the shipped one."""

    border: Border
    cousins: int


def choose_border(
    files: Sequence[LabelledFile],
    shape: Architecture,
    detector: FaceDetector,
    device: Device,
    progress: Progress,
    cache: FaceCache,
) -> ChosenBorder:
    """By the family's labelled photos, whose faces training has most often looked at already."""
    shipped = shipped_border(shape.cosines)
    if len(_enough([file.cousin for file in files if file.is_cousin])) < FEWEST_COUSINS:
        return ChosenBorder(shipped, 0)
    try:
        dataset = read_faces(files, shape, detector, device, progress, cache=cache)
    except TrainingError:  # hardly any of them shows a face
        return ChosenBorder(shipped, 0)
    enough = _enough([dataset.cousins[label] for label in dataset.labels])
    if len(enough) < FEWEST_COUSINS:
        return ChosenBorder(shipped, 0)
    chosen = np.isin(dataset.labels, [dataset.cousins.index(cousin) for cousin in enough])
    wider = (1 - shipped.cosine) / (1 - shipped_border(FUSED).cosine)
    border = family_border(unit(dataset.features.gallery[chosen]), dataset.labels[chosen], shipped, wider)
    return ChosenBorder(border, len(enough))


def family_border(embeddings: Floats, labels: NDArray[np.int64], shipped: Border, wider: float = 1.0) -> Border:
    """By which the family's labelled faces `(N, D)` are grouped best where precision counts more than recall, as a mean
    over several draws of half of the cousins and all of them; the stricter one of several."""
    draws = list(_draws(labels))
    borders = [replace(shipped, cosine=shipped.cosine + step * wider) for step in _STEPS]
    scores = [np.mean([_score(embeddings[draw], labels[draw], border) for draw in draws]) for border in borders]
    best = max(scores)
    return next(border for border, score in zip(borders[::-1], scores[::-1], strict=True) if score >= best - 1e-9)


def _draws(labels: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    random = np.random.default_rng(0)
    cousins = np.unique(labels)
    chosen = [cousins] + [
        random.choice(cousins, max(2, -(-len(cousins) // 2)), replace=False) for _ in range(_DRAWS - 1)
    ]
    return [
        np.sort(np.concatenate([random.permutation(np.flatnonzero(labels == cousin))[:_MOST] for cousin in some]))
        for some in chosen
    ]


def _score(embeddings: Floats, labels: NDArray[np.int64], border: Border) -> float:
    count = len(embeddings)
    scenes = np.random.default_rng(0).integers(0, 2, (count, 64)).astype(np.bool_)  # no two photos are of one burst
    boxes = [Box(0, 0, 1, 1)] * count
    heap = HeapOfFaces(embeddings, np.arange(count), boxes, np.zeros(count, np.int64), scenes)
    group_of = {face: number for number, group in enumerate(group_faces(heap, border)) for face in group}
    return b_cubed([group_of[face] for face in range(count)], labels.tolist()).f(_STRICT)


def _enough(cousins: Sequence[str]) -> list[str]:
    return [one for one in sorted(set(cousins)) if one and cousins.count(one) >= FEWEST_PHOTOS]
