"""The stages of training: the head on the frozen body, then everything, and each kept only if it wins."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from torch import nn

from foundation.progress import Progress
from inference.device import Device
from inference.embedding.embedder import Embedder, FaceViews, Features, embedder
from inference.naming.gallery import Floats
from inference.naming.heads import Calibration, load_head
from models.architectures import Architecture
from models.card import Stage
from models.network import Network
from training import wording
from training.dataset.crops import cut_out
from training.dataset.dataset import Dataset
from training.fitting.folds import Indices, cross_validation
from training.fitting.learner import History, Labels, train_head
from training.fitting.thresholds import UNTAUGHT, Threshold, fit_threshold
from training.hyperparameters import Hyperparameters

_AT_ONCE = 128


@dataclass(frozen=True, slots=True)
class TrainingInputs:
    """What training starts from.

    Attributes:
        faces: what the bodies see of each of N; none where they stay frozen and what they make of them is known.
        features: `(N, D)` each, what the body makes of them untrained; computed once, for every fold and every stage
            that leaves it frozen.
        labels, groups: `(N,)`, as in `Dataset`.
        pretrained: the body has its published weights.
    """

    shape: Architecture
    body: nn.Module
    faces: list[FaceViews]
    features: Features
    labels: Labels
    groups: NDArray[np.int64]
    device: Device
    pretrained: bool
    hyper: Hyperparameters

    @property
    def cousins(self) -> int:
        """How many there are."""
        return int(self.labels.max()) + 1

    @property
    def nearest_weight(self) -> float:
        """Of the nearest photo beside the head's scores: only what tells faces before it was trained compares them."""
        return self.hyper.nearest_weight if self.shape.is_face_network and self.pretrained else 0.0

    def as_published(self, trained: "Trained") -> bool:
        """Whether that body is the published one: what is known of its cosines holds for no other."""
        return self.pretrained and trained.body is self.body


@dataclass(frozen=True, slots=True)
class Trained:
    """A body, a head over `cousins` (label numbers), which faces they were `taught`, and features of all faces."""

    body: nn.Module
    head: nn.Module
    cousins: NDArray[np.int64]
    taught: Indices
    features: Features
    stages: list[Stage] = field(default_factory=list)
    histories: dict[str, History] = field(default_factory=dict)

    def scores(self, features: Floats, inputs: TrainingInputs) -> Floats:
        """What head and nearest photos make of features `(N, D)`: `(N, cousins)`, with `UNTAUGHT` for whomever the
        head was not taught."""
        together = np.full((len(features), inputs.cousins), UNTAUGHT, np.float32)
        tensors = {name: tensor.numpy(force=True) for name, tensor in self.head.state_dict().items()}
        head = load_head(inputs.shape, tensors, features.shape[1], len(self.cousins))
        labels = np.searchsorted(self.cousins, inputs.labels[self.taught])
        gallery = self.features.gallery[self.taught]
        together[:, self.cousins] = Calibration(inputs.nearest_weight).scores(head, features, gallery, labels)
        return together


def prepare(
    shape: Architecture,
    dataset: Dataset,
    device: Device,
    progress: Progress,
    *,
    pretrained: bool,
    hyper: Hyperparameters,
) -> TrainingInputs:
    """Build the body and embed every face with it.

    Raises:
        WeightsMissing: there are none for the body.
        TrainingError: a photo was deleted since its faces were found.
    """
    body = shape.build_body(pretrained)
    known = pretrained and shape.is_face_network  # choosing the faces took this very network
    faces = [] if known and not hyper.unfrozen_epochs_of(shape) else cut_out(shape, dataset.faces)
    features = dataset.features if known else embed_all(embedder(shape, body, device), faces, progress)
    return TrainingInputs(shape, body, faces, features, dataset.labels, dataset.groups, device, pretrained, hyper)


