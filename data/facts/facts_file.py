"""facts.yaml as the family has it now: followed when it is edited, the last good one kept when it breaks."""

import codecs
from collections.abc import Callable, Collection
from pathlib import Path

from data import wording
from data.facts.factbook import FactBook, Stray
from data.facts.parser import FactsError, parse_facts, without_entry
from data.facts.rewriting import rewrite

__all__ = ["FactBook", "FactsError", "FactsFile", "parse_facts"]


class FactsFile:
    """A facts file that people edit while the bot runs.

    `error` is None, or what is wrong with the file as it is now; `book()` then gives the last good one. `cousins` says
    whom the family knows now: whose entry each is follows from that.
    """

    def __init__(self, path: Path, cousins: Callable[[], Collection[str]] = tuple) -> None:
        self.path = path
        self.error: str | None = None
        self._cousins = cousins
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
                self._written = parse_facts(read_facts(self.path), str(self.path))
                self.error = None
        except FactsError as error:
            self.error = str(error)
        except FileNotFoundError:
            self._seen = None
            self.error = wording.facts_absent(str(self.path), wording.facts_how_to())
        except OSError as error:
            self._seen = None
            self.error = wording.facts_unreadable(str(self.path), error.strerror or str(error), wording.facts_how_to())
        family = frozenset(self._cousins())
        if self._bound is None or self._bound[0] is not self._written or self._bound[1] != family:
            self._bound = self._written, family
            self._book = self._written.among(family)
        return self._book

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
        written = parse_facts(text, source).among(frozenset(family)).written(cousin) if text.strip() else None
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
