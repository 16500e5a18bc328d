"""One training run, from photos to a version: read it from top to bottom."""

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file

from data.files.face_cache import FaceCache
from foundation.progress import Progress
from foundation.whole_file import write_whole
from inference.device import Device
from inference.embedding.embedder import embedder
from inference.faces.finding import FaceDetector
from inference.naming.gallery import unit
from inference.naming.genuine import GenuineScores
from inference.naming.memory import Memory, StatedFace
from models.architectures import Architecture
from models.card import GENUINE, Card, Denial, Sample, digest_of
from models.registry import Registry
from training import wording
from training.dataset.crops import cut_out
from training.dataset.dataset import Dataset, read_faces
from training.dataset.labelled import LabelledFace, LabelledFile
from training.evaluation.champion import Decision, choose_champion
from training.evaluation.held_out import metrics_of, named_as_answered, score_held_out
from training.fingerprint import fingerprint
from training.fitting.contested import genuine_scores, set_aside, why
from training.fitting.folds import (
    HOLDOUT,
    KnownFolds,
    judged_fairly,
    lasting_folds,
    renamed_since,
    require_distinct_photos,
)
from training.fitting.stages import Trained, TrainingInputs, prepare, threshold_of, train_stages
from training.fitting.thresholds import fit_calibration
from training.hyperparameters import DEFAULTS, Hyperparameters
from training.library_versions import TRAINING, versions_of
from training.reports.report import write_report


@dataclass(frozen=True, slots=True)
class Outcome:
    """A version that a run has made, and whether it took over."""

    card: Card
    folder: Path
    decision: Decision


def train(
    files: Sequence[LabelledFile],
    registry: Registry,
    shape: Architecture,
    detector: FaceDetector,
    device: Device,
    progress: Progress,
    *,
    pretrained: bool = True,
    hyper: Hyperparameters = DEFAULTS,
    cache: FaceCache | None = None,
    shown: Callable[[str], str] = str,
    births: Mapping[str, int] | None = None,
    chosen: bool = False,
) -> Outcome:
    """Train a version, write its report, and promote it if it is no worse than the champion.

    The report calls cousins what `shown` makes of their keys, and tells their ages by the years of their `births`. The
    `cache` has what earlier runs made of the photos; afterwards it has what this one did, and nothing else. Whether
    somebody has `chosen` the architecture is noted in the card.

    Raises:
        TrainingError: too few usable photos, or none that could be held back.
        WeightsMissing: the architecture's pretrained weights are not to be had.
    """
    start = time.monotonic()
    dataset = read_faces(files, shape, detector, device, progress, hyper=hyper, cache=cache)
    hyper = dataset.hyper
    require_distinct_photos(dataset)

    # One fold is never trained on, by this version or a later one: it judges both champion and challenger.
    parent = registry.current()
    before = _folds_of(registry, parent)
    folds = lasting_folds(dataset, before, hyper.folds)
    # What people say against all appearances holds for the one picture, and is remembered without being learned.
    aside = set_aside(dataset, folds)
    kept = np.array([i for i in range(len(folds)) if i not in aside], np.int64)
    dataset, folds = dataset.only(kept, why(dataset, aside)), folds[kept]
    train_on = np.flatnonzero(folds != HOLDOUT)
    inputs = prepare(shape, dataset, device, progress, pretrained=pretrained, hyper=hyper)
    # A tuned body was trained on every photo but the holdout's: without one nothing could judge it.
    trained = train_stages(inputs, train_on, progress, unfreeze=len(train_on) < len(folds), find_rate=True)

    # Confidence and figures come from faces that the scoring head was not trained on.
    held_out = score_held_out(inputs, trained, folds, progress)
    calibration = fit_calibration(held_out.scores, held_out.truth, inputs.nearest_weight)
    probabilities = calibration.probabilities(held_out.scores)
    threshold = threshold_of(inputs, trained, train_on)
    genuine = genuine_scores(dataset, trained.features, train_on, threshold.own, hyper)
    named, asked = named_as_answered(held_out, probabilities, inputs, trained, threshold)
    metrics = metrics_of(held_out, probabilities, named, asked, threshold, dataset.cousins)

    with registry.new_version() as (version, folder):
        network = _write_weights(folder / "weights.safetensors", shape, trained, train_on, dataset, genuine)
        card = Card(
            version=version,
            created=datetime.now(UTC),
            architecture=shape.name,
            crop=shape.crop,
            chosen=chosen,
            size=shape.size,
            network=network,
            weights=digest_of(folder / "weights.safetensors"),
            detector=detector.name,
            cousins=dataset.cousins,
            threshold=threshold.borders.named,
            asks_from=threshold.borders.asked,
            allowances=list(zip(threshold.allowances.sizes, threshold.allowances.values, strict=True)),
            slope=threshold.borders.slope,
            nearest_weight=calibration.nearest,
            temperature=calibration.temperature,
            uniform=calibration.uniform,
            stages=trained.stages,
            metrics=metrics,
            samples=_samples(dataset, folds),
            denials=_denials(dataset),
            skipped=dataset.skipped,
            corrections=dataset.corrections,
            parent=parent,
            libraries=versions_of(TRAINING),
            device=str(device),
            seconds=round(time.monotonic() - start, 1),
        )
        write_whole(folder / "card.json", card.model_dump_json(indent=2))
        write_report(
            folder / "report.html",
            card,
            dataset,
            trained.histories,
            held_out,
            named,
            asked,
            probabilities,
            threshold,
            shown,
            births or {},
        )
    folder = registry.path(version)

    holdout = [dataset.faces[i] for i in judged_fairly(dataset.faces, folds, before)]
    if parent is not None:
        progress(wording.comparing_versions(), 0, 1)
    stated = _stated(dataset, folds)
    decision = choose_champion(
        registry,
        folder,
        holdout,
        stated,
        _memory(stated, dataset, inputs, trained),
        network,
        detector,
        device,
        hyper,
        extracted_by=network if trained.features is dataset.features else None,
        renamed=renamed_since(before, dataset.faces),
    )
    if decision.promote:
        registry.promote(version)
    registry.prune()
    dataset.extractor.prune_cache([face.sha256 for face in dataset.faces if not face.file.path.exists()])
    if parent is not None:
        progress(wording.comparing_versions(), 1, 1)
    return Outcome(card, folder, decision)


