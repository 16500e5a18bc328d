"""Files that a Bot API server of one's own, run with `--local`, leaves on the disk and names by their path.

The path comes over the network, so it is taken at its word only below the folder that COUSINBOT_TELEGRAM_FILES names.
"""

import errno
import os
import stat
from contextlib import ExitStack
from pathlib import Path, PurePosixPath

from bot.transport import wording


class FileOutOfReach(Exception):
    """A file can't or must not be read; the message is a sentence for admins, without the path: the token is in it."""


def read_local(path: str, folder: Path | None, most: int) -> bytes:
    """What is in a file, up to `most` bytes and one more, which says that there would be more.

    The way from the folder is gone step by step, each by the one before: no link is followed, and none can be slipped
    in meanwhile.

    Raises:
        FileOutOfReach: there is no folder, or the path leads out of it, over a link or to no file; or it can't be read.
    """
    if folder is None:
        raise FileOutOfReach(wording.no_files_folder())
    parts = _below(path, folder)
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK  # a pipe must not keep us waiting
    try:
        with ExitStack() as opened:
            at = os.open(folder, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY)
            opened.callback(os.close, at)
            for part in parts[:-1]:
                at = os.open(part, flags | os.O_DIRECTORY, dir_fd=at)
                opened.callback(os.close, at)
            at = os.open(parts[-1], flags, dir_fd=at)
            opened.callback(os.close, at)
            if not stat.S_ISREG(os.fstat(at).st_mode):
                raise FileOutOfReach(wording.files_outside(folder))
            with os.fdopen(at, "rb", closefd=False) as file:
                return file.read(most + 1)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            raise FileOutOfReach(wording.files_outside(folder)) from None
        raise FileOutOfReach(wording.files_unreadable(folder, error.strerror or "")) from None


def _below(path: str, folder: Path) -> tuple[str, ...]:
    """The steps from the folder to the path, by the letters alone."""
    asked = PurePosixPath(path)
    if ".." in asked.parts or "\0" in path or not asked.is_relative_to(folder) or asked == PurePosixPath(folder):
        raise FileOutOfReach(wording.files_outside(folder))
    return asked.relative_to(folder).parts
