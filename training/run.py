"""One training run, from photos to a version: read it from top to bottom."""

import hashlib
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version as library_version
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from scipy.special import softmax

from data.files.face_cache import FaceCache
from foundation.progress import Progress, silent
from foundation.whole_file import write_whole
from inference.device import Device
from inference.embedding.embedder import embedder
from inference.faces.alignment import ALIGNMENTS
from inference.faces.finding import FaceDetector
from inference.naming.gallery import Floats, unit
from inference.naming.memory import StatedFace
from models.architectures import Architecture
from models.card import Card, Denial, Metrics, Sample
from models.registry import Registry, RegistryError
from training import wording
from training.dataset.crops import cut_out
from training.dataset.dataset import Dataset, read_faces
from training.dataset.labelled import LabelledFile
from training.evaluation.champion import Verdict, compare
from training.evaluation.metrics import HeldOut, calibration_error, confusions, identified, recalls, wilson_interval
from training.fitting.folds import FOLDS, HOLDOUT, KnownFolds, judged_fairly, lasting_folds, need_several_moments
from training.fitting.stages import Material, Trained, prepare, threshold_of, train_stages
from training.fitting.thresholds import UNTAUGHT, Threshold, drawn, fit_temperature, held_out_similarities
from training.reports.report import write_report

_LIBRARIES: Final = ("fastai", "torch", "torchvision", "opencv-python-headless", "dlib-bin", "numpy", "pillow")


@dataclass(frozen=True, slots=True)
class Outcome:
    """A version that a run has made, and whether it took over."""

    card: Card
    folder: Path
    verdict: Verdict


def train(
    files: Sequence[LabelledFile],
    registry: Registry,
    shape: Architecture,
    detector: FaceDetector,
    device: Device,
    progress: Progress,
    *,
    pretrained: bool = True,
    head_epochs: int | None = None,
    unfrozen_epochs: int = 0,
    cache: FaceCache | None = None,
) -> Outcome:
    """Train a version, write its report, and promote it if it is no worse than the champion.

    The `cache` has what earlier runs saw in the photos; afterwards it has what this one saw, and nothing else.

    Raises:
        TrainingError: too few usable photos, or none that could be held back.
        WeightsMissing: the architecture's pretrained weights are not to be had.
    """
    start = time.monotonic()
    dataset = read_faces(files, shape, detector, device, progress, cache=cache)
    need_several_moments(dataset)
    material = prepare(shape, dataset, device, progress, pretrained=pretrained, unfrozen=unfrozen_epochs > 0)

    # One fold is never trained on, by this version or a later one: it judges both champion and challenger.
    parent = registry.current()
    before = _folds_of(registry, parent)
    folds = lasting_folds(dataset, before)
    train_on = np.flatnonzero(folds != HOLDOUT)
    if len(train_on) == len(folds):
        unfrozen_epochs = 0  # a tuned body has seen every photo but the holdout's: without one nothing could judge it
    trained = train_stages(
        material, train_on, progress, head_epochs=head_epochs, unfrozen_epochs=unfrozen_epochs, find_rate=True
    )

    # Confidence and figures come from faces that the scoring head had not seen.
    held_out = _held_out(material, trained, folds, progress, head_epochs=head_epochs)
    temperature = fit_temperature(held_out.logits, held_out.truth)
    held_out_chances = np.asarray(softmax(held_out.logits / temperature, axis=1), np.float32)
    threshold = threshold_of(material, trained, train_on)
    metrics = _metrics(dataset, material, trained, held_out, held_out_chances, threshold)

    with registry.new_version() as (version, folder):
        space = _write_weights(folder / "weights.safetensors", shape, trained, train_on, dataset)
        card = Card(
            version=version,
            created=datetime.now(UTC),
            architecture=shape.name,
            crop=shape.crop,
            size=shape.size,
            space=space,
            detector=detector.name,
            cousins=dataset.cousins,
            threshold=threshold.similarity,
            allowances=list(zip(threshold.allowances.sizes, threshold.allowances.values, strict=True)),
            second_pass_raises=shape.second_pass_raises if material.as_published(trained) else None,
            slope=threshold.slope,
            temperature=temperature,
            stages=trained.stages,
            metrics=metrics,
            samples=_samples(dataset, folds),
            denials=_denials(dataset),
            skipped=dataset.skipped,
            corrections=dataset.corrections,
            parent=parent,
            libraries={name: library_version(name) for name in _LIBRARIES},
            device=str(device),
            seconds=round(time.monotonic() - start, 1),
        )
        write_whole(folder / "card.json", card.model_dump_json(indent=2))
        write_report(folder / "report.html", card, dataset, trained.histories, held_out, held_out_chances, threshold)
    folder = registry.path(version)

    holdout = [dataset.faces[i] for i in judged_fairly(dataset.faces, folds, before)]
    progress(wording.comparing_versions(), 0, 1)
    stated = _stated(dataset, material, trained, train_on)
    verdict = compare(
        registry, folder, holdout, stated, space, detector, device, seen=trained.features is dataset.face_features
    )
    if verdict.promote:
        registry.promote(version)
    registry.prune()
    dataset.eyes.forget_all_but_seen([face.sha256 for face in dataset.faces if not face.file.path.exists()])
    progress(wording.comparing_versions(), 1, 1)
    return Outcome(card, folder, verdict)


