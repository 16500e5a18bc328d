"""Locks on files, which the system gives back when their holder dies.

One bot for one home: two would answer each guest twice, or each other's taps.
"""

import errno
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from data import wording
from data.files.home import Home, HomeError

_UNSUPPORTED: Final = {errno.ENOLCK, errno.ENOTSUP, errno.EINVAL, errno.ENOSYS}


def lock(descriptor: int) -> None:
    """Lock an open file until it is closed, by all that have it. On a network disk that knows no locks nothing is held.

    Raises:
        BlockingIOError: somebody else holds it.
    """
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise


@asynccontextmanager
async def alone_in(home: Home) -> AsyncIterator[None]:
    """Hold the home until the block ends, or the process does, however it ends.

    Raises:
        HomeError: another bot holds it, or it can't be written to.
    """
    file = home.root / "bot.lock"
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
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
