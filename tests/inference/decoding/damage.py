"""Photos broken in every way that comes to mind, and decoders that they are given to."""

import asyncio
import io
import logging
import random
import struct
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from PIL import Image

from inference.decoding.photo import PhotoError
from inference.decoding.sandbox import COMMAND, Decoding

_EXTREMES: Final = (b"\0\0", b"\xff\xff", b"\x7f\xff\xff\xff", b"\xff\xff\xff\xff", b"\0\0\0\1", b"\x80\0\0\0")
_HEADER: Final = 700  # bytes within which most of the sizes, types and offsets stand
_LOG: Final = logging.getLogger("inference.decoding.sandbox")


@dataclass(slots=True)
class Fuzzed:
    """What became of the cases.

    Attributes:
        cases: damaged files; each was asked for twice, as pixels and as a JPEG.
        read: requests that ended in a picture.
        refused: requests that ended in a sentence, by sentence.
        crashed: decoders that ended over a picture.
        gave_up: requests that took longer than allowed.
        unforeseen: requests that raised something else than `PhotoError`, and what they raised.
        slowest: seconds of the slowest request.
        memory: megabytes, the most that a decoder had resident.
    """

    cases: int = 0
    read: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    crashed: int = 0
    gave_up: int = 0
    unforeseen: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    memory: int = 0

    @property
    def failures(self) -> int:
        return self.crashed + self.gave_up + sum(self.unforeseen.values())


def damaged(photos: Sequence[Image.Image], cases: int, seed: int = 0) -> Iterator[bytes]:
    """Files that once were these photos; the same ones for the same seed."""
    dice = random.Random(seed)
    files = [write(photo) for photo in photos for write in _FORMATS]
    for _ in range(cases):
        data = bytearray(dice.choice(files))
        for _ in range(dice.choice((1, 1, 2, 3))):
            dice.choice(_DAMAGE)(data, dice, files)
        yield bytes(data)


async def fuzz(cases: Iterator[bytes], workers: int = 2) -> Fuzzed:
    """Give every case to decoders, several at a time."""
    result = Fuzzed()
    watch = _Watch(result)
    _LOG.addHandler(watch)
    try:
        async with Decoding(workers) as decoding, asyncio.TaskGroup() as tasks:
            for _ in range(workers):
                tasks.create_task(_work(cases, decoding, result))
    finally:
        _LOG.removeHandler(watch)
    return result


async def _work(cases: Iterator[bytes], decoding: Decoding, result: Fuzzed) -> None:
    for data in cases:
        result.cases += 1
        for ask in (decoding.decode, decoding.upright_jpeg):
            start = time.monotonic()
            try:
                await ask(data)
                result.read += 1
            except PhotoError as error:
                result.refused[str(error)] += 1
            result.slowest = max(result.slowest, time.monotonic() - start)
        result.memory = max(result.memory, most_memory())


class _Watch(logging.Handler):
    """Counts what the decoding tells the log."""

    def __init__(self, result: Fuzzed) -> None:
        super().__init__()
        self._result = result

    def emit(self, record: logging.LogRecord) -> None:
        self._result.crashed += record.msg.startswith("The decoder ended")
        self._result.gave_up += "took longer" in record.msg
        if record.levelno >= logging.ERROR:
            self._result.unforeseen[record.getMessage()] += 1


