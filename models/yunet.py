"""YuNet's weights: the one file that no package carries."""

import hashlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Final

from foundation.fetching import FetchFailed, fetch
from foundation.whole_file import write_whole
from models import wording
from models.weights import WeightsMissing

FILE: Final = "yunet_n_640_640.onnx"
SOURCE: Final = (
    "https://raw.githubusercontent.com/ShiqiYu/libfacedetection.train/"
    f"0047ac24afb1a50a0c6105001c89d1b5b805dbf1/onnx/{FILE}"
)
SHA256: Final = "25a606a145a5b6d7271ae138fbd00eba91dad8b83222ae3f2c7ecd0f4a7b0e31"


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
    content = BytesIO()
    try:
        fetch(source, content, lambda done, total: progress(wording.fetching_detector(), done, total))
    except FetchFailed as error:
        raise WeightsMissing(wording.detector_not_fetched(str(error))) from None
    if hashlib.sha256(content.getvalue()).hexdigest() != sha256:
        raise WeightsMissing(wording.detector_damaged())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / FILE, content.getvalue())
    except OSError as error:
        raise WeightsMissing(wording.detector_not_kept(folder, error.strerror or str(error))) from None
