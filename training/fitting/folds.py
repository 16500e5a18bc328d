"""Which photo is judged when: folds that keep near-duplicates together."""

import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components
from sklearn.model_selection import StratifiedGroupKFold

from training import wording
from training.dataset.dataset import Dataset
from training.dataset.labelled import LabelledFace
from training.errors import TrainingError
from training.hyperparameters import DEFAULTS

HOLDOUT = 0
"""The fold that no version is ever trained on: champion and challenger are judged on it."""

Indices = NDArray[np.int64]
KnownFolds = Mapping[str, Mapping[str, int]]
"""The sha256 of a photo, the cousins who are on it, and the fold in which the parent version had that face."""


def require_distinct_photos(dataset: Dataset) -> None:
    """Raise `TrainingError` where no cousin has two photos that are no near-duplicates: none could be held back."""
    if len(np.unique(dataset.groups)) == len(dataset.cousins):
        raise TrainingError(wording.one_moment_only())


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


def lasting_folds(dataset: Dataset, before: KnownFolds, count: int = DEFAULTS.folds) -> NDArray[np.int64]:
    """A fold `(N,)`, one of `count`, for each face that it keeps in all later versions.

    `before` has the folds that the parent version gave. Near-duplicates, and photos known to be of one
    occasion, are in the holdout together or not at all. New ones go there, in the order of their hashes, while it has
    less than its share of the cousin's photos: a cousin with fewer than `count` is never judged on one of them. The
    other folds only part near-duplicates.
    """
    folds = np.full(len(dataset.faces), -1, np.int64)
    for label in range(len(dataset.cousins)):
        own = np.flatnonzero(dataset.labels == label)
        _hold_out(dataset, own, before, folds, count)
        sizes: Counter[int] = Counter()
        new: dict[int, list[int]] = {}
        for group in np.unique(dataset.groups[own]):
            members = [int(i) for i in own[dataset.groups[own] == group] if folds[i] != HOLDOUT]
            if known := [fold for i in members for fold in _known(dataset.faces[i], before)]:
                folds[members] = min(known)
                sizes[min(known)] += len(members)
            elif members:
                new[int(group)] = members
        for members in sorted(new.values(), key=lambda members: min(dataset.faces[i].sha256 for i in members)):
            fold = min(range(1, count), key=lambda fold: sizes[fold])
            folds[members] = fold
            sizes[fold] += len(members)
    return folds


def judged_fairly(faces: Sequence[LabelledFace], folds: NDArray[np.int64], before: KnownFolds) -> list[int]:
    """Places of the held-out faces that the parent version was not trained on either.

    One that it was trained on is in the holdout all the same where it turned out to be a near-duplicate of a held-out
    one, or of one occasion with it.
    """
    return [
        i
        for i, face in enumerate(faces)
        if folds[i] == HOLDOUT and all(fold == HOLDOUT for fold in _known(face, before))
    ]


def renamed_since(before: KnownFolds, faces: Sequence[LabelledFace]) -> dict[str, str]:
    """The new key of each cousin whose photos the parent version knows by another: all of them lie under the new one,
    and it knows nobody by that."""
    now: dict[str, set[str]] = defaultdict(set)
    for face in faces:
        for picture in face.pictures & before.keys():
            of = before[picture]
            for cousin in [face.file.cousin] if face.file.cousin in of else of:
                now[cousin].add(face.file.cousin)
    known, present = {cousin for of in before.values() for cousin in of}, {face.file.cousin for face in faces}
    return {
        old: new
        for old, keys in now.items()
        for new in keys
        if len(keys) == 1 and old not in present and new not in known
    }


def _hold_out(dataset: Dataset, own: Indices, before: KnownFolds, folds: NDArray[np.int64], count: int) -> None:
    """Write `HOLDOUT` into the folds of one cousin's photos that judge."""
    held = 0
    undecided = []
    for members in _by_occasion(dataset, own):
        known = [fold for i in members for fold in _known(dataset.faces[i], before)]
        if HOLDOUT in known:
            folds[members] = HOLDOUT
            held += len(members)
        elif not known:
            undecided.append(members)
    for members in sorted(undecided, key=lambda members: min(dataset.faces[i].sha256 for i in members)):
        if (held + len(members)) * count <= len(own):
            folds[members] = HOLDOUT
            held += len(members)


def _by_occasion(dataset: Dataset, own: Indices) -> list[list[int]]:
    """One cousin's photos, those together that are near-duplicates or known to be of one occasion."""
    occasions = [dataset.faces[i].file.occasion for i in own]
    known = np.array([occasion is not None for occasion in occasions])
    numbers = np.unique([occasion or "" for occasion in occasions], return_inverse=True)[1]
    groups = dataset.groups[own]
    together = (groups[:, None] == groups) | ((numbers[:, None] == numbers) & known[:, None] & known)
    count, occasion = connected_components(together, directed=False)
    return [[int(i) for i in own[occasion == number]] for number in range(count)]


def _known(face: LabelledFace, before: KnownFolds) -> list[int]:
    """The folds in which the parent version had this face; on a photo of several cousins, that of this one's."""
    folds: list[int] = []
    for picture in face.pictures & before.keys():
        of = before[picture]
        folds += [of[face.file.cousin]] if face.file.cousin in of else of.values()
    return folds
