"""Average linkage along the edges of a graph of neighbours, with faces that may not be one person's.

The average cosine between two groups of faces is the product of their mean embeddings. So a group is its sum, and
merging two costs one product for each group next to them: time and memory grow with the edges, not with the pairs.
"""

import heapq
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from inference.grouping.constraints import Marks
from inference.naming.gallery import Floats

_MOST_SHARED: Final = 1 / 3
"""Of the photos of the smaller group those in which the other has a face too, up to which they may be one person all
the same, and a face in each of those is not. Of siblings there are many such photos."""

_FEWEST_GOOD: Final = 2
"""Faces that can be told, of a group that poor ones are put to."""


@dataclass(frozen=True, slots=True)
class Border:
    """The average cosine from which two groups are one person's: docs/measurements/grouping.md has other values.

    Attributes:
        cosine: between a face and a group of very many.
        alone: so much more between two single faces: there are many pairs of people, and some look alike by chance.
        many: so much more between two large groups, of which all faces together are alike, as siblings' are.
    """

    cosine: float
    alone: float = 0.09
    many: float = 0.05

    def needed(self, sizes: Floats, size: float) -> Floats:
        """Between groups of so many faces `(G,)` and one of `size`."""
        larger, smaller = np.maximum(sizes, size), np.minimum(sizes, size)
        return np.asarray(self.cosine + self.alone / larger + self.many * (1 - 1 / smaller), np.float32)


