"""From the journal to the handlers: every update is seen through, whatever happens on the way."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from bot.errors import in_words, passes
from data.journal import Journal, Received

logger = logging.getLogger(__name__)

RawUpdate = dict[str, Any]
Handle = Callable[[Sequence[RawUpdate]], Awaitable[None]]
GiveUp = Callable[[Sequence[RawUpdate], Exception], Awaitable[None]]
AlbumKey = tuple[int, str]

CONCURRENCY = 16  # measured on echoes: 464/s one by one, 271/s at 32, 148/s at 256; recognition batches what waits
ALBUM_SILENCE = 1.5  # seconds; an album has no end marker, and its items come within a second of each other
ALBUM_SIZE = 10  # Telegram's own limit
HANDLING_LIMIT = 300  # seconds; longer means that something hangs
FAILURES_ALLOWED = 3
LONGEST_PAUSE = 30  # seconds


class Intake:
    """Journals updates, hands them over (an album's as one) and tries again until they are finished or set aside."""

    def __init__(
        self, journal: Journal, handle: Handle, give_up: GiveUp, *, album_silence: float = ALBUM_SILENCE
    ) -> None:
        self._journal = journal
        self._handle = handle
        self._give_up = give_up
        self._album_silence = album_silence
        self._slots = asyncio.Semaphore(CONCURRENCY)
        self._in_hand: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._albums: dict[AlbumKey, tuple[list[Received], asyncio.TimerHandle]] = {}
        self._replayed = False

    async def receive(self, updates: Sequence[object]) -> int | None:
        """Journal raw updates; once this returns they can be acknowledged. Returns the highest id, if any.

        What an earlier process left unfinished is taken up after the first batch is in, so that an album of which
        a part is still on Telegram's side comes together again.
        """
        bodies: dict[int, str] = {}
        for update in updates:
            match update:
                case {"update_id": int(update_id)}:
                    bodies[update_id] = json.dumps(update)
                case _:
                    logger.error("Telegram sent an update without an id; it cannot be handled.")
        fresh = set(await self._journal.record(bodies)) if bodies else set()
        if not self._replayed:
            await self.replay()
        else:
            for update_id in sorted(fresh):
                self._take(Received(update_id, bodies[update_id], 0))
        return max(bodies, default=None)

    async def replay(self) -> None:
        """Take up what is in the journal and not finished."""
        waiting = await self._journal.unfinished()
        if waiting and not self._replayed:
            logger.info("Taking up %d unfinished updates.", len(waiting))
        self._replayed = True
        for received in waiting:
            self._take(received)

    async def close(self, grace: float = 5) -> None:
        """Let the handlers finish, for at most `grace` seconds; the rest stays in the journal for the next start."""
        for _, timer in self._albums.values():
            timer.cancel()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _take(self, received: Received) -> None:
        if received.update_id in self._in_hand:
            return
        self._in_hand.add(received.update_id)
        album = _album(received.body)
        if album is None:
            self._start([received])
            return
        items: list[Received] = []
        if album in self._albums:
            items, timer = self._albums[album]
            timer.cancel()
        items.append(received)
        silence = self._album_silence if len(items) < ALBUM_SIZE else 0
        timer = asyncio.get_running_loop().call_later(silence, self._album_is_complete, album)
        self._albums[album] = (items, timer)

    def _album_is_complete(self, album: AlbumKey) -> None:
        items, _ = self._albums.pop(album)
        self._start(items)

    def _start(self, batch: list[Received]) -> None:
        task = asyncio.create_task(self._see_through(batch))
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            logger.error("An update stays in the journal until the next start.", exc_info=error)

    async def _see_through(self, batch: list[Received]) -> None:
        ids = [received.update_id for received in batch]
        pause = 1.0
        while not await self._try(ids, batch):
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        self._in_hand.difference_update(ids)

    async def _try(self, ids: list[int], batch: list[Received]) -> bool:
        """One attempt; True if there shall be no other."""
        async with self._slots:
            try:
                async with asyncio.timeout(HANDLING_LIMIT):
                    await self._handle([json.loads(received.body) for received in batch])
            except Exception as error:
                return await self._failed(ids, batch, error)
            await self._journal.finish(ids)
            return True

    async def _failed(self, ids: list[int], batch: list[Received], error: Exception) -> bool:
        if passes(error):
            logger.warning("Update %s waits: %s.", ids[0], in_words(error))
            return False
        failures = await self._journal.fail(ids, in_words(error))
        logger.error("Update %s failed (%d of %d).", ids[0], failures, FAILURES_ALLOWED, exc_info=error)
        if failures < FAILURES_ALLOWED:
            return False
        await self._journal.set_aside(ids)
        await self._give_up([json.loads(received.body) for received in batch], error)
        return True


def _album(body: str) -> AlbumKey | None:
    match json.loads(body):
        case {"message": {"chat": {"id": int(chat_id)}, "media_group_id": str(group)}}:
            return chat_id, group
        case _:
            return None
