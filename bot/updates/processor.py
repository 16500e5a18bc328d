"""From the journal to the handlers: every update is seen through, whatever happens on the way."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from functools import partial
from typing import Any, Protocol, TypeVar
from weakref import WeakValueDictionary

from bot.operations.metrics import Metrics
from bot.transport.backoff import FIRST_PAUSE, Backoff
from bot.transport.errors import Later, asked_to_wait, in_words, passes
from bot.transport.handling_limit import handling_limit
from bot.transport.outbox import sending_for
from bot.updates import wording
from bot.updates.albums import SILENCE, Albums
from bot.updates.backlog import IN_MEMORY, Backlog
from bot.updates.batch import Batch, RawUpdate
from bot.updates.chat_order import ChatOrder
from bot.updates.origin import Origin, origin_of
from bot.updates.waiting_photos import NEWS, WaitingBatch, WaitingPhotos
from data.store.journal import Journal

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

# Measured on echoes: 464/s one by one, 271/s at 32, 148/s at 256. Recognition batches what waits. Only photos that are
# under way are in memory, with at most 20 MB as they came, 5 MB of pixels and 20 MB as they are kept.
PHOTOS = 16
OTHERS = 8  # commands and taps, so that they need not wait for photos
PATIENT = 2.0  # seconds in line before it is looked whether to say how long it takes
SHARE = 4  # of those, what one person gets: a hundred photos of one guest don't hold up the others' first
HANDLING_LIMIT = 300  # seconds; longer, but for waiting on Telegram, means that something hangs
FAILURES_ALLOWED = 3
PAGE = 100  # updates that are read at once at the start
LARGEST_ID = 2**63 - 1  # that SQLite can keep


class UpdateHandler(Protocol):
    """What becomes of updates: one, or those of an album, at a time."""

    async def handle(self, batch: Sequence[RawUpdate]) -> None:
        """Carry out what they ask for. Raises whatever goes wrong: it is tried again."""

    async def give_up(self, batch: Sequence[RawUpdate], what: str) -> bool:
        """Say that they are set aside for this kind of error; True if their text may be kept for a while."""

    def in_line(self, batch: Sequence[RawUpdate]) -> AbstractAsyncContextManager[None]:
        """Show, while this is open, whoever sent a photo that it waits for others."""

    async def say_wait(self, batch: Sequence[RawUpdate], number: int, seconds: float) -> None:
        """Say of a photo that waits for others its number in line, and about how many seconds it takes."""


class UpdateProcessor:
    """Journals updates, hands them over (an album's as one) and tries again until they are finished or set aside."""

    def __init__(
        self,
        journal: Journal,
        handler: UpdateHandler,
        metrics: Metrics,
        *,
        album_silence: float = SILENCE,
        first_pause: float = FIRST_PAUSE,
        patient: float = PATIENT,
        worth_a_word: float = NEWS,
        in_memory: int = IN_MEMORY,
    ) -> None:
        self._journal = journal
        self._handler = handler
        self._metrics = metrics
        self._first_pause = first_pause
        self._patient = patient
        self._slots = {"photo": asyncio.Semaphore(PHOTOS), "other": asyncio.Semaphore(OTHERS)}
        self._waiting_photos = WaitingPhotos(worth_a_word)
        self._shares: WeakValueDictionary[int, asyncio.Semaphore] = WeakValueDictionary()
        self._in_hand: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._albums = Albums(self._start, album_silence)
        self._order = ChatOrder()
        self._backlog = Backlog(in_memory)
        self._replayed = self._closing = False
        metrics.watch_queue(lambda: len(self._in_hand))

    async def receive(self, updates: Sequence[Any]) -> int | None:
        """Journal raw updates; once this returns they can be acknowledged. Returns the highest id, if any.

        What an earlier process left unfinished is taken up after the first batch is in, so that an album of which
        a part is still on Telegram's side comes together again.
        """
        proper: dict[int, RawUpdate] = {}
        for update in updates:
            match update:
                case {"update_id": int(update_id)} if abs(update_id) <= LARGEST_ID:
                    proper[update_id] = update
                case _:
                    logger.error("Telegram sent an update without a proper id; it cannot be handled.")
        bodies = {update_id: json.dumps(update) for update_id, update in proper.items()}
        fresh = await self._journal.record(bodies) if bodies else []
        if not self._replayed:
            await self.replay()
        else:
            for update_id in fresh:
                self._take(proper[update_id], failures=0)
        return max(bodies, default=None)

    async def replay(self) -> None:
        """Take up what is in the journal and not finished."""
        taken, after = 0, -LARGEST_ID - 1
        while page := await self._journal.unfinished(after, PAGE):
            for received in page:
                self._take(json.loads(received.body), received.failures)
            taken, after = taken + len(page), page[-1].update_id
        if taken and not self._replayed:
            logger.info("Taking up %d unfinished updates.", taken)
        self._replayed = True

    async def close(self, grace: float = 5) -> None:
        """Let the handlers finish, for at most `grace` seconds; the rest stays in the journal for the next start."""
        self._closing = True
        self._albums.close()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _take(self, update: RawUpdate, failures: int) -> None:
        update_id = update["update_id"]
        if update_id in self._in_hand:
            return
        self._in_hand.add(update_id)
        origin = origin_of(update)
        if self._backlog.admits(origin, update_id, at_once=self._albums.expects(origin)):
            self._line_up(update, failures, origin)

    def _line_up(self, update: RawUpdate, failures: int, origin: Origin) -> None:
        if self._albums.expects(origin):
            self._albums.add(update, failures, origin)
            return
        alone = origin.kind != "photo" and origin.album is None
        batch = Batch([update], failures, origin, self._order.take(origin.chat, alone=alone))
        if origin.album is None:
            self._start(batch)
        else:
            self._albums.begin(batch)

    def _let_go(self, sender: int, update_ids: Collection[int]) -> None:
        """They are over: whatever this person has waiting in the journal moves up."""
        self._in_hand.difference_update(update_ids)
        if self._backlog.leave(sender, len(update_ids)) and not self._closing:
            self._watch(self._read_on(sender))

    async def _read_on(self, sender: int) -> None:
        while numbers := self._backlog.next(sender):
            waiting = await self._persist(partial(self._journal.unfinished_among, numbers))
            if self._closing:
                return
            for received in waiting:
                update = json.loads(received.body)
                self._line_up(update, received.failures, origin_of(update))
            # Those that were forgotten meanwhile.
            self._let_go(sender, set(numbers) - {received.update_id for received in waiting})

    async def _persist(self, step: Callable[[], Awaitable[Result]]) -> Result:
        """Ask the journal, again where it is the disk's trouble."""
        backoff = Backoff(self._first_pause, growth=2)
        while True:
            try:
                return await step()
            except Exception as error:
                if not passes(error):
                    raise
                logger.warning("The journal waits: %s.", in_words(error))
                self._metrics.failed(error)
            await backoff.wait()

    def _start(self, batch: Batch) -> None:
        self._watch(self._see_through(batch))

    def _watch(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            logger.error("An update stays in the journal until the next start.", exc_info=error)

    async def _see_through(self, batch: Batch) -> None:
        await batch.turn.come()
        backoff = Backoff(self._first_pause, growth=2)
        try:
            if batch.failures >= FAILURES_ALLOWED:
                self._order.end(batch.origin.chat, batch.turn)  # to tell the admins may take a while
                await self._set_aside(batch, wording.failed_before_restart())
                return
            while True:
                try:
                    await self._try(batch)
                    break
                except Later as later:
                    self._order.end(batch.origin.chat, batch.turn)
                    await asyncio.sleep(later.seconds)
                except Exception as error:
                    if await self._is_over(batch, error):
                        break
                    # Those behind need not wait for all attempts: this may have to wait for Telegram's better days.
                    self._order.end(batch.origin.chat, batch.turn)
                    await backoff.wait(asked_to_wait(error))
        finally:
            self._order.end(batch.origin.chat, batch.turn)
            self._let_go(batch.origin.sender, batch.ids)

    async def _try(self, batch: Batch) -> None:
        """One attempt, in a slot of its sender's share."""
        share = self._shares.setdefault(batch.origin.sender, asyncio.Semaphore(SHARE))
        async with share, self._slot(batch), handling_limit(HANDLING_LIMIT):
            with sending_for(batch.ids[0], "answer"):
                await self._handler.handle(batch.updates)
        await self._journal.finish(batch.ids)
        self._metrics.handled(batch.origin.kind, time.monotonic() - batch.since, len(batch.ids))

    @asynccontextmanager
    async def _slot(self, batch: Batch) -> AsyncIterator[None]:
        """Wait for one; who waits for long in front of a crowd of photos is told."""
        if batch.origin.kind != "photo":
            async with self._slots["other"]:
                yield
            return
        place = WaitingBatch(batch.origin.sender, len(batch.ids))
        asyncio.get_running_loop().call_later(self._patient, self._look_at_line, batch, place)
        slots = self._slots["photo"]
        with self._waiting_photos.waiting(place):
            async with self._handler.in_line(batch.updates) if slots.locked() else nullcontext():
                await slots.acquire()
        try:
            with self._waiting_photos.under_way(place):
                yield
        finally:
            slots.release()

    def _look_at_line(self, batch: Batch, place: WaitingBatch) -> None:
        """Now and then, for as long as it waits."""
        if not self._waiting_photos.waits(place):
            return
        if news := self._waiting_photos.news(place):
            self._watch(self._tell_wait(batch, *news))
        else:
            asyncio.get_running_loop().call_later(self._patient, self._look_at_line, batch, place)

    async def _tell_wait(self, batch: Batch, number: int, seconds: float) -> None:
        try:
            with sending_for(batch.ids[0], "wait"):
                await self._handler.say_wait(batch.updates, number, seconds)
        except Exception as error:
            logger.warning("Update %s waits, which could not be said: %s.", batch.ids[0], in_words(error))

    async def _is_over(self, batch: Batch, error: Exception) -> bool:
        """After a failed attempt: whether there shall be no other."""
        first = batch.ids[0]
        self._metrics.failed(error)
        if passes(error):
            logger.warning("Update %s waits: %s.", first, in_words(error))
            return False
        failures = await self._persist(partial(self._journal.fail, batch.ids, in_words(error)))
        logger.error("Update %s failed (%d of %d).", first, failures, FAILURES_ALLOWED, exc_info=error)
        if failures < FAILURES_ALLOWED:
            return False
        await self._set_aside(batch, type(error).__name__)
        return True

    async def _set_aside(self, batch: Batch, what: str) -> None:
        """People are told first: a process that dies in between tells them when it is back."""
        backoff = Backoff(self._first_pause, growth=2)
        while True:
            try:
                with sending_for(batch.ids[0], "excuse"):
                    keep = await self._handler.give_up(batch.updates, what)
                break
            except Exception as error:
                if not passes(error):
                    logger.exception("Nobody could be told of update %s.", batch.ids[0])
                    keep = False
                    break
                await backoff.wait(asked_to_wait(error))
        await self._persist(partial(self._journal.set_aside, batch.ids, erase=not keep))
        self._metrics.set_aside(len(batch.ids))
