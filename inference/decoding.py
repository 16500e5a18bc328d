"""Photos from outside, opened where they can do no harm: in processes of their own, with bounded memory and time."""

import asyncio
import contextlib
import logging
import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np

from inference.decoder import PIXELS, REPLY, REQUEST, Got, Want
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
        content = await self._ask(Want.PHOTO, data)
        height, width, digest = PIXELS.unpack_from(content)
        pixels = np.frombuffer(content, np.uint8, offset=PIXELS.size).reshape(height, width, 3)
        return Photo(pixels, digest.hex())

    async def upright_jpeg(self, data: bytes) -> bytes:
        """See `inference.photo.upright_jpeg`. Raises `PhotoError`."""
        return await self._ask(Want.JPEG, data)

    async def _ask(self, want: Want, data: bytes) -> bytes:
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
        self._done = True

    async def ask(self, want: Want, data: bytes) -> tuple[Got, bytes]:
        """One request and its answer. Raises what a pipe raises whose other end is gone."""
        self._done = False
        process = self._process = self._process or await _start()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(REQUEST.pack(want, len(data)))
        process.stdin.write(data)
        await process.stdin.drain()
        got, size = REPLY.unpack(await process.stdout.readexactly(REPLY.size))
        content = await process.stdout.readexactly(size)
        self._done = True
        return Got(got), content

    async def end_unless_done(self) -> None:
        """End a process in the middle of a request: what it says next would be taken for another's answer."""
        if not self._done:
            await self.end()

    async def end(self) -> int | None:
        """End the process; its exit status, or None where there was none."""
        process, self._process, self._done = self._process, None, True
        if process is None:
            return None
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        return await process.wait()


async def _start() -> asyncio.subprocess.Process:
    own = {name: value for name, value in os.environ.items() if not name.startswith("COUSINBOT_")}  # no secret
    here = os.pathsep.join(filter(None, (str(Path(__file__).parents[1]), own.get("PYTHONPATH"))))
    own |= {"PYTHONPATH": here, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return await asyncio.create_subprocess_exec(
        *COMMAND,
        env=own,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,  # what libraries have to say of broken pictures
        limit=2**22,
    )
