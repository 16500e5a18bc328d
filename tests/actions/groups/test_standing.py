"""Of two things that were said of faces and contradict each other the later one stands."""

from actions.groups.standing import Standing


def said() -> Standing:
    return Standing()


def test_a_later_name_stands() -> None:
    now = said()
    now.name({1, 2}, "lucy")
    now.name({2}, "linus")
    assert now.names == {1: "lucy", 2: "linus"}


def test_whoever_is_put_together_is_told_apart_no_more() -> None:
    now = said()
    now.divide({1, 2}, {3, 4})
    now.unite({2, 3})
    assert now.apart == [({1}, {4})]
    assert now.together == [{2, 3}]


def test_a_split_parts_what_was_put_together() -> None:
    now = said()
    now.unite({1, 2, 3, 4})
    now.divide({1, 2}, {3, 4})
    assert now.together == [{1, 2}, {3, 4}]
    assert now.apart == [({1, 2}, {3, 4})]


def test_a_face_that_is_split_off_a_cousins_group_is_that_cousins_no_more() -> None:
    now = said()
    now.name({1, 2, 3}, "lucy")
    now.divide({1}, {2, 3})
    assert now.names == {2: "lucy", 3: "lucy"}


def test_two_names_part_what_was_put_together() -> None:
    now = said()
    now.unite({1, 2, 3, 4})
    now.name({1, 2}, "lucy")
    assert now.together == [{1, 2, 3, 4}]
    now.name({3}, "linus")
    assert now.together == [{1, 2}]


def test_one_name_ends_what_parted_them() -> None:
    now = said()
    now.divide({1}, {2})
    now.name({1, 2}, "lucy")
    assert now.apart == []
