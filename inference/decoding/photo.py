"""Photo bytes in, upright pixels out.

What the bytes are decides, not what the file is called. Everything that can be refused is refused from the header,
before a pixel is decoded.
"""

import hashlib
import io
from dataclasses import dataclass
from typing import Final

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import (
    ExifTags,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    PngImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from inference import wording
from inference.faults import Fault

MAX_BYTES: Final = 20 * 2**20
"""The most that Telegram hands a bot, in bytes."""
MAX_PIXELS: Final = 50_000_000
MAX_SIDE: Final = 65_500
"""The longest side of a JPEG, in pixels: libjpeg's JPEG_MAX_DIMENSION. What is longer could not be kept."""
WORKING_SIDE: Final = 1280
"""The longest side, in pixels, that recognition looks at: what Telegram itself sends of a photo."""

_FORMATS: Final = (
    JpegImagePlugin.JpegImageFile.format,
    PngImagePlugin.PngImageFile.format,
    WebPImagePlugin.WebPImageFile.format,
    GifImagePlugin.GifImageFile.format,
    pillow_heif.HeifImageFile.format,
)

_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What turns a picture upright, by its EXIF orientation."""

pillow_heif.register_heif_opener()
# The limit is ours, checked on every header below; Pillow's own would warn on some sizes and raise on others.
Image.MAX_IMAGE_PIXELS = None


class PhotoError(ValueError):
    """A picture can't be used; the message says so to whoever sent it, and what to send instead."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault: Fault = fault

    def __str__(self) -> str:
        return wording.photo_refused(self.fault, MAX_SIDE)

    @property
    def reason(self) -> str:
        """The same in a few words, for the owner of a folder of pictures."""
        return wording.photo_unusable(self.fault, MAX_SIDE)


@dataclass(frozen=True, slots=True)
class Photo:
    """A decoded photo.

    Attributes:
        pixels: `(height, width, 3)` RGB, upright, longest side at most `WORKING_SIDE`.
        sha256: of the bytes it came as, in hex: its name everywhere.
        is_whole: it came in that size, so that there is nothing more to keep than `pixels`.
    """

    pixels: NDArray[np.uint8]
    sha256: str
    is_whole: bool = True


def decode(data: bytes) -> Photo:
    """Decode a photo for recognition. Raises `PhotoError`.

    Takes milliseconds of CPU for what Telegram sends as a photo, seconds for what is made to take long: photos from
    outside are decoded in a process of their own (`inference.decoding.sandbox`).
    """
    image = _open(data)
    whole = image.size
    # A JPEG much larger than needed is decoded at 1/2, 1/4 or 1/8, which costs a fraction of the time.
    image.draft("RGB", (WORKING_SIDE, WORKING_SIDE))
    turn = _turn(image)
    small = _rgb(image)
    small.thumbnail((WORKING_SIDE, WORKING_SIDE), Image.Resampling.BILINEAR, reducing_gap=2.0)
    pixels = np.asarray(_turned(small, turn))
    return Photo(pixels, hashlib.sha256(data).hexdigest(), small.size == whole)


def upright_jpeg(data: bytes) -> bytes:
    """The photo at full size as an upright JPEG with no metadata: what is kept on disk. Raises `PhotoError`."""
    image = _open(data)
    return _jpeg(_turned(_rgb(image), _turn(image)))


def jpeg_of(photo: Photo) -> bytes:
    """The `upright_jpeg` of a photo that is whole, from its pixels."""
    return _jpeg(Image.fromarray(photo.pixels))


def _jpeg(upright: Image.Image) -> bytes:
    file = io.BytesIO()
    upright.info.clear()  # what Pillow would carry over: EXIF, comments
    upright.save(file, "JPEG", quality=92)
    return file.getvalue()


def _open(data: bytes) -> Image.Image:
    if not data:
        raise PhotoError("empty")
    if len(data) > MAX_BYTES:
        raise PhotoError("too_big")
    try:
        image = Image.open(io.BytesIO(data), formats=_FORMATS)
    except UnidentifiedImageError:
        raise PhotoError("unknown") from None
    except Exception:  # Pillow's readers raise what comes: OSError, SyntaxError, struct.error, AssertionError, …
        raise PhotoError("damaged") from None
    if image.width * image.height > MAX_PIXELS:
        raise PhotoError("too_many_pixels")
    if max(image.size) > MAX_SIDE:
        raise PhotoError("too_long")
    return image


def _turn(image: Image.Image) -> Image.Transpose | None:
    """What its EXIF says. Pillow's `exif_transpose` also writes the EXIF anew, and fails at tags of odd types."""
    try:
        return _TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # whatever a camera may have written there, the picture itself is fine
        return None


def _turned(image: Image.Image, turn: Image.Transpose | None) -> Image.Image:
    return image if turn is None else image.transpose(turn)


def _rgb(image: Image.Image) -> Image.Image:
    """Every pixel decoded, 8 bits a colour, nothing shining through; copied as little as can be, since 50 megapixels
    take 200 MB."""
    try:
        image.load()
        if image.mode.startswith("I"):  # 16 bits a pixel: Pillow would clip instead of scaling
            image = Image.fromarray((np.asarray(image, np.uint32) >> 8).clip(0, 255).astype(np.uint8))
        if image.has_transparency_data:
            above = image if image.mode == "RGBA" else image.convert("RGBA")
            image = Image.new("RGB", above.size, "white")
            image.paste(above, mask=above.getchannel("A"))
        return image if image.mode == "RGB" else image.convert("RGB")
    except MemoryError:
        raise PhotoError("too_much_memory") from None
    except Exception:
        raise PhotoError("damaged") from None
