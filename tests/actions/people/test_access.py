"""What a sender is to the family: the question, without anybody being told."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from actions.people.access import Access, IsMember, Sender, Standing
from actions.people.admins import Admins
from data.people.tries import BY_ALL, BY_ONE
from data.store.store import Store

ADMIN, GUEST, BLOCKED, TOLD, NOBODY = 1, 2, 3, 4, 5
FAMILY, ELSEWHERE = -10, -20
INVITE, SHORT = "the-smiths-reunion-2026", "reunion-2026"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(tmp_path / "cousinbot.db") as store:
        for user in (GUEST, BLOCKED):
            await store.people.welcome(user, "Gus")
        await store.people.block(BLOCKED)
        await store.people.turn_away(TOLD)
        yield store


class Members:
    """Who is in which group, by Telegram's word, and how often it was asked. None: it does not say."""

    def __init__(self, *ids: int) -> None:
        self.ids: set[int] | None = set(ids)
        self.asked: list[tuple[int, int]] = []

    async def __call__(self, group: int, user_id: int) -> bool | None:
        self.asked.append((group, user_id))
        return None if self.ids is None else user_id in self.ids


def access(
    store: Store, members: IsMember | None = None, invite: str = INVITE, admins: frozenset[int] = frozenset({ADMIN})
) -> Access:
    return Access(
        Admins(admins, store.admins),
        frozenset({FAMILY}),
        invite,
        store.people,
        store.invites,
        store.groups,
        store.tries,
        members or Members(),
    )


def private(user_id: int, invitation: str | None = None) -> Sender:
    return Sender(user_id, "Zoë", False, user_id, True, datetime.now(UTC), invitation)


def in_group(user_id: int, chat_id: int = FAMILY) -> Sender:
    return Sender(user_id, "Zoë", False, chat_id, False, datetime.now(UTC))


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
        (replace(in_group(NOBODY), is_shared=True), Standing.GUEST),
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


async def come_through_group(store: Store) -> Access:
    door = access(store)
    await door.welcome(in_group(NOBODY))
    return door


async def let_a_day_pass(store: Store) -> None:
    yesterday = (datetime.now(UTC) - timedelta(days=1, seconds=1)).isoformat()
    await store.people._database.write("UPDATE people SET member_at = ? WHERE member_at IS NOT NULL", (yesterday,))
    await store.people._database.write("UPDATE invitation_tries SET at = ?", (yesterday,))


async def test_who_came_through_a_group_is_asked_about_once_a_day_and_let_go_once_they_left(store: Store) -> None:
    await come_through_group(store)
    there, gone = Members(NOBODY), Members()
    assert await access(store, gone).still_belongs(private(NOBODY))  # they were in it a moment ago
    assert gone.asked == []
    for _ in range(2):
        await let_a_day_pass(store)
        for _ in range(3):
            assert await access(store, there).still_belongs(private(NOBODY))
    assert there.asked == [(FAMILY, NOBODY)] * 2
    await let_a_day_pass(store)
    assert await access(store, gone).still_belongs(in_group(NOBODY))  # who writes there is there
    for _ in range(2):  # until they have been told
        assert not await access(store, gone).still_belongs(private(NOBODY))
    await access(store).let_go(NOBODY)
    assert await access(store).standing(private(NOBODY)) is Standing.TURNED_AWAY
    assert await store.people.name(NOBODY) is None
    assert await access(store).standing(in_group(NOBODY)) is Standing.INVITED  # back again


async def test_a_silent_telegram_changes_nothing_and_is_asked_again(store: Store) -> None:
    await come_through_group(store)
    await let_a_day_pass(store)
    silent = Members()
    silent.ids = None
    for _ in range(2):
        assert await access(store, silent).still_belongs(private(NOBODY))
    assert len(silent.asked) == 2
    assert not await access(store, Members()).still_belongs(private(NOBODY))


async def test_who_came_by_an_invitation_stays_wherever_they_were_before_or_are_later(store: Store) -> None:
    members = Members()
    await access(store).welcome(private(TOLD, INVITE))
    await access(store).welcome(in_group(TOLD))  # by no means a step back
    door = await come_through_group(store)
    assert await door.standing(private(NOBODY)) is Standing.GUEST
    assert await door.standing(private(NOBODY, INVITE)) is Standing.INVITED
    await door.welcome(private(NOBODY, INVITE))
    for person in (NOBODY, TOLD, GUEST):
        await let_a_day_pass(store)
        assert await access(store, members).still_belongs(private(person))
    assert members.asked == []


async def test_a_group_that_moved_is_asked_by_its_id_of_now_and_one_no_longer_listed_not_at_all(store: Store) -> None:
    await come_through_group(store)
    await store.people.welcome(TOLD, "Tom", ELSEWHERE)
    await store.groups.moved(FAMILY, -30)
    await store.groups.moved(-30, -31)
    await let_a_day_pass(store)
    members = Members(NOBODY)
    assert await access(store, members).still_belongs(private(NOBODY))
    assert not await access(store, members).still_belongs(private(TOLD))
    assert members.asked == [(-31, NOBODY), (-31, TOLD)]
    assert await store.people.group_of(NOBODY) == -31


