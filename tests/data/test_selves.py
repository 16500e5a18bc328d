"""Who a person is: by their own words and an admin's, until either takes it back, or one of the two is forgotten."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data.store.drafts import NewPhoto
from data.store.store import Store
from tests.faces import recognized

GUEST, OTHER, ADMIN = 7, 8, 1


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(tmp_path / "cousinbot.db") as store:
        await store.people.welcome(GUEST, "Gus")
        yield store


async def claim(store: Store, cousin: str, by: int = GUEST, message: int = 1) -> int:
    """A person says that a face is their own; the number of that."""
    answer = await store.guesses.draft(by, message, by, [NewPhoto(f"{by} {message}", (recognized(),))])
    return await store.statements.propose(answer.guesses[0].id, "is", cousin, by, way="self")


async def test_it_is_so_when_it_is_accepted_and_told_once(store: Store) -> None:
    first, second = await claim(store, "lucy"), await claim(store, "lucy", message=2)
    assert await store.selves.of(GUEST) is None
    assert await store.statements.accept(first, ADMIN)
    assert await store.selves.of(GUEST) == "lucy"
    [one] = await store.selves.untold()
    await store.selves.told(one)
    assert await store.statements.accept(second, ADMIN)
    assert await store.selves.untold() == []
    assert [(one.name, one.cousin) for one in await store.selves.all()] == [("Gus", "lucy")]
    # Of two words one is enough, and of another cousin they are told anew.
    assert await store.statements.reject(second, ADMIN)
    assert await store.selves.of(GUEST) == "lucy"
    assert await store.statements.accept(await claim(store, "linus", message=3), ADMIN)
    assert [one.cousin for one in await store.selves.untold()] == ["linus"]


@pytest.mark.parametrize("how", ["reject", "reopen", "revoke"])
async def test_it_is_taken_back_with_the_word_and_without(store: Store, how: str) -> None:
    said = await claim(store, "lucy")
    assert await store.statements.accept(said, ADMIN)
    if how == "revoke":
        assert await store.selves.take_back(GUEST) == "lucy"
        assert await store.selves.take_back(GUEST) is None
    else:
        assert await (store.statements.reject if how == "reject" else store.statements.reopen)(said, ADMIN)
    assert await store.selves.of(GUEST) is None
    assert await store.statements.accept(await claim(store, "lucy", OTHER), ADMIN)
    assert await store.selves.of(OTHER) == "lucy"


async def test_whoever_is_dismissed_or_corrected_is_nobody(store: Store) -> None:
    assert await store.statements.dismiss(await claim(store, "lucy"), ADMIN)
    assert await store.statements.overrule(await claim(store, "lucy", message=2), "is", "linus", ADMIN)
    assert await store.selves.all() == []


async def test_an_admins_own_word_counts_at_once_and_needs_no_telling(store: Store) -> None:
    answer = await store.guesses.draft(ADMIN, 1, ADMIN, [NewPhoto("aa", (recognized(),))])
    await store.statements.declare(answer.guesses[0].id, "is", "lucy", ADMIN)
    assert await store.selves.of(ADMIN) is None
    await store.statements.declare(answer.guesses[0].id, "is", "lucy", ADMIN, way="self")
    assert await store.selves.of(ADMIN) == "lucy"
    assert await store.selves.untold() == []
    assert [one.way for one in await store.statements.all()] == ["self"]


async def test_it_follows_a_rename_and_a_merge_and_comes_apart_again(store: Store) -> None:
    await store.statements.accept(await claim(store, "lucy"), ADMIN)
    await store.statements.accept(await claim(store, "linus", OTHER), ADMIN)
    await store.changes.rename("a", "rename", "lucy", "lucia", 0, {}, [])
    assert await store.selves.of(GUEST) == "lucia"
    await store.changes.rename("b", "merge", "lucia", "linus", 0, {}, [])
    assert {one.cousin for one in await store.selves.all()} == {"linus"}
    merge, rename = await store.changes.latest()
    await store.changes.take_back_name(merge.id, "lucia", "linus", [], folded=True)
    assert [await store.selves.of(person) for person in (GUEST, OTHER)] == ["lucia", "linus"]
    await store.changes.take_back_name(rename.id, "lucy", "lucia", [], folded=False)
    assert await store.selves.of(GUEST) == "lucy"


async def test_it_goes_with_the_cousin_and_with_whoever_has_left(store: Store) -> None:
    await store.statements.accept(await claim(store, "lucy"), ADMIN)
    assert (await store.records.of(GUEST)).cousin == "lucy"
    assert (await store.records.of(GUEST)).besides_photos
    await store.forgetting.cousin("lucy", [])
    assert await store.selves.all() == []
    await store.statements.accept(await claim(store, "linus", message=2), ADMIN)
    await store.people.let_go(GUEST)
    assert await store.selves.all() == []
    assert (await store.people.since(GUEST) or datetime.now(UTC)) <= datetime.now(UTC)


async def test_what_was_proposed_can_be_withdrawn_until_it_is_decided(store: Store) -> None:
    said = await claim(store, "lucy")
    [one] = await store.statements.proposed()
    assert not await store.statements.withdraw([one.guess_id], OTHER)
    await store.statements.propose_another(said, "linus")
    assert [one.statement.cousin for one in await store.statements.proposed()] == ["linus"]
    assert await store.statements.withdraw([one.guess_id], GUEST)
    assert not await store.statements.withdraw([one.guess_id], GUEST)
    assert await store.statements.all() == []
