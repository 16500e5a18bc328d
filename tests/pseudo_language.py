"""A language that nobody speaks, in which every sentence is marked: “⟦Yes⟧”, and “⟦Hello ⟧{name}⟦!⟧”.

What is filled in stands between the marks, so that English filled into a sentence of another language is seen. People,
cousins, facts and files have Greek names here; then whatever has letters, and neither a mark nor Greek ones, is a
sentence that does not go through the catalogues, or not in its reader's language.
"""

import re
import string
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from gettext import NullTranslations
from pathlib import Path
from typing import Final

import pytest
from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import write_po

from foundation import languages
from foundation.formats import date, day, listed, time_of
from foundation.languages import FORMAT, Language, language
from foundation.reader import in_language, translated
from foundation.translation import sentence, sentences

CODE: Final = "eo"
"""Of which there is no catalogue; months and days have names that are not the English ones."""

_KEPT: Final = re.compile(r"(\{\w+\}|%\(\w+\)s|</?(?:a|b|code|em|i|kbd|p|small|span|strong)(?:\s[^>]*)?>|\n)")
_MARKED: Final = re.compile(r"⟦[^⟦⟧]*⟧")
_CUT: Final = re.compile(r"⟦[^⟦⟧\n]*$", re.MULTILINE)  # where Telegram would refuse more, or a list has no room
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_GREEK: Final = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]+")
_MOMENTS: Final = [datetime(2026, month, 1 + month) for month in range(1, 13)]  # on every day of the week


def _written() -> Iterator[str]:
    """Dates and lists, as `foundation.formats` writes them."""
    with translated(Language(CODE, Locale.parse(CODE), NullTranslations())):
        for moment in _MOMENTS:
            yield from (date(moment), day(moment), time_of(moment))
        yield from (listed(["1", "2", "3"]), listed(["1", "2", "3"], "or"))


_ADDRESS: Final = re.compile(r"https?://[^\s⟦⟧]+|[^\s⟦⟧()]+\.(?:jpg|png|yaml)\b")
"""Also of a file."""
_READ_IN_ALL: Final = re.compile(
    r"(?<![\w/])/[a-z]+\b(?:@\w+)?"  # commands
    r"|\bv\d{3}\b"  # versions
)


def marked(sentence: str) -> str:
    """The sentence in the pseudo-language."""
    return "".join(
        piece if place % 2 or not _LETTERS.search(piece) else _wrapped(piece)
        for place, piece in enumerate(_KEPT.split(sentence))
    )


def _wrapped(piece: str) -> str:
    bare = piece.strip()
    return piece.replace(bare, f"⟦{bare}⟧")


def only_marked(text: str) -> str:
    """What the catalogue says of a text, without what is filled in."""
    return "".join(_MARKED.findall(text))


def unmarked(text: str, *allowed: str) -> str:
    """What of a text is in no language but the sources'; "" where nothing is. `allowed` are patterns of what may be."""
    text = _ADDRESS.sub(" ", text)
    for pattern in allowed:
        text = re.sub(pattern, " ", text)
    rest = _READ_IN_ALL.sub(" ", _CUT.sub(" ", _MARKED.sub(" ", text)))
    words = _LETTERS.findall(_GREEK.sub(" ", rest))
    return " ".join(word for word in words if word not in _locales_words())


@cache
def _locales_words() -> set[str]:
    return {word for text in _written() for word in _LETTERS.findall(text)}


def catalogue_of(extracted: Catalog) -> Catalog:
    catalogue = Catalog(locale=CODE, project="cousinbot", version=str(FORMAT), fuzzy=False)
    for message in extracted:
        if message.id:
            several = isinstance(message.id, tuple)
            string = tuple(map(marked, message.id)) if several else marked(str(message.id))
            catalogue.add(message.id, string, flags=message.flags)
    return catalogue


Ids = tuple[str, ...]
"""A sentence as it is in the sources; two where it counts something."""


class Originals:
    """Of which sentences a text in the pseudo-language is made."""

    def __init__(self, extracted: Catalog) -> None:
        self._extracted = [message for message in extracted if message.id]
        self._by_piece: dict[str, set[Ids]] = {}
        for message in self._extracted:
            for text in ids_of(message):
                for piece in _MARKED.findall(marked(text)):
                    self._by_piece.setdefault(piece, set()).add(ids_of(message))

    def of(self, room: str) -> set[Ids]:
        """All of a room's."""
        return {ids_of(one) for one in self._extracted if any(file.startswith(room) for file, _ in one.locations)}

    def in_text(self, text: str) -> set[Ids]:
        """All that have a piece in the text, and whose other pieces are there too."""
        pieces = set(_MARKED.findall(text))
        found = {ids for piece in pieces for ids in self._by_piece.get(piece, ())}
        return {ids for ids in found if any(set(_MARKED.findall(marked(one))) <= pieces for one in ids)}


def ids_of(message: Message) -> Ids:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def longest(code: str, ids: Ids, name: int) -> str:
    """The sentence in a language, the longest of its forms, filled with names of so many letters."""
    values = dict.fromkeys(placeholders(ids[-1]), "M" * name) | {"count": "1,000", "version": "v100", "number": "10"}
    with in_language(code):
        forms = [sentences(ids[0], ids[-1], count) for count in (1, 2, 5, 1000)] if ids[1:] else [sentence(ids[0])]
    return max((form.format(**values) for form in forms), key=len)


@contextmanager
def there_is_the_pseudo_language(folder: Path, extracted: Catalog) -> Iterator[None]:
    """While this is open there are English and the pseudo-language, read from a file as every other is."""
    file = folder / CODE / "LC_MESSAGES" / "cousinbot.po"
    file.parent.mkdir(parents=True)
    with file.open("wb") as po:
        write_po(po, catalogue_of(extracted))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(languages, "LOCALES", folder)
        language.cache_clear()
        try:
            yield
        finally:
            language.cache_clear()


def placeholders(text: str) -> set[str]:
    """The names of what is filled in: in braces, or on pages in brackets.

    Raises:
        ValueError: of two braces one is missing.
    """
    braces = {name for literal, name, spec, conversion in string.Formatter().parse(text) if name is not None}
    return braces | set(re.findall(r"%\((\w+)\)", text))
