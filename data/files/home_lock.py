"""One bot for one home: two would answer each guest twice, or each other's taps."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from data import wording
from data.files.home import Home, HomeError
from foundation.file_lock import lock, open_to_lock


@asynccontextmanager
async def alone_in(home: Home) -> AsyncIterator[None]:
    """Hold the home until the block ends, or the process does, however it ends.

    Raises:
        HomeError: another bot holds it, or it can't be written to.
    """
    try:
        descriptor = open_to_lock(home.root / "bot.lock")
    except OSError as error:
        raise HomeError(wording.folder_unusable(home.root, error.strerror or str(error))) from error
    try:
        try:
            lock(descriptor)
        except BlockingIOError as error:
            holder = os.read(descriptor, 20).decode("ascii", "replace").strip()
            raise HomeError(
                wording.already_running_as(home.root, holder) if holder else wording.already_running(home.root)
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)
