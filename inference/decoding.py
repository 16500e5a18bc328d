"""Photos from outside, opened where they can do no harm: in processes of their own, with bounded memory and time."""

import asyncio
import contextlib
import logging
import mmap
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

import numpy as np

from inference.decoder import PHOTO, REPLY, REQUEST, SHARED, Got, Want
from inference.photo import DAMAGED, Photo, PhotoError

logger = logging.getLogger(__name__)

WORKERS: Final = 2
"""Processes at the most, each with one photo at a time: a photo that takes seconds keeps nobody else waiting."""
SECONDS: Final = 30.0
"""The longest a photo may take. 50 megapixels took 1 to 2 s on one core, and 10 s on one that five programs shared; a
JPEG of thousands of scans would take minutes, of a million hours."""

COMMAND: Final = (sys.executable, "-P", "-m", "inference.decoder")

TOO_LONG: Final = "The picture takes too long to open: please send it as a photo, not as a file."


class Decoding:
    """`inference.photo` for an event loop and for bytes that nobody vouches for. Use it as a context manager.

    Processes are started when the first photo comes. One that crashes or takes too long is ended, and the next photo
    gets a fresh one.
    """

    def __init__(self, workers: int = WORKERS, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._free: asyncio.LifoQueue[_Worker] = asyncio.LifoQueue()
        for _ in range(workers):
            self._free.put_nowait(_Worker())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        while not self._free.empty():  # one at work belongs to a handler, which ends it when it is cancelled
            await self._free.get_nowait().end()

    async def decode(self, data: bytes) -> Photo:
        """See `inference.photo.decode`. Raises `PhotoError`."""
        photo: asyncio.Future[Photo] = asyncio.get_running_loop().create_future()
        await self._ask(Want.PHOTO, data, photo)
        return photo.result()

    async def upright_jpeg(self, data: bytes) -> bytes:
        """See `inference.photo.upright_jpeg`. Raises `PhotoError`."""
        return await self._ask(Want.JPEG, data)

    @contextlib.asynccontextmanager
    async def opened(self, data: bytes) -> AsyncIterator[tuple[Photo, Awaitable[bytes]]]:
        """The photo as soon as it is decoded, and its `upright_jpeg`, which is made meanwhile.

        Raises:
            PhotoError: it can't be opened; also where the JPEG is awaited.
        """
        photo: asyncio.Future[Photo] = asyncio.get_running_loop().create_future()
        jpeg = asyncio.create_task(self._ask(Want.PHOTO | Want.JPEG, data, photo))
        try:
            await asyncio.wait((photo, jpeg), return_when=asyncio.FIRST_COMPLETED)
            if not photo.done():
                await jpeg  # which says why
            yield photo.result(), jpeg
        except asyncio.CancelledError:
            jpeg.cancel()
            raise
        finally:
            # Let it finish, wanted or not: a decoder that is left in the middle of its work has to be replaced.
            await asyncio.wait((jpeg,))
            if not jpeg.cancelled():
                jpeg.exception()  # who wanted it has heard

    async def _ask(self, want: Want, data: bytes, photo: asyncio.Future[Photo] | None = None) -> bytes:
        """The last answer to what is wanted. A wanted photo comes as soon as it is there."""
        worker = await self._free.get()
        try:
            # A process can die of other things than a photo, such as a machine that is out of memory: one more try.
            for _ in range(2):
                try:
                    async with asyncio.timeout(self._seconds):
                        got, content = await worker.ask(want, data)
                        if photo is not None and got is Got.BYTES:
                            if not photo.done():
                                photo.set_result(worker.photo(content))
                            if Want.JPEG in want:
                                got, content = await worker.hear()
                    break
                except (asyncio.IncompleteReadError, ConnectionError):
                    logger.warning("The decoder ended over a picture of %d bytes (%s).", len(data), await worker.end())
                except TimeoutError:
                    logger.warning("A picture of %d bytes took longer than %.0f s.", len(data), self._seconds)
                    raise PhotoError(TOO_LONG) from None
                finally:
                    await worker.end_unless_done()
            else:
                raise PhotoError(DAMAGED)
        finally:
            self._free.put_nowait(worker)
        if got is Got.REFUSED:
            raise PhotoError(content.decode())
        if got is Got.FAILED:
            logger.error("A picture of %d bytes could not be opened: %s", len(data), content.decode())
            raise PhotoError(DAMAGED)
        return content


class _Worker:
    """One decoder process, or none yet."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._shared: mmap.mmap | None = None
        self._due = 0  # answers that are still to come

    async def ask(self, want: Want, data: bytes) -> tuple[Got, bytes]:
        """One request and its first answer. Raises what a pipe raises whose other end is gone."""
        self._due = want.bit_count()
        if self._process is None:
            self._process, self._shared = await _start()
        assert self._process.stdin is not None
        self._process.stdin.write(REQUEST.pack(want, len(data)))
        self._process.stdin.write(data)
        await self._process.stdin.drain()
        return await self.hear()

    async def hear(self) -> tuple[Got, bytes]:
        """The next answer to the request. Raises what a pipe raises whose other end is gone."""
        assert self._process is not None
        assert self._process.stdout is not None
        got, size = REPLY.unpack(await self._process.stdout.readexactly(REPLY.size))
        content = await self._process.stdout.readexactly(size)
        self._due = self._due - 1 if got == Got.BYTES else 0
        return Got(got), content

    def photo(self, content: bytes) -> Photo:
        """The photo of which `content` is the answer."""
        assert self._shared is not None
        height, width, digest = PHOTO.unpack(content)
        pixels = np.frombuffer(self._shared, np.uint8, height * width * 3).reshape(height, width, 3)
        return Photo(pixels.copy(), digest.hex())  # the next one will lie in the same place

    async def end_unless_done(self) -> None:
        """End a process in the middle of a request: what it says next would be taken for another's answer."""
        if self._due:
            await self.end()

    async def end(self) -> int | None:
        """End the process; its exit status, or None where there was none."""
        process, self._process, self._due = self._process, None, 0
        if process is None:
            return None
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        return await process.wait()


async def _start() -> tuple[asyncio.subprocess.Process, mmap.mmap]:
    """A process, and the memory in which it leaves pixels."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("COUSINBOT_")}  # no secret
    here = os.pathsep.join(filter(None, (str(Path(__file__).parents[1]), own.get("PYTHONPATH"))))
    own |= {"PYTHONPATH": here, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with _file_in_memory() as file:
        file.truncate(SHARED)
        process = await asyncio.create_subprocess_exec(
            *COMMAND,
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
