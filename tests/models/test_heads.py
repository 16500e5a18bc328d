import numpy as np
import pytest
import torch
from torch.nn import functional as F

from models.heads import CosineHead, linear_head

LABELS = torch.tensor([0, 0, 0, 1, 1, 1, 2, 2, 2])


@pytest.fixture
def features() -> torch.Tensor:
    """Three cousins in one narrow cone, as a face network's embeddings lie, nine faces of lengths all different."""
    torch.manual_seed(3)
    cone, people = 5 * torch.ones(16), torch.randn(3, 16)
    faces = cone + people[LABELS] + 0.1 * torch.randn(9, 16)
    return faces * torch.rand(9, 1).add(0.5)


def test_an_imprinted_head_is_the_nearest_centroid(features: torch.Tensor) -> None:
    head = CosineHead(16, 3)
    head.imprint(features, LABELS)
    logits = head(features)
    assert logits.argmax(1).tolist() == LABELS.tolist()
    unit = F.normalize(features, dim=1)
    centred = F.normalize(unit - unit.mean(0), dim=1)
    centroids = torch.stack([centred[label == LABELS].mean(0) for label in range(3)])
    torch.testing.assert_close(logits, 12 * centred @ F.normalize(centroids, dim=1).T)


def test_only_the_direction_of_an_embedding_counts(features: torch.Tensor) -> None:
    head = CosineHead(16, 3)
    head.imprint(features, LABELS)
    torch.testing.assert_close(head(features), head(features * 7))


def test_a_head_that_was_not_imprinted_knows_nobody(features: torch.Tensor) -> None:
    torch.manual_seed(0)
    right = [(CosineHead(16, 3)(features).argmax(1) == LABELS).float().mean().item() for _ in range(40)]
    assert np.mean(right) < 0.6


def test_the_centre_is_saved_with_the_head(features: torch.Tensor) -> None:
    head, copy = CosineHead(16, 3), CosineHead(16, 3)
    head.imprint(features, LABELS)
    copy.load_state_dict(head.state_dict())
    torch.testing.assert_close(copy(features), head(features))
    assert head.centre.abs().max() > 0.1


def test_gradients_reach_directions_and_scale_but_not_the_centre(features: torch.Tensor) -> None:
    head = CosineHead(16, 3)
    head.imprint(features, LABELS)
    assert {name for name, _ in head.named_parameters()} == {"directions", "log_scale"}
    gradients = torch.autograd.grad(F.cross_entropy(head(features), LABELS), list(head.parameters()))
    assert all(gradient.abs().sum() > 0 for gradient in gradients)


def test_the_linear_head_maps_features_to_one_score_a_cousin() -> None:
    head = linear_head(512, 7)
    assert head(torch.randn(4, 512)).shape == (4, 7)
    head.eval()
    faces = torch.randn(3, 512)
    torch.testing.assert_close(head(faces), head(faces))  # dropout is off where it serves
