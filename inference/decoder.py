"""The process in which photos from outside are opened: `python -P -m inference.decoder`, fed by `inference.decoding`.

The libraries that decode pictures are written in C, and what they are given comes from anybody. Here they can crash,
hang or ask for all of the memory, and a photo is refused; there is no token, no database and no file to write to.

A request on standard input is `REQUEST` and the photo's bytes, an answer on standard output `REPLY` and its bytes.
"""

import contextlib
import resource
import struct
import sys
from enum import IntEnum
from typing import BinaryIO, Final

from inference.photo import PhotoError, decode, upright_jpeg

REQUEST: Final = struct.Struct(">BQ")
"""What is wanted (`Want`) and how many bytes the photo has."""
REPLY: Final = struct.Struct(">BQ")
"""What became of it (`Got`) and how many bytes follow."""
PIXELS: Final = struct.Struct(">II32s")
"""Height, width and sha256, before the pixels."""

MEMORY: Final = 5 * 2**28
"""Address space of the process in bytes: 140 MB at rest; 50 megapixels took 870 MB at the worst, as a WebP."""


class Want(IntEnum):
    """What is wanted of a photo."""

    PHOTO = 0
    JPEG = 1


class Got(IntEnum):
    """What became of a request: the bytes asked for, a sentence for who sent the photo, or a mistake of ours."""

    BYTES = 0
    REFUSED = 1
    FAILED = 2


def main() -> None:
    """Answer requests until the input ends, which it does when the bot does."""
    _close_the_house()
    requests, replies = sys.stdin.buffer, sys.stdout.buffer
    while len(head := requests.read(REQUEST.size)) == REQUEST.size:
        want, size = REQUEST.unpack(head)
        got, content = _answer(Want(want), requests.read(size))
        _reply(replies, got, content)


def _close_the_house() -> None:
    # A system that knows one of these limits no better than by name goes without it.
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CORE, 0),  # a dump would hold somebody's photo
        (resource.RLIMIT_FSIZE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))


def _answer(want: Want, data: bytes) -> tuple[Got, bytes]:
    try:
        if want is Want.JPEG:
            return Got.BYTES, upright_jpeg(data)
        photo = decode(data)
        height, width, _ = photo.pixels.shape
        return Got.BYTES, PIXELS.pack(height, width, bytes.fromhex(photo.sha256)) + photo.pixels.tobytes()
    except PhotoError as error:
        return Got.REFUSED, str(error).encode()
    except Exception as error:
        return Got.FAILED, f"{type(error).__name__}: {error}".encode()


def _reply(replies: BinaryIO, got: Got, content: bytes) -> None:
    replies.write(REPLY.pack(got, len(content)))
    replies.write(content)
    replies.flush()


if __name__ == "__main__":
    main()
