"""Which pictures are opened: told by their bytes, never by what a file is called."""

from typing import Final

import pillow_heif
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

GUESTS_FORMATS: Final = (
    JpegImagePlugin.JpegImageFile.format,
    PngImagePlugin.PngImageFile.format,
    WebPImagePlugin.WebPImageFile.format,
    GifImagePlugin.GifImageFile.format,
    pillow_heif.HeifImageFile.format,
    AvifImagePlugin.AvifImageFile.format,
)
"""What telephones, browsers and Telegram make. Every decoder more is one that strangers can attack."""

FAMILY_FORMATS: Final = (
    *GUESTS_FORMATS,
    TiffImagePlugin.TiffImageFile.format,
    BmpImagePlugin.BmpImageFile.format,
)
"""What scanners and cameras leave on the family's own disks besides."""

HEAD: Final = 64
"""How many of a file's first bytes `may_be_picture` looks at."""

pillow_heif.register_heif_opener()


def may_be_picture(head: bytes) -> bool:
    """Whether a file that begins with these bytes is one that the family's decoder tries to open."""
    if head.startswith(b"BM") and any(head[6:10]):
        return False  # a text may begin so; in a BMP these bytes are reserved
    # A reader that is missing here answers with what is missing: no yes.
    return any((accept := Image.OPEN[kind][1]) and accept(head) is True for kind in FAMILY_FORMATS)
