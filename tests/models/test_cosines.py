"""What is known of how near strangers come, by network, photos of each cousin and cousins."""

import pytest
from hypothesis import given
from hypothesis.strategies import integers

from models.cosines import DLIB, FUSED, MOBILEFACENET, UNKNOWN, Cosines

KNOWN = pytest.mark.parametrize("cosines", [DLIB, MOBILEFACENET, FUSED], ids=["dlib", "mobilefacenet", "fused"])


@KNOWN
@given(photos=integers(1, 500), more=integers(0, 500), cousins=integers(1, 100), others=integers(0, 100))
def test_the_more_there_is_to_be_like_the_nearer_strangers_come(
    cosines: Cosines, photos: int, more: int, cousins: int, others: int
) -> None:
    strangers = cosines.strangers
    assert strangers is not None
    for reached in (strangers.reached_by_one_percent, strangers.reached_by_few):
        # Of fewer than five the measured differences lie within what chance gives.
        assert reached(photos + more, cousins) >= reached(photos, cousins) - 0.004
        assert reached(photos, cousins + others) >= reached(photos, cousins)
    assert reached(max(photos, 5) + more, cousins) >= reached(max(photos, 5), cousins)


@KNOWN
def test_few_strangers_come_nearer_than_one_percent(cosines: Cosines) -> None:
    strangers = cosines.strangers
    assert strangers is not None
    for photos, cousins in ((1, 2), (20, 7), (1000, 100)):
        assert strangers.reached_by_few(photos, cousins) == pytest.approx(
            strangers.reached_by_one_percent(photos, cousins) + strangers.fewer
        )
        assert strangers.fewer > 0
        assert strangers.reached_by_few(photos, cousins) < cosines.same_picture


@KNOWN
def test_the_table_is_of_seven_cousins(cosines: Cosines) -> None:
    strangers = cosines.strangers
    assert strangers is not None
    for photos, similarity in strangers.reach:
        assert strangers.reached_by_one_percent(photos, 7) == pytest.approx(similarity)
        assert strangers.reached_by_one_percent(photos, 14) == pytest.approx(similarity + strangers.doubling)
    assert strangers.reached_by_one_percent(0, 7) == strangers.reached_by_one_percent(1, 7)
    assert strangers.reached_by_one_percent(10**6, 7) == strangers.reach[-1][1]


def test_of_other_networks_nothing_is_known_of_strangers() -> None:
    assert UNKNOWN.strangers is None
    assert UNKNOWN.spread == DLIB.spread == 1
    assert 1 < FUSED.spread < MOBILEFACENET.spread
