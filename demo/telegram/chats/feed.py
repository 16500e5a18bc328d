"""What people see on their phones, in order: messages, edits, deletions, toasts, "typing…"."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from demo.telegram.chats.clock import Bell
from demo.telegram.chats.types import Json


@dataclass(frozen=True, slots=True)
class _Event:
    cursor: int
    audience: frozenset[int]
    seen: Json


class Feed:
    def __init__(self) -> None:
        self._events: list[_Event] = []
        self._bell = Bell()

    @property
    def cursor(self) -> int:
        """Of the newest event; 0 before the first."""
        return len(self._events)

    def publish(self, audience: Iterable[int], kind: str, chat_id: int, **seen: object) -> None:
        cursor = len(self._events) + 1
        event: Json = {"cursor": cursor, "kind": kind, "chat_id": chat_id, **seen}
        self._events.append(_Event(cursor, frozenset(audience), event))
        self._bell.ring()

    async def after(self, cursor: int, user_id: int, timeout: float) -> list[Json]:  # noqa: ASYNC109
        """This person's events after the cursor; waits up to `timeout` seconds for the first one."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while True:
            news = [event.seen for event in self._events[cursor:] if user_id in event.audience]
            remaining = deadline - loop.time()
            if news or remaining <= 0 or self._bell.closed:
                return news
            await self._bell.wait(remaining)

    def close(self) -> None:
        self._bell.close()
