"""Photos that nobody vouches for: what they do to a decoder of their own does nothing to the bot."""

import asyncio
import io
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inference.decoding.photo import PhotoError, decode, upright_jpeg
from inference.decoding.sandbox import Decoding
from tests.inference.decoding.bombs import endless_jpeg

pytestmark = pytest.mark.e2e  # each test starts a decoder


@pytest.fixture
async def decoding() -> AsyncIterator[Decoding]:
    async with Decoding(workers=1) as decoding:
        yield decoding


def jpeg(size: tuple[int, int] = (120, 80)) -> bytes:
    file = io.BytesIO()
    Image.radial_gradient("L").resize(size).convert("RGB").save(file, "JPEG", quality=95)
    return file.getvalue()


def after(code: str) -> Decoding:
    """A decoder that runs this first."""
    run = f"import os, sys; {code}; from inference.decoding.worker import main; main()"
    return Decoding(workers=1, command=(sys.executable, "-P", "-c", run))


async def test_the_same_as_without_a_process(decoding: Decoding) -> None:
    data = jpeg((2000, 1500))
    here, there = decode(data), await decoding.decode(data)
    np.testing.assert_array_equal(here.pixels, there.pixels)
    assert here.sha256 == there.sha256
    assert await decoding.upright_jpeg(data) == upright_jpeg(data)


async def test_a_refusal_comes_through(decoding: Decoding) -> None:
    for ask in (decoding.decode, decoding.upright_jpeg):
        with pytest.raises(PhotoError, match=r"I can't read that file\. Please send a JPEG"):
            await ask(b"Dear cousin, here is no picture.")
    await decoding.decode(jpeg())


async def test_a_photo_that_would_take_hours_is_given_up() -> None:
    bomb = endless_jpeg(3000)
    assert len(bomb) < 250_000
    async with Decoding(workers=1, seconds=2) as decoding:
        with pytest.raises(PhotoError, match=r"takes too long to open\. Please send it as a photo"):
            await decoding.decode(bomb)
        await decoding.decode(jpeg())  # the next one is not kept waiting


async def test_a_photo_that_asks_for_all_the_memory_is_refused() -> None:
    file = io.BytesIO()
    Image.new("RGB", (7000, 7000)).save(file, "PNG", compress_level=1)
    async with after("import inference.decoding.worker as it; it.MEMORY = 2**28") as decoding:
        with pytest.raises(PhotoError, match=r"too much memory|damaged"):
            await decoding.decode(file.getvalue())
        await decoding.decode(jpeg())


async def test_a_photo_that_crashes_the_decoder_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    async with after("os.abort()") as decoding:
        with pytest.raises(PhotoError, match="damaged"):
            await decoding.decode(jpeg())
    assert "The decoder ended over a picture" in caplog.text


async def test_a_decoder_that_died_of_something_else_is_replaced(tmp_path: Path) -> None:
    """As by a machine that is out of memory: the photo is none the worse for it."""
    died = tmp_path / "died"
    once = f"os.path.exists({str(died)!r}) or (open({str(died)!r}, 'w'), os.kill(os.getpid(), 9))"
    async with after(once) as decoding:
        assert (await decoding.decode(jpeg())).pixels.shape == (80, 120, 3)
    assert died.exists()


async def test_a_handler_that_gives_up_leaves_no_answer_behind(decoding: Decoding) -> None:
    """Else the next photo would get the pixels of this one."""
    slow = asyncio.create_task(decoding.decode(endless_jpeg(200)))
    await asyncio.sleep(0)
    small = asyncio.create_task(decoding.decode(jpeg((30, 20))))
    await asyncio.sleep(0)
    slow.cancel()
    assert (await small).pixels.shape == (20, 30, 3)


async def test_photos_wait_for_each_other(decoding: Decoding) -> None:
    photos = await asyncio.gather(*(decoding.decode(jpeg((n, n))) for n in range(10, 20)))
    assert [photo.pixels.shape for photo in photos] == [(n, n, 3) for n in range(10, 20)]


async def test_the_decoder_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUSINBOT_TELEGRAM_TOKEN", "123:secret")
    async with after("any(name.startswith('COUSINBOT_') for name in os.environ) and os.abort()") as decoding:
        await decoding.decode(jpeg())


def test_the_decoder_loads_nothing_it_does_not_need() -> None:
    """It is started while a guest waits, and stays in memory."""
    heavy = ("torch", "cv2", "scipy", "telegram", "aiosqlite")
    code = f"import inference.decoding.worker, sys; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
