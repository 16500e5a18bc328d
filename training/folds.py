"""Which photo is judged when: folds that keep near-duplicates together."""

import warnings
from collections import Counter
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from training.dataset import Dataset
from training.errors import TrainingError

FOLDS = 5
HOLDOUT = 0
"""The fold that no version is ever trained on: champion and challenger are judged on it."""

Indices = NDArray[np.int64]


def need_several_moments(dataset: Dataset) -> None:
    """Raise `TrainingError` where no cousin has two photos that are no near-duplicates: none could be held back."""
    if len(np.unique(dataset.groups)) == len(dataset.cousins):
        raise TrainingError(
            "All photos of each cousin show one moment only, so that none can be held back to judge by: add photos of"
            " other days."
        )


def cross_validation(
    labels: NDArray[np.int64], groups: NDArray[np.int64], folds: int, seed: int = 0
) -> Iterator[tuple[Indices, Indices]]:
    """Indices to train on and to judge, once a fold: cousins spread evenly, near-duplicates in one fold.

    There are never more folds than photos of the most photographed cousin, and none in which nothing is judged.
    """
    splitter = StratifiedGroupKFold(min(folds, int(np.bincount(labels).max())), shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that a cousin is not in every fold is all right
        splits = list(splitter.split(labels, labels, groups))
    yield from ((train, judged) for train, judged in splits if len(judged))


def lasting_folds(dataset: Dataset, before: Mapping[str, int]) -> NDArray[np.int64]:
    """A fold `(N,)` for each face that it keeps in all later versions.

    `before` maps sha256 to the fold that the parent version gave. New groups go, in the order of their hashes, to the
    cousin's emptiest fold, the holdout last: a cousin with fewer than five photos is never judged on one of them.
    """
    folds = np.full(len(dataset.faces), -1, np.int64)
    for label in range(len(dataset.cousins)):
        own = np.flatnonzero(dataset.labels == label)
        sizes: Counter[int] = Counter()
        members: dict[int, list[int]] = {}
        for index in own:
            members.setdefault(int(dataset.groups[index]), []).append(int(index))
        known = [group for group in members.values() if any(dataset.faces[i].sha256 in before for i in group)]
        new = [group for group in members.values() if group not in known]
        for group in known:
            fold = min(before[dataset.faces[i].sha256] for i in group if dataset.faces[i].sha256 in before)
            folds[group] = fold
            sizes[fold] += len(group)
        for group in sorted(new, key=lambda group: min(dataset.faces[i].sha256 for i in group)):
            fold = min((*range(1, FOLDS), HOLDOUT), key=lambda fold: sizes[fold])
            folds[group] = fold
            sizes[fold] += len(group)
    return folds
