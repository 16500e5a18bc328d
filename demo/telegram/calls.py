"""What the bot asked, and what it was told: for tests to look at."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from demo.telegram.chats.clock import Bell

KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Call:
    """One request to the Bot API.

    Attributes:
        method: as the bot wrote it.
        params: as they came over the wire; an upload is ("FILE", name).
        status: of the answer; 0 when there was none.
        result: the `result` member; None if the request failed.
        description: of the error, if any.
        at: Unix time in seconds.
    """

    method: str
    params: dict[str, Any]
    status: int
    result: Any
    description: str | None
    at: float


class CallLog:
    def __init__(self) -> None:
        self._calls: list[Call] = []
        self._bell = Bell()

    def add(self, call: Call) -> None:
        self._calls.append(call)
        del self._calls[:-KEPT]
        self._bell.ring()

    def of(self, method: str | None = None) -> list[Call]:
        """Finished calls, oldest first."""
        return [call for call in self._calls if method is None or call.method.lower() == method.lower()]

    async def until(self, condition: Callable[["CallLog"], bool], timeout: float = 10) -> None:  # noqa: ASYNC109
        """Waits until the condition holds for this log. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            while not condition(self):
                await self._bell.wait(timeout)
