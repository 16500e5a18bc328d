from dataclasses import replace

import numpy as np
import torch
from torch import nn

from foundation.progress import silent
from inference.embedding.embedder import FaceViews, embedder
from models.architectures import Architecture, architecture
from tests.training.conftest import CPU
from training.fitting.stages import Trained, TrainingInputs, train_stages
from training.hyperparameters import Hyperparameters


def small_body(_: bool) -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 8, 5, 4), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())


def inputs_of(
    head_rate: float, rates: tuple[float, float], *, head_epochs: int = 2, unfrozen_epochs: int = 0
) -> TrainingInputs:
    """Three people who differ in colour, and a network of one convolution."""
    shape: Architecture = replace(
        architecture("resnet18"),
        size=32,
        build_body=small_body,
        head_rate=head_rate,
        unfrozen_rates=rates,
    )
    rng = np.random.default_rng(0)
    labels = np.repeat(np.arange(3), 20)
    crops = rng.integers(90, 130, (60, 32, 32, 3))
    crops[np.arange(60), :, :, labels] += 20
    faces: list[FaceViews] = [(crop[None],) for crop in crops.astype(np.uint8)]
    body = small_body(False)
    features = embedder(shape, body, CPU).features(faces)
    hyper = Hyperparameters(head_epochs=head_epochs, unfrozen_epochs=unfrozen_epochs)
    return TrainingInputs(shape, body, faces, features, labels, np.arange(60), CPU, pretrained=True, hyper=hyper)


def named_right(trained: Trained, start: TrainingInputs) -> float:
    return float((trained.scores(trained.features.probe, start).argmax(1) == start.labels).mean())


def test_unfreezing_is_kept_when_it_wins() -> None:
    """The head may not learn at all here, so that everything depends on the second stage."""
    start = inputs_of(head_rate=1e-12, rates=(1e-2, 3e-2), unfrozen_epochs=8)
    before = {name: tensor.clone() for name, tensor in start.body.state_dict().items()}
    trained = train_stages(start, np.arange(60), silent)
    head, unfrozen = trained.stages
    assert (head.name, head.kept, unfrozen.name, unfrozen.kept) == ("head", True, "unfrozen", True)
    assert (head.epochs, unfrozen.epochs) == (2, 8)
    assert unfrozen.accuracy > head.accuracy
    assert trained.body is not start.body
    assert not torch.equal(trained.body.state_dict()["0.weight"], before["0.weight"])
    assert torch.equal(start.body.state_dict()["0.weight"], before["0.weight"])  # others start from it too
    assert not np.allclose(trained.features.gallery, start.features.gallery)
    assert named_right(trained, start) > 0.8
    assert len(trained.histories["unfrozen"].validation_losses) == 8


def test_unfreezing_is_dropped_when_it_does_not_win() -> None:
    start = inputs_of(head_rate=3e-2, rates=(0.0, 0.0), head_epochs=40, unfrozen_epochs=1)
    trained = train_stages(start, np.arange(60), silent)
    head, unfrozen = trained.stages
    assert head.kept
    assert head.accuracy == 1  # which nothing beats
    assert not unfrozen.kept
    assert unfrozen.accuracy <= head.accuracy
    assert trained.body is start.body
    assert trained.features is start.features
    assert set(trained.histories) == {"head", "unfrozen"}  # the report shows what was tried


def test_a_head_scores_those_it_was_not_taught_lowest() -> None:
    start = inputs_of(head_rate=3e-2, rates=(0.0, 0.0))
    trained = train_stages(start, np.flatnonzero(start.labels != 1), silent)
    scores = trained.scores(trained.features.probe, start)
    assert (scores.argmin(1) == 1).all()
    assert trained.cousins.tolist() == [0, 2]
