"""The faces that are most like each of many: exactly where there are few, by a graph where there are many.

The graph (HNSW, Malkov and Yashunin 2016) is built by one thread, and so is the same each time.
docs/measurements/grouping.md has what it finds, and what other ways take.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference.naming.gallery import Floats

Indices = NDArray[np.int64]

EXACTLY: Final = 10_000
"""Up to so many faces each is compared with every other one."""
_BLOCK: Final = 1024
"""Faces that are compared with all others at a time, which bounds the memory."""
_CONNECTIVITY: Final = 16
_EXPANSION: Final = 64


def mutual_neighbours(embeddings: Floats, most: int, least: float) -> Indices:
    """Pairs `(P, 2)` of faces that are among the `most` that are most like the other, both ways, and whose cosine is at
    least `least`; the lower index first, rising. `embeddings` are `(N, D)` of length one."""
    count = len(embeddings)
    if count < 2:
        return np.zeros((0, 2), np.int64)
    codes = _by_comparing(embeddings, most, least) if count <= EXACTLY else _by_graph(embeddings, most, least)
    first, second = np.divmod(codes, count)
    mutual = np.intersect1d(codes[first < second], (second * count + first)[first > second])
    return np.stack(np.divmod(mutual, count), axis=1)


def _by_comparing(embeddings: Floats, most: int, least: float) -> Indices:
    """Face · N + neighbour, for each face and each of its neighbours."""
    count = len(embeddings)
    codes = []
    for start in range(0, count, _BLOCK):
        queries = np.arange(start, min(start + _BLOCK, count))
        alike = embeddings[queries] @ embeddings.T
        alike[queries - start, queries] = -np.inf
        if count > most:
            alike[alike < -np.partition(-alike, most - 1, axis=1)[:, most - 1 : most]] = -np.inf
        rows, columns = np.nonzero(alike >= least)
        codes.append(queries[rows] * count + columns)
    return np.concatenate(codes)


def _by_graph(embeddings: Floats, most: int, least: float) -> Indices:
    from usearch.index import Index

    count, dimensions = embeddings.shape
    index = Index(
        ndim=dimensions,
        metric="ip",
        dtype="f16",
        connectivity=_CONNECTIVITY,
        expansion_add=_EXPANSION,
        expansion_search=_EXPANSION,
    )
    index.add(np.arange(count), embeddings, threads=1)
    found = index.search(embeddings, most + 1)
    faces, neighbours = np.nonzero(1 - found.distances >= least)
    others = np.asarray(found.keys[faces, neighbours], np.int64)
    return np.asarray((faces * count + others)[faces != others], np.int64)
