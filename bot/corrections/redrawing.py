"""Answers, and pages of the review, written anew in every chat that shows a face on which somebody has spoken."""

import asyncio
import logging
from collections.abc import Sequence

from bot.answers.messages import Answering
from bot.corrections.review_page import ReviewPager
from bot.transport.backoff import FIRST_PAUSE, Backoff
from bot.transport.errors import asked_to_wait, in_words, passes
from bot.transport.outbox import current_update
from data.store.guesses import Guess

logger = logging.getLogger(__name__)


class Redrawing:
    """What is said in a chat is shown before its update is finished: else it is handled again. What is said on a page
    is nobody's update, and whoever said it does not wait for Telegram: `follow` shows it, as soon as that can be
    reached."""

    def __init__(self, answering: Answering, pages: ReviewPager, first_pause: float = FIRST_PAUSE) -> None:
        self._answering = answering
        self._pages = pages
        self._first_pause = first_pause
        self._waiting: asyncio.Queue[Sequence[Guess]] = asyncio.Queue()

    async def show(self, guesses: Sequence[Guess]) -> None:
        if current_update() is None:
            self._waiting.put_nowait(guesses)
        else:
            await self._redraw(guesses)

    async def follow(self) -> None:
        """Show what is said on pages, until cancelled."""
        while True:
            guesses, backoff = await self._waiting.get(), Backoff(self._first_pause)
            while True:
                try:
                    await self._redraw(guesses)
                    break
                except Exception as error:
                    if not passes(error):
                        logger.exception("What was said on a page could not be shown in a chat.")
                        break
                    logger.warning("What was said on a page is not shown in the chats yet: %s.", in_words(error))
                    await backoff.wait(asked_to_wait(error))

    async def _redraw(self, guesses: Sequence[Guess]) -> None:
        for answer_id in dict.fromkeys(guess.answer_id for guess in guesses):
            await self._answering.refresh(answer_id)
        await self._pages.redraw_showing([guess.id for guess in guesses])
