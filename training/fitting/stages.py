"""The stages of training: the head on the frozen body, then everything, and each kept only if it wins."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from foundation.progress import Progress
from inference.device import Device
from inference.embedding.embedder import Embedder, embedder
from inference.faces.finding import Pixels
from inference.naming.gallery import Floats
from models.architectures import Architecture, architecture
from models.card import Stage
from models.network import Network
from training import wording
from training.dataset.crops import cut_out
from training.dataset.dataset import Dataset
from training.fitting.folds import Indices, cross_validation
from training.fitting.learner import History, Labels, train_head
from training.fitting.thresholds import UNTAUGHT, Threshold, fit_threshold

_AT_ONCE = 128


@dataclass(frozen=True, slots=True)
class Material:
    """What training starts from.

    Attributes:
        faces: N of `(views, size, size, 3)`; none where the body stays frozen and what it makes of them is known.
        features, asked: `(N, D)`, what the body makes of them untrained, to learn from and as of a guest's photo;
            computed once, for every fold and every stage that leaves it frozen.
    """

    shape: Architecture
    body: nn.Module
    faces: list[Pixels]
    features: Floats
    asked: Floats
    labels: Labels
    groups: NDArray[np.int64]
    device: Device
    pretrained: bool

    def as_published(self, trained: "Trained") -> bool:
        """Whether that body is the published one: what is known of its cosines holds for no other."""
        return self.pretrained and trained.body is self.body


@dataclass(frozen=True, slots=True)
class Trained:
    """A body, a head over `cousins` (label numbers), and features of all faces, trained on or not, as in `Material`."""

    body: nn.Module
    head: nn.Module
    cousins: NDArray[np.int64]
    features: Floats
    asked: Floats
    stages: list[Stage] = field(default_factory=list)
    histories: dict[str, History] = field(default_factory=dict)

    def logits(self, indices: Indices, cousins: int) -> Floats:
        """The head's scores of these faces, `(len(indices), cousins)`; lowest for cousins it was not taught."""
        with torch.inference_mode():
            scores = self.head(torch.from_numpy(self.asked[indices])).float().numpy()
        together = np.full((len(indices), cousins), UNTAUGHT, np.float32)
        together[:, self.cousins] = scores
        return together


def prepare(
    shape: Architecture,
    dataset: Dataset,
    device: Device,
    progress: Progress,
    *,
    pretrained: bool,
    unfrozen: bool,
) -> Material:
    """Build the body and embed every face with it; `unfrozen` says whether it is to be trained too.

    Raises:
        WeightsMissing: there are none for the body.
        TrainingError: a photo was deleted since it was looked at.
    """
    body = shape.build_body(pretrained)
    known = pretrained and shape == architecture("face")  # choosing the faces took this very network
    faces = [] if known and not unfrozen else cut_out(shape, dataset.faces)
    if known:
        features, asked = dataset.face_features, dataset.asked
    else:
        features, asked = embed_all(embedder(shape, body, device), faces, progress)
    return Material(shape, body, faces, features, asked, dataset.labels, dataset.groups, device, pretrained)


def threshold_of(material: Material, trained: Trained, train: Indices) -> Threshold:
    """The threshold by the faces `train`."""
    return fit_threshold(
        trained.features[train],
        trained.asked[train],
        material.labels[train],
        material.groups[train],
        least=material.shape.least_similarity if material.as_published(trained) else -1.0,
    )


def embed_all(by: Embedder, faces: Sequence[Pixels], progress: Progress) -> tuple[Floats, Floats]:
    """Features of N faces `(views, size, size, 3)`, as in `Material`."""
    parts = []
    for start in range(0, len(faces), _AT_ONCE):
        progress(wording.reading_faces(), start, len(faces))
        parts.append(by.thorough_features(faces[start : start + _AT_ONCE]))
    progress(wording.reading_faces(), len(faces), len(faces))
    features, asked = zip(*parts, strict=True)
    return np.concatenate(features), np.concatenate(asked)


def train_stages(
    material: Material,
    train: Indices,
    progress: Progress,
    *,
    head_epochs: int | None = None,
    unfrozen_epochs: int = 0,
    find_rate: bool = False,
) -> Trained:
    """Train on the faces `train` only.

    Whether unfreezing helps is tried on a fifth of them: only if it names more of that fifth rightly than the head
    alone is everything unfrozen for the whole of `train`.
    """
    epochs = material.shape.head_epochs if head_epochs is None else head_epochs
    head = _head_stage(material, train, progress, epochs=epochs, find_rate=find_rate)
    if not unfrozen_epochs:
        return head
    inner, judged = next(cross_validation(material.labels[train], material.groups[train], 5))
    inner, judged = train[inner], train[judged]
    trial = _head_stage(material, inner, progress, epochs=epochs)
    before = _accuracy(trial, material.labels, judged)
    tried = _unfrozen_stage(material, trial, inner, judged, progress, epochs=unfrozen_epochs)
    after = _accuracy(tried, material.labels, judged)
    stages = [
        Stage(name="head", epochs=epochs, accuracy=before, kept=True),
        Stage(name="unfrozen", epochs=unfrozen_epochs, accuracy=after, kept=after > before),
    ]
    histories = head.histories | tried.histories
    kept = head
    if after > before:
        kept = _unfrozen_stage(material, head, train, judged, progress, epochs=unfrozen_epochs)
    return Trained(kept.body, kept.head, kept.cousins, kept.features, kept.asked, stages, histories)


def _head_stage(
    material: Material, train: Indices, progress: Progress, *, epochs: int, find_rate: bool = False
) -> Trained:
    cousins, labels = np.unique(material.labels[train], return_inverse=True)
    head, history = train_head(
        material.shape,
        material.features[train],
        labels.astype(np.int64),
        len(cousins),
        epochs=epochs,
        progress=progress,
        find_rate=find_rate,
    )
    return Trained(material.body, head, cousins, material.features, material.asked, [], {"head": history})


def _unfrozen_stage(
    material: Material, start: Trained, train: Indices, judged: Indices, progress: Progress, *, epochs: int
) -> Trained:
    from training.fitting.unfrozen import (
        train_unfrozen,  # brings torchvision: two seconds, and most runs leave the body frozen
    )

    network = Network(copy.deepcopy(start.body), copy.deepcopy(start.head))
    history = train_unfrozen(
        network,
        material.shape,
        np.stack([views[0] for views in material.faces]),
        np.searchsorted(start.cousins, material.labels).clip(0, len(start.cousins) - 1),
        train,
        judged,
        epochs=epochs,
        device=material.device,
        progress=progress,
    )
    features, asked = embed_all(embedder(material.shape, network.body, material.device), material.faces, progress)
    return Trained(network.body, network.head.cpu().eval(), start.cousins, features, asked, [], {"unfrozen": history})


def _accuracy(trained: Trained, labels: Labels, judged: Indices) -> float:
    named = trained.logits(judged, int(labels.max()) + 1).argmax(1)
    return float((named == labels[judged]).mean())
