"""Files that a reader, or a power cut, finds whole: the old one or the new one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

PRIVATE: Final = 0o600


def write_whole(file: Path, content: str | bytes, mode: int = PRIVATE) -> None:
    """Replace a file, or make it. Raises `OSError`; what was there is there then."""
    with whole_file(file, mode) as out:
        out.write(content.encode() if isinstance(content, str) else content)


@contextmanager
def whole_file(file: Path, mode: int = PRIVATE) -> Iterator[IO[bytes]]:
    """What to write the file into: it takes its place when the block ends, and vanishes if the block fails."""
    with _placed(file.with_name(f".{os.urandom(8).hex()}.part"), file, mode) as out:
        yield out


def write_new(file: Path, content: bytes) -> bool:
    """Write a file that is not there yet; False where its name is taken. Raises `OSError`.

    The hidden part file claims the name among everyone who writes here, also on disks without hard links.
    """
    try:
        with _placed(file.with_name(f".{file.name}.part"), file, PRIVATE) as out:
            if file.exists():
                raise FileExistsError(file)
            out.write(content)
    except FileExistsError:
        return False
    return True


@contextmanager
def _placed(part: Path, file: Path, mode: int) -> Iterator[IO[bytes]]:
    descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE)
    try:
        with os.fdopen(descriptor, "w+b") as out:
            yield out
            out.flush()
            if mode != PRIVATE:  # some disks know no modes
                os.fchmod(descriptor, mode)
            os.fsync(descriptor)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    sync_folder(file.parent)


def sync(path: Path) -> None:
    """Wait until what is in a file is on the disk. Raises `OSError`."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Wait until which files a folder has is on the disk, where folders can be synced."""
    with suppress(OSError):
        sync(folder)
