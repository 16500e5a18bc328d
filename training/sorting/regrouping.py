"""All faces that were ever looked at, grouped anew by what is known of them now."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from actions.groups.standing import Standing
from data.sorting.sorted_faces import LookedAt, SortedFace
from inference.grouping.constraints import Constraints
from inference.grouping.grouping import HeapOfFaces, group_faces
from inference.grouping.linkage import Border


def regroup(
    faces: Sequence[SortedFace],
    files: Mapping[str, LookedAt],
    said: Standing,
    recognised: Mapping[int, str],
    known: Collection[str],
    border: Border,
) -> list[list[int]]:
    """Every face's id in one list, as lists of one person's.

    `recognised` are the faces that are certainly somebody's, by id, as the version that answers or the library has it.
    A cousin who is `known` to that version gets no others: it knows better than likeness to the group whose those are.
    """
    names = whose(faces, said, recognised)
    theirs: dict[str, list[int]] = defaultdict(list)
    rest = []
    for face in faces:
        if (cousin := names.get(face.id)) is not None and cousin in known:
            theirs[cousin].append(face.id)
        else:
            rest.append(face)
    grouped = [theirs[cousin] for cousin in sorted(theirs)]
    return [*grouped, *_grouped(rest, files, said, names, border)]


def whose(faces: Sequence[SortedFace], said: Standing, recognised: Mapping[int, str]) -> dict[int, str]:
    """Face -> the cousin whose it is: as people said, or the version is certain where people did not say otherwise."""
    names = dict(said.names)
    on_photo: dict[str, set[str]] = defaultdict(set)
    for face in faces:
        if face.id in names:
            on_photo[face.sha256].add(names[face.id])
    both = dict(recognised) | names
    for face in faces:
        cousin = recognised.get(face.id)
        if cousin is None or face.id in names or cousin in on_photo[face.sha256]:
            continue
        told = any(
            (face.id in side and any(both.get(one) == cousin for one in other))
            for pair in said.apart
            for side, other in (pair, pair[::-1])
        )
        if not told:
            names[face.id] = cousin
    for group in said.together:  # what people put together with a cousin's faces is that cousin's
        cousins = {names[face] for face in group if face in names}
        if len(cousins) == 1:
            names |= dict.fromkeys(group, cousins.pop())
    return names


def _grouped(
    faces: Sequence[SortedFace],
    files: Mapping[str, LookedAt],
    said: Standing,
    names: Mapping[int, str],
    border: Border,
) -> list[list[int]]:
    if not faces:
        return []
    index = {face.id: place for place, face in enumerate(faces)}
    photos = {sha256: number for number, sha256 in enumerate(dict.fromkeys(face.sha256 for face in faces))}
    heap = HeapOfFaces(
        np.stack([face.embedding for face in faces]),
        np.array([photos[face.sha256] for face in faces], np.int64),
        [face.box for face in faces],
        np.array([face.clarity for face in faces], np.int64),
        np.stack([np.unpackbits(np.frombuffer(files[sha256].scene, np.uint8)) for sha256 in photos]).astype(np.bool_),
    )

    def indices(ids: Collection[int]) -> list[int]:
        return sorted(index[face] for face in ids if face in index)

    constraints = Constraints(
        {index[face]: name for face, name in names.items() if face in index},
        [indices(group) for group in said.together],
        [(indices(one), indices(other)) for one, other in said.apart],
    )
    return [[faces[place].id for place in group] for group in group_faces(heap, border, constraints)]
