"""One training run at a time, whoever starts it, and none while a command changes who the cousins are."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from data import wording
from data.files.home import Home, HomeError
from foundation.file_lock import lock, open_to_lock

PATIENCE: Final = 1.0  # seconds; somebody who only looks whether the lock is held holds it for an instant
TRAINING: Final = ""
"""Who holds the lock where a training run does."""
_LONGEST: Final = 80  # bytes of a holder's name


class TrainingLock:
    """A lock on a file, held by the training process for as long as it lives, or by a command that keeps runs away.

    The kernel gives it back however that process ends, and no other process can be taken for it, as it could by a
    number (pid) that was given away again. A file descriptor that holds it can be handed to a child.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def acquire(self, patience: float = PATIENCE, holder: str = TRAINING) -> int | None:
        """A file descriptor that holds the lock until it is closed; None if somebody holds it already."""
        descriptor = self._acquire(patience)
        if descriptor is not None:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, holder.encode()[:_LONGEST], 0)
        return descriptor

    def holder(self) -> str | None:
        """Who holds it: `TRAINING`, or the command that keeps training runs away; None where it is free."""
        descriptor = self._acquire(patience=0)
        if descriptor is None:
            return self._file.read_bytes()[:_LONGEST].decode("utf-8", "replace")
        os.close(descriptor)
        return None

    def held(self) -> bool:
        """Whether a training process is alive."""
        return self.holder() == TRAINING

    def _acquire(self, patience: float) -> int | None:
        descriptor = open_to_lock(self._file)
        deadline = time.monotonic() + patience
        while True:
            try:
                lock(descriptor)
                return descriptor
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    os.close(descriptor)
                    return None
                time.sleep(0.02)
            except OSError:
                os.close(descriptor)
                raise


@contextmanager
def without_training(home: Home, command: str) -> Iterator[None]:
    """Keep training runs away, and other commands that change who the cousins are, until the block ends.

    For such a `command` (“photos forget”) from before it looks and asks until it is done: a run that starts while its
    question waits would learn what the answer is about to delete.

    Raises:
        HomeError: a run is under way, or another such command; the message says which.
        OSError: the lock's file can't be made.
    """
    lock = TrainingLock(home.training_lock)
    descriptor = lock.acquire(holder=command)
    if descriptor is None:
        other = lock.holder()
        raise HomeError(wording.command_at_work(other) if other else wording.being_trained())
    try:
        yield
    finally:
        os.close(descriptor)
