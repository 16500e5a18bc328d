"""Weights that no package carries: fetched once, pinned, and known by their sha256."""

import hashlib
from collections.abc import Callable
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
        what: it holds, for people.
        cost: of doing without.
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

    def fetch(self, folder: Path, progress: Callable[[str, int, int], None]) -> None:
        """Put it into `folder`, whole and checked; nothing happens if it is there.

        Raises:
            WeightsMissing: it can't be fetched or kept, or is not what it should be.
        """
        if self.file(folder):
            return
        what, cost, content = self.what(), self.cost(), BytesIO()
        try:
            fetch(self.source, content, lambda done, total: progress(wording.fetching(what), done, total))
        except FetchFailed as error:
            raise WeightsMissing(wording.not_fetched(what, str(error), cost)) from None
        if not self._is_it(content.getvalue()):
            raise WeightsMissing(wording.download_damaged(what, cost))
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_whole(folder / self.name, content.getvalue())
        except OSError as error:
            raise WeightsMissing(wording.not_kept(what, folder, error.strerror or str(error), cost)) from None

    def _content(self, folder: Path) -> bytes | None:
        try:
            content = (folder / self.name).read_bytes()
        except OSError:
            return None
        return content if self._is_it(content) else None

    def _is_it(self, content: bytes) -> bool:
        return hashlib.sha256(content).hexdigest() == self.sha256
