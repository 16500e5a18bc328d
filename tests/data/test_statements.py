"""Statements in the store: who says what, who decides, and what the next version still has to learn."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from data.database.connection import now, stamp
from data.store.drafts import NewPhoto
from data.store.statements import StoredStatement
from data.store.store import Store
from foundation.box import Box
from foundation.statement import Says, Statement
from tests.faces import recognized

ADMIN, OTHER_ADMIN, GUEST, FRIEND = 1, 2, 7, 8
BOX = Box(0.1, 0.2, 0.4, 0.5)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(tmp_path / "cousinbot.db") as store:
        yield store


async def guess(store: Store, sha256: str = "aa", cousin: str | None = "lucy") -> int:
    """The number of a face that was answered."""
    answer = await store.guesses.draft(5, ord(sha256[0]), GUEST, [NewPhoto(sha256, (recognized(cousin, box=BOX),))])
    await store.guesses.sent(answer.id, 70, has_picture=False)
    return answer.guesses[0].id


async def stored(store: Store, number: int) -> StoredStatement:
    found = await store.statements.get(number)
    assert found is not None
    return found


async def status(store: Store) -> list[str]:
    return [one.status for one in await store.statements.all()]


async def test_a_proposal_as_it_is_kept(store: Store) -> None:
    begin = datetime.now(UTC)
    face = await guess(store)
    number = await store.statements.propose(face, "is", "linus", GUEST)
    one = await stored(store, number)
    assert one.statement == Statement("is", "linus", "aa", BOX, GUEST, None, number)
    assert one.id == number
    assert (one.guess_id, one.sender, one.status) == (face, GUEST, "proposed")
    assert (one.decided_by, one.decided_at, one.first_used_by) == (None, None, None)
    assert begin <= one.sent_at <= one.at <= datetime.now(UTC)
    assert await store.statements.get(number + 1) is None


async def test_whom_an_update_named_is_known_while_it_is_handled_again(store: Store) -> None:
    face, other = await guess(store), await guess(store, "bb")
    await store.journal.record({3: '{"update_id": 3}', 4: '{"update_id": 4}'})
    await store.statements.declare(face, "is", "Snoopy", ADMIN, 3)
    await store.statements.declare(other, "not", "lucy", ADMIN, 4)
    assert await store.statements.named_by(face, 3) == "Snoopy"
    assert await store.statements.named_by(other, 3) is None
    assert await store.statements.named_by(other, 4) is None  # it said who it is not
    assert await store.statements.named_by(face, None) is None


async def test_what_waits_and_who_is_spoken_of(store: Store) -> None:
    first, second = await guess(store, cousin="sally"), await guess(store, "bb")
    number = await store.statements.propose(first, "is", "linus", GUEST)
    assert await store.statements.count_since("linus", number - 1) == 1
    assert await store.statements.count_since("linus", number) == 0
    await store.statements.propose(second, "is", "lucy", FRIEND)
    await store.statements.declare(second, "is", "linus", ADMIN)
    assert [one.id for one in await store.statements.waiting([first, second])] == [number]
    assert await store.statements.waiting([second]) == []
    assert await store.statements.count_of("linus") == 2
    assert await store.statements.count_since("lucy", 0) == 0  # rejected
    assert await store.statements.cousins() == {"linus", "lucy", "sally"}


async def test_an_admins_word_as_it_is_kept(store: Store) -> None:
    face, begin = await guess(store), datetime.now(UTC)
    number = await store.statements.declare(face, "stranger", None, ADMIN)
    one = await stored(store, number)
    assert one.statement == Statement("stranger", None, "aa", BOX, ADMIN, ADMIN, number)
    assert (one.status, one.decided_by) == ("accepted", ADMIN)
    assert one.decided_at == one.at
    assert begin <= one.at <= datetime.now(UTC)


async def test_who_rejects_a_statement_does_not_accept_it(store: Store) -> None:
    number = await store.statements.propose(await guess(store), "is", "linus", GUEST)
    begin = datetime.now(UTC)
    assert await store.statements.reject(number, ADMIN)
    one = await stored(store, number)
    assert (one.status, one.decided_by, one.statement.accepted_by) == ("rejected", ADMIN, None)
    assert one.decided_at is not None
    assert begin <= one.decided_at <= datetime.now(UTC)
    assert not await store.statements.accept(number, OTHER_ADMIN)


@pytest.mark.parametrize(
    ("says", "cousin"), [("is", "linus"), ("not", "lucy"), ("stranger", None), ("not_a_face", None)]
)
async def test_an_admins_word_settles_what_guests_proposed(store: Store, says: Says, cousin: str | None) -> None:
    """Also where nobody is named: two strangers are the same answer."""
    face, elsewhere = await guess(store), await guess(store, "bb")
    same = await store.statements.propose(face, says, cousin, GUEST)
    other = await store.statements.propose(face, "is", "sally", FRIEND)
    apart = await store.statements.propose(elsewhere, says, cousin, GUEST)
    declared = await store.statements.declare(face, says, cousin, ADMIN)
    assert [one.status for one in await store.statements.all()] == ["accepted", "rejected", "proposed", "accepted"]
    settled = await stored(store, same)
    assert (settled.statement.accepted_by, settled.statement.by) == (ADMIN, GUEST)
    assert settled.decided_at == (await stored(store, declared)).decided_at
    assert (await stored(store, other)).decided_by == ADMIN
    assert [one.id for one in await store.statements.proposed()] == [apart]


@pytest.mark.parametrize(("says", "cousin"), [("stranger", None), ("not_a_face", None), ("is", "linus")])
async def test_accepting_settles_the_others_of_the_same_face(store: Store, says: Says, cousin: str | None) -> None:
    face, elsewhere = await guess(store), await guess(store, "bb")
    first = await store.statements.propose(face, says, cousin, GUEST)
    await store.statements.propose(face, says, cousin, FRIEND)
    await store.statements.propose(face, "not", "lucy", 9)
    await store.statements.propose(elsewhere, says, cousin, GUEST)
    assert await store.statements.accept(first, ADMIN)
    assert await status(store) == ["accepted", "accepted", "rejected", "proposed"]
    assert [one.decided_by for one in await store.statements.all()] == [ADMIN, ADMIN, ADMIN, None]


async def test_a_guest_who_thinks_again_replaces_only_their_own_proposal_on_that_face(store: Store) -> None:
    face, elsewhere = await guess(store), await guess(store, "bb")
    await store.statements.propose(face, "is", "linus", GUEST)
    decided = await store.statements.propose(face, "is", "linus", FRIEND)
    await store.statements.reject(decided, ADMIN)
    kept = await store.statements.propose(elsewhere, "is", "linus", GUEST)
    again = await store.statements.propose(face, "is", "sally", GUEST)
    fresh = await store.statements.propose(face, "is", "sally", FRIEND)
    assert [one.id for one in await store.statements.all()] == [decided, kept, again, fresh]


async def test_the_least_certain_come_first_and_then_the_oldest(store: Store) -> None:
    faces = [await guess(store), await guess(store, "bb")]
    later = [await store.statements.propose(face, "is", "linus", GUEST) for face in reversed(faces)]
    assert [one.id for one in await store.statements.proposed()] == later


async def test_the_last_accepted_word_on_a_face(store: Store) -> None:
    one, two, three = await guess(store), await guess(store, "bb"), await guess(store, "cc")
    await store.statements.declare(one, "is", "linus", ADMIN)
    await store.statements.declare(two, "is", "linus", ADMIN)
    await store.statements.declare(one, "is", "sally", ADMIN)
    await store.statements.propose(three, "is", "linus", GUEST)
    assert await store.statements.of_guess(three) is None
    last = await store.statements.of_guess(one)
    assert last is not None
    assert last.statement.cousin == "sally"
    words = await store.statements.of_guesses([one, two, three])
    assert {number: found.statement.cousin for number, found in words.items()} == {one: "sally", two: "linus"}
    assert await store.statements.of_guesses([two]) == {two: words[two]}
    assert await store.statements.of_guesses([]) == {}


@pytest.mark.parametrize("other", [ADMIN, OTHER_ADMIN])
async def test_of_two_words_at_the_same_moment_the_later_stands(
    store: Store, monkeypatch: pytest.MonkeyPatch, other: int
) -> None:
    """As when two taps of a menu come together after the bot was down."""
    face, moment = await guess(store), now()
    await store.journal.record({1: "{}", 2: "{}"})
    monkeypatch.setattr("data.store.statements.now", lambda: moment)
    await store.statements.declare(face, "is", "linus", ADMIN, 1)
    last = await store.statements.declare(face, "is", "sally", other, 2)
    found = await store.statements.of_guess(face)
    assert found is not None
    assert found.id == last
    assert [one.id for one in await store.statements.accepted()] == [last]
    assert (await store.statements.of_guesses([face]))[face].id == last
    assert (await store.stats.since(datetime.fromtimestamp(0, UTC))).wrong == 1


@pytest.mark.parametrize("off", [timedelta(days=-365), timedelta(hours=-1), timedelta(days=365)])
async def test_the_later_word_stands_whatever_the_clock_says(
    store: Store, monkeypatch: pytest.MonkeyPatch, off: timedelta
) -> None:
    """It ran a year ahead, and was set right; or it was moved back."""
    face, elsewhere = await guess(store), await guess(store, "bb")
    proposal = await store.statements.propose(elsewhere, "is", "linus", GUEST)
    await store.statements.declare(face, "is", "linus", ADMIN)
    await store.statements.declare(elsewhere, "is", "sally", ADMIN)
    run = await store.runs.start(1, "by hand")
    monkeypatch.setattr("data.store.statements.now", lambda: stamp(datetime.now(UTC) + off))
    later = await store.statements.declare(face, "is", "lucy", OTHER_ADMIN)
    assert not await store.statements.accept(proposal, ADMIN)
    again = await store.statements.propose(elsewhere, "is", "linus", GUEST)
    assert await store.statements.accept(again, OTHER_ADMIN)
    assert [one.id for one in await store.statements.accepted()] == [later, again]
    words = await store.statements.of_guesses([face, elsewhere])
    assert {number: one.id for number, one in words.items()} == {face: later, elsewhere: again}
    last = await store.statements.of_guess(face)
    assert last is not None
    assert last.id == later
    stats = await store.stats.since(datetime.fromtimestamp(0, UTC))
    assert (stats.right, stats.wrong) == (1, 1)
    begun = await store.runs.get(run)
    assert begun is not None
    assert await store.statements.to_learn(begun.decisions) == 2


async def test_saying_the_same_again_adds_nothing_and_saying_more_does(store: Store) -> None:
    face = await guess(store)
    first = await store.statements.declare(face, "not", "lucy", ADMIN)
    assert await store.statements.declare(face, "not", "lucy", ADMIN) == first
    others = [
        await store.statements.declare(face, "not", "linus", ADMIN),
        await store.statements.declare(face, "is", "linus", ADMIN),
        await store.statements.declare(face, "is", "linus", OTHER_ADMIN),
    ]
    assert len({first, *others}) == 4
    assert await status(store) == ["accepted"] * 4


async def test_a_message_that_is_handled_again_is_not_a_second_word(store: Store) -> None:
    face, elsewhere = await guess(store), await guess(store, "bb")
    await store.journal.record({1: "{}", 2: "{}"})
    first = await store.statements.declare(face, "is", "linus", ADMIN, 1)
    later = await store.statements.declare(face, "is", "sally", OTHER_ADMIN)
    assert await store.statements.declare(face, "is", "linus", ADMIN, 1) == first
    assert await store.statements.is_repetition(face, 1)
    # Another message, and another face of the same, are not that one.
    assert not await store.statements.is_repetition(face, 2)
    assert not await store.statements.is_repetition(face, None)
    assert await store.statements.declare(face, "is", "linus", ADMIN, 2) not in (first, later)
    assert await store.statements.declare(elsewhere, "is", "linus", ADMIN, 1) not in (first, later)
    # What was taken back since stays taken back.
    assert await store.statements.reject(first, OTHER_ADMIN)
    assert await store.statements.declare(face, "is", "linus", ADMIN, 1) == first
    assert (await stored(store, first)).status == "rejected"


async def test_a_word_that_added_nothing_is_no_second_word_either(store: Store) -> None:
    face = await guess(store)
    await store.journal.record({1: "{}"})
    first = await store.statements.declare(face, "is", "linus", ADMIN)
    assert await store.statements.declare(face, "is", "linus", ADMIN, 1) == first
    await store.statements.declare(face, "is", "sally", OTHER_ADMIN)
    assert await store.statements.declare(face, "is", "linus", ADMIN, 1) == first
    assert [one.statement.cousin for one in await store.statements.accepted()] == ["sally"]


async def test_a_proposal_that_is_handled_again_stands_once(store: Store) -> None:
    """Whether it was accepted, dismissed or thought over meanwhile."""
    faces = [await guess(store, sha256) for sha256 in ("aa", "bb", "cc")]
    await store.journal.record({1: "{}", 2: "{}", 3: "{}", 4: "{}"})
    said = [await store.statements.propose(face, "is", "linus", GUEST, 1 + n) for n, face in enumerate(faces)]
    await store.statements.accept(said[0], ADMIN)
    await store.statements.dismiss(said[1], ADMIN)
    thought_over = await store.statements.propose(faces[2], "is", "sally", GUEST, 4)
    for number, face in enumerate(faces):
        assert await store.statements.propose(face, "is", "linus", GUEST, 1 + number) == said[number]
    assert [one.id for one in await store.statements.all()] == [*said[:2], thought_over]
    assert [one.id for one in await store.statements.proposed()] == [thought_over]


async def test_who_accepts_again_by_the_same_message_has_accepted(store: Store) -> None:
    number = await store.statements.propose(await guess(store), "is", "linus", GUEST)
    await store.journal.record({1: "{}", 2: "{}"})
    assert await store.statements.accept(number, ADMIN, 1)
    assert await store.statements.accept(number, ADMIN, 1)
    assert not await store.statements.accept(number, ADMIN, 2)
    assert not await store.statements.accept(number + 1, ADMIN, 2)


async def test_what_a_finished_message_said_is_not_kept_apart(store: Store) -> None:
    face = await guess(store)
    await store.journal.record({1: "{}", 2: "{}", 3: "{}"})
    for update in (1, 2, 3):
        await store.statements.propose(face, "is", "linus", GUEST + update, update)
    await store.journal.finish([1])
    await store.journal.set_aside([2])
    assert [await store.statements.is_repetition(face, update) for update in (1, 2, 3)] == [False, False, True]


async def test_what_can_be_dismissed_and_what_can_be_taken_back(store: Store) -> None:
    face = await guess(store)
    proposed = await store.statements.propose(face, "is", "linus", GUEST)
    assert await store.statements.dismiss(proposed, ADMIN)
    assert (await stored(store, proposed)).decided_by == ADMIN
    assert not await store.statements.dismiss(proposed, ADMIN)
    declared = await store.statements.declare(face, "is", "sally", ADMIN)
    assert not await store.statements.dismiss(declared, OTHER_ADMIN)
    assert await status(store) == ["rejected", "accepted"]
    assert await store.statements.reject(declared, OTHER_ADMIN)
    assert not await store.statements.reject(declared, OTHER_ADMIN)
    assert not await store.statements.reject(99, ADMIN)


async def test_the_state_counts_what_was_decided(store: Store) -> None:
    assert await store.statements.state() == (0, 0)
    face = await guess(store)
    await store.statements.propose(face, "is", "linus", GUEST)
    await store.statements.propose(face, "is", "linus", FRIEND)
    await store.statements.propose(face, "is", "lucy", GUEST)  # in place of the first
    assert await store.statements.state() == (0, 0)
    number = await store.statements.declare(face, "is", "sally", ADMIN)
    assert await store.statements.state() == (3, 1)
    assert await store.statements.reject(number, ADMIN)
    assert await store.statements.state() == (3, 2)
    assert not await store.statements.reject(number, ADMIN)
    assert await store.statements.state() == (3, 2)


async def test_praise_is_counted_once_for_each_person(store: Store) -> None:
    face = await guess(store)
    for person in (GUEST, GUEST, FRIEND):
        await store.statements.praise(face, person)
    rows = await store.statements._database.rows("SELECT guess_id, said_by, at FROM praise ORDER BY said_by")
    assert [(row["guess_id"], row["said_by"]) for row in rows] == [(face, GUEST), (face, FRIEND)]
    assert all(row["at"] <= now() for row in rows)


async def test_the_version_that_learned_a_word_first_is_noted_once(store: Store) -> None:
    faces = [await guess(store, sha256) for sha256 in ("aa", "bb", "cc")]
    numbers = [await store.statements.declare(face, "is", "linus", ADMIN) for face in faces]
    await store.statements.mark_used(numbers[:1], "v002")
    await store.statements.mark_used(numbers[:2], "v003")
    assert [one.first_used_by for one in await store.statements.all()] == ["v002", "v003", None]


async def test_what_is_still_to_learn(store: Store) -> None:
    """What was accepted since, and what the champion learned and must unlearn."""

    async def begun() -> int:
        run = await store.runs.get(await store.runs.start(1, "by hand"))
        assert run is not None
        return run.decisions

    before = await begun()
    faces = [await guess(store, sha256) for sha256 in ("aa", "bb", "cc", "dd")]
    assert await store.statements.to_learn(before) == 0
    numbers = [await store.statements.declare(face, "is", "linus", ADMIN) for face in faces]
    assert await store.statements.to_learn(before) == 4
    await store.statements.mark_used(numbers[:2], "v002")
    assert await store.statements.to_learn(before) == 2
    trained = await begun()
    assert await store.statements.to_learn(trained) == 0
    await store.statements.reject(numbers[0], ADMIN)
    await store.statements.reject(numbers[2], ADMIN)  # nobody has learned it
    assert await store.statements.to_learn(trained) == 1
    assert await store.statements.to_learn(before) == 2
    assert await store.statements.to_learn(await begun()) == 0


async def test_a_number_is_given_to_one_decision_also_after_forgetting(store: Store) -> None:
    """Else what is decided then would be nothing new to a run that began before."""
    await store.statements.declare(await guess(store), "is", "linus", ADMIN)
    run = await store.runs.get(await store.runs.start(1, "by hand"))
    assert run is not None
    await store.guesses.forget_sender(GUEST)
    await store.statements.declare(await guess(store, "bb"), "is", "linus", ADMIN)
    assert await store.statements.to_learn(run.decisions) == 1
    assert await store.statements.state() == (1, 2)


@pytest.mark.parametrize(
    ("guessed", "says", "cousin", "right"),
    [
        (None, "is", "lucy", False),
        (None, "stranger", None, True),
        ("lucy", "stranger", None, False),
        ("lucy", "not", "lucy", False),
        (None, "not", "lucy", True),
        ("lucy", "is", "lucy", True),
        (None, "not_a_face", None, False),
    ],
)
async def test_a_guess_of_nobody_is_right_or_wrong_too(
    store: Store, guessed: str | None, says: Says, cousin: str | None, right: bool
) -> None:
    face = await guess(store, cousin=guessed)
    await store.statements.declare(face, says, cousin, ADMIN)
    stats = await store.stats.since(datetime.fromtimestamp(0, UTC))
    assert (stats.right, stats.wrong) == ((1, 0) if right else (0, 1))
    missed = [(one.cousin, one.missed) for one in stats.cousins if one.missed]
    assert missed == ([("lucy", 1)] if (guessed, says) == (None, "is") else [])


async def test_a_proposal_is_overruled_once(store: Store) -> None:
    face = await guess(store)
    mine = await store.statements.propose(face, "is", "linus", GUEST)
    friends = await store.statements.propose(face, "stranger", None, FRIEND)
    assert await store.statements.overrule(mine, "stranger", None, ADMIN)
    assert not await store.statements.overrule(mine, "is", "lucy", OTHER_ADMIN)
    assert not await store.statements.overrule(friends, "is", "lucy", OTHER_ADMIN)
    assert not await store.statements.accept(mine, OTHER_ADMIN)
    assert (await stored(store, mine)).status == "rejected"
    assert (await stored(store, friends)).status == "accepted"
    last = await store.statements.of_guess(face)
    assert last is not None
    assert (last.statement.says, last.statement.by) == ("stranger", ADMIN)


@pytest.mark.parametrize("how", ["accept", "dismiss", "overrule"])
async def test_who_decided_a_proposal_can_let_it_wait_again(store: Store, how: str) -> None:
    face = await guess(store)
    said = await store.statements.propose(face, "is", "linus", GUEST)
    await {
        "accept": lambda: store.statements.accept(said, ADMIN),
        "dismiss": lambda: store.statements.dismiss(said, ADMIN),
        "overrule": lambda: store.statements.overrule(said, "is", "lucy", ADMIN),
    }[how]()
    before = await store.statements.state()
    assert not await store.statements.reopen(said, OTHER_ADMIN)
    assert await store.statements.reopen(said, ADMIN)
    assert [one.id for one in await store.statements.proposed()] == [said]
    assert await store.statements.accepted() == []
    assert await store.statements.state() != before
    assert not await store.statements.reopen(said, ADMIN)


async def test_what_somebody_decided_since_is_not_reopened(store: Store) -> None:
    face = await guess(store)
    said = await store.statements.propose(face, "is", "linus", GUEST)
    await store.statements.accept(said, ADMIN)
    await store.statements.declare(face, "stranger", None, OTHER_ADMIN)
    assert not await store.statements.reopen(said, ADMIN)
