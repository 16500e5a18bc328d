"""The bot's queue of updates: acknowledged by a higher offset only, one waiting poll at a time."""

import asyncio
import secrets
from collections.abc import Collection
from dataclasses import dataclass

from demo.telegram.chats.clock import Bell, Clock
from demo.telegram.chats.errors import ApiError
from demo.telegram.chats.types import Json

NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
LONGEST_POLL = 50
REPEATED_WITHIN = 0.5
FUTURE = 10
MESSAGE_LIVES = 86_400.0
CALLBACK_LIVES = 150.0
OTHER_POLL = "terminated by other getUpdates request; make sure that only one bot instance is running"


@dataclass(frozen=True, slots=True)
class _Queued:
    update: Json
    until: float

    @property
    def id(self) -> int:
        return int(self.update["update_id"])


class UpdateQueue:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._queue: list[_Queued] = []
        self._next = 100_000_000 + secrets.randbelow(800_000_000)
        self._allowed: frozenset[str] | None = None
        self._arrival = Bell()
        self._poll = 0
        self._reason = OTHER_POLL
        self._last: tuple[int, float] = (0, float("-inf"))

    def allow(self, kinds: Collection[str] | None) -> None:
        """None keeps what was set before; an empty list is the default."""
        if kinds is not None:
            self._allowed = frozenset(map(str, kinds)) or None

    @property
    def allowed(self) -> list[str] | None:
        return sorted(self._allowed) if self._allowed else None

    def put(self, kind: str, content: Json) -> None:
        if kind in (self._allowed or ()) or (self._allowed is None and kind not in NOT_BY_DEFAULT):
            self.inject({kind: content}, CALLBACK_LIVES if kind == "callback_query" else MESSAGE_LIVES)

    def inject(self, content: Json, lives: float = MESSAGE_LIVES) -> int:
        """Queues an update as it is, parsable or not; returns its id."""
        number = self._next
        self._next += 1
        self._queue.append(_Queued({"update_id": number} | content, self._clock.now() + lives))
        self._arrival.ring()
        return number

    def pending(self) -> list[Json]:
        now = self._clock.now()
        self._queue = [queued for queued in self._queue if now < queued.until]
        return [queued.update for queued in self._queue]

    def acknowledge(self, below: int) -> None:
        self._queue = [queued for queued in self._queue if queued.id >= below]

    async def poll(self, offset: int, limit: int, timeout: int) -> list[Json]:  # noqa: ASYNC109
        """getUpdates. Raises ApiError 409 when another poll or a webhook takes over while this one waits."""
        self.end_poll(OTHER_POLL)
        mine = self._poll
        loop = asyncio.get_running_loop()
        if offset == self._last[0] and loop.time() < self._last[1] + REPEATED_WITHIN:
            limit = 1
        self._last = offset, loop.time()
        if offset < 0:
            offset = max(self._next + offset, 0)
        if offset <= self._next + FUTURE:  # an offset from far ahead is another server's: it acknowledges nothing
            self.acknowledge(offset)
        deadline = loop.time() + min(timeout, LONGEST_POLL)
        while True:
            ready = self.pending()[:limit]
            remaining = deadline - loop.time()
            if ready or remaining <= 0 or self._arrival.closed:
                return ready
            await self._arrival.wait(remaining)
            if self._poll != mine:
                raise ApiError(409, f"Conflict: {self._reason}")

    def end_poll(self, reason: str) -> None:
        self._poll += 1
        self._reason = reason
        self._arrival.ring()

    async def arrival(self, seconds: float) -> None:
        await self._arrival.wait(seconds)

    @property
    def closed(self) -> bool:
        return self._arrival.closed

    def close(self) -> None:
        self._arrival.close()
