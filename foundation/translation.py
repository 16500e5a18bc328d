"""Sentences in the language of whoever reads them.

A room's sentences are functions in its `wording.py`. Each looks its text up when the sentence is made, so that two
people can be answered in two languages by one process. Placeholders are named, sentences whole: other languages put
their words in another order, and bend them.

A sentence remembers what it was made of. What is made now and read by somebody else, or later, is said again in their
language: `str(sentence)`, or filling it into another sentence, is enough; `kept` and `told` carry it over a database.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from datetime import datetime
from decimal import Decimal
from pathlib import PurePath
from typing import Any, Final, Literal

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton, format_time, get_datetime_format, match_skeleton
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from foundation.file_names import readable
from foundation.languages import ENGLISH, IN_ENGLISH, Language, language

_reader: ContextVar[Language] = ContextVar("reader", default=IN_ENGLISH)
_OVERRIDES: Final = ("LRE", "RLE", "LRO", "RLO", "PDF")
"""Old signs of direction, one of which turns around whatever comes behind it."""
_DIRECTIONS: Final = {"L": "ltr", "R": "rtl", "AL": "rtl"}
"""Of letters; digits and signs go with those around them."""
_COPIED: Final = re.compile(r"cousinbot (?:[a-z]|--)|/[a-z]+ \{|--[a-z]+ [a-z:]*\{|=\{")
"""Sentences with a command or a setting to be copied, in which no sign may stand that nobody sees."""
_WEEKDAY: Final = re.compile("E+")
_ISOLATED: Final = "\N{FIRST STRONG ISOLATE}{}\N{POP DIRECTIONAL ISOLATE}"


@contextmanager
def translated(spoken: Language) -> Iterator[None]:
    """Sentences made in this block, by this task and those that it starts, are in this language."""
    before = _reader.set(spoken)
    try:
        yield
    finally:
        _reader.reset(before)


def in_language(code: str = ENGLISH) -> AbstractContextManager[None]:
    """The same for a language by its code; English is for logs and programs."""
    return translated(language(code))


def speak(code: str) -> None:
    """This language from now on, in a process that has one reader, or a task: also for whoever looks after the task's
    errors, where the block of `in_language` has been left."""
    _reader.set(language(code))


def spoken() -> Language:
    """The language of whoever reads what is made now."""
    return _reader.get()


class _Formatted(str):
    """A number or a list as the reader's language writes it; `str` writes it anew for who is the reader now."""

    __slots__ = ("form", "given")

    form: str
    given: Sequence[Any]

    def __str__(self) -> str:
        return _FORMS[self.form](*self.given)


def _formatted(form: str, text: str, *given: Any) -> str:
    made = _Formatted(text)
    made.form, made.given = form, given
    return made


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
        return _made(self.originals, self.counted, self.values)


def _made(originals: tuple[str, ...], count: int | None, values: Mapping[str, object]) -> Sentence:
    if count is None:
        text = _filled(originals[0], sentence(originals[0]), values)
    else:
        text = _filled(originals[1], sentences(originals[0], originals[1], count), {"count": number(count), **values})
    made = Sentence(text)
    made.originals, made.counted, made.values = originals, count, values
    return made


def _(message: str, **values: object) -> str:
    """The sentence `message` in the reader's language, its placeholders filled in."""
    return _made((message,), None, values)


def ngettext(one: str, many: str, count: int, **values: object) -> str:
    """The same for a sentence that counts something; some languages have more forms than two. `{count}` is filled."""
    return _made((one, many), count, values)


def in_one(sentences: Iterable[str]) -> str:
    """Sentences one behind another, which can be said again as one can."""
    values: dict[str, object] = {f"part{number}": text for number, text in enumerate(sentences)}
    return _made((" ".join(f"{{{name}}}" for name in values),), None, values)


def kept(text: str) -> str:
    """The text as a database keeps it: of a sentence what it was made of, anything else as it is."""
    return json.dumps(_parts(text), ensure_ascii=False) if isinstance(text, Sentence) else text


def told(text: str) -> str:
    """What was `kept`, in the language of who is the reader now."""
    if not text.startswith(_KEPT):
        return text
    try:
        return str(_of_parts(json.loads(text)))
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError):
        return text


_KEPT: Final = '{"sentence": '


