"""Learning, on the drawn family's features and on a network small enough to tune in seconds."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

from foundation.progress import silent
from inference.embedding.embedder import embedder
from models.architectures import Architecture, architecture
from models.heads import CosineHead, linear_head
from tests.training.conftest import CPU
from training.dataset.dataset import Dataset
from training.fitting.learner import MarginLoss, train_head
from training.fitting.stages import Material, train_stages


def accuracy(head: nn.Module, features: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    with torch.inference_mode():
        return float((head(torch.from_numpy(features)).argmax(1).numpy() == labels).mean())


def test_the_head_learns_and_beats_chance_on_photos_it_has_not_seen(family: Dataset) -> None:
    train = np.arange(len(family.labels)) % 5 != 4
    features = family.face_features
    head, history = train_head(architecture("face"), features[train], family.labels[train], 4, progress=silent)
    assert accuracy(head, features[train], family.labels[train]) == 1
    assert accuracy(head, features[~train], family.labels[~train]) >= 0.75  # by chance .25
    assert len(history.validation_losses) == architecture("face").head_epochs
    assert history.validation_losses[-1] < history.validation_losses[0]
    assert not head.training


def test_a_linear_head_learns_too(family: Dataset) -> None:
    """The tutorial's: it starts from nothing, and so shows that it learns."""
    shape = replace(architecture("face"), build_head=linear_head, head_rate=1e-2)
    _, untrained = train_head(shape, family.face_features, family.labels, 4, epochs=1, progress=silent)
    head, history = train_head(shape, family.face_features, family.labels, 4, epochs=30, progress=silent)
    assert history.losses[-1] < history.losses[0] / 2
    assert history.validation_losses[-1] < untrained.validation_losses[-1] / 2
    assert accuracy(head, family.face_features, family.labels) > 0.9


def test_training_is_the_same_each_time(family: Dataset) -> None:
    first, second = (
        train_head(architecture("face"), family.face_features, family.labels, 4, epochs=2, progress=silent)[0]
        for _ in range(2)
    )
    for a, b in zip(first.state_dict().values(), second.state_dict().values(), strict=True):
        torch.testing.assert_close(a, b)


def test_the_rate_finder_is_drawn_and_leaves_the_head_as_it_was(family: Dataset) -> None:
    plain, without = train_head(architecture("face"), family.face_features, family.labels, 4, epochs=1, progress=silent)
    found, with_finder = train_head(
        architecture("face"), family.face_features, family.labels, 4, epochs=1, progress=silent, find_rate=True
    )
    assert without.finder_rates == []
    assert len(with_finder.finder_rates) == len(with_finder.finder_losses) > 20
    assert with_finder.finder_rates == sorted(with_finder.finder_rates)
    assert with_finder.validation_losses[-1] == pytest.approx(without.validation_losses[-1], rel=0.2)
    assert accuracy(plain, family.face_features, family.labels) == accuracy(found, family.face_features, family.labels)


def test_progress_counts_the_epochs(family: Dataset) -> None:
    told: list[tuple[str, int, int]] = []
    train_head(
        architecture("face"),
        family.face_features,
        family.labels,
        4,
        epochs=3,
        progress=lambda *step: told.append(step),
    )
    assert told == [("Learning who is who", done, 3) for done in (0, 1, 2, 3)]


def test_the_margin_must_be_won_by() -> None:
    head = CosineHead(4, 3)
    loss = MarginLoss(head)
    logits, labels = torch.tensor([[6.0, 0.0, 0.0]]), torch.tensor([0])
    scale = float(head.log_scale.detach().exp())
    without = nn.functional.cross_entropy(logits, labels)
    lowered = nn.functional.cross_entropy(torch.tensor([[6.0 - 0.2 * scale, 0.0, 0.0]]), labels)
    torch.testing.assert_close(loss(logits, labels), lowered)
    assert loss(logits, labels) > without
    assert list(loss.parameters()) == []  # the head's are the head's


# --- stages


def small_body(_: bool) -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 8, 5, 4), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())


def material(head_rate: float, rates: tuple[float, float]) -> Material:
    """Three people who differ in colour, and a network of one convolution."""
    shape: Architecture = replace(
        architecture("resnet18"),
        size=32,
        build_body=small_body,
        head_epochs=2,
        head_rate=head_rate,
        unfrozen_rates=rates,
    )
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(3), 20)
    crops = rng.integers(90, 130, (60, 32, 32, 3))
    crops[np.arange(60), :, :, labels] += 20
    faces = [crop[None] for crop in crops.astype(np.uint8)]
    body = small_body(False)
    both = embedder(shape, body, CPU).thorough_features(faces)
    return Material(shape, body, faces, *both, labels, np.arange(60), CPU, pretrained=True)


def named_right(trained: object, start: Material) -> float:
    from training.fitting.stages import Trained

    assert isinstance(trained, Trained)
    return float((trained.logits(np.arange(60), 3).argmax(1) == start.labels).mean())


def test_unfreezing_is_kept_when_it_wins() -> None:
    """The head may not learn at all here, so that everything depends on the second stage."""
    start = material(head_rate=1e-12, rates=(1e-2, 3e-2))
    before = {name: tensor.clone() for name, tensor in start.body.state_dict().items()}
    trained = train_stages(start, np.arange(60), silent, unfrozen_epochs=8)
    head, unfrozen = trained.stages
    assert (head.name, head.kept, unfrozen.name, unfrozen.kept) == ("head", True, "unfrozen", True)
    assert (head.epochs, unfrozen.epochs) == (2, 8)
    assert unfrozen.accuracy > head.accuracy
    assert trained.body is not start.body
    assert not torch.equal(trained.body.state_dict()["0.weight"], before["0.weight"])
    assert torch.equal(start.body.state_dict()["0.weight"], before["0.weight"])  # others start from it too
    assert not np.allclose(trained.features, start.features)
    assert named_right(trained, start) > 0.8
    assert len(trained.histories["unfrozen"].validation_losses) == 8


def test_unfreezing_is_dropped_when_it_does_not_win() -> None:
    start = material(head_rate=3e-2, rates=(0.0, 0.0))
    trained = train_stages(start, np.arange(60), silent, head_epochs=40, unfrozen_epochs=1)
    head, unfrozen = trained.stages
    assert head.kept
    assert head.accuracy == 1  # which nothing beats
    assert not unfrozen.kept
    assert unfrozen.accuracy <= head.accuracy
    assert trained.body is start.body
    assert trained.features is start.features
    assert set(trained.histories) == {"head", "unfrozen"}  # the report shows what was tried


def test_a_head_scores_those_it_was_not_taught_lowest() -> None:
    start = material(head_rate=3e-2, rates=(0.0, 0.0))
    trained = train_stages(start, np.flatnonzero(start.labels != 1), silent)
    logits = trained.logits(np.arange(60), 3)
    assert (logits.argmin(1) == 1).all()
    assert trained.cousins.tolist() == [0, 2]
