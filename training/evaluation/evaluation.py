"""k-fold evaluation through the whole pipeline: what `cousinbot evaluate` prints."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
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
from inference.embedding.embedder import FaceViews, embedder, views
from inference.faces.finding import FaceDetector, find_faces, largest
from inference.naming.gallery import Floats, gallery_similarities, unit
from inference.naming.heads import Calibration
from inference.naming.identifier import answers
from models.architectures import Architecture
from models.card import Confusion, Skipped
from training import wording
from training.dataset.dataset import Dataset, read_faces
from training.dataset.labelled import LabelledFile
from training.errors import TrainingError, why_unusable
from training.evaluation.metrics import closed_set, identified
from training.fitting.folds import Indices, cross_validation, require_distinct_photos
from training.fitting.stages import Trained, TrainingInputs, prepare, threshold_of, train_stages
from training.fitting.thresholds import Threshold, fit_calibration
from training.hyperparameters import DEFAULTS, Hyperparameters


class Evaluation(BaseModel):
    """Closed-set and open-set figures, shares between 0 and 1; null where there was nothing to measure on.

    Attributes:
        accuracy: share of held-out photos whose cousin is the likeliest, whatever the answer.
        accuracy_ci95: its 95 % Wilson interval.
        per_cousin: recall of each.
        confused: who was named in whose place, most often first.
        tpir_at_far1: share of held-out photos named right and accepted, at the threshold that 1 % of strangers pass.
        far_at_threshold: share of strangers that get any name, said or asked about, by borders fitted without them.
        named_strangers: share of them to whom one is said.
        tpir_at_threshold: share of held-out photos named right, be the name said or asked about.
        named_known: share of them to whom the right name is said.
        maybe_known: share of them that are asked about, the right name first.
        look_alikes_refused: share of cousins' photos to whom no name is said when that cousin is left out of the
            gallery.
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
    named_strangers: float | None
    tpir_at_threshold: float
    named_known: float
    maybe_known: float
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
        known: of those faces.
        strangers: of the strangers'.
        threshold: fitted on the fold's own training photos.
    """

    probes: Indices
    truth: NDArray[np.int64]
    known: "_Scored"
    strangers: "_Scored"
    threshold: Threshold


@dataclass(frozen=True, slots=True)
class _Scored:
    """What a model makes of F faces: `(F, cousins)` each."""

    scores: Floats
    similarities: Floats


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
    # A fold's calibration comes from the other folds: no photo tells how much to trust the guess about itself.
    calibrations = [_calibration(result, results, inputs.nearest_weight) for result in results]
    probabilities = np.concatenate(
        [one.probabilities(result.known.scores) for one, result in zip(calibrations, results, strict=True)]
    )
    distinct = len(np.unique(np.concatenate([result.probes for result in results])))
    return Evaluation(
        **closed_set(probabilities, truth, dataset.cousins, distinct),
        **_open_set(results, calibrations, probabilities, truth),
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

    def scored(features: Floats) -> _Scored:
        similarities = gallery_similarities(unit(features), gallery, labels, inputs.cousins, threshold.allowances)
        return _Scored(trained.scores(features, inputs), similarities)

    nobody = np.zeros((0, trained.features.probe.shape[1]), np.float32)
    return _FoldResult(
        probes,
        inputs.labels[probes],
        scored(trained.features.probe[probes]),
        scored(nobody if outside is None else outside),
        threshold,
    )


class _OpenSet(TypedDict):
    tpir_at_far1: float | None
    far_at_threshold: float | None
    named_strangers: float | None
    tpir_at_threshold: float
    named_known: float
    maybe_known: float
    look_alikes_refused: float


def _open_set(
    results: Sequence[_FoldResult], calibrations: Sequence[Calibration], probabilities: Floats, truth: NDArray[np.int64]
) -> _OpenSet:
    similarities = np.concatenate([result.known.similarities for result in results])
    strangers = np.concatenate([result.strangers.similarities.max(1, initial=-1.0) for result in results])
    known_answers, stranger_answers = (
        np.concatenate(
            [
                answers(one.probabilities(faces.scores), faces.similarities, result.threshold.borders)
                for one, result, faces in zip(calibrations, results, (each(result) for result in results), strict=True)
            ]
        )
        for each in (attrgetter("known"), attrgetter("strangers"))
    )
    right = probabilities.argmax(1) == truth
    far1 = float(np.quantile(strangers, 0.99, method="higher")) if len(strangers) else None
    return {
        "tpir_at_far1": (
            None
            if far1 is None
            else identified(probabilities, similarities, np.nextafter(np.float32(far1), np.float32(2)), truth)
        ),
        "far_at_threshold": float((stranger_answers != "nobody").mean()) if len(strangers) else None,
        "named_strangers": float((stranger_answers == "named").mean()) if len(strangers) else None,
        "tpir_at_threshold": float((right & (known_answers != "nobody")).mean()),
        "named_known": float((right & (known_answers == "named")).mean()),
        "maybe_known": float((right & np.isin(known_answers, ("maybe", "either"))).mean()),
        "look_alikes_refused": float(np.mean([result.threshold.look_alikes_refused for result in results])),
    }


def _calibration(result: _FoldResult, results: Sequence[_FoldResult], nearest: float) -> Calibration:
    others = [other for other in results if other is not result] or [result]
    return fit_calibration(
        np.concatenate([other.known.scores for other in others]),
        np.concatenate([other.truth for other in others]),
        nearest,
    )


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
) -> tuple[list[FaceViews], list[Skipped]]:
    """The views of the largest face of each stranger's photo; photos without one are left out, and named."""
    faces, skipped = [], []
    for number, path in enumerate(paths):
        progress(wording.finding_strangers_faces(), number, len(paths))
        try:
            pixels = decode(path.read_bytes()).pixels
        except (PhotoError, OSError) as error:
            skipped.append(Skipped(photo=readable(path.name), reason=why_unusable(error)))
            continue
        face = largest(find_faces(detector, pixels))
        if face.found or shape.crop == "whole":
            faces.append(views(shape, pixels, face))
        else:
            skipped.append(Skipped(photo=readable(path.name), reason=wording.no_face()))
    return faces, skipped
