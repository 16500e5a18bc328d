"""Photos from outside, opened where they can do no harm: in processes of their own, with bounded memory and time."""

import asyncio
import contextlib
import logging
import mmap
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self, TypeVar, get_args

import numpy as np

from inference.decoding.header import Header
from inference.decoding.limits import FAMILY, GUESTS, MAX_PIXELS, Limits
from inference.decoding.photo import Photo, PhotoError
from inference.decoding.worker import FAMILY_FILES, PHOTO, REPLY, REQUEST, SHARED, YEAR, Got, Want
from inference.faults import Fault

logger = logging.getLogger(__name__)

WORKERS: Final = 2
"""Processes at the most, each with one photo at a time: a photo that takes seconds keeps nobody else waiting."""
SECONDS: Final = 30.0
"""The longest a photo may take. 50 megapixels took 1 to 2 s on one core, and 10 s on one that five programs shared; a
JPEG of thousands of scans would take minutes, of a million hours."""
FAMILY_SECONDS: Final = 300.0
"""The longest a file of the family's own may take, which can be eight times as large: nobody waits in a chat."""

ROOM: Final = 2 * 3 * MAX_PIXELS
"""Bytes of pixels that are `opened` at the most: two photos of the largest, eight of 12 megapixels, or 80 as Telegram
sends them at 1280 pixels."""

COMMAND: Final = (sys.executable, "-P", "-m", "inference.decoding.worker")

_WHERE_LIBRARIES_LIE: Final = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONUSERBASE", "HOME")

Result = TypeVar("Result")


class Decoding:
    """`inference.decoding.photo` for an event loop and for bytes that nobody vouches for. Use it as a context manager.

    Processes are started when the first photo comes. One that crashes or takes too long is ended, and the next photo
    gets a fresh one.
    """

    def __init__(
        self,
        workers: int = WORKERS,
        seconds: float = SECONDS,
        command: Sequence[str] = COMMAND,
        limits: Limits = GUESTS,
        room: int = ROOM,
    ) -> None:
        self._seconds = seconds
        self._limits = limits
        self._room = _Room(room)
        self._free: asyncio.LifoQueue[_Worker] = asyncio.LifoQueue()
        for _ in range(workers):
            self._free.put_nowait(_Worker(command))

    @classmethod
    def of_family_files(cls, workers: int = WORKERS) -> Self:
        """For files that were given at the command line: more formats, larger ones, and more time."""
        return cls(workers, FAMILY_SECONDS, (*COMMAND, FAMILY_FILES), FAMILY)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        while not self._free.empty():  # one at work belongs to a handler, which ends it when it is cancelled
            await self._free.get_nowait().end()

    @asynccontextmanager
    async def opened(self, data: bytes) -> AsyncIterator[Photo]:
        """The photo as large as it came, for as long as this is open: others wait until there is room for them.

        Whoever has one open must not ask for another, nor for anything else here. Raises `PhotoError`.
        """
        held = 0

        async def taken(worker: _Worker, content: bytes) -> Photo:
            nonlocal held
            size = worker.size(content)
            await self._room.take(size)
            held = size
            return await worker.photo(content)

        try:
            yield await self._ask(Want.PHOTO, 0, data, taken)
        finally:
            self._room.give_back(held)

    async def decode(self, data: bytes, side: int | None = None) -> Photo:
        """See `inference.decoding.photo.decode`. Whoever asks for large ones sees to it that they are few.

        Raises `PhotoError`.
        """
        return await self._ask(Want.PHOTO, side or 0, data, _Worker.photo)

    async def upright_jpeg(self, data: bytes) -> bytes:
        """See `inference.decoding.photo.upright_jpeg`. Raises `PhotoError`."""

        async def taken(_: _Worker, content: bytes) -> bytes:
            return content

        return await self._ask(Want.JPEG, 0, data, taken)

    async def year_of(self, data: bytes) -> int | None:
        """See `inference.decoding.photo.year_of`. Raises `PhotoError`."""

        async def taken(_: _Worker, content: bytes) -> int | None:
            (year,) = YEAR.unpack(content)
            return year or None

        return await self._ask(Want.YEAR, 0, data, taken)

    async def header_of(self, data: bytes) -> Header:
        """See `inference.decoding.header.header_of`. Raises `PhotoError`."""

        async def taken(_: _Worker, content: bytes) -> Header:
            return Header.from_bytes(content)

        return await self._ask(Want.HEADER, 0, data, taken)

    async def _ask(
        self, want: Want, side: int, data: bytes, taken: Callable[["_Worker", bytes], Coroutine[Any, Any, Result]]
    ) -> Result:
        """What is `taken` of a worker's answer while nobody else asks it."""
        worker = await self._free.get()
        try:
            # A process can die of other things than a photo, such as a machine that is out of memory: one more try.
            for _ in range(2):
                try:
                    async with asyncio.timeout(self._seconds):
                        got, content = await worker.ask(want, side, data)
                    break
                except (asyncio.IncompleteReadError, ConnectionError):
                    logger.warning("The decoder ended over a picture of %d bytes (%s).", len(data), await worker.end())
                except TimeoutError:
                    logger.warning("A picture of %d bytes took longer than %.0f s.", len(data), self._seconds)
                    raise PhotoError("too_slow", self._limits) from None
                finally:
                    await worker.end_unless_done()
            else:
                raise PhotoError("damaged")
            if got is Got.BYTES:
                return await taken(worker, content)
        finally:
            self._free.put_nowait(worker)
        for fault in get_args(Fault):
            if got is Got.REFUSED and content.decode() == fault:
                raise PhotoError(fault, self._limits)
        logger.error("A picture of %d bytes could not be opened: %s", len(data), content.decode())
        raise PhotoError("damaged")


