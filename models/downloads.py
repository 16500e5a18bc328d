"""Weights that no package carries: fetched once, pinned, and known by their sha256."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from foundation.fetching import FetchFailed, fetch
from foundation.whole_file import write_whole
from models import wording
from models.weights import WeightsMissing

Words = Callable[[], str]


@dataclass(frozen=True, slots=True)
class Download:
    """A file of weights.

    Attributes:
        name: of the file, in the folder `weights/`.
        source: where it lies, at a pinned commit.
        sha256: of its bytes, in hex.
        what: it is a part of, for people.
        cost: of doing without, in a sentence.
    """

    name: str
    source: str
    sha256: str
    what: Words
    cost: Words

    def file(self, folder: Path) -> Path | None:
        """It in `folder`; None where it is missing or damaged."""
        return None if self._content(folder) is None else folder / self.name

    def read(self, folder: Path) -> bytes:
        """Its bytes. Raises `WeightsMissing`."""
        content = self._content(folder)
        if content is None:
            raise WeightsMissing(wording.weights_not_there(self.what(), folder / self.name))
        return content

    def is_it(self, content: bytes) -> bool:
        """Whether these are its bytes."""
        return hashlib.sha256(content).hexdigest() == self.sha256

    def _content(self, folder: Path) -> bytes | None:
        try:
            content = (folder / self.name).read_bytes()
        except OSError:
            return None
        return content if self.is_it(content) else None


def fetch_missing(downloads: Sequence[Download], folder: Path, progress: Callable[[str, int, int], None]) -> None:
    """Put into `folder` whatever is not there, whole and checked; after the first that does not come no other is tried.

    Raises:
        WeightsMissing: not everything could be fetched and kept, or is what it should be; in one sentence.
    """
    missing = [download for download in downloads if not download.file(folder)]
    for number, download in enumerate(missing):
        if reason := _fetched(download, folder, progress):
            rest = missing[number:]
            what, cost = (
                {each(): None for each in words} for words in zip(*((d.what, d.cost) for d in rest), strict=True)
            )
            raise WeightsMissing(wording.not_fetched(list(what), reason, list(cost)))


def _fetched(download: Download, folder: Path, progress: Callable[[str, int, int], None]) -> str | None:
    """Fetch it; why that failed, or None."""
    content, doing = BytesIO(), wording.fetching(download.what())
    try:
        fetch(download.source, content, lambda done, total: progress(doing, done, total))
        if not download.is_it(content.getvalue()):
            return wording.not_as_named()
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / download.name, content.getvalue())
    except FetchFailed as error:
        return str(error)
    except OSError as error:
        return wording.not_kept(folder, error.strerror or str(error))
    return None
