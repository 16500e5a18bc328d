"""Jinja's templates, whose sentences are in the reader's language."""

from typing import Final

from jinja2 import BaseLoader, Environment
from markupsafe import Markup

from foundation.direction import isolated
from foundation.formats import clock, date, number, percent
from foundation.reader import spoken
from foundation.translation import sentence, sentences


def environment(loader: BaseLoader | None = None) -> Environment:
    """For pages: what is filled in is escaped, numbers are written as the language does, and what is read in the other
    direction does not disturb the words around it. `language()` is the one itself, for `lang` and `dir`."""
    made = Environment(
        loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n"]
    )
    made.policies["ext.i18n.trimmed"] = True
    made.newstyle_gettext = True  # type: ignore[attr-defined]  # the functions below fill in what a sentence names
    made.globals |= {"gettext": _gettext, "ngettext": _ngettext, "language": spoken}
    made.filters |= _FILTERS
    return made


_FILTERS: Final = {"clock": clock, "date": date, "number": number, "percent": percent}


def _gettext(message: str, /, **values: object) -> Markup:
    return Markup(sentence(message)) % _shown(values)


def _ngettext(one: str, many: str, count: int, /, **values: object) -> Markup:
    return Markup(sentences(one, many, count)) % _shown({"num": count, **values})


def _shown(values: dict[str, object]) -> dict[str, object]:
    return {name: _in_page(value) for name, value in values.items()}


def _in_page(value: object) -> object:
    match value:
        case Markup() | bool():
            return value
        case int():
            return number(value)
        case str():
            return isolated(str(value))
        case _:
            return value