def _write_weights(
    file: Path,
    shape: Architecture,
    trained: Trained,
    train_on: NDArray[np.int64],
    dataset: Dataset,
    genuine: GenuineScores,
) -> str:
    """Write body, head, gallery and its genuine scores.

    Returns the fingerprint of the network: body, crop and alignment.
    """
    body = {f"body.{name}": tensor.cpu().contiguous() for name, tensor in trained.body.state_dict().items()}
    head = {f"head.{name}": tensor.cpu().contiguous() for name, tensor in trained.head.state_dict().items()}
    gallery = {
        "gallery": torch.from_numpy(trained.features.gallery[train_on]),
        "gallery_labels": torch.from_numpy(dataset.labels[train_on]),
    }
    scores = dict(zip(GENUINE, map(torch.from_numpy, (genuine.similarities, genuine.cosines)), strict=True))
    save_file(body | head | gallery | scores, file)
    return fingerprint(shape, trained.body)


def _samples(dataset: Dataset, folds: NDArray[np.int64]) -> list[Sample]:
    return [
        Sample(
            sha256=face.sha256,
            cousin=face.file.cousin,
            source=face.file.source,
            fold=int(fold),
            box=face.box.sides,
            said_by=face.file.statement.by if face.file.statement else None,
            accepted_by=face.file.statement.accepted_by if face.file.statement else None,
        )
        for face, fold in zip(dataset.faces, folds, strict=True)
    ]


def _stated(dataset: Dataset, folds: NDArray[np.int64]) -> list[LabelledFace]:
    """The faces of which people have said anything, oldest first; but none of the photos that judge."""
    judges = frozenset().union(*(dataset.faces[i].pictures for i in np.flatnonzero(folds == HOLDOUT)))
    return [face for face in dataset.stated if face.sha256 not in judges]


def _memory(faces: Sequence[LabelledFace], dataset: Dataset, inputs: TrainingInputs, trained: Trained) -> Memory:
    """What people have said of these, as the bot will remember it."""
    if not faces:
        return Memory()
    if trained.features is dataset.features:
        features = np.stack([face.gallery_features for face in faces])
    else:
        features = embedder(inputs.shape, trained.body, inputs.device).features(cut_out(inputs.shape, faces)).gallery
    return Memory(
        StatedFace(statement, embedding)
        for face, embedding in zip(faces, unit(features), strict=True)
        if (statement := face.file.statement) is not None
    )


def _denials(dataset: Dataset) -> list[Denial]:
    return [
        Denial(
            sha256=face.sha256,
            correction=statement.number,
            says=statement.says,
            cousin=face.file.cousin or None,
            said_by=statement.by,
            accepted_by=statement.accepted_by,
        )
        for face in dataset.denials
        if (statement := face.file.statement) is not None and statement.says != "is"
    ]


def _folds_of(registry: Registry, parent: str | None) -> KnownFolds:
    """The fold of each photo's faces in the parent version, or in whoever stands in for it: the holdout stays the same
    from version to version."""
    folds: dict[str, dict[str, int]] = defaultdict(dict)
    for version in (parent, *registry.stand_ins()) if parent is not None else ():
        if (card := registry.find(version)) is not None:
            for sample in card.samples:
                folds[sample.sha256][sample.cousin] = sample.fold
            break
    return folds
