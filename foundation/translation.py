"""Sentences in the language of whoever reads them.

A room's sentences are functions in its `wording.py`. Each looks its text up when the sentence is made, so that two
people can be answered in two languages by one process. Placeholders are named, sentences whole: other languages put
their words in another order, and bend them.

A sentence remembers what it was made of. What is made now and read by somebody else, or later, is said again in their
language: `str(sentence)`, or filling it into another sentence, is enough; `kept_sentences` carries it over a database.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Final

from foundation.direction import isolated
from foundation.file_names import readable
from foundation.formats import number
from foundation.reader import spoken

_COPIED: Final = re.compile(r"cousinbot (?:[a-z]|--)|/[a-z]+ \{|--[a-z]+ [a-z:]*\{|=\{")
"""Sentences with a command or a setting to be copied, in which no sign may stand that nobody sees."""


class Sentence(str):
    """A text in the language of who was the reader when it was made; `str` makes it anew for who is the reader now.

    Attributes:
        originals: what it is in the sources; two where it counts something.
        counted: how many, of those; else None.
        values: by the placeholders' names.
    """

    __slots__ = ("counted", "originals", "values")

    originals: tuple[str, ...]
    counted: int | None
    values: Mapping[str, object]

    def __str__(self) -> str:
        return made_of(self.originals, self.counted, self.values)


def made_of(originals: tuple[str, ...], count: int | None, values: Mapping[str, object]) -> Sentence:
    """A sentence of its originals, two of them with a count, and of what is filled in."""
    if count is None:
        text = _filled(originals[0], sentence(originals[0]), values)
    else:
        text = _filled(originals[1], sentences(originals[0], originals[1], count), {"count": number(count), **values})
    made = Sentence(text)
    made.originals, made.counted, made.values = originals, count, values
    return made


def _(message: str, **values: object) -> str:
    """The sentence `message` in the reader's language, its placeholders filled in."""
    return made_of((message,), None, values)


def ngettext(one: str, many: str, count: int, **values: object) -> str:
    """The same for a sentence that counts something; some languages have more forms than two. `{count}` is filled."""
    return made_of((one, many), count, values)


def in_one(sentences: Iterable[str]) -> str:
    """Sentences one behind another, which can be said again as one can."""
    values: dict[str, object] = {f"part{number}": text for number, text in enumerate(sentences)}
    return made_of((" ".join(f"{{{name}}}" for name in values),), None, values)


def _filled(message: str, text: str, values: Mapping[str, object]) -> str:
    is_copied = _COPIED.search(message) is not None
    return text.format(**{name: _in_sentence(value, is_copied) for name, value in values.items()})


def _in_sentence(value: object, is_copied: bool) -> object:
    match value:
        case PurePath():
            return readable(str(value))
        case str():
            return str(value) if is_copied else isolated(str(value))
        case _:
            return value


def sentence(message: str) -> str:
    """The sentence with its placeholders, for who fills them in otherwise, as pages do."""
    return spoken().sentences.gettext(message) if message else ""  # for which gettext has the catalogue's header


def sentences(one: str, many: str, count: int) -> str:
    """The form of the sentence for this count, with its placeholders."""
    return spoken().sentences.ngettext(one, many, count)
