"""What stands before a picture's pixels: how it is turned, and what programs have written into it."""

import struct
from dataclasses import dataclass
from typing import Any, Final, Self

from PIL import ExifTags, Image, PngImagePlugin, TiffImagePlugin

from inference.decoding.extended_xmp import Incomplete, extended_xmp
from inference.decoding.limits import GUESTS, Limits
from inference.decoding.photo import open_picture

MOST_XMP: Final = 2**24
"""Bytes of XMP that are read; what programs write of faces is a few thousand."""
_PNG_XMP: Final = b"XML:com.adobe.xmp"
_PACKED: Final = struct.Struct(">IIB??I")
_SIDEWAYS: Final = range(5, 9)


@dataclass(frozen=True, slots=True)
class Header:
    """Of a picture.

    Attributes:
        width, height: in pixels, upright.
        orientation: by which EXIF says, or said before a decoder turned it, that it is turned from how it is stored.
        xmp: empty where there is none.
        extended: the part of it that stands apart because it is long; empty where there is none, or where it is not
            whole.
        is_whole: False where there is more that can't be read.
        is_turned: whether whoever opens it gets it upright, so that where it is stored otherwise is nobody's business:
            HEIC, whose decoders turn it.
    """

    width: int
    height: int
    orientation: int
    xmp: bytes
    is_turned: bool = False
    extended: bytes = b""
    is_whole: bool = True

    def to_bytes(self) -> bytes:
        shape = self.width, self.height, self.orientation, self.is_turned, self.is_whole
        return _PACKED.pack(*shape, len(self.xmp)) + self.xmp + self.extended

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        width, height, orientation, is_turned, is_whole, length = _PACKED.unpack_from(content)
        end = _PACKED.size + length
        return cls(width, height, orientation, content[_PACKED.size : end], is_turned, content[end:], is_whole)


def header_of(data: bytes, limits: Limits = GUESTS) -> Header:
    """Raises `PhotoError`."""
    image = open_picture(data, limits)
    (width, height), orientation = image.size, _orientation(image)
    # Pillow and pillow-heif give the size as it is after their own turn.
    if orientation in _SIDEWAYS and image.format != TiffImagePlugin.TiffImageFile.format and not _is_turned(image):
        width, height = height, width
    xmp, extended, is_whole = _xmp(image, data), b"", True
    if image.format in ("JPEG", "MPO"):
        try:
            extended = extended_xmp(data, xmp, MOST_XMP)
        except Incomplete:
            is_whole = False
    return Header(width, height, orientation, xmp, _is_turned(image), extended, is_whole)


def _is_turned(image: Image.Image) -> bool:
    return bool(image.info.get("original_orientation"))


def _orientation(image: Image.Image) -> int:
    try:
        said = image.info.get("original_orientation") or image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # whatever a camera may have written there, the picture itself is fine
        return 1
    return said if said in range(1, 9) else 1


def _xmp(image: Image.Image, data: bytes) -> bytes:
    if image.format == PngImagePlugin.PngImageFile.format and "xmp" not in image.info and _PNG_XMP in data:
        try:
            image.load()  # it stands behind the pixels
        except Exception:  # it is told elsewhere that a file can't be read
            return b""
    xmp: Any = image.info.get("xmp", b"")
    if isinstance(xmp, str):
        xmp = xmp.encode("utf-8", "replace")
    elif isinstance(xmp, tuple):  # a TIFF's, as numbers
        xmp = bytes(number & 0xFF for number in xmp if isinstance(number, int))
    return xmp if isinstance(xmp, bytes) and len(xmp) <= MOST_XMP else b""
