"""Which language somebody reads is kept, and goes with them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from actions.people.languages import ReadersLanguage
from data.store.store import Store

ADA, GROUP, NEW_GROUP = 7, -7, -1007


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(tmp_path / "cousinbot.db") as store:
        yield store


async def test_what_was_chosen_is_kept_beside_what_telegram_says(store: Store) -> None:
    languages = store.languages
    assert await languages.of(ADA) == (None, None)
    await languages.note(ADA, "pl")
    await languages.choose(ADA, "de")
    await languages.note(ADA, "pt-br")
    assert await languages.of(ADA) == ("de", "pt-br")
    await languages.choose(ADA, None)
    assert await languages.of(ADA) == (None, "pt-br")
    await languages.forget(ADA)
    assert await languages.of(ADA) == (None, None)


async def test_a_group_that_moves_keeps_its_language(store: Store) -> None:
    await store.languages.choose(GROUP, "de")
    await store.groups.moved(GROUP, NEW_GROUP)
    assert await store.languages.of(NEW_GROUP) == ("de", None)


async def test_whoever_leaves_the_group_is_forgotten(store: Store) -> None:
    await store.people.welcome(ADA, "Ada")
    await store.languages.choose(ADA, "de")
    await store.people.let_go(ADA)
    assert await store.languages.of(ADA) == (None, None)


async def test_which_of_several_counts(store: Store) -> None:
    reading = ReadersLanguage(store.languages, None)
    assert await reading.of(ADA) == "en"
    assert await reading.of(ADA, "tlh") == "en"
    await reading.note(ADA, "en-GB")
    assert await store.languages.of(ADA) == (None, "en-GB")
    assert reading.of_newcomer("en-US") == "en"
