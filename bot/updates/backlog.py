"""What somebody sent beyond what is kept in memory: it waits in the journal, and only its number is known here."""

from collections import Counter, deque
from typing import Final

from bot.updates.origin import Origin

IN_MEMORY: Final = 200  # updates of one person; a reunion's evening has fewer


class Backlog:
    """For each person, first come, first served. `room`: how many of their updates are in memory."""

    def __init__(self, room: int = IN_MEMORY) -> None:
        self._room = room
        self._worth_reading = max(1, room // 10)
        self._in_memory: Counter[int] = Counter()
        self._waiting: dict[int, deque[tuple[int, str | None]]] = {}
        self._being_read: set[int] = set()

    def admits(self, origin: Origin, update_id: int, *, at_once: bool) -> bool:
        """Whether it goes into memory: where there is room, or `at_once`. Of any other the number is kept."""
        sender = origin.sender
        if at_once or (sender not in self._waiting and self._in_memory[sender] < self._room):
            self._in_memory[sender] += 1
            return True
        self._waiting.setdefault(sender, deque()).append((update_id, origin.album))
        return False

    def leave(self, sender: int, updates: int) -> bool:
        """So many are over. Whether others are to be read in their place, as `next` says."""
        self._in_memory[sender] -= updates
        room = self._room - self._in_memory[sender]
        if not self._in_memory[sender]:
            del self._in_memory[sender]
        if sender not in self._waiting or sender in self._being_read or room < self._worth_reading:
            return False
        self._being_read.add(sender)
        return True

    def next(self, sender: int) -> list[int]:
        """The numbers of those that go into memory now: as many as there is room for, and all of the last one's album.

        To be asked again, once they are in memory, until there are none: what comes meanwhile is behind them.
        """
        waiting, due = self._waiting[sender], list[int]()
        album: str | None = None
        while waiting and (self._in_memory[sender] < self._room or (album is not None and waiting[0][1] == album)):
            update_id, album = waiting.popleft()
            self._in_memory[sender] += 1
            due.append(update_id)
        if not due:
            self._being_read.discard(sender)
            if not waiting:
                del self._waiting[sender]
        return due
