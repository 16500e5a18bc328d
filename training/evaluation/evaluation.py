"""k-fold evaluation through the whole pipeline: what `cousinbot evaluate` prints."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from data.files.face_cache import FaceCache
from data.files.library import SUFFIXES, readable
from foundation.progress import Progress, silent
from inference.decoding.photo import PhotoError, decode
from inference.device import Device
from inference.embedding.embedder import embedder, views
from inference.faces.finding import FaceDetector, Pixels, find_faces, largest, whole_picture
from inference.naming.gallery import Floats, gallery_similarities, unit
from models.architectures import Architecture
from models.card import Confusion, Skipped
from training import wording
from training.dataset.dataset import Dataset, read_faces
from training.dataset.labelled import LabelledFile
from training.errors import TrainingError, why_unusable
from training.evaluation.metrics import closed_set, identified
from training.fitting.folds import Indices, cross_validation, require_distinct_photos
from training.fitting.stages import Trained, TrainingInputs, prepare, threshold_of, train_stages
from training.fitting.thresholds import Threshold, calibrated, fit_temperature
from training.hyperparameters import DEFAULTS, Hyperparameters


class Evaluation(BaseModel):
    """Closed-set and open-set figures, shares between 0 and 1; null where there was nothing to measure on.

    Attributes:
        accuracy: share of held-out photos whose cousin the head names.
        accuracy_ci95: its 95 % Wilson interval.
        per_cousin: recall of each.
        confused: who was named in whose place, most often first.
        tpir_at_far1: share of held-out photos named right and accepted, at the threshold that 1 % of strangers pass.
        far_at_threshold: share of strangers that pass the threshold fitted without them.
        tpir_at_threshold: share of held-out photos named right and accepted at that threshold.
        look_alikes_refused: share of cousins' photos refused when that cousin is left out of the gallery.
        ece: expected calibration error of the confidence in the name.
        photos: how many were judged.
        skipped: which were not, and why.
        seconds: of the whole evaluation.
    """

    model_config = ConfigDict(frozen=True)

    accuracy: float
    accuracy_ci95: tuple[float, float]
    per_cousin: dict[str, float]
    tpir_at_far1: float | None
    far_at_threshold: float | None
    tpir_at_threshold: float
    look_alikes_refused: float
    ece: float
    photos: int
    strangers: int
    confused: list[Confusion]
    skipped: list[Skipped]
    seconds: float
    architecture: str
    detector: str
    folds: int
    shots: int | None


@dataclass(frozen=True, slots=True)
class _FoldResult:
    """What one fold's model made of P faces it was not trained on, and of M strangers.

    Attributes:
        probes, truth: `(P,)` indices and labels.
        logits, similarities: `(P, cousins)`.
        strangers: `(M,)`, each stranger's similarity to the nearest cousin.
        threshold: fitted on the fold's own training photos.
    """

    probes: Indices
    truth: NDArray[np.int64]
    logits: Floats
    similarities: Floats
    strangers: Floats
    threshold: Threshold


def evaluate(
    files: Sequence[LabelledFile],
    strangers: Sequence[Path],
    shape: Architecture,
    detector: FaceDetector,
    device: Device,
    progress: Progress,
    *,
    folds: int,
    shots: int | None = None,
    pretrained: bool = True,
    hyper: Hyperparameters = DEFAULTS,
    cache: FaceCache | None = None,
) -> Evaluation:
    """Train on all folds but one and judge that one, `folds` times; near-duplicates never stand on both sides.

    With `shots`, each round learns from that many photos a cousin only, drawn at random, and judges all others.

    Raises:
        TrainingError: fewer than two cousins have usable photos, or all are needed to learn from.
    """
    start = time.monotonic()
    if shots:
        hyper = replace(hyper, fewest_photos=shots + 1)
    dataset = read_faces(files, shape, detector, device, progress, hyper=hyper, cache=cache)
    require_distinct_photos(dataset)
    inputs = prepare(shape, dataset, device, progress, pretrained=pretrained, hyper=hyper)
    unknown, unread = _read_strangers(strangers, shape, detector, progress)
    splits = _draws(dataset, shots, folds) if shots else cross_validation(dataset.labels, dataset.groups, folds)
    # A frozen body makes the same of the strangers in every fold.
    untuned = embedder(shape, inputs.body, device).probe_features(unknown) if unknown else None
    results = []
    for number, (train, probes) in enumerate(splits, 1):
        progress(wording.testing_round(number, folds), number - 1, folds)
        if not len(probes):
            continue
        trained = train_stages(inputs, train, silent)
        outside = untuned
        if unknown and trained.body is not inputs.body:
            outside = embedder(shape, trained.body, device).probe_features(unknown)
        results.append(_judge(trained, inputs, train, probes, outside))
    progress(wording.testing(), folds, folds)
    if not results:
        raise TrainingError(wording.nothing_to_test_with())
    truth = np.concatenate([result.truth for result in results])
    # A fold's temperature comes from the other folds: no photo tells how much to trust the guess about itself.
    probabilities = np.concatenate([_calibrated(result, results) for result in results])
    distinct = len(np.unique(np.concatenate([result.probes for result in results])))
    return Evaluation(
        **closed_set(probabilities, truth, dataset.cousins, distinct),
        **_open_set(results, probabilities, truth),
        strangers=len(unknown),
        skipped=[*dataset.skipped, *unread],
        seconds=round(time.monotonic() - start, 1),
        architecture=shape.name,
        detector=detector.name,
        folds=len(results),
        shots=shots,
    )


def _judge(
    trained: Trained, inputs: TrainingInputs, train: Indices, probes: Indices, outside: Floats | None
) -> _FoldResult:
    """Judge the faces `probes`, and strangers by their features `(M, D)`."""
    threshold = threshold_of(inputs, trained, train)
    gallery, labels = unit(trained.features.gallery[train]), inputs.labels[train]

    def similarities(features: Floats) -> Floats:
        return gallery_similarities(unit(features), gallery, labels, inputs.cousins, threshold.allowances)

    strangers = np.zeros((0, inputs.cousins), np.float32) if outside is None else similarities(outside)
    return _FoldResult(
        probes,
        inputs.labels[probes],
        trained.logits(probes, inputs.cousins),
        similarities(trained.features.probe[probes]),
        strangers.max(1, initial=-1.0),
        threshold,
    )


class _OpenSet(TypedDict):
    tpir_at_far1: float | None
    far_at_threshold: float | None
    tpir_at_threshold: float
    look_alikes_refused: float


def _open_set(results: Sequence[_FoldResult], probabilities: Floats, truth: NDArray[np.int64]) -> _OpenSet:
    similarities = np.concatenate([result.similarities for result in results])
    thresholds = np.concatenate([np.full(len(result.probes), result.threshold.similarity) for result in results])
    strangers = np.concatenate([result.strangers for result in results])
    passed = np.concatenate([result.strangers >= result.threshold.similarity for result in results])
    far1 = float(np.quantile(strangers, 0.99, method="higher")) if len(strangers) else None
    return {
        "tpir_at_far1": (
            None
            if far1 is None
            else identified(probabilities, similarities, np.nextafter(np.float32(far1), np.float32(2)), truth)
        ),
        "far_at_threshold": float(passed.mean()) if len(strangers) else None,
        "tpir_at_threshold": identified(probabilities, similarities, thresholds[:, None], truth),
        "look_alikes_refused": float(np.mean([result.threshold.look_alikes_refused for result in results])),
    }


def _calibrated(result: _FoldResult, results: Sequence[_FoldResult]) -> Floats:
    others = [other for other in results if other is not result] or [result]
    temperature = fit_temperature(
        np.concatenate([other.logits for other in others]), np.concatenate([other.truth for other in others])
    )
    return calibrated(result.logits, temperature)


def _draws(dataset: Dataset, shots: int, rounds: int) -> Iterator[tuple[Indices, Indices]]:
    """Indices of `shots` random photos a cousin, and of those that are not near-duplicates of them."""
    for seed in range(rounds):
        generator = np.random.default_rng(seed)
        train = np.concatenate(
            [
                generator.choice(np.flatnonzero(dataset.labels == label), shots, replace=False)
                for label in range(len(dataset.cousins))
            ]
        )
        yield train, np.flatnonzero(~np.isin(dataset.groups, dataset.groups[train]))


def stranger_photos(folder: Path) -> list[Path]:
    """Every photo in the folder and below it. Raises `TrainingError` where there is none."""
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES) if folder.is_dir() else []
    if not found:
        raise TrainingError(wording.no_strangers(folder))
    return found


def _read_strangers(
    paths: Sequence[Path], shape: Architecture, detector: FaceDetector, progress: Progress
) -> tuple[list[Pixels], list[Skipped]]:
    """The views of the largest face of each stranger's photo; photos without one are left out, and named."""
    whole = shape.crop == "whole"
    doing = wording.looking_at_pictures() if whole else wording.finding_strangers_faces()
    faces, skipped = [], []
    for number, path in enumerate(paths):
        progress(doing, number, len(paths))
        try:
            pixels = decode(path.read_bytes()).pixels
        except (PhotoError, OSError) as error:
            skipped.append(Skipped(photo=readable(path.name), reason=why_unusable(error)))
            continue
        face = whole_picture() if whole else largest(find_faces(detector, pixels))
        if face.found or whole:
            faces.append(views(shape, pixels, face))
        else:
            skipped.append(Skipped(photo=readable(path.name), reason=wording.no_face()))
    return faces, skipped
