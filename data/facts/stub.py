"""A new cousin's entry at the end of facts.yaml, where the family finds it and fills it in."""

import json
import re
from datetime import date
from pathlib import Path

import yaml

from data import wording
from data.facts.factbook import FactBook
from data.facts.parser import FactsError, parse_facts, says_nothing
from data.facts.rewriting import rewrite

_BOM = "\ufeff"


class StubError(Exception):
    """The entry could not be written; the message is a sentence that says why, and `stub` what to add by hand."""

    def __init__(self, message: str, stub: str) -> None:
        super().__init__(message)
        self.stub = stub


def add_stub(path: Path, key: str, name: str) -> bool:
    """Append an entry for this cousin, whole or not at all; False where the file has one already.

    Everything that stands in the file stays as it is, to the byte: comments, order and line ends. A file that is
    missing is begun; one that has a mistake in it is left alone.

    Raises:
        StubError: the file has a mistake, can't be written, or can't be added to by appending.
    """
    stub = _stub(key, name)
    try:
        return rewrite(path, lambda content: _extended(content, key, name, str(path)))
    except FactsError as error:
        raise StubError(str(error), stub) from None
    except UnicodeDecodeError:
        raise StubError(wording.facts_not_utf8(str(path)), stub) from None
    except OSError as error:
        raise StubError(wording.facts_unwritable(str(path), error.strerror or str(error)), stub) from error


def _extended(content: bytes, key: str, name: str, source: str) -> bytes | None:
    text = content.decode("utf-8")
    bare = text.removeprefix(_BOM)
    book = FactBook()
    indent = ""
    if not says_nothing(bare):
        book = parse_facts(bare, source)
        # An entry of the same name but for case and spaces is that of the one folder there is of it, or will be.
        if key in book.among([key]).cousins:
            return None
        root = yaml.compose(bare, Loader=yaml.SafeLoader)
        assert isinstance(root, yaml.MappingNode)  # as parse_facts found it
        indent = " " * root.value[0][0].start_mark.column  # a file may be indented as a whole
    end = "\r\n" if "\r\n" in text else "\n"
    gap = "" if not bare else end if bare.endswith("\n") else end + end
    added = "".join(indent + line + end for line in _stub(key, name).splitlines())
    extended = text + gap + added
    # Not the entries there were and one more: a {}-style file, or one with an end mark (...).
    problem = wording.facts_not_extendable(source)
    try:
        after = parse_facts(extended.removeprefix(_BOM), source)
    except FactsError:
        raise FactsError(problem) from None
    if after.cousins != (*book.cousins, key) or any(_told(after, one) != _told(book, one) for one in book.cousins):
        raise FactsError(problem)
    return extended.encode("utf-8")


def _stub(key: str, name: str) -> str:
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    # What begins with a sign, or has one that means something to YAML, must stand in quotes.
    before = key if re.fullmatch(r"\w[\w.'-]*", key) else json.dumps(key, ensure_ascii=False)
    return f'# {wording.facts_stub(date.today().isoformat())}\n{before}:\n  name: "{quoted}"\n  # facts:\n  #   - \n'


def _told(book: FactBook, cousin: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    return book.display_name(cousin), book.facts(cousin), book.avoid(cousin)
