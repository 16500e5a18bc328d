"""Photo bytes in, upright pixels out.

What the bytes are decides, not what the file is called. Everything that can be refused is refused from the header,
before a pixel is decoded.
"""

import hashlib
import io
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from PIL import ExifTags, Image, UnidentifiedImageError

from inference import wording
from inference.decoding.limits import FAMILY, GUESTS, MAX_BYTES, MAX_PIXELS, MAX_SIDE, OVERVIEW_SIDE, Limits
from inference.decoding.raw import RawWithoutPreview, camera_preview
from inference.decoding.taken import year_taken
from inference.faults import Fault

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

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

# The limit is ours, checked on every header below; Pillow's own would warn on some sizes and raise on others.
Image.MAX_IMAGE_PIXELS = None


class PhotoError(ValueError):
    """A picture can't be used; the message says so to whoever sent it, and what to send instead."""

    def __init__(self, fault: Fault, limits: Limits = GUESTS) -> None:
        super().__init__(fault)
        self.fault: Fault = fault
        self._limits = limits

    def __str__(self) -> str:
        limits = self._limits
        return wording.photo_refused(self.fault, limits.max_bytes, limits.max_pixels, limits.max_side)

    @property
    def reason(self) -> str:
        """The same in a few words, for the owner of a folder of pictures."""
        limits = self._limits
        return wording.photo_unusable(self.fault, limits.max_bytes, limits.max_pixels, limits.max_side)


@dataclass(frozen=True, slots=True)
class Photo:
    """A decoded photo.

    Attributes:
        pixels: `(height, width, 3)` RGB, upright, at most `MAX_PIXELS` of them: a large one takes 150 MB.
        sha256: of the bytes it came as, in hex: its name everywhere.
        year: in which it was taken; None where its EXIF doesn't say it, or is not believed.
    """

    pixels: "NDArray[np.uint8]"
    sha256: str
    year: int | None = None

    @property
    def is_large(self) -> bool:
        """Whether it is more than an overview of itself."""
        return bool(max(self.pixels.shape[:2]) > OVERVIEW_SIDE)


def decode(data: bytes, limits: Limits = GUESTS, side: int | None = None) -> Photo:
    """Decode a photo: for recognition as large as it came, to be shown with at most `side` pixels on its longer side,
    which is quicker. Raises `PhotoError`.

    Takes milliseconds of CPU for what Telegram sends as a photo, seconds for what is made to take long: photos from
    outside are decoded in a process of their own (`inference.decoding.sandbox`).
    """
    import numpy as np  # here, since the decoder's processes do without: it is half of the time they take to start

    found = upright(data, limits, side)
    return Photo(np.asarray(found.image), hashlib.sha256(data).hexdigest(), found.year)


class Upright(NamedTuple):
    """A picture, upright, and the year in which it was taken."""

    image: Image.Image
    year: int | None


def upright(data: bytes, limits: Limits, side: int | None = None) -> Upright:
    """What `decode` makes an array of: of 50 megapixels both together take 350 MB."""
    image = open_picture(data, limits)
    year = year_taken(image)
    if side is None:
        return Upright(_upright(image, _kept_size(*image.size), Image.Resampling.BICUBIC), year)
    return Upright(_upright(image, (side, side), Image.Resampling.BILINEAR), year)


def upright_jpeg(data: bytes, limits: Limits = GUESTS) -> bytes:
    """The photo at full size as an upright JPEG with no metadata: what is kept on disk. Raises `PhotoError`.

    What is larger than a guest's may be is reduced to that: whatever is kept can be decoded.
    """
    return _jpeg(upright(data, limits).image)


def year_of(data: bytes, limits: Limits = GUESTS) -> int | None:
    """`Photo.year`, with no pixel decoded. Raises `PhotoError`."""
    return year_taken(open_picture(data, limits))


def jpeg_of(photo: Photo) -> bytes:
    """The `upright_jpeg` of a photo, from its pixels. Not for large ones: it takes four bytes more of each."""
    return _jpeg(Image.fromarray(photo.pixels))


def family_file(path: Path) -> bytes:
    """What a picture of the family's own holds. Raises `PhotoError` for one that is too big, and `OSError`."""
    if path.stat().st_size > FAMILY.max_bytes:
        raise PhotoError("too_big", FAMILY)
    return path.read_bytes()


def _jpeg(image: Image.Image) -> bytes:
    image.info.clear()  # what Pillow would carry over: EXIF, comments
    while True:
        file = io.BytesIO()
        image.save(file, "JPEG", quality=92)
        if file.tell() <= MAX_BYTES:
            return file.getvalue()
        image = image.reduce(2)


def _kept_size(width: int, height: int) -> tuple[int, int]:
    share = min(1.0, MAX_SIDE / max(width, height), sqrt(MAX_PIXELS / (width * height)))
    return max(1, int(width * share)), max(1, int(height * share))


def open_picture(data: bytes, limits: Limits) -> Image.Image:
    """With no pixel decoded. Raises `PhotoError`."""
    if not data:
        raise PhotoError("empty")
    if len(data) > limits.max_bytes:
        raise PhotoError("too_big", limits)
    try:
        image = camera_preview(data, limits.formats) or Image.open(io.BytesIO(data), formats=limits.formats)
    except RawWithoutPreview:
        raise PhotoError("raw") from None
    except UnidentifiedImageError:
        raise PhotoError("unknown") from None
    except Exception:  # Pillow's readers raise what comes: OSError, SyntaxError, struct.error, AssertionError, …
        raise PhotoError("damaged") from None
    if image.width * image.height > limits.max_pixels:
        raise PhotoError("too_many_pixels", limits)
    if max(image.size) > limits.max_side:
        raise PhotoError("too_long", limits)
    return image


def _upright(image: Image.Image, within: tuple[int, int], how: Image.Resampling) -> Image.Image:
    """Its pixels, no larger than this before they are turned."""
    if image.width > within[0] or image.height > within[1]:
        # A JPEG much larger than needed is decoded at 1/2, 1/4 or 1/8, which costs a fraction of the time.
        image.draft("RGB", within)
    small = _rgb(image)
    small.thumbnail(within, how, reducing_gap=2.0)
    return _turned(small, _turn(image))  # asked last: Pillow turns a TIFF itself, and takes the orientation away


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
            image = image.convert("I").point(lambda value: value / 256).convert("L")
        if image.has_transparency_data:
            above = image if image.mode == "RGBA" else image.convert("RGBA")
            image = Image.new("RGB", above.size, "white")
            image.paste(above, mask=above.getchannel("A"))
        return image if image.mode == "RGB" else image.convert("RGB")
    except MemoryError:
        raise PhotoError("too_much_memory") from None
    except Exception:
        raise PhotoError("damaged") from None
