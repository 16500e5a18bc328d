"""One bot for one home: two would answer each guest twice, or each other's taps."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

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
        raise HomeError(
            f"The folder {home.root} cannot be written to ({error.strerror}); make it writable for this user "
            "or name another one in COUSINBOT_HOME."
        ) from error
    try:
        try:
            lock(descriptor)
        except BlockingIOError as error:
            holder = os.read(descriptor, 20).decode("ascii", "replace").strip()
            raise HomeError(
                f"Another cousinbot{f' (process {holder})' if holder else ''} answers from {home.root} already; "
                "stop it first, or give this one a folder of its own in COUSINBOT_HOME."
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)
