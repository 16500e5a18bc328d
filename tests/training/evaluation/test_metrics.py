"""Against values computed by hand."""

import numpy as np
import pytest

from foundation.wilson import wilson_interval
from training.evaluation.metrics import calibration_error, confusions, identified, recalls


def test_wilson_interval() -> None:
    assert wilson_interval(9, 10) == pytest.approx((0.5958, 0.9821), abs=1e-4)
    assert wilson_interval(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert wilson_interval(10, 10) == pytest.approx((0.7225, 1.0), abs=1e-4)


def test_calibration_error() -> None:
    confidences = np.array([0.95, 0.95, 0.95, 0.95, 0.55, 0.55], np.float32)
    right = np.array([True, True, True, False, True, False])
    # .95 said and .75 right, four of six; .55 said and .5 right, two of six.
    assert calibration_error(confidences, right) == pytest.approx(4 / 6 * 0.20 + 2 / 6 * 0.05, abs=1e-6)


def test_calibration_error_of_the_sure_and_the_perfect() -> None:
    assert calibration_error(np.ones(3, np.float32), np.array([True] * 3)) == 0
    assert calibration_error(np.ones(4, np.float32), np.array([True, False, False, False])) == pytest.approx(0.75)
    assert calibration_error(np.zeros(2, np.float32), np.array([False, False])) == 0


def test_confusions_most_often_first() -> None:
    truth, named = np.array([0, 0, 0, 1, 1, 2]), np.array([1, 1, 0, 1, 0, 2])
    found = [(c.cousin, c.named, c.photos) for c in confusions(truth, named, ["ada", "bob", "cleo"])]
    assert found == [("ada", "bob", 2), ("bob", "ada", 1)]


def test_recalls_of_those_who_were_judged() -> None:
    truth, named = np.array([0, 0, 0, 2]), np.array([0, 1, 0, 2])
    assert recalls(truth, named, ["ada", "bob", "cleo"]) == {"ada": pytest.approx(2 / 3), "cleo": 1.0}


def test_identified_counts_who_is_accepted_and_named_right() -> None:
    probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.9, 0.1], [0.2, 0.8]], np.float32)
    similarities = np.array([[0.95, 0.5], [0.7, 0.5], [0.7, 0.95], [0.95, 0.95]], np.float32)
    truth = np.array([0, 0, 1, 1])
    # Right; right but below the threshold; known, but the head says who, and wrongly; right.
    assert identified(probabilities, similarities, 0.9, truth) == 0.5
    assert identified(probabilities, similarities, 0.0, truth) == 0.75  # the second is accepted too
    assert identified(probabilities, similarities, 1.0, truth) == 0
    each = np.array([[0.9], [0.6], [0.9], [0.99]], np.float32)
    assert identified(probabilities, similarities, each, truth) == 0.5
