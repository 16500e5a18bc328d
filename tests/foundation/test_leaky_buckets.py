"""A minute's worth at once, then one after the other; each for themselves."""

from foundation.leaky_buckets import LeakyBuckets


def test_a_minutes_worth_at_once_then_one_after_the_other() -> None:
    now = 100.0
    buckets = LeakyBuckets(3, lambda: now)
    for _ in range(3):
        assert buckets.wait("ann") == 0
        buckets.pour("ann")
    assert buckets.wait("ann") == 20
    assert buckets.wait("bob") == 0
    now += 20
    assert buckets.wait("ann") == 0
    buckets.pour("ann")
    assert buckets.wait("ann") == 20
    now += 60
    for _ in range(3):
        assert buckets.wait("ann") == 0
        buckets.pour("ann")
    assert buckets.wait("ann") > 0


def test_what_is_poured_where_there_is_no_room_is_waited_for_too() -> None:
    buckets = LeakyBuckets(1, lambda: 0.0)
    buckets.pour("ann")
    buckets.pour("ann")
    assert buckets.wait("ann") == 120
