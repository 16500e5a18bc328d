"""What a picture may cost: one that a guest sends, and one that the family gives at the command line."""

from dataclasses import dataclass
from typing import Final

from inference.decoding.formats import FAMILY_FORMATS, GUESTS_FORMATS

MAX_BYTES: Final = 20 * 2**20
"""The most that Telegram hands a bot, in bytes; also of a photo that is kept."""
MAX_PIXELS: Final = 50_000_000
"""Also of a photo that is kept."""
MAX_SIDE: Final = 65_500
"""The longest side of a JPEG, in pixels: libjpeg's JPEG_MAX_DIMENSION. What is longer could not be kept."""
OVERVIEW_SIDE: Final = 1280
"""The longest side, in pixels, of a picture that is looked at as a whole, drawn into or shown."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What is refused by a picture's header.

    Attributes:
        formats: Pillow's names of those that are opened.
        max_bytes, max_pixels: of the whole picture.
        max_side: in pixels.
    """

    formats: tuple[str, ...]
    max_bytes: int
    max_pixels: int
    max_side: int


GUESTS: Final = Limits(GUESTS_FORMATS, MAX_BYTES, MAX_PIXELS, MAX_SIDE)
FAMILY: Final = Limits(FAMILY_FORMATS, 2**30, 400_000_000, 1_000_000)
"""Scans of whole album pages and panoramas; what is kept of them is reduced to what a guest may send."""
