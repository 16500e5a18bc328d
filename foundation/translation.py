"""Sentences in the language of whoever reads them.

A room's sentences are functions in its `wording.py`. Each looks its text up when the sentence is made, so that two
people can be answered in two languages by one process. Placeholders are named, sentences whole: other languages put
their words in another order, and bend them.
"""

import gettext
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from pathlib import PurePath

from foundation.file_names import readable

_translations: ContextVar[gettext.NullTranslations] = ContextVar("translations", default=gettext.NullTranslations())  # noqa: B039


@contextmanager
def translated(translations: gettext.NullTranslations) -> Iterator[None]:
    """Sentences made in this block, by this task and those that it starts, come from `translations`."""
    before = _translations.set(translations)
    try:
        yield
    finally:
        _translations.reset(before)


def _(message: str, **values: object) -> str:
    """The sentence `message` in the reader's language, its placeholders filled in."""
    return _filled(sentence(message), values)


def ngettext(one: str, many: str, count: int, **values: object) -> str:
    """The same for a sentence that counts something; some languages have more forms than two. `{count}` is filled."""
    return _filled(sentences(one, many, count), {"count": number(count), **values})


def _filled(text: str, values: Mapping[str, object]) -> str:
    return text.format(**{name: readable(str(it)) if isinstance(it, PurePath) else it for name, it in values.items()})


def sentence(message: str) -> str:
    """The sentence with its placeholders, for who fills them in otherwise, as pages do."""
    return _translations.get().gettext(message)


def sentences(one: str, many: str, count: int) -> str:
    """The form of the sentence for this count, with its placeholders."""
    return _translations.get().ngettext(one, many, count)


def percent(share: float, decimals: int = 0) -> str:
    """A share from 0 to 1 as “71%”."""
    return f"{share:.{decimals}%}"


def number(value: float, decimals: int = 0) -> str:
    """“1,234.5”."""
    return f"{value:,.{decimals}f}"


def day(moment: datetime) -> str:
    """“Saturday 28 November”."""
    return f"{moment:%A %-d %B}"


def date(moment: datetime) -> str:
    """“28 November 2026”."""
    return f"{moment:%-d %B %Y}"


def clock(moment: datetime) -> str:
    """“14:03”."""
    return f"{moment:%H:%M}"


def time_of(moment: datetime) -> str:
    """“28 Nov 14:03”."""
    return f"{moment:%-d %b %H:%M}"
