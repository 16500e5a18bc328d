"""What the regression check of the speed figures calls a change."""

from benchmarks.figures import Figure, figure, ratio
from benchmarks.speed import moved


def run(value: float, low: float, high: float) -> dict[str, dict[str, Figure]]:
    return {"peers": {"ours": Figure(value, low, high, "times as fast")}}


def test_rounds_that_overlap_are_noise() -> None:
    assert moved(run(4, 3, 5), run(2, 1, 3.1)) == []


def test_a_figure_that_lies_outside_of_all_rounds_has_moved() -> None:
    assert moved(run(4, 3.5, 5), run(2, 1, 3)) == ["peers ours: 4 → 2 (times as fast)"]
    assert moved(run(2, 1, 3), run(4, 3.5, 5)) == ["peers ours: 2 → 4 (times as fast)"]


def test_a_hair_is_no_change() -> None:
    assert moved(run(4, 4, 4), run(4.1, 4.1, 4.1)) == []


def test_what_was_not_measured_before_is_no_change() -> None:
    assert moved({}, run(2, 1, 3)) == []


def test_a_figure_is_the_middle_of_its_rounds_and_a_ratio_goes_round_by_round() -> None:
    assert figure([3, 1, 2], "") == Figure(2, 1, 3, "")
    assert ratio([2, 9, 8], [1, 3, 2], "") == Figure(3, 2, 4, "")
