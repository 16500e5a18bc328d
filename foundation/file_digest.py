"""By what a file's content is known, everywhere."""

import hashlib
from pathlib import Path


def sha256_of(path: Path) -> str:
    """Of its bytes, in hex, however large it is. Raises `OSError`."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
