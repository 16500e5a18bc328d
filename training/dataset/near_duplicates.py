"""Which photos show one moment: copies, bursts, and the same picture sent again."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from inference.naming.gallery import Floats
from inference.naming.memory import SAME_PICTURE

SAME_SCENE: Final = 4
"""Hamming distance of 64-bit difference hashes (Krawetz 2013) up to which two photos of one cousin are near-duplicates
by themselves."""

ALIKE_SCENE: Final = 12
"""Up to which they are if the face is the same too."""


def scene_distances(scenes: NDArray[np.bool_], others: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Hamming distances of hashes `(N, 64)` and `(M, 64)`: `(N, M)`."""
    one, other = (np.where(bits, 1.0, -1.0).astype(np.float32) for bits in (scenes, others))
    return np.asarray((one.shape[1] - one @ other.T) / 2, np.float32)


def near_duplicates(scenes: NDArray[np.bool_], embeddings: Floats, labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Group numbers `(N,)`: photos of one cousin that show one moment, as bursts and copies do."""
    groups = np.empty(len(labels), np.int64)
    start = 0
    for label in np.unique(labels):
        own = labels == label
        distance = scene_distances(scenes[own], scenes[own])
        same_face = embeddings[own] @ embeddings[own].T >= SAME_PICTURE
        same_moment = (distance <= SAME_SCENE) | ((distance <= ALIKE_SCENE) & same_face)
        moments, groups_of_own = connected_components(same_moment, directed=False)
        groups[own] = start + groups_of_own
        start += moments
    return groups
