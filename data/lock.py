"""One bot for one home: two would answer each guest twice, or each other's taps."""

import errno
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from data.home import Home, HomeError

_UNSUPPORTED: Final = {errno.ENOLCK, errno.ENOTSUP, errno.EINVAL, errno.ENOSYS}


@asynccontextmanager
async def alone_in(home: Home) -> AsyncIterator[None]:
    """Hold the home until the block ends, or the process does, however it ends.

    On a network disk that knows no locks nothing is held.

    Raises:
        HomeError: another bot holds it, or it can't be written to.
    """
    file = home.root / "bot.lock"
    try:
        lock = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise HomeError(
            f"The folder {home.root} cannot be written to ({error.strerror}); make it writable for this user "
            "or name another one in COUSINBOT_HOME."
        ) from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(lock, 20).decode("ascii", "replace").strip()
            raise HomeError(
                f"Another cousinbot{f' (process {holder})' if holder else ''} answers from {home.root} already; "
                "stop it first, or give this one a folder of its own in COUSINBOT_HOME."
            ) from error
        except OSError as error:
            if error.errno not in _UNSUPPORTED:
                raise
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(lock)
