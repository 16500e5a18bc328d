"""What is handled as one: an update, or those of an album."""

import time
from dataclasses import dataclass, field
from typing import Any

from bot.updates.chat_order import Turn
from bot.updates.origin import Origin

RawUpdate = dict[str, Any]


@dataclass(slots=True)
class Batch:
    """`failures`: how often the worst of its updates failed; `turn`: its place in the chat."""

    updates: list[RawUpdate]
    failures: int
    origin: Origin
    turn: Turn
    since: float = field(default_factory=time.monotonic)

    @property
    def ids(self) -> list[int]:
        return [update["update_id"] for update in self.updates]
