import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.box import Box
from foundation.region import Region, stored_box
from training.importing.tags.matching import View, placed

pytestmark = pytest.mark.unit

ANNA, BOB = Box(0.1, 0.2, 0.2, 0.4), Box(0.6, 0.3, 0.7, 0.45)
LOOSE = Box(0.05, 0.1, 0.25, 0.5)
"""As wide as programs draw: a fourth of it is Anna's face."""


def region(name: str, box: Box | None, form: str = "mwg", size: tuple[float, float] | None = None) -> Region:
    return Region(name, form, box, size)  # type: ignore[arg-type]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("stored", [True, False], ids=["stored frame", "upright frame"])
def test_the_frame_in_which_the_boxes_lie_on_faces(orientation: int, stored: bool) -> None:
    def written(box: Box) -> Box:
        return stored_box(box, orientation) if stored else box

    regions = [region("Anna", written(LOOSE)), region("Bob", written(BOB))]
    found = placed(regions, View(400, 300, orientation), [BOB, ANNA])
    assert [(one.region.name, one.box) for one in found] == [("Anna", ANNA), ("Bob", BOB)]


def test_a_face_that_nobody_sees_keeps_its_box() -> None:
    profile = Box(0.4, 0.1, 0.5, 0.2)
    regions = [region("Anna", stored_box(ANNA, 6)), region("Zoe", stored_box(profile, 6))]
    anna, zoe = placed(regions, View(300, 400, 6), [ANNA])
    assert anna.box == ANNA
    assert zoe.box is not None
    assert zoe.box.sides == pytest.approx(profile.sides)


def test_boxes_that_lie_on_no_face_are_of_another_picture() -> None:
    assert placed([region("Anna", Box(0.8, 0.8, 0.9, 0.9))], View(400, 300), [ANNA]) == []


@pytest.mark.parametrize(
    ("size", "box"),
    [
        ((4000, 3000), stored_box(ANNA, 6)),
        ((3000, 4000), ANNA),
        (None, stored_box(ANNA, 6)),
        ((3000, 3000), None),
    ],
    ids=["stored", "upright", "unknown", "cut since"],
)
def test_without_any_face_the_size_tells_the_frame(size: tuple[float, float] | None, box: Box | None) -> None:
    found = placed([region("Anna", box or ANNA, size=size)], View(300, 400, 6), [])
    if box is None:
        assert found == []
    else:
        assert found[0].box is not None
        assert found[0].box.sides == pytest.approx(ANNA.sides)


def test_a_size_that_is_wrong_does_not_outweigh_faces() -> None:
    (anna,) = placed([region("Anna", ANNA, size=(4000, 4000))], View(300, 400, 6), [ANNA])
    assert anna.box == ANNA
    assert placed([region("Anna", LOOSE, size=(4000, 4000))], View(300, 400), [ANNA]) == []  # it has been cut


def test_people_who_change_places_by_a_turn() -> None:
    """Both frames put each box on a face; a hair's breadth does not tell which is meant."""
    other = Box(0.8, 0.6, 0.9, 0.8)
    seen = [Box(0.1, 0.2, 0.2, 0.4), Box(0.8, 0.6, 0.9, 0.81)]
    regions = [region("Anna", stored_box(ANNA, 3)), region("Bob", stored_box(other, 3))]
    assert [one.box for one in placed(regions, View(400, 300, 3), seen)] == seen
    regions = [region("Anna", stored_box(Box(0.1, 0.2, 0.2, 0.41), 3)), region("Bob", stored_box(other, 3))]
    assert [one.box for one in placed(regions, View(400, 300, 3), seen)] == seen


def test_no_face_is_two_peoples() -> None:
    regions = [region("Anna", ANNA), region("Uncle", Box(0.1, 0.2, 0.19, 0.41), "mp")]
    assert [one.region.name for one in placed(regions, View(400, 300), [ANNA])] == ["Anna"]


def test_names_without_a_place() -> None:
    one, other = region("Anna", None, "names"), region("Bob", None, "takeout")
    assert [each.box for each in placed([one], View(4, 3), [ANNA])] == [ANNA]
    assert [each.box for each in placed([one], View(4, 3), [ANNA, BOB])] == [None]
    assert [each.box for each in placed([one, other], View(4, 3), [ANNA])] == [None, None]
    assert [each.box for each in placed([region("Zoe", BOB), one], View(4, 3), [BOB])] == [BOB, None]


_BOXES = st.tuples(*[st.floats(0, 1)] * 4).map(
    lambda s: Box(min(s[0], s[2]), min(s[1], s[3]), max(s[0], s[2]), max(s[1], s[3]))
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_BOXES, max_size=4), st.lists(_BOXES, max_size=4, unique=True), st.integers(0, 9))
def test_each_face_once_and_every_box_within(boxes: list[Box], faces: list[Box], orientation: int) -> None:
    regions = [region(str(number), box) for number, box in enumerate(boxes)]
    found = placed(regions, View(400, 300, orientation), faces)
    on_faces = [one.box for one in found if one.box in faces]
    assert len(on_faces) == len(set(on_faces)) or any(box in faces for box in boxes)
    assert all(one.box is not None and 0 <= min(one.box.sides) <= max(one.box.sides) <= 1 for one in found)
