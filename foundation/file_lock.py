"""Locks on files, which the system gives back when their holder dies.

On a network disk that knows no locks nothing is held.
"""

import contextlib
import errno
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_UNSUPPORTED: Final = {errno.ENOLCK, errno.ENOTSUP, errno.EINVAL, errno.ENOSYS, errno.EBADF}
"""What systems answer that know no locks; the last is NFS's answer for a folder, which can't be opened for writing."""


def open_to_lock(file: Path) -> int:
    """A descriptor of a lock's file, made where there is none. Raises `OSError`."""
    return os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def lock(descriptor: int, *, shared: bool = False, wait: bool = False) -> None:
    """Lock an open file until it is closed, by all that have it: alone, or `shared` with others who only look.

    Raises:
        BlockingIOError: somebody else holds it, and this is not to `wait`.
    """
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise


@contextlib.contextmanager
def locked(file: Path) -> Iterator[None]:
    """Wait for a lock, among threads and processes, and hold it."""
    descriptor = open_to_lock(file)
    try:
        lock(descriptor, wait=True)
        yield
    finally:
        os.close(descriptor)
