"""The largest photos that are accepted: what each costs in time and memory, and many of them at once.

    python -m benchmarks.large_photos

Drawn here: 50 megapixels, in the formats that take most. They go through `inference.decoding.sandbox`, as guests'
photos do.
"""

import asyncio
import io
import resource
import time
from collections.abc import Iterator

import numpy as np
from PIL import Image

from inference.decoding.photo import PhotoError
from inference.decoding.sandbox import Decoding
from tests.inference.decoding.damage import most_memory

_SIDE = 7071  # pixels; its square is just below 50 megapixels
_AT_ONCE = 16
_LOOK = 1.0  # seconds


def photos() -> Iterator[tuple[str, bytes]]:
    """Names and files."""
    size = (_SIDE, _SIDE)
    yield "PNG, 50 MP", _encoded(Image.new("RGB", size, "red"), "PNG", compress_level=1)
    yield "PNG, 50 MP, 16 bit", _encoded(Image.fromarray(np.zeros(size, np.uint16)), "PNG", compress_level=1)
    noise = Image.effect_noise(size, 60).convert("RGB")
    yield "JPEG, 50 MP, progressive", _encoded(noise, "JPEG", quality=50, progressive=True)
    yield "HEIC, 12 MP", _encoded(noise.crop((0, 0, 4000, 3000)), "HEIF", quality=50)
    yield "WebP, 50 MP, transparent", _encoded(Image.new("RGBA", size, (9, 9, 9, 9)), "WEBP", method=0)


def _encoded(image: Image.Image, kind: str, **options: int | bool) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


async def measure() -> None:
    """Print a line for each photo, as pixels and as the JPEG that is kept, and one for many at once."""
    data = b""
    for name, data in photos():
        async with Decoding(workers=1) as decoding:
            start = time.monotonic()
            outcome = "read"
            try:
                await decoding.decode(data)
                await decoding.upright_jpeg(data)
            except PhotoError as error:
                outcome = str(error)
            seconds = time.monotonic() - start
            print(f"{name:26} {len(data) / 1e6:5.1f} MB {seconds:5.1f} s {most_memory():5} MB  {outcome}", flush=True)
    async with Decoding() as decoding:
        start, before = time.monotonic(), _own_memory()
        await asyncio.gather(*(_look(decoding, data) for _ in range(_AT_ONCE)))
        seconds = time.monotonic() - start
        print(f"{_AT_ONCE} of the last at once: {seconds:.1f} s, {most_memory()} MB in the larger process")
        print(f"the bot itself grows by {_own_memory() - before} MB at the most")


async def _look(decoding: Decoding, data: bytes) -> None:
    """Hold it as long as a recogniser might."""
    async with decoding.opened(data):
        await asyncio.sleep(_LOOK)


def _own_memory() -> int:
    """Megabytes that this process had resident at the most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    asyncio.run(measure())
