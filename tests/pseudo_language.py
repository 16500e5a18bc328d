"""A language that nobody speaks, in which every sentence is marked: “⟦Yes⟧”, and “⟦Hello ⟧{name}⟦!⟧”.

What is filled in stands between the marks, so that English filled into a sentence of another language is seen. People,
cousins, facts and files have Greek names here; then whatever has letters, and neither a mark nor Greek ones, is a
sentence that does not go through the catalogues, or not in its reader's language.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from gettext import NullTranslations
from pathlib import Path
from typing import Final

import pytest
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from foundation import languages
from foundation.languages import FORMAT, Language, language
from foundation.translation import date, day, listed, time_of, translated

CODE: Final = "eo"
"""Of which there is no catalogue; months and days have names that are not the English ones."""

_KEPT: Final = re.compile(r"(\{\w+\}|%\(\w+\)s|</?(?:a|b|code|em|i|kbd|p|small|span|strong)(?:\s[^>]*)?>|\n)")
_MARKED: Final = re.compile(r"⟦[^⟦⟧]*⟧")
_CUT: Final = re.compile(r"⟦[^⟦⟧\n]*$", re.MULTILINE)  # where Telegram would refuse more, or a list has no room
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_GREEK: Final = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]+")
_MOMENTS: Final = [datetime(2026, month, 1 + month) for month in range(1, 13)]  # on every day of the week


def _written() -> Iterator[str]:
    """Dates and lists, as the functions of `foundation.translation` write them."""
    with translated(Language(CODE, Locale.parse(CODE), NullTranslations())):
        for moment in _MOMENTS:
            yield from (date(moment), day(moment), time_of(moment))
        yield from (listed(["1", "2", "3"]), listed(["1", "2", "3"], "or"))


_ADDRESS: Final = re.compile(r"https?://[^\s⟦⟧]+")
_READ_IN_ALL: Final = re.compile(
    r"(?<![\w/])/[a-z]+\b(?:@\w+)?"  # commands
    r"|\bv\d{3}\b"  # versions
    r"|\b\w+\.(?:jpg|jpeg|png|heic|yaml|txt)\b"
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
