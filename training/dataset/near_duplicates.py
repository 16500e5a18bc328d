"""Which photos say no more than one: copies, bursts, and the same picture sent again."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from inference.naming.gallery import Floats
from training.hyperparameters import DEFAULTS, Hyperparameters


def scene_distances(scenes: NDArray[np.bool_], others: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Hamming distances of hashes `(N, 64)` and `(M, 64)`: `(N, M)`."""
    one, other = (np.where(bits, 1.0, -1.0).astype(np.float32) for bits in (scenes, others))
    return np.asarray((one.shape[1] - one @ other.T) / 2, np.float32)


def near_duplicates(
    scenes: NDArray[np.bool_], embeddings: Floats, labels: NDArray[np.int64], hyper: Hyperparameters = DEFAULTS
) -> NDArray[np.int64]:
    """Group numbers `(N,)`: near-duplicates of one cousin share one. `embeddings` are `(N, D)`, normalised."""
    groups = np.empty(len(labels), np.int64)
    start = 0
    for label in np.unique(labels):
        own = labels == label
        distance = scene_distances(scenes[own], scenes[own])
        same_face = embeddings[own] @ embeddings[own].T >= hyper.cosines.same_picture
        alike = (distance <= hyper.same_scene) | ((distance <= hyper.alike_scene) & same_face)
        count, groups_of_own = connected_components(alike, directed=False)
        groups[own] = start + groups_of_own
        start += count
    return groups


def nearest_other_picture(
    scenes: NDArray[np.bool_], embeddings: Floats, labels: NDArray[np.int64], hyper: Hyperparameters = DEFAULTS
) -> Floats:
    """Cosine of each face `(N, D)` to its cousin's nearest in a photo whose scene says that it is no copy, `(N,)`.

    Minus infinity where there is none.
    """
    nearest = np.full(len(labels), -np.inf, np.float32)
    for label in np.unique(labels):
        own = labels == label
        other = scene_distances(scenes[own], scenes[own]) > hyper.alike_scene
        nearest[own] = np.where(other, embeddings[own] @ embeddings[own].T, -np.inf).max(1)
    return nearest