class _Room:
    """So many bytes of pixels at a time."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._held = 0
        self._given_back = asyncio.Event()

    async def take(self, size: int) -> None:
        while self._held and self._held + size > self._size:
            self._given_back.clear()
            await self._given_back.wait()
        self._held += size

    def give_back(self, size: int) -> None:
        self._held -= size
        self._given_back.set()


class _Worker:
    """One decoder process, or none yet."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._process: asyncio.subprocess.Process | None = None
        self._shared: mmap.mmap | None = None
        self._at_work = False

    async def ask(self, want: Want, side: int, data: bytes) -> tuple[Got, bytes]:
        """One request and its answer. Raises what a pipe raises whose other end is gone."""
        self._at_work = True
        if self._process is None:
            self._process, self._shared = await _start(self._command)
        requests, replies = self._process.stdin, self._process.stdout
        assert requests is not None
        assert replies is not None
        requests.write(REQUEST.pack(want, side, len(data)))
        requests.write(data)
        await requests.drain()
        got, size = REPLY.unpack(await replies.readexactly(REPLY.size))
        content = await replies.readexactly(size)
        self._at_work = False
        return Got(got), content

    def size(self, content: bytes) -> int:
        """Bytes of the pixels of the photo of which `content` is the answer."""
        height, width, *_ = PHOTO.unpack(content)
        return int(height) * int(width) * 3

    async def photo(self, content: bytes) -> Photo:
        """The photo of which `content` is the answer."""
        assert self._shared is not None
        height, width, digest, year = PHOTO.unpack(content)
        pixels = np.frombuffer(self._shared, np.uint8, self.size(content)).reshape(height, width, 3)
        there = Photo(pixels, digest.hex(), year or None)
        if not there.is_large:
            return replace(there, pixels=there.pixels.copy())  # the next one will lie in the same place
        photo = replace(there, pixels=await asyncio.to_thread(there.pixels.copy))
        if sys.platform == "linux":
            self._shared.madvise(mmap.MADV_REMOVE)  # else it stays in memory until the process ends
        return photo

    async def end_unless_done(self) -> None:
        """End a process in the middle of a request: what it says next would be taken for another's answer."""
        if self._at_work:
            await self.end()

    async def end(self) -> int | None:
        """End the process; its exit status, or None where there was none."""
        process, self._process, self._at_work = self._process, None, False
        if process is None:
            return None
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        return await process.wait()


async def _start(command: Sequence[str]) -> tuple[asyncio.subprocess.Process, mmap.mmap]:
    """A process, and the memory in which it leaves pixels."""
    # Nothing of the environment but where its libraries lie: there may be secrets in it, and not only ours.
    own = {name: os.environ[name] for name in _WHERE_LIBRARIES_LIE if name in os.environ}
    here = os.pathsep.join(filter(None, (str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH"))))
    own |= {"PYTHONPATH": here, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with _file_in_memory() as file:
        file.truncate(SHARED)
        process = await asyncio.create_subprocess_exec(
            *command,
            str(file.fileno()),
            pass_fds=[file.fileno()],
            env=own,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # what libraries have to say of broken pictures
            limit=2**22,
        )
        return process, mmap.mmap(file.fileno(), SHARED)


def _file_in_memory() -> IO[bytes]:
    """One without a name; on systems other than Linux it may come to the disk."""
    return os.fdopen(os.memfd_create("photo"), "w+b") if sys.platform == "linux" else tempfile.TemporaryFile()
