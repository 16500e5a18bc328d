"""What a statement rules out, and which of several about one face stand."""

from dataclasses import dataclass, replace

import pytest

from foundation.box import SAME_FACE, Box
from foundation.statement import Says, Statement, standing

BOX = Box(0.0, 0.0, 0.4, 0.4)


@dataclass(frozen=True)
class Accepted:
    statement: Statement


def says(what: Says, cousin: str | None = None, box: Box = BOX, photo: str = "aa") -> Accepted:
    return Accepted(Statement(what, cousin, photo, box, by=1))


def beside(overlap: float) -> Box:
    """A box as large as `BOX`, moved to the right until they overlap by so much."""
    moved = 0.4 * (1 - overlap) / (1 + overlap)
    return replace(BOX, left=moved, right=0.4 + moved)


@pytest.mark.parametrize(
    ("what", "lucy", "linus"),
    [
        (("is", "lucy"), False, True),
        (("not", "lucy"), True, False),
        (("stranger", None), True, True),
        (("not_a_face", None), True, True),
    ],
)
def test_whom_a_statement_rules_out(what: tuple[Says, str | None], lucy: bool, linus: bool) -> None:
    statement = says(*what).statement
    assert statement.contradicts("lucy") is lucy
    assert statement.contradicts("linus") is linus


@pytest.mark.parametrize(("overlap", "same"), [(0.45, False), (0.55, True), (0.7, True), (0.89, True), (1.0, True)])
def test_boxes_that_overlap_by_more_than_half_are_the_same_face(overlap: float, same: bool) -> None:
    """Two detectors differ by a few pixels, which of a small face is much."""
    first, second = says("is", "lucy"), says("is", "linus", beside(overlap))
    assert BOX.overlap(beside(overlap)) == pytest.approx(overlap)
    assert standing([first, second]) == ([second] if same else [first, second])


def test_boxes_that_overlap_by_just_half_are_two_faces() -> None:
    half = replace(BOX, right=0.2)
    assert BOX.overlap(half) == SAME_FACE
    both = [says("is", "lucy"), says("is", "linus", half)]
    assert standing(both) == both


def test_the_same_place_in_another_photo_is_another_face() -> None:
    both = [says("is", "lucy"), says("is", "linus", photo="bb")]
    assert standing(both) == both


def test_what_stands_keeps_its_order_and_what_was_contradicted_twice_is_gone() -> None:
    far = Box(0.6, 0.6, 0.9, 0.9)
    elsewhere = says("stranger", box=far)
    first, second, third = says("is", "lucy"), says("not", "linus"), says("is", "sally")
    assert standing([first, elsewhere, second, third]) == [elsewhere, third]
    assert standing([first, elsewhere, second]) == [first, elsewhere, second]


def test_not_somebody_takes_back_only_that_name() -> None:
    named, unnamed, denied = says("is", "lucy"), says("stranger"), says("not", "lucy")
    assert standing([named, denied]) == [denied]
    assert standing([unnamed, denied]) == [unnamed, denied]
    assert standing([denied, says("not", "lucy")]) == [says("not", "lucy")]  # said again, it stands once