class Linkage:
    """Groups of faces, each face alone at first."""

    def __init__(self, embeddings: Floats, marks: Sequence[Marks]) -> None:
        """`embeddings` are `(N, D)` of length one; `marks` are used up."""
        self._embeddings = embeddings
        self._sums = embeddings.astype(np.float32, copy=True)
        self._sizes = np.ones(len(embeddings), np.float32)
        self._marks = list(marks)
        self._photos = [frozenset(mark.photos) for mark in marks]
        self._next: list[set[int]] = [set() for _ in marks]
        self._group = np.arange(len(embeddings))
        self._faces = [[face] for face in range(len(embeddings))]
        self._settled: set[int] = set()

    def unite(self, faces: Sequence[int]) -> None:
        """Whatever else there is, these are one person's. To be said before anything is merged."""
        self._settled.update(faces)
        for face in faces[1:]:
            first, second = self._ordered(int(self._group[faces[0]]), int(self._group[face]))
            if first != second:
                self._take(first, second)

    def unite_unless_told(self, faces: Sequence[int]) -> None:
        """These are one person's unless people or a photo with two of them say otherwise. Before anything is merged."""
        for face in faces[1:]:
            first, second = self._ordered(int(self._group[faces[0]]), int(self._group[face]))
            one, other = self._marks[first], self._marks[second]
            if first != second and not one.were_told_apart(other) and not one.shared_photos(other):
                self._take(first, second)

    def merge(self, edges: Iterable[tuple[int, int]], border: Border) -> None:
        """Join what is next to each other, the most alike first, as long as the border is reached."""
        for one, other in edges:
            first, second = int(self._group[one]), int(self._group[other])
            if first != second:
                self._next[first].add(second)
                self._next[second].add(first)
        version = [0] * len(self._faces)
        waiting: list[tuple[float, int, int, int, int]] = []

        def offer(group: int, others: Collection[int]) -> None:
            if not others:
                return
            near = np.array(sorted(others))
            alike = self._sums[near] @ self._sums[group] / (self._sizes[near] * self._sizes[group])
            leads = alike - border.needed(self._sizes[near], float(self._sizes[group]))
            for place in np.flatnonzero(leads >= 0):
                first, second = sorted((group, int(near[place])))
                heapq.heappush(waiting, (-float(leads[place]), first, second, version[first], version[second]))

        for group, near in enumerate(self._next):
            offer(group, [other for other in near if other > group])
        while waiting:
            _, one, other, *seen = heapq.heappop(waiting)
            if [version[one], version[other]] != seen:
                continue
            first, second = self._ordered(one, other)
            if self._join(first, second):
                version[first] += 1
                version[second] += 1
                offer(first, self._next[first])
            else:  # and so will whatever they become
                self._next[first].discard(second)
                self._next[second].discard(first)

    def attach(self, poor: Collection[int], settled: Collection[int], border: Border) -> None:
        """Put what shows only `poor` faces to the groups it is most like by their other faces, of which there must be
        several; these are counted alone, so that nothing becomes like a group by what was put there before. Groups with
        a `settled` face stay as they are. After everything is merged."""
        bad, stay = frozenset(poor), frozenset(settled)
        good = {group: [face for face in own if face not in bad] for group, own in enumerate(self._faces) if own}
        groups = np.array([group for group, own in good.items() if len(own) >= _FEWEST_GOOD], np.int64)
        if not len(groups):
            return
        means = np.stack([self._embeddings[good[group]].mean(0) for group in groups.tolist()])
        needed = border.needed(np.array([len(good[group]) for group in groups.tolist()], np.float32), 1.0)
        offers: list[tuple[float, int, int]] = []
        for group, own in good.items():
            if not own and not stay.intersection(self._faces[group]):
                leads = means @ (self._sums[group] / self._sizes[group]) - needed
                offers += [(-float(leads[place]), group, int(groups[place])) for place in np.flatnonzero(leads >= 0)]
        for _, group, to in sorted(offers):
            mine, theirs = self._marks[group], self._marks[to]
            if self._faces[group] and not (mine.were_told_apart(theirs) or mine.shared_photos(theirs)):
                self._take(to, group)

    def groups(self) -> list[list[int]]:
        """All of them, also of one face, each with its faces rising, by the first one."""
        return sorted(sorted(faces) for faces in self._faces if faces)

    def _ordered(self, one: int, other: int) -> tuple[int, int]:
        """The larger group first."""
        first, second = sorted((one, other), key=lambda group: (-len(self._faces[group]), group))
        return first, second

    def _join(self, first: int, second: int) -> bool:
        one, other = self._marks[first], self._marks[second]
        if one.were_told_apart(other):
            return False
        shared = one.shared_photos(other)
        if len(shared) > _MOST_SHARED * min(len(one.photos), len(other.photos)):
            return False
        twice = self._less_alike(first, second, shared)
        if twice is None:
            return False
        self._take(first, second)
        for face in twice:
            self._put_out(first, face)
        return True

    def _less_alike(self, first: int, second: int, shared: Collection[int]) -> list[int] | None:
        """Of the faces that two groups have in the same photos the ones that are less like both; None where people said
        who they are."""
        both = self._sums[first] + self._sums[second]
        put_out = []
        for photo in sorted(shared):
            faces = [face for group in (first, second) for face in self._faces[group] if photo in self._photos[face]]
            best = max(faces, key=lambda face: (face in self._settled, float(self._embeddings[face] @ both), -face))
            put_out += [face for face in faces if face != best]
        return None if self._settled.intersection(put_out) else put_out

    def _put_out(self, group: int, face: int) -> None:
        self._faces[group].remove(face)
        self._sums[group] -= self._embeddings[face]
        self._sizes[group] -= 1
        # Its place in the lists may be the group's own; where it stands alone nothing is joined to it any more.
        self._faces.append([face])
        self._group[face] = len(self._faces) - 1

    def _take(self, first: int, second: int) -> None:
        self._sums[first] += self._sums[second]
        self._sizes[first] += self._sizes[second]
        self._marks[first].take(self._marks[second])
        self._group[self._faces[second]] = first
        self._faces[first] += self._faces[second]
        self._faces[second] = []
        for near in self._next[second]:
            self._next[near].discard(second)
            if near != first:
                self._next[near].add(first)
                self._next[first].add(near)
        self._next[first].discard(second)
        self._next[second] = set()
