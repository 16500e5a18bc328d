"""Cousins whom the version knows get their own faces; what it is not certain of is grouped."""

from pathlib import Path

import numpy as np

from actions.groups.standing import Standing
from data.sorting.sorted_faces import LookedAt, SortedFace
from foundation.box import Box
from foundation.face import Clarity
from inference.grouping.grouping import SHIPPED
from tests.actions.groups.made import face
from training.sorting.regrouping import regroup, whose

BOX = Box(0.1, 0.1, 0.4, 0.4)


def seen(*people: int, photos: str = "") -> tuple[list[SortedFace], dict[str, LookedAt]]:
    """Faces of these people, each on its own photo, or on those of these letters; ids count from 1."""
    names = photos or "".join(chr(97 + place) for place in range(len(people)))
    faces = [
        SortedFace(place + 1, name, Path(name), 0, BOX, Clarity.CLEAR, None, None, face(who, place), face(who, place))
        for place, (who, name) in enumerate(zip(people, names, strict=True))
    ]
    random = np.random.default_rng(0)
    files = {name: LookedAt(name, Path(name), "", random.bytes(8), None, 0, 0) for name in sorted(set(names))}
    return faces, files


def groups(found: list[list[int]]) -> set[frozenset[int]]:
    return set(map(frozenset, found))


def test_a_known_cousin_gets_what_the_version_is_certain_of_and_no_more() -> None:
    faces, files = seen(1, 1, 1, 2, 2)
    found = regroup(faces, files, Standing(), {1: "lucy", 2: "lucy"}, {"lucy"}, SHIPPED)
    assert groups(found) == {frozenset({1, 2}), frozenset({3}), frozenset({4, 5})}


def test_somebody_whom_it_does_not_know_yet_gets_those_who_look_like_the_named() -> None:
    faces, files = seen(1, 1, 1, 2, 2)
    found = regroup(faces, files, Standing(names={1: "maya"}), {}, {"lucy"}, SHIPPED)
    assert groups(found) == {frozenset({1, 2, 3}), frozenset({4, 5})}


def test_what_people_said_comes_before_what_the_version_says() -> None:
    faces, _ = seen(1, 1, 1, 2, photos="abcc")
    assert whose(faces, Standing(names={1: "linus"}), {1: "lucy", 2: "lucy"}) == {1: "linus", 2: "lucy"}
    # Lucy is on photo c already.
    assert whose(faces, Standing(names={3: "lucy"}), {4: "lucy"}) == {3: "lucy"}
    # This face is nobody's whom lucy's are.
    assert whose(faces, Standing(names={1: "lucy"}, apart=[({2}, {1})]), {2: "lucy"}) == {1: "lucy"}
    assert whose(faces, Standing(together=[{1, 2}]), {1: "lucy"}) == {1: "lucy", 2: "lucy"}


def test_nobody_at_all() -> None:
    assert regroup([], {}, Standing(), {}, (), SHIPPED) == []
