"""Names that are written in another direction than the sentence they stand in."""

import unicodedata
from typing import Final

from foundation.reader import spoken

_OVERRIDES: Final = ("LRE", "RLE", "LRO", "RLO", "PDF")
"""Old signs of direction, one of which turns around whatever comes behind it."""
_DIRECTIONS: Final = {"L": "ltr", "R": "rtl", "AL": "rtl"}
"""Of letters; digits and signs go with those around them."""
_ISOLATED: Final = "\N{FIRST STRONG ISOLATE}{}\N{POP DIRECTIONAL ISOLATE}"


def isolated(text: str) -> str:
    """A name, say, for a sentence in the reader's language: where it is read in the other direction it is put between
    Unicode's signs for that, so that the words and brackets around it stay where they are; signs of its own that
    would turn them are left out. An address stays as it is, for it is copied."""
    text = "".join(letter for letter in text if unicodedata.bidirectional(letter) not in _OVERRIDES)
    if direction_of(text) in (None, spoken().direction) or "://" in text:
        return text
    return _ISOLATED.format(text)


def direction_of(text: str) -> str | None:
    """That of the first letter that is not isolated itself."""
    depth = 0
    for letter in text:
        match unicodedata.bidirectional(letter):
            case "FSI" | "LRI" | "RLI":
                depth += 1
            case "PDI":
                depth = max(0, depth - 1)
            case kind if not depth and kind in _DIRECTIONS:
                return _DIRECTIONS[kind]
    return None
