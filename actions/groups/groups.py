"""The groups that `photos sort` has made, as people see them: the biggest first, and what is likely of each."""

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from actions.groups.standing import at, by_photo, standing
from data.sorting.decisions import GroupDecision
from data.sorting.sorted_faces import SortedFace
from data.store.store import Store

_LIKELY: Final = 3
_HALFWAY: Final = 0.5
"""From the usual cosine between the means of two groups to that of the same one: from there on it is asked whether they
are one person. How alike strangers are differs from network to network."""
_USUAL: Final = 0.8
"""With two networks fused, for fewer than three groups, of which nothing is usual."""
_MOST_COMPARED: Final = 3000
"""Groups, the biggest first, among which near pairs are looked for."""


@dataclass(frozen=True, slots=True)
class FaceGroup:
    """Faces that are taken to be one person's.

    Attributes:
        id: its number, which stays as long as one of the faces is there.
        cousin: the key of whose it is, as people said or the version that answers is certain of; None: nobody knows.
        named: how many of the faces people said it of.
        faces: those most like the whole group first.
    """

    id: int
    cousin: str | None
    named: int
    faces: tuple[SortedFace, ...]

    @property
    def state(self) -> str:
        """By which it is seen that something was said of it, or its faces changed, since somebody looked at it."""
        what = f"{self.id} {self.cousin} {self.named} {sorted(face.id for face in self.faces)}"
        return hashlib.sha256(what.encode()).hexdigest()[:16]

    @property
    def is_settled(self) -> bool:
        """Whether people have said of every face whose it is."""
        return self.named == len(self.faces)


@dataclass(frozen=True, slots=True)
class Sorted:
    """All that was looked at: the groups, the biggest first, and the faces that are in none."""

    groups: tuple[FaceGroup, ...]
    apart: tuple[SortedFace, ...]

    def waiting(self) -> list[FaceGroup]:
        """Those with faces that a person has yet to speak of; what the version is certain of comes last."""
        waiting = [group for group in self.groups if not group.is_settled]
        return sorted(waiting, key=lambda group: group.cousin is not None)


@dataclass(frozen=True, slots=True)
class NearPair:
    """Two groups that may be one person, with the average cosine between their faces."""

    one: FaceGroup
    other: FaceGroup
    similarity: float


async def sorted_now(store: Store) -> Sorted:
    """What there is, as the newest decisions have it."""
    return await asyncio.to_thread(_sorted, await store.sorted_faces.all(), await store.group_decisions.all())


def _sorted(faces: Sequence[SortedFace], decisions: Sequence[GroupDecision]) -> Sorted:
    said = standing(decisions, faces).names
    members: dict[int, list[SortedFace]] = defaultdict(list)
    for face in faces:
        if face.group is not None:
            members[face.group].append(face)
    groups = [_group(number, own, said) for number, own in members.items()]
    groups.sort(key=lambda group: (-len(group.faces), group.id))
    return Sorted(tuple(groups), tuple(face for face in faces if face.group is None))


async def find_group(store: Store, number: int) -> FaceGroup | None:
    """The group that has this number, or had it before it became part of another one; None where there is none."""
    faces = await store.sorted_faces.of(number)
    if not faces:
        return None
    said = standing(await store.group_decisions.all(), faces).names
    return _group(faces[0].group or number, faces, said)


def likely_names(group: FaceGroup, everybody: Sequence[FaceGroup]) -> list[str]:
    """The cousins of the groups that this one is most like, the likeliest first; nobody who is often on its photos."""
    if group.cousin is not None:
        return [group.cousin]
    own = _mean(group)
    alike: dict[str, float] = {}
    for other in everybody:
        if other.cousin is not None and not _often_together(group, other):
            alike[other.cousin] = max(alike.get(other.cousin, -1.0), float(own @ _mean(other)))
    return sorted(alike, key=lambda cousin: (-alike[cousin], cousin))[:_LIKELY]


def near_pairs(groups: Sequence[FaceGroup], decisions: Sequence[GroupDecision], most: int = 20) -> list[NearPair]:
    """Groups that may be one person, the most alike first: neither known to be different people, nor said to be."""
    known = [group for group in groups if len(group.faces) > 1][:_MOST_COMPARED]
    if len(known) < 2:
        return []
    means = np.stack([_mean(group) for group in known])
    norms = np.linalg.norm(means, axis=1)
    alike = means @ means.T / np.outer(norms, norms)
    firsts, seconds = np.triu_indices(len(known), 1)
    usual = float(np.median(alike[firsts, seconds])) if len(known) > 2 else _USUAL
    near = alike[firsts, seconds] >= usual + _HALFWAY * (1 - usual)
    firsts, seconds = firsts[near], seconds[near]
    order = np.argsort(-alike[firsts, seconds], kind="stable")
    told = _told_apart(groups, decisions)
    pairs = []
    for place in order.tolist():
        one, other = known[int(firsts[place])], known[int(seconds[place])]
        if (one.cousin and other.cousin) or (one.id, other.id) in told or _often_together(one, other):
            continue
        pairs.append(NearPair(one, other, float(means[firsts[place]] @ means[seconds[place]])))
        if len(pairs) == most:
            break
    return pairs


def _group(number: int, faces: Sequence[SortedFace], said: Mapping[int, str]) -> FaceGroup:
    names = sorted({said[face.id] for face in faces if face.id in said})
    taken_for = sorted({face.cousin for face in faces if face.cousin is not None})
    cousin = next(iter([*names, *taken_for]), None)
    mean = np.mean([face.embedding for face in faces], axis=0)
    likest = sorted(faces, key=lambda face: (face.poor, -float(face.embedding @ mean), face.id))
    return FaceGroup(number, cousin, sum(face.id in said for face in faces), tuple(likest))


def _mean(group: FaceGroup) -> NDArray[np.float32]:
    return np.asarray(np.mean([face.embedding for face in group.faces], axis=0), np.float32)


def _told_apart(groups: Sequence[FaceGroup], decisions: Sequence[GroupDecision]) -> set[tuple[int, int]]:
    """Pairs of groups, both ways, of whose faces people said that they are not one person's."""
    group_of = {face.id: group.id for group in groups for face in group.faces}
    there = by_photo([face for group in groups for face in group.faces])
    told: set[tuple[int, int]] = set()
    for decision in decisions:
        if decision.said == "apart" and len(decision.sides) == 2:
            one, other = ({group_of[face] for face in at(there, side)} for side in decision.sides)
            told |= {pair for first in one for second in other for pair in ((first, second), (second, first))}
    return told


def _often_together(one: FaceGroup, other: FaceGroup) -> bool:
    photos = {face.sha256 for face in one.faces}, {face.sha256 for face in other.faces}
    return 3 * len(photos[0] & photos[1]) > min(map(len, photos))
