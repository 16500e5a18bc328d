"""Cousins who look alike to a version, and what would help to tell them apart."""

from collections import Counter
from collections.abc import Mapping
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference.naming.gallery import unit
from training import wording
from training.dataset.dataset import Dataset
from training.evaluation.held_out import NOBODY, HeldOut

_PAIRS: Final = 3
_MANY: Final = 40
"""Photos of somebody from which more of them help less than a look at whether all of them are theirs."""
_ALIKE: Final = 2.0
"""Spreads above the mean of all pairs from which two look alike who have not been mixed up yet."""


def look_alikes(dataset: Dataset, held_out: HeldOut, named: NDArray[np.int64], names: Mapping[str, str]) -> list[str]:
    """A sentence with advice for each of the pairs that are mixed up most often, either way; and then for those that
    are most alike, of more than three cousins.

    `named` `(P,)` has whom the bot would name of the held-out faces; `names` what cousins are called.
    """
    wrong = (named != held_out.truth) & (named != NOBODY)
    pairs = zip(held_out.truth[wrong].tolist(), named[wrong].tolist(), strict=True)
    mixed_up = Counter(tuple(sorted(pair)) for pair in pairs)
    called = [names[cousin] for cousin in dataset.cousins]
    sizes = np.bincount(dataset.labels, minlength=len(called))
    things = dataset.faces[0].extracted.part is not None
    sentences = []
    for (one, other), times in mixed_up.most_common(_PAIRS):
        many = bool(sizes[[one, other]].min() >= _MANY)
        more = wording.more_pictures_of_both if things else wording.more_of_both
        advice = wording.look_through_both if many else more
        sentences.append(advice(called[one], called[other], times))
    alike = [pair for pair in _alike(dataset) if pair not in mixed_up][: _PAIRS - len(sentences)]
    words = wording.pictures_alike if things else wording.alike_but_told_apart
    return [*sentences, *(words(called[one], called[other]) for one, other in alike)]


def _alike(dataset: Dataset) -> list[tuple[int, int]]:
    """Pairs of labels that are more alike than pairs are, the most alike first: by the cosine of their mean faces
    less what all have in common."""
    count = len(dataset.cousins)
    if count <= _PAIRS:
        return []
    faces = unit(dataset.features.gallery)
    means = np.stack([faces[dataset.labels == label].mean(0) for label in range(count)])
    centred = unit(means - means.mean(0))
    pairs = list(combinations(range(count), 2))
    cosines = np.array([float(centred[one] @ centred[other]) for one, other in pairs])
    limit = cosines.mean() + _ALIKE * cosines.std()
    return [pairs[place] for place in np.argsort(-cosines) if cosines[place] > limit]
