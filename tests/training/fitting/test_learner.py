"""Learning, on the drawn family's features and on a network small enough to tune in seconds."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

from foundation.progress import silent
from models.architectures import Architecture, architecture
from models.heads import CosineHead, linear_head
from training.dataset.dataset import Dataset
from training.fitting.learner import History, MarginLoss, train_head
from training.hyperparameters import Hyperparameters


def accuracy(head: nn.Module, features: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    with torch.inference_mode():
        return float((head(torch.from_numpy(features)).argmax(1).numpy() == labels).mean())


def trained(
    family: Dataset, epochs: int, *, shape: Architecture | None = None, find_rate: bool = False
) -> tuple[nn.Module, History]:
    return train_head(
        shape or architecture("face"),
        family.features.gallery,
        family.labels,
        4,
        hyper=Hyperparameters(head_epochs=epochs),
        progress=silent,
        find_rate=find_rate,
    )


def test_the_head_learns_and_beats_chance_on_photos_it_has_not_seen(family: Dataset) -> None:
    train = np.arange(len(family.labels)) % 5 != 4
    features = family.features.gallery
    head, history = train_head(architecture("face"), features[train], family.labels[train], 4, progress=silent)
    assert accuracy(head, features[train], family.labels[train]) == 1
    assert accuracy(head, features[~train], family.labels[~train]) >= 0.75  # by chance .25
    assert len(history.validation_losses) == architecture("face").head_epochs
    assert history.validation_losses[-1] < history.validation_losses[0]
    assert not head.training


def test_a_linear_head_learns_too(family: Dataset) -> None:
    """The tutorial's: it starts from nothing, and so shows that it learns."""
    shape = replace(architecture("face"), build_head=linear_head, head_rate=1e-2)
    _, untrained = trained(family, 1, shape=shape)
    head, history = trained(family, 30, shape=shape)
    assert history.losses[-1] < history.losses[0] / 2
    assert history.validation_losses[-1] < untrained.validation_losses[-1] / 2
    assert accuracy(head, family.features.gallery, family.labels) > 0.9


def test_training_is_the_same_each_time(family: Dataset) -> None:
    first, second = (trained(family, 2)[0] for _ in range(2))
    for a, b in zip(first.state_dict().values(), second.state_dict().values(), strict=True):
        torch.testing.assert_close(a, b)


def test_the_rate_finder_is_drawn_and_leaves_the_head_as_it_was(family: Dataset) -> None:
    plain, without = trained(family, 1)
    found, with_finder = trained(family, 1, find_rate=True)
    assert without.finder_rates == []
    assert len(with_finder.finder_rates) == len(with_finder.finder_losses) > 20
    assert with_finder.finder_rates == sorted(with_finder.finder_rates)
    assert with_finder.validation_losses[-1] == pytest.approx(without.validation_losses[-1], rel=0.2)
    features, labels = family.features.gallery, family.labels
    assert accuracy(plain, features, labels) == accuracy(found, features, labels)


def test_progress_counts_the_epochs(family: Dataset) -> None:
    told: list[tuple[str, int, int]] = []
    train_head(
        architecture("face"),
        family.features.gallery,
        family.labels,
        4,
        hyper=Hyperparameters(head_epochs=3),
        progress=lambda *step: told.append(step),
    )
    assert told == [("Learning the names", done, 3) for done in (0, 1, 2, 3)]


def test_the_margin_must_be_won_by() -> None:
    head = CosineHead(4, 3)
    loss = MarginLoss(head, 0.2)
    logits, labels = torch.tensor([[6.0, 0.0, 0.0]]), torch.tensor([0])
    scale = float(head.log_scale.detach().exp())
    without = nn.functional.cross_entropy(logits, labels)
    lowered = nn.functional.cross_entropy(torch.tensor([[6.0 - 0.2 * scale, 0.0, 0.0]]), labels)
    torch.testing.assert_close(loss(logits, labels), lowered)
    assert loss(logits, labels) > without
    assert list(loss.parameters()) == []  # the head's are the head's
