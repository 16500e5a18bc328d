import numpy as np
import pytest
import torch
from torch.nn import functional as F

from inference.naming.gallery import Floats, unit
from inference.naming.heads import CosineScores, load_head
from models.architectures import architecture
from models.heads import CosineHead, linear_head

LABELS = np.repeat(np.arange(3), 3)


@pytest.fixture
def features() -> Floats:
    """Three cousins in one narrow cone, as a face network's embeddings lie."""
    generator = np.random.default_rng(3)
    people = generator.standard_normal((3, 16))[LABELS]
    return np.asarray(5 + people + 0.1 * generator.standard_normal((9, 16)), np.float32)


@pytest.fixture
def trained(features: Floats) -> CosineHead:
    head = CosineHead(16, 3)
    head.imprint(torch.from_numpy(features), torch.from_numpy(LABELS))
    return head


def scores(head: CosineHead) -> CosineScores:
    loaded = load_head(architecture("face"), {name: t.numpy() for name, t in head.state_dict().items()}, 16, 3)
    assert isinstance(loaded, CosineScores)
    return loaded


def test_a_served_cosine_head_scores_as_the_trained_one(trained: CosineHead, features: Floats) -> None:
    with torch.inference_mode():
        np.testing.assert_allclose(scores(trained)(features), trained(torch.from_numpy(features)), atol=1e-5)


def test_any_other_head_is_served_by_torch(features: Floats) -> None:
    head = linear_head(16, 3).eval()
    served = load_head(architecture("resnet34"), {name: t.numpy() for name, t in head.state_dict().items()}, 16, 3)
    with torch.inference_mode():
        np.testing.assert_allclose(served(features), head(torch.from_numpy(features)), atol=1e-5)


def test_a_head_for_other_cousins_is_not_loaded(trained: CosineHead) -> None:
    with pytest.raises(ValueError, match="not for these cousins"):
        load_head(architecture("face"), {name: t.numpy() for name, t in trained.state_dict().items()}, 16, 4)


def test_a_head_moves_towards_what_it_is_told(trained: CosineHead, features: Floats) -> None:
    """Told of a photo, its cousin scores higher there and nobody else does; taken back, it is the head before."""
    trained.directions.data = F.normalize(trained.directions.data, dim=1)
    head = scores(trained)
    counts, odd = np.array([3, 3, 3]), features[:1]
    before = head(odd)[0]
    told = head.moved(counts, odd.repeat(3, 0), np.array([1, 1, 1]), np.ones(3, np.float32))
    assert told(odd)[0, 1] > before[1] + 1
    np.testing.assert_allclose(told(odd)[0, [0, 2]], before[[0, 2]], atol=1e-5)
    np.testing.assert_allclose(head(odd)[0], before)
    weighed = np.linalg.norm(told.directions, axis=1)
    again = told.moved(weighed, odd.repeat(3, 0), np.array([1, 1, 1]), -np.ones(3, np.float32))
    np.testing.assert_allclose(again(features), head(features), atol=1e-4)
    np.testing.assert_allclose(unit(again.directions), unit(head.directions), atol=1e-5)
