"""Names of files as people can read them."""

import os
import unicodedata
from typing import Final

_LONGEST: Final = 60
"""Characters of a name that somebody has written somewhere, in a sentence."""


def short(name: str) -> str:
    """What is `readable` of a name that may be of any length."""
    text = readable(name)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def readable(name: str) -> str:
    """A name that can be printed on one line and written as UTF-8.

    Old disks hold names that are in no encoding we know, and a name may hold whatever starts a line or moves a
    terminal's cursor.
    """
    text = os.fsencode(name).decode("utf-8", "replace")
    return "".join("\ufffd" if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
