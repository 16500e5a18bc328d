"""Names of files as people can read them."""

import os
import unicodedata


def readable(name: str) -> str:
    """A name that can be printed on one line and written as UTF-8.

    Old disks hold names that are in no encoding we know, and a name may hold whatever starts a line or moves a
    terminal's cursor.
    """
    text = os.fsencode(name).decode("utf-8", "replace")
    return "".join("\ufffd" if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