def _held_out(
    material: Material, trained: Trained, folds: NDArray[np.int64], progress: Progress, *, head_epochs: int | None
) -> HeldOut:
    """Each face scored by a head that had not seen it; of a large family some of them.

    While the body is frozen that costs one small head a fold. A tuned body has seen all but the holdout, so that
    then only the holdout counts.
    """
    cousins = int(material.labels.max()) + 1
    asked = np.zeros(len(folds), np.bool_)
    asked[drawn(len(folds))] = True
    judged = [np.flatnonzero(asked & (folds == HOLDOUT))]
    logits = [trained.logits(judged[0], cousins)]
    if trained.body is material.body:
        for fold in range(1, FOLDS):
            progress(wording.testing(), fold, FOLDS)
            judged.append(np.flatnonzero(asked & (folds == fold)))
            head = train_stages(material, np.flatnonzero(folds != fold), silent, head_epochs=head_epochs)
            logits.append(head.logits(judged[-1], cousins))
    progress(wording.testing(), FOLDS, FOLDS)
    indices, scores = np.concatenate(judged), np.concatenate(logits)
    # Whoever has photos of one moment only was taught to no head that could judge them.
    taught = scores[np.arange(len(indices)), material.labels[indices]] > UNTAUGHT
    return HeldOut(indices[taught], material.labels[indices[taught]], scores[taught])


def _metrics(
    dataset: Dataset, material: Material, trained: Trained, held_out: HeldOut, chances: Floats, threshold: Threshold
) -> Metrics:
    named = chances.argmax(1)
    right = named == held_out.truth
    similarities = held_out_similarities(
        trained.features, trained.asked, material.labels, material.groups, threshold.allowances, held_out.indices
    )
    return Metrics(
        accuracy=float(right.mean()),
        accuracy_ci95=wilson_interval(int(right.sum()), len(right)),
        per_cousin=recalls(held_out.truth, named, dataset.cousins),
        confused=confusions(held_out.truth, named, dataset.cousins),
        known_accepted=identified(chances, similarities, threshold.similarity, held_out.truth),
        look_alikes_refused=threshold.look_alikes_refused,
        ece=calibration_error(chances.max(1), right),
        photos=len(right),
    )


def _write_weights(
    file: Path, shape: Architecture, trained: Trained, train_on: NDArray[np.int64], dataset: Dataset
) -> str:
    """Write body, head and gallery, and return the fingerprint of what makes embeddings."""
    body = {f"body.{name}": tensor.cpu().contiguous() for name, tensor in trained.body.state_dict().items()}
    head = {f"head.{name}": tensor.cpu().contiguous() for name, tensor in trained.head.state_dict().items()}
    gallery = {
        "gallery": torch.from_numpy(trained.features[train_on]),
        "gallery_labels": torch.from_numpy(dataset.labels[train_on]),
    }
    save_file(body | head | gallery, file)
    digest = hashlib.sha256(f"{shape.name} {shape.crop} {shape.size} {ALIGNMENTS}".encode())
    for name in sorted(body):
        digest.update(body[name].numpy().tobytes())
    return f"{shape.name}-{digest.hexdigest()[:12]}"


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


def _stated(dataset: Dataset, material: Material, trained: Trained, train_on: NDArray[np.int64]) -> list[StatedFace]:
    """What people have said of faces that judge nobody, as the bot remembers it, oldest first."""
    taught = [(dataset.faces[i], trained.features[i]) for i in train_on if dataset.faces[i].file.statement is not None]
    if trained.features is dataset.face_features:
        taught += [(face, face.features) for face in dataset.denials]
    elif dataset.denials:
        faces = cut_out(material.shape, dataset.denials)
        by = embedder(material.shape, trained.body, material.device)
        learned, _ = by.thorough_features(faces)
        taught += zip(dataset.denials, learned, strict=True)
    return [
        StatedFace(statement, unit(features))
        for face, features in sorted(
            taught, key=lambda one: one[0].file.statement.number if one[0].file.statement else 0
        )
        if (statement := face.file.statement) is not None
    ]


def _denials(dataset: Dataset) -> list[Denial]:
    return [
        Denial(
            sha256=face.sha256,
            correction=statement.number,
            verdict=statement.says,
            cousin=face.file.cousin or None,
            said_by=statement.by,
            accepted_by=statement.accepted_by,
        )
        for face in dataset.denials
        if (statement := face.file.statement) is not None and statement.says != "is"
    ]


def _folds_of(registry: Registry, parent: str | None) -> KnownFolds:
    """The fold of each photo's faces in the parent version: the holdout stays the same from version to version."""
    folds: dict[str, dict[str, int]] = defaultdict(dict)
    if parent is not None:
        with suppress(RegistryError):
            for sample in registry.card(parent).samples:
                folds[sample.sha256][sample.cousin] = sample.fold
    return folds
