"""Photos taken one after the other without moving: a face at the same place in two of them is one person's."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from foundation.box import Box

_SAME_SCENE: Final = 4
"""Hamming distance of 64-bit difference hashes (Krawetz 2013), as of near-duplicates in training."""
_SAME_PLACE: Final = 0.5
"""Intersection over union of two boxes."""
_BANDS: Final = _SAME_SCENE + 1
"""Of so many parts of two hashes one is the same where no more than `_SAME_SCENE` bits differ."""
_MOST_OF_IT: Final = 0.1
"""Of the picture that a face fills, up to which the scene says more than that somebody is seen from as near: portraits
have one scene, whoever is on them (docs/measurements/grouping.md)."""
_LOOKED_AT: Final = 60
"""Photos with the same part of a hash that each is compared with: of empty scenes there may be thousands."""


def same_places(scenes: NDArray[np.bool_], photos: NDArray[np.int64], boxes: Sequence[Box]) -> list[tuple[int, int]]:
    """Pairs of faces at the same place of a burst, rising. `scenes` are the hashes `(P, 64)` of the photos; `photos`
    `(F,)` says on which of them each face is, and `boxes` where."""
    on_photo: dict[int, list[int]] = defaultdict(list)
    for face, photo in enumerate(photos.tolist()):
        if boxes[face].area <= _MOST_OF_IT:
            on_photo[photo].append(face)
    return sorted(
        (min(one, other), max(one, other))
        for first, second in _bursts(scenes)
        for one in on_photo[first]
        for other in on_photo[second]
        if boxes[one].overlap(boxes[other]) > _SAME_PLACE
    )


def _bursts(scenes: NDArray[np.bool_]) -> set[tuple[int, int]]:
    pairs: set[tuple[int, int]] = set()
    hashes = np.packbits(scenes, axis=1)
    order = np.lexsort(hashes.T[::-1])
    for band in np.array_split(np.arange(scenes.shape[1]), _BANDS):
        alike: dict[bytes, list[int]] = defaultdict(list)
        parts = np.packbits(scenes[:, band], axis=1)
        for photo in order.tolist():
            alike[parts[photo].tobytes()].append(photo)
        for members in alike.values():
            for place, photo in enumerate(members):
                others = np.array(members[place + 1 : place + 1 + _LOOKED_AT], np.int64)
                near = others[(scenes[others] != scenes[photo]).sum(1) <= _SAME_SCENE]
                pairs |= {(min(photo, other), max(photo, other)) for other in near.tolist()}
    return pairs
