"""The process in which photos from outside are opened: `python -P -m inference.decoding.worker`.

The libraries that decode pictures are written in C, and what they are given comes from anybody. Here they can crash,
hang or ask for all of the memory, and a photo is refused; there is no token, no database and no file to write to.

A request on standard input is `REQUEST` and the photo's bytes, the answer on standard output `REPLY` and its bytes.
Pixels lie in memory that the bot shares with its decoder, behind the descriptor that is its argument: megabytes through
a pipe take milliseconds. The argument before it says whose pictures come: `FAMILY_FILES`, or anybody's.
"""

import contextlib
import fcntl
import mmap
import resource
import struct
import sys
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from inference.decoding.limits import FAMILY, GUESTS, WORKING_SIDE, Limits
from inference.decoding.photo import PhotoError, decode, upright_jpeg

REQUEST: Final = struct.Struct(">BQ")
"""What is wanted (`Want`) and how many bytes the photo has."""
REPLY: Final = struct.Struct(">BQ")
"""What became of it (`Got`) and how many bytes follow."""
PHOTO: Final = struct.Struct(">II?32s")
"""What answers for a photo: height, width, `is_whole` and sha256. Its pixels are at the start of the shared memory."""
SHARED: Final = 3 * WORKING_SIDE**2
"""Bytes of the shared memory: the largest photo."""

MEMORY: Final = 5 * 2**28
"""Address space of the process in bytes: 140 MB at rest; 50 megapixels took 870 MB at the worst, as a WebP."""
FAMILY_MEMORY: Final = 6 * 2**30
"""The same of one that opens the family's own files: 400 megapixels are 1.2 GB, as they come and once more reduced."""

PIPE: Final = 2**20
"""Bytes that fit into a pipe: the most that Linux gives to anybody."""


FAMILY_FILES: Final = "family"
"""The argument for a process that opens files which were given at the command line."""


class Want(IntEnum):
    """What is wanted of a photo: `decode` or `upright_jpeg`."""

    PHOTO = 1
    JPEG = 2


class Got(IntEnum):
    """What became of a request: the bytes asked for, why it was refused (`Fault`), or a mistake of ours."""

    BYTES = 0
    REFUSED = 1
    FAILED = 2


def main() -> None:
    """Answer requests until the input ends, which it does when the bot does."""
    limits = FAMILY if sys.argv[-2] == FAMILY_FILES else GUESTS
    _close_the_house(FAMILY_MEMORY if limits is FAMILY else MEMORY)
    _widen_the_doors()
    requests, replies = sys.stdin.buffer, sys.stdout.buffer
    shared = np.frombuffer(mmap.mmap(int(sys.argv[-1]), SHARED), np.uint8)
    while len(head := requests.read(REQUEST.size)) == REQUEST.size:
        want, size = REQUEST.unpack(head)
        got, content = _answer(Want(want), requests.read(size), shared, limits)
        replies.write(REPLY.pack(got, len(content)))
        replies.write(content)
        replies.flush()


def _close_the_house(memory: int) -> None:
    # A system that knows one of these limits no better than by name goes without it.
    for limit, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CORE, 0),  # a dump would hold somebody's photo
        (resource.RLIMIT_FSIZE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))


def _widen_the_doors() -> None:
    # A JPEG goes through a pipe of 64 kB by turns of the bot's event loop, through one of a megabyte at once.
    if sys.platform == "linux":
        for file in (sys.stdin, sys.stdout):
            with contextlib.suppress(OSError):
                fcntl.fcntl(file.fileno(), fcntl.F_SETPIPE_SZ, PIPE)


def _answer(want: Want, data: bytes, shared: NDArray[np.uint8], limits: Limits) -> tuple[Got, bytes]:
    try:
        if want is Want.JPEG:
            return Got.BYTES, upright_jpeg(data, limits)
        photo = decode(data, limits)
        height, width, _ = photo.pixels.shape
        shared[: photo.pixels.size] = photo.pixels.reshape(-1)
        return Got.BYTES, PHOTO.pack(height, width, photo.is_whole, bytes.fromhex(photo.sha256))
    except PhotoError as error:
        return Got.REFUSED, error.fault.encode()
    except Exception as error:
        return Got.FAILED, f"{type(error).__name__}: {error}".encode()


if __name__ == "__main__":
    main()
