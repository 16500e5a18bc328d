"""What a sender is to the family: the question, without anybody being told."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from actions.access import Access, Sender, Standing
from data.store.store import Store

ADMIN, GUEST, BLOCKED, TOLD, NOBODY = 1, 2, 3, 4, 5
FAMILY, ELSEWHERE = -10, -20
INVITE = "reunion-2026"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(tmp_path / "cousinbot.db") as store:
        for user in (GUEST, BLOCKED):
            await store.people.welcome(user, "Gus")
        await store.people.block(BLOCKED)
        await store.people.turn_away(TOLD)
        yield store


def access(store: Store) -> Access:
    return Access(frozenset({ADMIN}), frozenset({FAMILY}), INVITE, store.people, store.invites, store.groups)


def private(user_id: int, invitation: str | None = None) -> Sender:
    return Sender(user_id, "Zoë", False, user_id, True, invitation)


def in_group(user_id: int, chat_id: int = FAMILY) -> Sender:
    return Sender(user_id, "Zoë", False, chat_id, False)


@pytest.mark.parametrize(
    ("sender", "standing"),
    [
        (private(ADMIN), Standing.ADMIN),
        (private(GUEST), Standing.GUEST),
        (private(GUEST, "wrong"), Standing.GUEST),
        (private(BLOCKED), Standing.BLOCKED),
        (private(BLOCKED, INVITE), Standing.BLOCKED),
        (private(TOLD), Standing.TURNED_AWAY),
        (private(TOLD, "wrong"), Standing.TURNED_AWAY),
        (private(TOLD, INVITE), Standing.INVITED),
        (private(NOBODY), Standing.STRANGER),
        (private(NOBODY, "wrong"), Standing.STRANGER),
        (private(NOBODY, ""), Standing.STRANGER),
        (private(NOBODY, INVITE), Standing.INVITED),
        (in_group(ADMIN), Standing.ADMIN),
        (in_group(GUEST), Standing.GUEST),
        (in_group(BLOCKED), Standing.BLOCKED),
        (in_group(TOLD), Standing.INVITED),
        (in_group(NOBODY), Standing.INVITED),
        (replace(in_group(NOBODY), is_bot=True), Standing.GUEST),
        (in_group(ADMIN, ELSEWHERE), Standing.ELSEWHERE),
        (in_group(GUEST, ELSEWHERE), Standing.ELSEWHERE),
    ],
)
async def test_standing(store: Store, sender: Sender, standing: Standing) -> None:
    assert await access(store).standing(sender) is standing


async def test_asking_changes_nothing(store: Store) -> None:
    for sender in (private(NOBODY, INVITE), private(NOBODY), in_group(NOBODY)):
        await access(store).standing(sender)
    assert await store.people.role(NOBODY) is None


async def test_invitation_that_ran_out_is_late_and_one_that_is_good_is_an_invitation(store: Store) -> None:
    now = datetime.now(UTC)
    good = await store.invites.make(ADMIN, 1, now, timedelta(days=1))
    late = await store.invites.make(ADMIN, 2, now - timedelta(days=2), timedelta(days=1))
    assert await access(store).standing(private(NOBODY, good.code)) is Standing.INVITED
    assert await access(store).standing(private(NOBODY, late.code)) is Standing.LATE
    assert await access(store).standing(private(TOLD, late.code)) is Standing.LATE


async def test_whoever_is_welcomed_is_a_guest_and_whoever_is_turned_away_was_told(store: Store) -> None:
    door = access(store)
    await door.turn_away(NOBODY)
    assert await door.standing(private(NOBODY)) is Standing.TURNED_AWAY
    assert not await door.may_ask(NOBODY)
    await door.welcome(private(NOBODY, INVITE))
    assert await door.standing(private(NOBODY)) is Standing.GUEST
    assert await door.may_ask(NOBODY)


async def test_a_group_that_moved_is_still_the_familys(store: Store) -> None:
    await store.groups.moved(FAMILY, -30)
    assert await access(store).standing(in_group(GUEST, -30)) is Standing.GUEST


def test_only_these_may_ask() -> None:
    assert {standing for standing in Standing if standing.may_ask} == {
        Standing.ADMIN,
        Standing.GUEST,
        Standing.INVITED,
    }
