"""Who goes first within a chat.

Photos of a chat are answered side by side, as one batch of the recogniser. Everything else takes its turn: "/start
CODE" is over before the photo sent right after it, "/forgetme" waits for the photos before it.
"""

import asyncio
from dataclasses import dataclass, field


@dataclass(eq=False, slots=True)
class _Row:
    """Those who go side by side, or one who goes alone. It waits for the one before, which has waited for its own."""

    alone: bool
    before: "_Row | None"
    left: int = 0
    over: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(eq=False, slots=True)
class Turn:
    row: _Row
    ended: bool = False

    async def come(self) -> None:
        """Wait until those before are over."""
        if self.row.before is not None:
            await self.row.before.over.wait()
            self.row.before = None


class ChatOrder:
    def __init__(self) -> None:
        self._last: dict[int, _Row] = {}

    def take(self, chat: int, *, alone: bool) -> Turn:
        """The next turn in this chat; those that are not `alone` share theirs with their neighbours."""
        row = self._last.get(chat)
        if row is None or alone or row.alone:
            row = self._last[chat] = _Row(alone, row)
        row.left += 1
        return Turn(row)

    def end(self, chat: int, turn: Turn) -> None:
        """Let those who wait for this turn go on. Ending it again does nothing."""
        if turn.ended:
            return
        turn.ended = True
        turn.row.left -= 1
        if turn.row.left:
            return
        turn.row.over.set()
        if self._last.get(chat) is turn.row:
            del self._last[chat]
