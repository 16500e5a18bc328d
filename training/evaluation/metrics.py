"""Figures about guesses whose truth is known."""

from collections import Counter
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from foundation.wilson import wilson_interval
from inference.naming.gallery import Floats
from models.card import Confusion


class ClosedSet(TypedDict):
    """Of photos of cousins only: shares between 0 and 1.

    Attributes:
        accuracy: share whose cousin the head names.
        accuracy_ci95: its 95 % Wilson interval.
        per_cousin: recall of each.
        confused: who was named in whose place, most often first.
        ece: expected calibration error of the confidence in the name.
        photos: how many were judged.
    """

    accuracy: float
    accuracy_ci95: tuple[float, float]
    per_cousin: dict[str, float]
    confused: list[Confusion]
    ece: float
    photos: int


def closed_set(
    probabilities: Floats, truth: NDArray[np.int64], cousins: list[str], distinct: int | None = None
) -> ClosedSet:
    """From calibrated probabilities `(P, cousins)` and labels `(P,)`.

    `distinct` says how many photos those are, where some were judged several times: the interval is as wide as they
    are few.
    """
    named = probabilities.argmax(1)
    right = named == truth
    photos = len(truth) if distinct is None else distinct
    return {
        "accuracy": float(right.mean()),
        "accuracy_ci95": wilson_interval(round(float(right.mean()) * photos), photos),
        "per_cousin": recalls(truth, named, cousins),
        "confused": confusions(truth, named, cousins),
        "ece": calibration_error(probabilities.max(1), right),
        "photos": len(truth),
    }


def identified(
    probabilities: Floats, similarities: Floats, threshold: float | Floats, truth: NDArray[np.int64]
) -> float:
    """Share of faces that the bot would accept and name right.

    `probabilities` and `similarities` are `(P, cousins)`, `threshold` one number or `(P, 1)`.
    """
    accepted = (similarities >= threshold).any(1)
    return float((accepted & (probabilities.argmax(1) == truth)).mean())


def calibration_error(confidences: Floats, right: NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error of confidences `(N,)` over equal-width bins (Naeini et al. 2015), 0 to 1."""
    places = np.minimum((confidences * bins).astype(int), bins - 1)
    gaps = [
        abs(float(confidences[places == place].mean()) - float(right[places == place].mean()))
        * (places == place).mean()
        for place in np.unique(places)
    ]
    return float(sum(gaps))


def confusions(truth: NDArray[np.int64], named: NDArray[np.int64], cousins: list[str]) -> list[Confusion]:
    """Who was named in whose place, most often first."""
    pairs = Counter((int(a), int(b)) for a, b in zip(truth, named, strict=True) if a != b)
    return [Confusion(cousin=cousins[a], named=cousins[b], photos=count) for (a, b), count in pairs.most_common()]


def recalls(truth: NDArray[np.int64], named: NDArray[np.int64], cousins: list[str]) -> dict[str, float]:
    """Share of each cousin's photos that were named right."""
    return {
        cousin: float((named[truth == label] == label).mean())
        for label, cousin in enumerate(cousins)
        if (truth == label).any()
    }
