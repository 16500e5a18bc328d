"""Albums: their photos come one by one, each an update of its own, and are handled as one.

An album has no end marker. Its items come within a second of each other, so it is complete after a silence, or when it
has as many as Telegram allows.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from bot.updates.batch import Batch, RawUpdate
from bot.updates.origin import Origin

SILENCE: Final = 1.5  # seconds
SIZE: Final = 10  # Telegram's own limit


class Albums:
    """Those that are still coming in. `complete` is called with each once it is over."""

    def __init__(self, complete: Callable[[Batch], None], silence: float = SILENCE) -> None:
        self._complete = complete
        self._silence = silence
        self._coming: dict[tuple[int, str | None], tuple[Batch, asyncio.TimerHandle]] = {}

    def expects(self, origin: Origin) -> bool:
        """Whether another part of the album that this belongs to is here already."""
        return origin.album is not None and (origin.chat, origin.album) in self._coming

    def add(self, update: RawUpdate, failures: int, origin: Origin) -> None:
        """A further part of an album that `expects` it."""
        batch, timer = self._coming[origin.chat, origin.album]
        timer.cancel()
        batch.updates.append(update)
        batch.failures = max(batch.failures, failures)
        self.begin(batch)

    def begin(self, batch: Batch) -> None:
        """The first part of an album; or wait anew, after a further one."""
        key = (batch.origin.chat, batch.origin.album)
        silence = self._silence if len(batch.updates) < SIZE else 0
        self._coming[key] = batch, asyncio.get_running_loop().call_later(silence, self._is_complete, key)

    def close(self) -> None:
        """Wait for no more: what has come stays in the journal."""
        for _, timer in self._coming.values():
            timer.cancel()

    def _is_complete(self, key: tuple[int, str | None]) -> None:
        batch, _ = self._coming.pop(key)
        self._complete(batch)
