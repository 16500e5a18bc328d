"""One bot for one home: two would answer each guest twice, or each other's taps. And nobody in one that is restored."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

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


@contextmanager
def using(home: Home) -> Iterator[None]:
    """Work with the home, beside all others who do: no backup is unpacked into it until the block ends.

    Raises:
        HomeError: one is being unpacked right now, or the folder can't be opened.
    """
    with _folder_locked(home, shared=True, taken=wording.being_restored(home.root)):
        yield


@contextmanager
def nobody_using(home: Home) -> Iterator[None]:
    """Have the home for oneself until the block ends, to unpack a backup into it.

    Raises:
        HomeError: somebody works with it, or the folder can't be opened.
    """
    with _folder_locked(home, shared=False, taken=wording.home_in_use(home.root)):
        yield


@contextmanager
def _folder_locked(home: Home, *, shared: bool, taken: str) -> Iterator[None]:
    """The folder itself is locked: an empty home stays empty."""
    try:
        descriptor = os.open(home.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise HomeError(wording.folder_unusable(home.root, error.strerror or str(error))) from error
    try:
        try:
            lock(descriptor, shared=shared)
        except BlockingIOError:
            raise HomeError(taken) from None
        yield
    finally:
        os.close(descriptor)
