"""Made-up people whose faces lie where they are put."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.box import Box
from foundation.face import Clarity
from inference.grouping import neighbours
from inference.grouping.constraints import Constraints
from inference.grouping.grouping import SHIPPED, HeapOfFaces, group_faces
from inference.grouping.neighbours import mutual_neighbours
from inference.naming.gallery import Floats, unit

PLACE = Box(0.4, 0.4, 0.6, 0.6)


def people(count: int, faces: int, *, noise: float = 0.25, seed: int = 0) -> Floats:
    """Embeddings of so many people with so many faces each, one person after the other."""
    random = np.random.default_rng(seed)
    middles = np.repeat(random.standard_normal((count, 64)), faces, axis=0)
    return unit((middles + noise * random.standard_normal(middles.shape)).astype(np.float32))


def heap(
    embeddings: Floats,
    photos: Sequence[int] | None = None,
    *,
    poor: Sequence[int] = (),
    blank: Sequence[int] = (),
    scenes: Sequence[int] | None = None,
    boxes: Sequence[Box] | None = None,
) -> HeapOfFaces:
    """Each face on a photo of its own, with a scene of its own, unless it is said otherwise."""
    count = len(embeddings)
    numbers = np.array(range(count) if photos is None else photos, np.int64)
    random = np.random.default_rng(1)
    different = random.integers(0, 2, (count, 64)).astype(np.bool_)
    hashes = different[list(range(int(numbers.max(initial=-1)) + 1) if scenes is None else scenes)]
    clarity = np.where(np.isin(np.arange(count), poor), Clarity.POOR, Clarity.CLEAR)
    clarity[list(blank)] = Clarity.BLANK
    return HeapOfFaces(embeddings, numbers, boxes or [PLACE] * count, clarity, hashes)


def test_each_person_is_a_group_and_who_is_there_once_is_alone() -> None:
    faces = np.concatenate([people(3, 5), people(1, 1, seed=9)])
    assert group_faces(heap(faces)) == [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9], [10, 11, 12, 13, 14], [15]]
    assert group_faces(heap(faces[:0])) == []
    assert group_faces(heap(faces[:1])) == [[0]]


def test_two_faces_of_one_photo_are_never_one_person() -> None:
    faces = people(1, 6)
    assert group_faces(heap(faces, [0, 0, 0, 0, 0, 0])) == [[0], [1], [2], [3], [4], [5]]
    groups = group_faces(heap(faces, [0, 0, 1, 2, 3, 4]))  # as in a collage
    assert len(groups) == 2
    assert not any({0, 1} <= set(group) for group in groups)


def test_a_face_that_is_twice_on_a_photo_keeps_two_large_groups_no_more_apart() -> None:
    """Of siblings there are many photos of both; a poster in the background is on one."""
    faces = people(1, 12, noise=0.35)
    assert sorted(map(len, group_faces(heap(faces, [0, 0, *range(1, 11)])))) == [1, 11]
    together = [number // 2 for number in range(12)]
    assert all(len(group) <= 6 for group in group_faces(heap(faces, together)))


def test_faces_at_the_same_place_of_a_burst_are_one_person_however_they_turn() -> None:
    first, second = people(1, 1)[0], people(1, 1, seed=5)[0]
    turned = unit((first + 0.9 * second)[None])[0]
    faces = np.stack([first, turned])
    assert float(first @ turned) < SHIPPED.cosine
    assert group_faces(heap(faces)) == [[0], [1]]
    assert group_faces(heap(faces, scenes=[0, 0])) == [[0, 1]]
    elsewhere = [PLACE, Box(0.0, 0.0, 0.2, 0.2)]
    assert group_faces(heap(faces, scenes=[0, 0], boxes=elsewhere)) == [[0], [1]]
    said = Constraints(apart=[([0], [1])])
    assert group_faces(heap(faces, scenes=[0, 0]), constraints=said) == [[0], [1]]
    # At school everybody sits before the same wall.
    assert group_faces(heap(np.stack([first, second]), scenes=[0, 0])) == [[0], [1]]


def test_a_poor_face_joins_the_group_it_is_like_and_links_no_two() -> None:
    one, other = people(1, 1)[0], people(1, 1, seed=3)[0]
    other = unit((one + 0.9 * other)[None])[0]
    between = unit((one + other)[None])[0]
    noise = 0.02 * np.random.default_rng(0).standard_normal((8, 64)).astype(np.float32)
    faces = unit(np.stack([one] * 4 + [other] * 4) + noise)
    faces = np.concatenate([faces, [between] * 3]).astype(np.float32)
    groups = group_faces(heap(faces, poor=[8, 9, 10]))
    assert len(groups) == 2
    assert {0, 1, 2, 3} <= set(groups[0])
    assert {4, 5, 6, 7} <= set(groups[1])
    alone = group_faces(heap(people(1, 4), poor=[0, 1, 2, 3]))
    assert alone == [[0], [1], [2], [3]]


def test_what_people_said_holds_against_all_appearances() -> None:
    faces = people(2, 6)
    named = Constraints(names={0: "lucy", 6: "lucy", 1: "linus"})
    groups = group_faces(heap(faces), constraints=named)
    of = {face: number for number, group in enumerate(groups) for face in group}
    assert of[0] == of[6] != of[1]
    both = group_faces(heap(faces, [0, 0, *range(1, 11)]), constraints=Constraints(together=[[0, 1]]))
    assert any({0, 1} <= set(group) for group in both)  # a mirror
    apart = group_faces(heap(faces), constraints=Constraints(apart=[([0, 1], [2, 3])]))
    assert all(not ({0, 1} & set(group) and {2, 3} & set(group)) for group in apart)


def test_of_poor_faces_too() -> None:
    faces = people(1, 6)
    said = Constraints(names={5: "lucy", 0: "linus"})
    groups = group_faces(heap(faces, poor=[5]), constraints=said)
    assert not any({0, 5} <= set(group) for group in groups)


@settings(max_examples=25)
@given(st.permutations(range(24)), st.integers(0, 3))
def test_nothing_depends_on_the_order(order: list[int], seed: int) -> None:
    faces = people(6, 4, noise=0.55, seed=seed)
    photos = np.array([0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 12, 13, 14, 15, 16, 16, 17, 18, 19, 20])
    bad, blank = (3, 9, 20), (5, 16)
    before = group_faces(
        heap(faces, photos.tolist(), poor=bad, blank=blank), constraints=Constraints(together=[[4, 9]])
    )
    where = np.argsort(order)
    there = [[int(where[face]) for face in some] for some in (bad, blank)]
    shuffled = heap(faces[order], photos[order].tolist(), poor=there[0], blank=there[1])
    after = group_faces(shuffled, constraints=Constraints(together=[[int(where[4]), int(where[9])]]))
    assert {frozenset(order[face] for face in group) for group in after} == set(map(frozenset, before))


def test_a_graph_finds_whom_comparing_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("usearch")
    faces = people(40, 8, noise=0.3)
    exactly = mutual_neighbours(faces, 20, 0.5)
    monkeypatch.setattr(neighbours, "EXACTLY", 0)
    found = mutual_neighbours(faces, 20, 0.5)
    assert np.array_equal(found, mutual_neighbours(faces, 20, 0.5))
    both = {tuple(pair) for pair in exactly.tolist()} & {tuple(pair) for pair in found.tolist()}
    assert len(both) > 0.95 * len(exactly)


def alike(count: int, cosine: float, seed: int) -> Floats:
    """Faces that have this cosine with each other, about."""
    random = np.random.default_rng(seed)
    middle, own = (unit(random.standard_normal((rows, 256)).astype(np.float32)) for rows in (1, count))
    return unit(np.float32(cosine**0.5) * middle + np.float32((1 - cosine) ** 0.5) * own)


def test_poor_faces_are_no_group_by_way_of_each_other() -> None:
    """Not even where those at the same place of a burst are one person's already."""
    spectators = alike(30, 0.95, seed=2)
    assert max(map(len, group_faces(heap(spectators)))) == 30
    poor = range(30)
    assert max(map(len, group_faces(heap(spectators, poor=poor)))) == 1
    burst = [0, 0, 1, 1, *range(2, 28)]
    assert sorted(map(len, group_faces(heap(spectators, poor=poor, scenes=burst))))[-3:] == [1, 2, 2]
    named = Constraints(names={0: "lucy", 1: "lucy"})
    assert sorted(map(len, group_faces(heap(spectators, poor=poor), constraints=named)))[-2:] == [1, 2]


