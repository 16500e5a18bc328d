"""k-fold evaluation through the whole pipeline: what `cousinbot evaluate` prints."""

import time
from collections.abc import Iterable, Iterator, Sequence
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
from inference.embedding.embedder import FaceViews, embedder, views
from inference.faces.finding import FaceDetector, find_faces, largest, whole_picture
from inference.naming.gallery import Floats, gallery_similarities, unit
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
class CrossValidated:
    """What each fold's model made of P faces it was not trained on, and of M strangers in each of F folds.

    Attributes:
        probes, truth: `(P,)` indices and labels.
        probabilities, similarities: `(P, cousins)`.
        answers: `(P,)`, each an `Answer`.
        strangers: `(F * M,)`, each one's similarity to the nearest cousin.
        stranger_answers: `(F * M,)`.
        look_alikes_refused: as in `Evaluation`.
    """

    probes: Indices
    truth: NDArray[np.int64]
    probabilities: Floats
    similarities: Floats
    answers: NDArray[np.str_]
    strangers: Floats
    stranger_answers: NDArray[np.str_]
    look_alikes_refused: float


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
    unknown, unread = read_strangers(strangers, shape, detector, progress)
    splits = draws(dataset, shots, folds) if shots else cross_validation(dataset.labels, dataset.groups, folds)
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
        results.append(_judge(trained, inputs, probes, outside))
    progress(wording.testing(), folds, folds)
    if not results:
        raise TrainingError(wording.nothing_to_test_with())
    found = _together(results, inputs.nearest_weight)
    distinct = len(np.unique(found.probes))
    return Evaluation(
        **closed_set(found.probabilities, found.truth, dataset.cousins, distinct),
        **open_set(found),
        strangers=len(unknown),
        skipped=[*dataset.skipped, *unread],
        seconds=round(time.monotonic() - start, 1),
        architecture=shape.name,
        detector=detector.name,
        folds=len(results),
        shots=shots,
    )


def cross_validate(
    inputs: TrainingInputs, splits: Iterable[tuple[Indices, Indices]], outside: Floats
) -> CrossValidated:
    """Train on the one and judge the other indices of each split; strangers by their probe features `(M, D)`.

    The body stays frozen.
    """
    results = [
        _judge(train_stages(inputs, train, silent, unfreeze=False), inputs, probes, outside) for train, probes in splits
    ]
    return _together(results, inputs.nearest_weight)


@dataclass(frozen=True, slots=True)
class _Scored:
    """What a model makes of F faces: `(F, cousins)` each."""

    scores: Floats
    similarities: Floats


@dataclass(frozen=True, slots=True)
class _FoldResult:
    """What one fold's model made of the faces `probes` `(P,)`, who are `truth` `(P,)`, and of strangers.

    Attributes:
        threshold: fitted on the fold's own training photos.
    """

    probes: Indices
    truth: NDArray[np.int64]
    known: _Scored
    strangers: _Scored
    threshold: Threshold


def _judge(trained: Trained, inputs: TrainingInputs, probes: Indices, outside: Floats | None) -> _FoldResult:
    """Judge the faces `probes`, and strangers by their features `(M, D)`."""
    threshold = threshold_of(inputs, trained, trained.taught)
    gallery, labels = unit(trained.features.gallery[trained.taught]), inputs.labels[trained.taught]

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


def _together(results: Sequence[_FoldResult], nearest: float) -> CrossValidated:
    probabilities, kinds, stranger_kinds = [], [], []
    for result in results:
        # A fold's calibration comes from the other folds: no photo tells how much to trust the guess about itself.
        others = [other for other in results if other is not result] or [result]
        scores = np.concatenate([other.known.scores for other in others])
        calibration = fit_calibration(scores, np.concatenate([other.truth for other in others]), nearest)
        borders = result.threshold.borders
        probabilities.append(calibration.probabilities(result.known.scores))
        kinds.append(answers(probabilities[-1], result.known.similarities, borders))
        outside = calibration.probabilities(result.strangers.scores)
        stranger_kinds.append(answers(outside, result.strangers.similarities, borders))
    return CrossValidated(
        np.concatenate([result.probes for result in results]),
        np.concatenate([result.truth for result in results]),
        np.concatenate(probabilities),
        np.concatenate([result.known.similarities for result in results]),
        np.concatenate(kinds),
        np.concatenate([result.strangers.similarities.max(1, initial=-1.0) for result in results]),
        np.concatenate(stranger_kinds),
        float(np.mean([result.threshold.look_alikes_refused for result in results])),
    )


class OpenSet(TypedDict):
    """As in `Evaluation`."""

    tpir_at_far1: float | None
    far_at_threshold: float | None
    named_strangers: float | None
    tpir_at_threshold: float
    named_known: float
    maybe_known: float
    look_alikes_refused: float


def open_set(found: CrossValidated) -> OpenSet:
    """What becomes of known faces and of strangers; `Evaluation` says what each is."""
    right = found.probabilities.argmax(1) == found.truth
    far1 = None
    if any_strangers := len(found.strangers) > 0:
        limit = np.quantile(found.strangers, 0.99, method="higher")
        above = np.nextafter(np.float32(limit), np.float32(2))
        far1 = identified(found.probabilities, found.similarities, above, found.truth)
    return {
        "tpir_at_far1": far1,
        "far_at_threshold": float((found.stranger_answers != "nobody").mean()) if any_strangers else None,
        "named_strangers": float((found.stranger_answers == "named").mean()) if any_strangers else None,
        "tpir_at_threshold": float((right & (found.answers != "nobody")).mean()),
        "named_known": float((right & (found.answers == "named")).mean()),
        "maybe_known": float((right & np.isin(found.answers, ("maybe", "either"))).mean()),
        "look_alikes_refused": found.look_alikes_refused,
    }


def draws(dataset: Dataset, shots: int, rounds: int, seed: int = 0) -> Iterator[tuple[Indices, Indices]]:
    """Indices of `shots` random photos a cousin, and of those that are not near-duplicates of them."""
    for number in range(seed * rounds, (seed + 1) * rounds):
        generator = np.random.default_rng(number)
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


def read_strangers(
    paths: Sequence[Path], shape: Architecture, detector: FaceDetector, progress: Progress
) -> tuple[list[FaceViews], list[Skipped]]:
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
