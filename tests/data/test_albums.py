"""What is remembered of albums."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from data.chats.albums import Picture
from data.store.store import Store
from foundation.discretion import Discretion

CHAT, SENDER = -5, 7


def picture(message: int, chat: int = CHAT, sender: int | None = SENDER, size: int | None = 9) -> Picture:
    return Picture(chat, message, sender, f"file of {message}", size, Discretion(spoiler=message % 2 == 0))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(tmp_path / "cousinbot.db") as store:
        yield store


async def test_an_album_comes_together_in_order_whatever_comes_first(store: Store) -> None:
    await store.albums.remember("a", [picture(3), picture(1)])
    await store.albums.remember("a", [picture(2, size=None), picture(3)])
    assert await store.albums.of(CHAT, "a") == [picture(1), picture(2, size=None), picture(3)]


async def test_albums_of_other_chats_and_of_other_numbers_are_others(store: Store) -> None:
    await store.albums.remember("a", [picture(1)])
    await store.albums.remember("b", [picture(2)])
    await store.albums.remember("a", [picture(3, chat=-6)])
    assert await store.albums.of(CHAT, "a") == [picture(1)]


async def test_who_is_forgotten_takes_their_albums_along(store: Store) -> None:
    await store.albums.remember("a", [picture(1), picture(2, sender=8), picture(3, sender=None)])
    await store.albums.forget(SENDER)
    assert await store.albums.of(CHAT, "a") == [picture(2, sender=8), picture(3, sender=None)]
