"""facts.yaml as the family has it now: followed when it is edited, the last good one kept when it breaks."""

import codecs
import logging
from collections.abc import Callable, Collection
from pathlib import Path

from data import wording
from data.facts.factbook import FactBook, Stray
from data.facts.parser import FactsError, parse_facts, says_nothing, without_entry
from data.facts.rewriting import rewrite
from foundation.whole_file import write_whole

__all__ = ["FactBook", "FactsError", "FactsFile", "parse_facts"]

logger = logging.getLogger(__name__)


class FactsFile:
    """A facts file that people edit while the bot runs.

    `error` is None, or what is wrong with the file as it is now; `book()` then gives the last good one. `cousins` says
    whom the family knows now: whose entry each is follows from that. `last_good` is where a copy of the last good one
    is kept over restarts: else a slip in the file and a power cut would name who does not want to be named.
    `is_blank` is whether the only thing wrong is that it says nothing yet.
    """

    def __init__(
        self, path: Path, cousins: Callable[[], Collection[str]] = tuple, last_good: Path | None = None
    ) -> None:
        self.path = path
        self.error: str | None = None
        self.is_blank = False
        self._cousins = cousins
        self._last_good = last_good
        self._written = FactBook()
        self._book = FactBook()
        self._bound: tuple[FactBook, frozenset[str]] | None = None
        self._seen: tuple[int, int, int] | None = None

    def book(self) -> FactBook:
        """The facts as the file has them now, or had them when it was last right; empty if it never was."""
        try:
            stat = self.path.stat()
            seen = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if seen != self._seen:
                # Noted before the reading: a change in between is then seen the next time.
                self._seen = seen
                self.is_blank = False
                text = read_facts(self.path)
                self.is_blank = says_nothing(text)
                self._written = parse_facts(text, str(self.path))
                self.error = None
                self._keep(text)
        except FactsError as error:
            self.error = str(error)
        except FileNotFoundError:
            self._seen = None
            self.error = wording.facts_absent(str(self.path), wording.facts_how_to())
        except OSError as error:
            self._seen = None
            self.error = wording.facts_unreadable(str(self.path), error.strerror or str(error), wording.facts_how_to())
        if self.error and not self._written.cousins:
            self._written = self._kept()
        family = frozenset(self._cousins())
        if self._bound is None or self._bound[0] is not self._written or self._bound[1] != family:
            self._bound = self._written, family
            self._book = self._written.among(family)
        return self._book

    def _keep(self, text: str) -> None:
        if self._last_good is not None:
            try:
                write_whole(self._last_good, text)
            except OSError:
                logger.warning("No copy of %s could be kept.", self.path, exc_info=True)

    def _kept(self) -> FactBook:
        """What the copy says, where this process has not seen a good file yet."""
        if self._last_good is None:
            return FactBook()
        try:
            return parse_facts(read_facts(self._last_good), str(self._last_good))
        except (FactsError, OSError):
            return FactBook()

    def strays(self) -> list[Stray]:
        """The entries of nobody whom the family knows now, of those that mean the same cousin one; none before it knows
        anybody."""
        cousins = self._cousins()
        strays = self.book().strays(cousins) if cousins else []
        return list({stray.same or stray.name: stray for stray in strays}.values())

    def forget(self, cousin: str) -> bool:
        """Take a cousin's entry out of the file; False where there is none. Raises FactsError, OSError."""

        return forget_entry(self.path, cousin, self._cousins())


def forget_entry(path: Path, cousin: str, family: Collection[str]) -> bool:
    """Take the entry out of a facts file that is this cousin's among the family's; False where there is none.

    Raises FactsError, OSError.
    """

    def without(text: str, source: str) -> str:
        if says_nothing(text):
            return text
        written = parse_facts(text, source).among(frozenset(family)).written(cousin)
        rest = without_entry(text, written, source) if written is not None else None
        return text if rest is None else rest

    return change_facts(path, without)


def change_facts(path: Path, change: Callable[[str, str], str]) -> bool:
    """Let `change` make a new text of a facts file's and of what errors call it; whether it is another.

    The file keeps its line ends, and its byte order mark where it has one. Raises FactsError, OSError.
    """

    def changed(content: bytes) -> bytes | None:
        text = _decoded(content, path)
        new = change(text, str(path))
        mark = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
        return mark + new.encode() if new != text else None

    return path.exists() and rewrite(path, changed)


def read_facts(path: Path) -> str:
    """The text of a facts file, its line ends as they are. Raises FactsError where it is not UTF-8, and OSError."""
    return _decoded(path.read_bytes(), path)


def _decoded(content: bytes, path: Path) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FactsError(wording.in_line(str(path), line, wording.line_not_utf8())) from None