async def try_codes(door: Access, user_id: int, tries: range) -> list[bool]:
    """Whether each was the last of a person's tries; then of everybody's."""
    spent = [await door.note_try(replace(private(user_id, "wrong"), message_id=number)) for number in tries]
    return [one.by_one for one in spent] + [one.by_all for one in spent]


async def test_whoever_has_tried_too_many_codes_comes_in_with_none(store: Store) -> None:
    door = access(store)
    made = await store.invites.make(ADMIN, 1, datetime.now(UTC), timedelta(days=7))
    assert await try_codes(door, NOBODY, range(BY_ONE - 1)) == [False] * 2 * (BY_ONE - 1)
    assert await door.standing(private(NOBODY, INVITE)) is Standing.INVITED
    for _ in range(2):  # one message, handled twice
        assert await try_codes(door, NOBODY, range(7, 8)) == [True, False]
    assert await try_codes(door, NOBODY, range(8, 20)) == [False] * 24
    for code in (INVITE, made.code):
        assert await door.standing(private(NOBODY, code)) is Standing.STRANGER
        assert await door.standing(private(TOLD, code)) is Standing.INVITED
    await let_a_day_pass(store)
    assert await door.standing(private(NOBODY, INVITE)) is Standing.INVITED
    assert await store.tries._database.count("SELECT count(*) FROM invitation_tries") == BY_ONE


async def test_while_many_guess_what_can_be_guessed_lets_nobody_in(store: Store) -> None:
    weak, strong = access(store, invite=SHORT), access(store)
    made = await store.invites.make(ADMIN, 1, datetime.now(UTC), timedelta(days=7))
    for person in range(100, 100 + BY_ALL):
        assert await weak.standing(private(NOBODY, SHORT)) is Standing.INVITED
        assert await try_codes(weak, person, range(1)) == [False, person == 99 + BY_ALL]
    assert await weak.standing(private(NOBODY, SHORT)) is Standing.STRANGER
    assert await weak.standing(private(NOBODY, made.code)) is Standing.INVITED
    assert await strong.standing(private(NOBODY, INVITE)) is Standing.INVITED
    await let_a_day_pass(store)
    assert await weak.standing(private(NOBODY, SHORT)) is Standing.INVITED


async def test_guests_cannot_guess_either_unless_they_are_in_for_good(store: Store) -> None:
    door = await come_through_group(store)
    assert await try_codes(door, NOBODY, range(BY_ONE)) == [False] * (BY_ONE - 1) + [True] + [False] * BY_ONE
    assert await door.standing(private(NOBODY, INVITE)) is Standing.GUEST
    assert await try_codes(door, GUEST, range(BY_ONE)) == [False] * 2 * BY_ONE


async def test_who_asks_to_be_forgotten_gets_no_new_tries(store: Store) -> None:
    door = await come_through_group(store)
    await try_codes(door, NOBODY, range(BY_ONE))
    await store.tries.forget(NOBODY, datetime.now(UTC))
    assert await door.standing(private(NOBODY, INVITE)) is Standing.GUEST  # the code is not looked at
    await let_a_day_pass(store)
    await store.tries.forget(NOBODY, datetime.now(UTC))
    assert await store.tries._database.count("SELECT count(*) FROM invitation_tries") == 0


async def test_admins_are_those_of_the_settings_and_those_added_as_soon_as_they_are(store: Store) -> None:
    door = access(store)
    await store.admins.add(NOBODY, None, 0)
    assert await door.standing(private(NOBODY)) is Standing.ADMIN
    assert door.is_admin(NOBODY)
    await store.admins.remove(NOBODY)
    await store.admins.remove(ADMIN)
    assert await door.standing(private(NOBODY)) is Standing.STRANGER
    assert not door.is_admin(NOBODY)
    assert await door.standing(private(ADMIN)) is Standing.ADMIN


def test_only_these_may_ask() -> None:
    assert {standing for standing in Standing if standing.may_ask} == {
        Standing.ADMIN,
        Standing.GUEST,
        Standing.INVITED,
    }


async def test_a_clock_that_ran_a_year_ahead_locks_nobody_out_and_keeps_nobody_in(store: Store) -> None:
    door = await come_through_group(store)
    await try_codes(door, TOLD, range(BY_ONE))
    for person in range(100, 100 + BY_ALL):
        await try_codes(door, person, range(1))
    ahead = (datetime.now(UTC) + timedelta(days=365)).isoformat()
    await store.people._database.write("UPDATE people SET member_at = ? WHERE member_at IS NOT NULL", (ahead,))
    await store.people._database.write("UPDATE invitation_tries SET at = ?", (ahead,))
    assert await access(store, invite=SHORT).standing(private(TOLD, SHORT)) is Standing.INVITED
    assert await try_codes(door, TOLD, range(50, 50 + BY_ONE)) == [False] * (BY_ONE - 1) + [True] + [False] * BY_ONE
    assert not await access(store, Members()).still_belongs(private(NOBODY))