def test_poor_faces_make_a_group_no_likelier_for_others() -> None:
    """Each is compared with those that can be told alone."""
    random = np.random.default_rng(4)
    clear, away = unit(random.standard_normal((2, 64)).astype(np.float32))
    away = unit((away - (away @ clear) * clear)[None])[0]

    def at(degrees: float) -> Floats:
        turned = np.radians(degrees)
        return np.asarray(np.cos(turned) * clear + np.sin(turned) * away, np.float32)

    faces = np.stack([at(0)] * 3 + [at(25)] * 20 + [at(45)] * 20)  # cosines with the clear ones: .91, .71
    groups = group_faces(heap(faces, poor=range(3, 43)))
    assert groups[0] == list(range(23))
    assert all(len(group) == 1 for group in groups[1:])


def test_poor_faces_at_the_same_place_of_a_burst_come_to_a_group_together() -> None:
    faces = people(1, 6, noise=0.1)
    assert group_faces(heap(faces, poor=[4, 5], scenes=[0, 1, 2, 3, 4, 4])) == [[0, 1, 2, 3, 4, 5]]


def test_what_is_like_faces_that_show_nothing_finds_no_others() -> None:
    """An arm before the face, a ball: sharp enough, and yet nobody."""
    random = np.random.default_rng(6)
    blurred, covered = np.split(alike(24, 0.93, seed=6), 2)
    anna = people(1, 5, noise=0.2, seed=7)
    anna = unit(np.concatenate([anna, random.standard_normal((5, 192)) * 0.02], axis=1).astype(np.float32))
    faces = np.concatenate([anna, blurred, covered])
    assert sorted(map(len, group_faces(heap(faces))))[-2:] == [5, 24]
    groups = group_faces(heap(faces, blank=range(5, 17)))
    assert groups[0] == [0, 1, 2, 3, 4]
    assert all(len(group) == 1 for group in groups[1:])


def test_a_persons_blank_faces_do_not_keep_their_others_apart() -> None:
    """Of a blurred face only part is the person's."""
    anna = alike(12, 0.9, seed=8)
    nobody = alike(1, 1.0, seed=9)
    blurred = unit(0.55 * anna[6:] + 0.45 * nobody)
    groups = group_faces(heap(np.concatenate([anna[:6], blurred]), blank=range(6, 12)))
    assert groups[0][:6] == [0, 1, 2, 3, 4, 5]
