"""Photos from outside, opened where they can do no harm: in processes of their own, with bounded memory and time."""

import asyncio
import contextlib
import logging
import mmap
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self, TypeVar, get_args

import numpy as np

from inference.decoding.limits import FAMILY, GUESTS, Limits
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
    ) -> None:
        self._seconds = seconds
        self._limits = limits
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

    async def decode(self, data: bytes) -> Photo:
        """See `inference.decoding.photo.decode`. Raises `PhotoError`."""
        return await self._ask(Want.PHOTO, data, _Worker.photo)

    async def upright_jpeg(self, data: bytes) -> bytes:
        """See `inference.decoding.photo.upright_jpeg`. Raises `PhotoError`."""
        return await self._ask(Want.JPEG, data, lambda _, content: content)

    async def year_of(self, data: bytes) -> int | None:
        """See `inference.decoding.photo.year_of`. Raises `PhotoError`."""
        (year,) = YEAR.unpack(await self._ask(Want.YEAR, data, lambda _, content: content))
        return year or None

    async def _ask(self, want: Want, data: bytes, taken: Callable[["_Worker", bytes], Result]) -> Result:
        """What is `taken` of a worker's answer while nobody else asks it."""
        worker = await self._free.get()
        try:
            # A process can die of other things than a photo, such as a machine that is out of memory: one more try.
            for _ in range(2):
                try:
                    async with asyncio.timeout(self._seconds):
                        got, content = await worker.ask(want, data)
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
                return taken(worker, content)
        finally:
            self._free.put_nowait(worker)
        for fault in get_args(Fault):
            if got is Got.REFUSED and content.decode() == fault:
                raise PhotoError(fault, self._limits)
        logger.error("A picture of %d bytes could not be opened: %s", len(data), content.decode())
        raise PhotoError("damaged")


class _Worker:
    """One decoder process, or none yet."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._process: asyncio.subprocess.Process | None = None
        self._shared: mmap.mmap | None = None
        self._at_work = False

    async def ask(self, want: Want, data: bytes) -> tuple[Got, bytes]:
        """One request and its answer. Raises what a pipe raises whose other end is gone."""
        self._at_work = True
        if self._process is None:
            self._process, self._shared = await _start(self._command)
        requests, replies = self._process.stdin, self._process.stdout
        assert requests is not None
        assert replies is not None
        requests.write(REQUEST.pack(want, len(data)))
        requests.write(data)
        await requests.drain()
        got, size = REPLY.unpack(await replies.readexactly(REPLY.size))
        content = await replies.readexactly(size)
        self._at_work = False
        return Got(got), content

    def photo(self, content: bytes) -> Photo:
        """The photo of which `content` is the answer."""
        assert self._shared is not None
        height, width, is_whole, digest, year = PHOTO.unpack(content)
        pixels = np.frombuffer(self._shared, np.uint8, height * width * 3).reshape(height, width, 3)
        return Photo(pixels.copy(), digest.hex(), is_whole, year or None)  # the next one will lie in the same place

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