def _parts(value: object) -> object:
    match value:
        case Sentence():
            values = {name: _parts(one) for name, one in value.values.items()}
            return {"sentence": value.originals, "count": value.counted, "values": values}
        case _Formatted():
            return {"form": value.form, "given": _parts(value.given)}
        case PurePath():
            return readable(str(value))
        case list() | tuple():
            return [_parts(one) for one in value]
    return value if isinstance(value, int | float | str) or value is None else str(value)


def _of_parts(parts: Any) -> Any:
    match parts:
        case {"form": form, "given": given}:
            return _FORMS[form](*_of_parts(given))
        case {"sentence": originals, "count": count, "values": values}:
            return _made(tuple(originals), count, {name: _of_parts(one) for name, one in values.items()})
        case dict():
            raise ValueError("neither a sentence nor what is filled in")
        case list():
            return [_of_parts(one) for one in parts]
    return parts


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


def isolated(text: str) -> str:
    """A name, say, for a sentence in the reader's language: where it is read in the other direction it is put between
    Unicode's signs for that, so that the words and brackets around it stay where they are; signs of its own that
    would turn them are left out. An address stays as it is, for it is copied."""
    text = "".join(letter for letter in text if unicodedata.bidirectional(letter) not in _OVERRIDES)
    if _direction(text) in (None, spoken().direction) or "://" in text:
        return text
    return _ISOLATED.format(text)


def _direction(text: str) -> str | None:
    """That of the first letter that is not isolated itself."""
    depth = 0
    for letter in text:
        match unicodedata.bidirectional(letter):
            case "FSI" | "LRI" | "RLI":
                depth += 1
            case "PDI":
                depth = max(0, depth - 1)
            case kind if not depth and kind in _DIRECTIONS:
                return _DIRECTIONS[kind]
    return None


def sentence(message: str) -> str:
    """The sentence with its placeholders, for who fills them in otherwise, as pages do."""
    return spoken().sentences.gettext(message) if message else ""  # for which gettext has the catalogue's header


def sentences(one: str, many: str, count: int) -> str:
    """The form of the sentence for this count, with its placeholders."""
    return spoken().sentences.ngettext(one, many, count)


def percent(share: float, decimals: int = 0) -> str:
    """A share from 0 to 1 as “71%”."""
    locale = spoken().locale
    pattern = locale.percent_formats[None].pattern.replace("#,##0", _digits(decimals))
    text = format_percent(Decimal(f"{share * 100:.{decimals}f}") / 100, pattern, locale)
    return _formatted("percent", text, share, decimals)


def listed(things: Sequence[str], kind: Literal["standard", "or"] = "standard") -> str:
    """“Ann, Ben and Ida”, or with “or”."""
    locale, said = spoken().locale, [isolated(str(one)) for one in things]
    if locale.language == "he" and kind == "standard" and len(said) > 1 and _direction(said[-1]) != "rtl":
        said[-1] = f"-{said[-1]}"  # its “and” is a letter in front of the word
    return _formatted("listed", format_list(said, kind, locale), tuple(things), kind)


def language_name(code: str) -> str:
    """What the reader calls a language: `pl` is “Polish”."""
    return Locale.parse(code).get_display_name(spoken().locale) or code


def number(value: float, decimals: int = 0) -> str:
    """“1,234.5”."""
    text = format_decimal(Decimal(f"{value:.{decimals}f}"), "#,##" + _digits(decimals), spoken().locale)
    return _formatted("number", text, float(value) if decimals else int(Decimal(f"{value:.0f}")), decimals)


_FORMS: Final[Mapping[str, Callable[..., str]]] = {"percent": percent, "listed": listed, "number": number}


def _digits(decimals: int) -> str:
    return f"0.{'0' * decimals}" if decimals else "0"


def day(moment: datetime) -> str:
    """“Saturday 28 November”."""
    locale = spoken().locale
    found = match_skeleton("EEEEdMMMM", locale.datetime_skeletons)
    pattern = str(locale.datetime_skeletons[found] if found else locale.date_formats["full"])
    return format_datetime(moment, _WEEKDAY.sub("EEEE", pattern), locale=locale)  # most have it short alone


def date(moment: datetime) -> str:
    """“28 November 2026”."""
    return format_date(moment, "long", spoken().locale)


def clock(moment: datetime) -> str:
    """“14:03”."""
    return format_time(moment, "HH:mm", locale=spoken().locale)


def time_of(moment: datetime) -> str:
    """“28 Nov, 14:03”."""
    day_of_month = format_skeleton("dMMM", moment, locale=spoken().locale)
    return str(get_datetime_format("medium", locale=spoken().locale)).format(clock(moment), day_of_month)
