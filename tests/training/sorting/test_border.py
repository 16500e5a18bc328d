"""B-cubed by hand, and a border that follows from the family's own faces."""

import numpy as np
import pytest
from numpy.typing import NDArray

from inference.grouping.grouping import SHIPPED
from inference.naming.gallery import Floats, unit
from training.sorting.bcubed import b_cubed
from training.sorting.border import family_border


def test_b_cubed_by_hand() -> None:
    score = b_cubed(["x", "x", "x", "y"], ["a", "a", "b", "b"])
    assert score.precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)
    assert score.recall == pytest.approx((1 + 1 + 1 / 2 + 1 / 2) / 4)
    assert score.f() == pytest.approx(2 * score.precision * score.recall / (score.precision + score.recall))
    assert score.f(0.5) < score.f() or score.precision > score.recall
    assert b_cubed(["x"], ["a"]).f() == 1


def family(alike: float) -> tuple[Floats, NDArray[np.int64]]:
    """Four cousins with eight faces each, whose middles have this cosine to each other."""
    random = np.random.default_rng(0)
    common, own = random.standard_normal(128), random.standard_normal((4, 128))
    middles = (
        alike**0.5 * common / np.linalg.norm(common) + (1 - alike) ** 0.5 * own / np.linalg.norm(own, axis=1)[:, None]
    )
    labels = np.repeat(np.arange(4), 8)
    faces = unit((middles[labels] + 0.03 * random.standard_normal((32, 128))).astype(np.float32))
    return faces, labels


def test_relatives_who_look_alike_are_parted_more_strictly() -> None:
    near, far = family_border(*family(0.93), SHIPPED), family_border(*family(0.3), SHIPPED)
    assert near.cosine > SHIPPED.cosine
    assert SHIPPED.cosine - 0.011 < far.cosine <= SHIPPED.cosine + 0.041  # of several as good the strictest
    assert family_border(*family(0.93), SHIPPED) == near
