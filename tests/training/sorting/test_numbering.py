"""Numbers of groups: they stay, and none is given twice."""

from hypothesis import given
from hypothesis import strategies as st

from training.sorting.numbering import keep_numbers


def test_new_groups_have_no_number_yet_and_single_faces_are_apart() -> None:
    found = keep_numbers([[1, 2], [3], [4]], {}, {4: "lucy"})
    assert (found.groups, found.numbers, found.apart) == ([[1, 2], [4]], [None, None], [3])


def test_a_group_keeps_its_number_while_one_of_its_faces_is_there() -> None:
    before = {1: 7, 2: 7, 3: 8, 4: 8}
    assert keep_numbers([[1, 2, 9], [3, 4]], before, {}).numbers == [7, 8]
    left = keep_numbers([[2], [5, 6]], before, {})
    assert (left.groups, left.numbers, left.apart) == ([[2], [5, 6]], [7, None], [])


def test_of_a_group_that_falls_apart_the_larger_part_keeps_it() -> None:
    assert keep_numbers([[1], [2, 3]], {1: 7, 2: 7, 3: 7}, {}).numbers == [7]


def test_the_number_of_one_that_went_into_another_leads_there() -> None:
    found = keep_numbers([[1, 2, 3]], {1: 7, 2: 8, 3: 8}, {})
    assert (found.numbers, found.led_to) == ([8], {7: 0})


@given(st.lists(st.integers(1, 5), min_size=12, max_size=12), st.lists(st.integers(0, 4), min_size=12, max_size=12))
def test_every_number_is_one_groups_or_leads_to_one(before: list[int], now: list[int]) -> None:
    found = [[face for face in range(12) if now[face] == place] for place in sorted(set(now))]
    numbers = dict(enumerate(before))
    result = keep_numbers(found, numbers, {})
    own = [number for number in result.numbers if number is not None]
    assert len(own) == len(set(own))
    assert {*own, *result.led_to} == set(before)
    assert not set(own) & set(result.led_to)
    faces = [face for group in result.groups for face in group] + result.apart
    assert sorted(faces) == list(range(12))
