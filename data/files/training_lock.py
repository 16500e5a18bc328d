"""One training run at a time, whoever starts it."""

import os
import time
from pathlib import Path

from foundation.file_lock import lock, open_to_lock

PATIENCE = 1.0  # seconds; somebody who only looks whether the lock is held holds it for an instant


class TrainingLock:
    """A lock on a file, held by the training process for as long as it lives.

    The kernel gives it back however that process ends, and no other process can be taken for it, as it could by a
    number (pid) that was given away again. A file descriptor that holds it can be handed to a child.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def acquire(self, patience: float = PATIENCE) -> int | None:
        """A file descriptor that holds the lock until it is closed; None if a run holds it already."""
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

    def held(self) -> bool:
        """Whether a training process is alive."""
        descriptor = self.acquire(patience=0)
        if descriptor is None:
            return True
        os.close(descriptor)
        return False
