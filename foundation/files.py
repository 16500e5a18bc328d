"""Small files that are never seen half written, and one writer at a time."""

import contextlib
import errno
import fcntl
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path


def replace_file(file: Path, text: str) -> None:
    """Write a small file so that a reader, or a power cut, finds the old or the new one whole."""
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as scratch:
            scratch.write(text)
            scratch.flush()
            os.fsync(scratch.fileno())
        Path(name).replace(file)
    finally:
        Path(name).unlink(missing_ok=True)


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, among threads and processes; the system lets go of it when its holder dies.

    On a network disk that knows no locks nothing is held.
    """
    with os.fdopen(os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
        except OSError as error:
            if error.errno not in (errno.ENOLCK, errno.ENOTSUP, errno.EINVAL, errno.ENOSYS):
                raise
        yield
