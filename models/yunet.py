"""YuNet's weights: the one file that no package carries."""

import hashlib
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from typing import Final

from foundation.whole_file import write_whole
from models import wording
from models.weights import WeightsMissing

FILE: Final = "yunet_n_640_640.onnx"
SOURCE: Final = (
    "https://raw.githubusercontent.com/ShiqiYu/libfacedetection.train/"
    f"0047ac24afb1a50a0c6105001c89d1b5b805dbf1/onnx/{FILE}"
)
SHA256: Final = "25a606a145a5b6d7271ae138fbd00eba91dad8b83222ae3f2c7ecd0f4a7b0e31"
_PATIENCE: Final = 10
"""Seconds without an answer after which there is no network."""


def yunet_file(folder: Path, sha256: str = SHA256) -> Path | None:
    """YuNet's weights in `folder`; None where they are missing or damaged."""
    file = folder / FILE
    try:
        return file if hashlib.sha256(file.read_bytes()).hexdigest() == sha256 else None
    except OSError:
        return None


def fetch_yunet(
    folder: Path, progress: Callable[[str, int, int], None], source: str = SOURCE, sha256: str = SHA256
) -> None:
    """Put YuNet's weights (0.3 MB, Apache-2.0) into `folder`, whole and checked; nothing happens if they are there.

    Raises:
        WeightsMissing: they can't be fetched or kept, or are not what they should be.
    """
    if yunet_file(folder, sha256):
        return
    try:
        with urllib.request.urlopen(source, timeout=_PATIENCE) as answer:
            total = int(answer.headers.get("Content-Length", 0))
            content = b""
            while block := answer.read(1 << 16):
                content += block
                progress(wording.fetching_detector(), len(content), total)
    except (OSError, HTTPException) as error:
        reason = str(getattr(error, "reason", error))
        raise WeightsMissing(wording.detector_not_fetched(reason, FILE, folder)) from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise WeightsMissing(wording.detector_damaged())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / FILE, content)
    except OSError as error:
        raise WeightsMissing(wording.detector_not_kept(folder, error.strerror or str(error))) from None
