"""Similarities of galleries of all shapes, against their definition."""

import numpy as np
import pytest
from numpy.typing import NDArray

from inference.naming.gallery import NEIGHBOURS, Allowances, Floats, Gallery, gallery_similarities, unit

ALLOWANCES = Allowances((1, 5, 30), (0.03, 0.01, 0.0))


def by_definition(probes: Floats, gallery: Floats, labels: NDArray[np.int64], cousins: int) -> Floats:
    similarities = np.full((len(probes), cousins), -1.0, np.float32)
    for cousin in range(cousins):
        own = np.sort(probes @ gallery[labels == cousin].T, axis=1)
        if photos := own.shape[1]:
            nearest = own[:, -min(NEIGHBOURS, (photos + 1) // 2) :]
            similarities[:, cousin] = nearest.mean(1) + ALLOWANCES.of(np.array([photos]))
    return similarities


@pytest.mark.parametrize("seed", range(20))
def test_similarities_are_what_they_are_said_to_be(seed: int) -> None:
    """Few and many cousins, some with hundreds of photos and some with one or none."""
    generator = np.random.default_rng(seed)
    cousins, photos = int(generator.integers(1, 40)), int(generator.integers(1, 500))
    labels = (generator.integers(0, cousins, photos) * generator.random(photos)).astype(np.int64)
    gallery, probes = (unit(generator.normal(size=(n, 16)).astype(np.float32)) for n in (photos, 5))
    expected = by_definition(probes, gallery, labels, cousins)
    np.testing.assert_allclose(gallery_similarities(probes, gallery, labels, cousins, ALLOWANCES), expected, atol=1e-6)
    names = tuple(f"cousin {number}" for number in range(cousins))
    whole = Gallery(names, gallery, labels, ALLOWANCES)
    np.testing.assert_allclose(whole.similarities(probes), expected, atol=1e-6)
    nearest = {names[label]: float((gallery[labels == label] @ probes[0]).max()) for label in np.unique(labels)}
    assert whole.nearest(probes[0]) == pytest.approx(nearest, abs=1e-6)


def test_many_probes_are_looked_up_in_parts() -> None:
    generator = np.random.default_rng(0)
    gallery, probes = (unit(generator.normal(size=(n, 16)).astype(np.float32)) for n in (60, 50))
    labels = np.repeat(np.arange(6), 10)
    expected = by_definition(probes, gallery, labels, 6)
    in_parts = gallery_similarities(probes, gallery, labels, 6, ALLOWANCES, at_once=60 * 7)
    np.testing.assert_allclose(in_parts, expected, atol=1e-6)
    assert gallery_similarities(probes[:0], gallery, labels, 6).shape == (0, 6)