def most_memory() -> int:
    """Megabytes that a decoder of this process had resident at the most; 0 where the system does not tell."""
    most = 0
    for children in Path("/proc/self/task").glob("*/children"):
        for pid in children.read_text().split():
            if COMMAND[-1].encode() not in Path(f"/proc/{pid}/cmdline").read_bytes():
                continue
            status = Path(f"/proc/{pid}/status").read_text()
            most = max(most, int(status.partition("VmHWM:")[2].split()[0]) // 1024)
    return most


def _as(kind: str, **options: Any) -> Callable[[Image.Image], bytes]:
    def write(photo: Image.Image) -> bytes:
        exif = Image.Exif()
        exif[0x010F], exif[0x0112] = "Camera", 6
        exif.get_ifd(0x8825)[1] = "N"
        file = io.BytesIO()
        extra = {
            key: [photo.rotate(90), photo.convert("L").convert("RGB")] for key in options if key == "append_images"
        }
        photo.save(file, kind, **(options | extra), exif=exif.tobytes() if kind == "HEIF" else exif)
        return file.getvalue()

    return write


def _in_mode(mode: str, kind: str) -> Callable[[Image.Image], bytes]:
    def write(photo: Image.Image) -> bytes:
        file = io.BytesIO()
        photo.convert(mode).save(file, kind)
        return file.getvalue()

    return write


_FORMATS: Final[Sequence[Callable[[Image.Image], bytes]]] = (
    _as("JPEG", quality=85, icc_profile=b"\0\0\2\0lcms" * 40),
    _as("JPEG", progressive=True, subsampling=0),
    _as("MPO", save_all=True),
    _in_mode("CMYK", "JPEG"),
    _as("PNG"),
    _as("PNG", save_all=True),
    _in_mode("P", "PNG"),
    _in_mode("RGBA", "PNG"),
    _as("WEBP", quality=80),
    _as("WEBP", lossless=True),
    _as("WEBP", save_all=True),
    _as("HEIF", quality=60),
    _as("HEIF", quality=40, save_all=True),
    _as("GIF", save_all=True),
)

Damage = Callable[[bytearray, random.Random, Sequence[bytes]], None]


def _change(data: bytearray, dice: random.Random, _: Sequence[bytes]) -> None:
    for _byte in range(dice.randint(1, 20)):
        data[dice.randrange(len(data))] = dice.randrange(256)


def _change_header(data: bytearray, dice: random.Random, _: Sequence[bytes]) -> None:
    for _byte in range(dice.randint(1, 8)):
        data[dice.randrange(min(len(data), _HEADER))] = dice.randrange(256)


def _set_extreme(data: bytearray, dice: random.Random, _: Sequence[bytes]) -> None:
    value = dice.choice(_EXTREMES)
    at = dice.randrange(min(len(data), dice.choice((_HEADER, len(data)))))
    data[at : at + len(value)] = value


def _cut_off(data: bytearray, dice: random.Random, _: Sequence[bytes]) -> None:
    del data[max(1, dice.randrange(len(data))) :]


def _cut_out(data: bytearray, dice: random.Random, _: Sequence[bytes]) -> None:
    at = dice.randrange(len(data))
    del data[at : at + dice.randint(1, 400)]
    data += b"\0" * (not data)


def _double(data: bytearray, dice: random.Random, _: Sequence[bytes]) -> None:
    at = dice.randrange(len(data))
    data[at:at] = data[at : at + dice.randint(1, 3000)] * dice.randint(1, 20)


def _blank(data: bytearray, dice: random.Random, _: Sequence[bytes]) -> None:
    at, length = dice.randrange(len(data)), dice.randint(1, 500)
    data[at : at + length] = bytes(len(data[at : at + length]))


def _join(data: bytearray, dice: random.Random, files: Sequence[bytes]) -> None:
    other = dice.choice(files)
    del data[max(1, dice.randrange(len(data))) :]
    data += other[dice.randrange(len(other)) :]


def _rewrite_png(data: bytearray, dice: random.Random, files: Sequence[bytes]) -> None:
    """Change a chunk and put its checksum right, so that the change gets past the first look."""
    if not data.startswith(b"\x89PNG"):
        _change(data, dice, files)
        return
    at, chunks = 8, []
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        if at + 12 + length > len(data):
            break
        chunks.append((at, length))
        at += 12 + length
    if not chunks:
        return
    at, length = dice.choice(chunks[:4])
    for _ in range(dice.randint(1, 4)):
        data[at + 4 + dice.randrange(length + 4)] = dice.randrange(256)
    data[at + 8 + length : at + 12 + length] = struct.pack(">I", zlib.crc32(data[at + 4 : at + 8 + length]))


_DAMAGE: Final[Sequence[Damage]] = (
    _change,
    _change_header,
    _set_extreme,
    _cut_off,
    _cut_out,
    _double,
    _blank,
    _join,
    _rewrite_png,
)
