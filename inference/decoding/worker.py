"""The process in which photos from outside are opened: `python -P -m inference.decoding.worker`.

The libraries that decode pictures are written in C, and what they are given comes from anybody. Here they can crash,
hang or ask for all of the memory, and a photo is refused; there is no token, and no way to the database or any other
file (`inference.decoding.confinement`).

A request on standard input is `REQUEST` and the photo's bytes, the answer on standard output `REPLY` and its bytes.
Pixels lie in memory that the bot shares with its decoder, behind the descriptor that is its argument: megabytes through
a pipe take milliseconds. The argument before it says whose pictures come: `FAMILY_FILES`, or anybody's.
"""

import contextlib
import fcntl
import hashlib
import importlib
import mmap
import struct
import sys
from enum import IntEnum
from typing import Final

from PIL import Image

from inference.decoding.confinement import FAMILY_LIMITS, LIMITS, confine
from inference.decoding.header import header_of
from inference.decoding.limits import FAMILY, GUESTS, MAX_PIXELS, Limits
from inference.decoding.photo import PhotoError, upright, upright_jpeg, year_of

REQUEST: Final = struct.Struct(">BIQ")
"""What is wanted (`Want`), of what longest side (0 for all of it), and how many bytes the photo has."""
REPLY: Final = struct.Struct(">BQ")
"""What became of it (`Got`) and how many bytes follow."""
PHOTO: Final = struct.Struct(">II32sH")
"""What answers for a photo: height, width, sha256 and year. Its pixels are at the start of the shared memory."""
YEAR: Final = struct.Struct(">H")
"""What answers for a year; 0 where it is not known."""
SHARED: Final = 3 * MAX_PIXELS
"""Bytes of the shared memory: the largest photo. What none has been written to takes no memory."""
_ROWS: Final = 256

PIPE: Final = 2**20
"""Bytes that fit into a pipe: the most that Linux gives to anybody."""


FAMILY_FILES: Final = "family"
"""The argument for a process that opens files which were given at the command line."""


class Want(IntEnum):
    """What is wanted of a photo: `decode`, `upright_jpeg`, `year_of` or `header_of`."""

    PHOTO = 1
    JPEG = 2
    YEAR = 3
    HEADER = 4


class Got(IntEnum):
    """What became of a request: the bytes asked for, why it was refused (`Fault`), or a mistake of ours."""

    BYTES = 0
    REFUSED = 1
    FAILED = 2


def main() -> None:
    """Answer requests until the input ends, which it does when the bot does."""
    limits = FAMILY if sys.argv[-2] == FAMILY_FILES else GUESTS
    _load_the_rest()
    _widen_the_doors()
    requests, replies = sys.stdin.buffer, sys.stdout.buffer
    shared = memoryview(mmap.mmap(int(sys.argv[-1]), SHARED))
    confine(FAMILY_LIMITS if limits is FAMILY else LIMITS)
    while len(head := requests.read(REQUEST.size)) == REQUEST.size:
        want, side, size = REQUEST.unpack(head)
        got, content = _answer(Want(want), side or None, requests.read(size), shared, limits)
        replies.write(REPLY.pack(got, len(content)))
        replies.write(content)
        replies.flush()


def _load_the_rest() -> None:
    """What Pillow would load when it meets certain pictures, and can't any more when the doors are closed."""
    for module in ("ImageOps", "MpoImagePlugin", "TiffImagePlugin"):
        importlib.import_module(f"PIL.{module}")
    Image.preinit()


def _widen_the_doors() -> None:
    # A JPEG goes through a pipe of 64 kB by turns of the bot's event loop, through one of a megabyte at once.
    if sys.platform == "linux":
        for file in (sys.stdin, sys.stdout):
            with contextlib.suppress(OSError):
                fcntl.fcntl(file.fileno(), fcntl.F_SETPIPE_SZ, PIPE)


def _answer(want: Want, side: int | None, data: bytes, shared: memoryview, limits: Limits) -> tuple[Got, bytes]:
    try:
        if want is Want.JPEG:
            return Got.BYTES, upright_jpeg(data, limits)
        if want is Want.YEAR:
            return Got.BYTES, YEAR.pack(year_of(data, limits) or 0)
        if want is Want.HEADER:
            return Got.BYTES, header_of(data, limits).to_bytes()
        image, year = upright(data, limits, side)
        for top in range(0, image.height, _ROWS):  # all of them at once would be in memory twice
            bottom = min(top + _ROWS, image.height)
            rows = image.crop((0, top, image.width, bottom)).tobytes()
            shared[3 * image.width * top : 3 * image.width * bottom] = rows
        return Got.BYTES, PHOTO.pack(image.height, image.width, hashlib.sha256(data).digest(), year or 0)
    except PhotoError as error:
        return Got.REFUSED, error.fault.encode()
    except Exception as error:
        return Got.FAILED, f"{type(error).__name__}: {error}".encode()


if __name__ == "__main__":
    main()
