"""Figures about guesses whose truth is known."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from inference.naming.gallery import Floats
from models.card import Confusion


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Faces scored by a head that had not seen them: P `indices` and labels `truth` `(P,)`, `logits` `(P, cousins)`."""

    indices: NDArray[np.int64]
    truth: NDArray[np.int64]
    logits: Floats


def identified(
    probabilities: Floats, similarities: Floats, threshold: float | Floats, truth: NDArray[np.int64]
) -> float:
    """Share of faces that the bot would accept and name right.

    `probabilities` and `similarities` are `(P, cousins)`, `threshold` one number or `(P, 1)`.
    """
    accepted = (similarities >= threshold).any(1)
    return float((accepted & (probabilities.argmax(1) == truth)).mean())


def wilson_interval(right: int, of: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927)."""
    interval = binomtest(right, of).proportion_ci(0.95, method="wilson")
    return float(interval.low), float(interval.high)


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