def threshold_of(inputs: TrainingInputs, trained: Trained, train: Indices) -> Threshold:
    """The threshold by the faces `train`."""
    return fit_threshold(
        trained.features.of(train),
        inputs.labels[train],
        inputs.groups[train],
        inputs.hyper,
        strangers=inputs.shape.cosines.strangers if inputs.as_published(trained) else None,
    )


def embed_all(by: Embedder, faces: Sequence[FaceViews], progress: Progress) -> Features:
    """Features of N faces."""
    doing = wording.looking_at_pictures() if by.shape.crop == "whole" else wording.reading_faces()
    parts = []
    for start in range(0, len(faces), _AT_ONCE):
        progress(doing, start, len(faces))
        parts.append(by.features(faces[start : start + _AT_ONCE]))
    progress(doing, len(faces), len(faces))
    return Features(np.concatenate([part.gallery for part in parts]), np.concatenate([part.probe for part in parts]))


def train_stages(
    inputs: TrainingInputs, train: Indices, progress: Progress, *, unfreeze: bool = True, find_rate: bool = False
) -> Trained:
    """Train on the faces `train` only.

    Whether unfreezing helps, where any epochs are meant for it, is tried on a fifth of them: only if it names more of
    that fifth rightly than the head alone is everything unfrozen for the whole of `train`.
    """
    head = _head_stage(inputs, train, progress, find_rate=find_rate)
    unfrozen_epochs = inputs.hyper.unfrozen_epochs_of(inputs.shape)
    if not unfreeze or not unfrozen_epochs:
        return head
    inner, judged = next(cross_validation(inputs.labels[train], inputs.groups[train], inputs.hyper.folds))
    inner, judged = train[inner], train[judged]
    trial = _head_stage(inputs, inner, progress)
    before = _accuracy(trial, inputs, judged)
    tried = _unfrozen_stage(inputs, trial, inner, judged, progress)
    after = _accuracy(tried, inputs, judged)
    stages = [
        Stage(name="head", epochs=inputs.hyper.head_epochs_of(inputs.shape), accuracy=before, kept=True),
        Stage(name="unfrozen", epochs=unfrozen_epochs, accuracy=after, kept=after > before),
    ]
    histories = head.histories | tried.histories
    kept = _unfrozen_stage(inputs, head, train, judged, progress) if after > before else head
    return replace(kept, stages=stages, histories=histories)


def _head_stage(inputs: TrainingInputs, train: Indices, progress: Progress, *, find_rate: bool = False) -> Trained:
    cousins, labels = np.unique(inputs.labels[train], return_inverse=True)
    head, history = train_head(
        inputs.shape,
        inputs.features.gallery[train],
        labels.astype(np.int64),
        len(cousins),
        hyper=inputs.hyper,
        progress=progress,
        find_rate=find_rate,
    )
    return Trained(inputs.body, head, cousins, train, inputs.features, [], {"head": history})


def _unfrozen_stage(
    inputs: TrainingInputs, start: Trained, train: Indices, judged: Indices, progress: Progress
) -> Trained:
    from training.fitting.unfrozen import (
        train_unfrozen,  # brings torchvision: two seconds, and most runs leave the body frozen
    )

    network = Network(copy.deepcopy(start.body), copy.deepcopy(start.head))
    history = train_unfrozen(
        network,
        inputs.shape,
        np.stack([views[0][0] for views in inputs.faces]),
        np.searchsorted(start.cousins, inputs.labels).clip(0, len(start.cousins) - 1),
        train,
        judged,
        hyper=inputs.hyper,
        device=inputs.device,
        progress=progress,
    )
    features = embed_all(embedder(inputs.shape, network.body, inputs.device), inputs.faces, progress)
    return Trained(network.body, network.head.cpu().eval(), start.cousins, train, features, [], {"unfrozen": history})


def _accuracy(trained: Trained, inputs: TrainingInputs, judged: Indices) -> float:
    named = trained.scores(trained.features.probe[judged], inputs).argmax(1)
    return float((named == inputs.labels[judged]).mean())
