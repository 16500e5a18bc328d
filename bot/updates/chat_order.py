"""Who goes first within a chat.

Photos of a chat are answered side by side, as one batch of the recogniser. Everything else takes its turn: "/start
CODE" is over before the photo sent right after it, "/forgetme" waits for the photos before it.
"""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field


@dataclass(eq=False, slots=True)
class Turn:
    alone: bool
    before: tuple["Turn", ...]
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def come(self) -> None:
        """Wait until those before are over."""
        for turn in self.before:
            await turn.over.wait()
        self.before = ()


class ChatOrder:
    def __init__(self) -> None:
        self._chats: dict[int, list[Turn]] = defaultdict(list)

    def take(self, chat: int, *, alone: bool) -> Turn:
        """The next turn in this chat; those that are not `alone` share theirs with their neighbours."""
        ahead = self._chats[chat]
        turn = Turn(alone, tuple(other for other in ahead if alone or other.alone))
        ahead.append(turn)
        return turn

    def end(self, chat: int, turn: Turn) -> None:
        """Let those who wait for this turn go on. Ending it again does nothing."""
        turn.over.set()
        ahead = self._chats.get(chat, [])
        if turn in ahead:
            ahead.remove(turn)
        if not ahead:
            self._chats.pop(chat, None)
