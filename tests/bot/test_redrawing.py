"""What is said on a page is written into the chats that show the face, as soon as Telegram can be reached."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from telegram.error import BadRequest, NetworkError

from bot.corrections.redrawing import Redrawing
from bot.transport.outbox import sending_for
from data.store.guesses import Guess
from foundation.box import Box
from tests.faces import recognized


class Chats:
    """Stands for the answers and the pages of the review; each try fails with the next of these errors."""

    def __init__(self, *errors: Exception) -> None:
        self._errors = list(errors)
        self.shown: asyncio.Queue[int] = asyncio.Queue()
        self.tried = 0

    async def refresh(self, answer: int) -> None:
        self.tried += 1
        if self._errors:
            raise self._errors.pop(0)

    async def redraw_showing(self, guesses: Sequence[int]) -> None:
        for guess in guesses:
            self.shown.put_nowait(guess)


def guess(number: int) -> Guess:
    return Guess(number, 10 + number, "photo", 1, recognized("lucy", box=Box(0, 0, 1, 1)), None)


@asynccontextmanager
async def followed(chats: Any) -> AsyncIterator[Redrawing]:
    redrawing = Redrawing(chats, chats, first_pause=0.01)
    following = asyncio.create_task(redrawing.follow())
    yield redrawing
    following.cancel()
    await asyncio.wait([following])


async def test_on_a_page_nobody_waits_for_telegram() -> None:
    chats = Chats(NetworkError("gone"), NetworkError("gone"))
    async with followed(chats) as redrawing:
        await redrawing.show([guess(1), guess(2)])
        await redrawing.show([guess(3)])
        assert chats.tried == 0
        assert [await asyncio.wait_for(chats.shown.get(), 5) for _ in range(3)] == [1, 2, 3]
    assert chats.tried == 2 + 2 + 1


async def test_what_telegram_will_never_take_keeps_nothing_else_back(caplog: pytest.LogCaptureFixture) -> None:
    chats = Chats(BadRequest("nonsense"))
    async with followed(chats) as redrawing:
        await redrawing.show([guess(1)])
        await redrawing.show([guess(2)])
        assert await asyncio.wait_for(chats.shown.get(), 5) == 2
    assert "could not be shown" in caplog.text


async def test_in_a_chat_it_is_shown_before_the_update_is_finished() -> None:
    chats = Chats(NetworkError("gone"))
    async with followed(chats) as redrawing:
        with sending_for(5, "answer"):
            with pytest.raises(NetworkError):  # and the update is handled again
                await redrawing.show([guess(1)])
            await redrawing.show([guess(1)])
        assert chats.shown.get_nowait() == 1
