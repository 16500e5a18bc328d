"""As many different photos as are wanted, of a few."""

import io
import itertools
from collections.abc import Iterator, Sequence

from PIL import Image


def never_the_same(photos: Sequence[bytes]) -> Iterator[bytes]:
    """These photos round and round, none of them with the bytes of another: a corner is painted anew each time."""
    for number in itertools.count():
        with Image.open(io.BytesIO(photos[number % len(photos)])) as image:
            marked = image.convert("RGB")
        marked.paste((number % 256, number // 256 % 256, 128), (0, 0, 8, 8))
        file = io.BytesIO()
        marked.save(file, "JPEG", quality=90)
        yield file.getvalue()
