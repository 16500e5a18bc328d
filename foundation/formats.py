"""Numbers, dates and lists as the reader's language writes them."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Literal

from babel.dates import format_date, format_datetime, format_skeleton, format_time, get_datetime_format, match_skeleton
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from foundation.direction import direction_of, isolated
from foundation.reader import spoken

_WEEKDAY: Final = re.compile("E+")


class Formatted(str):
    """A number or a list as the reader's language writes it; `str` writes it anew for who is the reader now."""

    __slots__ = ("form", "given")

    form: str
    given: Sequence[Any]

    def __str__(self) -> str:
        return FORMS[self.form](*self.given)


def _formatted(form: str, text: str, *given: Any) -> str:
    made = Formatted(text)
    made.form, made.given = form, given
    return made


def percent(share: float, decimals: int = 0) -> str:
    """A share from 0 to 1 as “71%”."""
    locale = spoken().locale
    pattern = locale.percent_formats[None].pattern.replace("#,##0", _digits(decimals))
    text = format_percent(Decimal(f"{share * 100:.{decimals}f}") / 100, pattern, locale)
    return _formatted("percent", text, share, decimals)


def listed(things: Sequence[str], kind: Literal["standard", "or"] = "standard") -> str:
    """“Ann, Ben and Ida”, or with “or”."""
    locale, said = spoken().locale, [isolated(str(one)) for one in things]
    if locale.language == "he" and kind == "standard" and len(said) > 1 and direction_of(said[-1]) != "rtl":
        said[-1] = f"-{said[-1]}"  # its “and” is a letter in front of the word
    return _formatted("listed", format_list(said, kind, locale), tuple(things), kind)


def number(value: float, decimals: int = 0) -> str:
    """“1,234.5”."""
    text = format_decimal(Decimal(f"{value:.{decimals}f}"), "#,##" + _digits(decimals), spoken().locale)
    return _formatted("number", text, float(value) if decimals else int(Decimal(f"{value:.0f}")), decimals)


FORMS: Final[Mapping[str, Callable[..., str]]] = {"percent": percent, "listed": listed, "number": number}
"""What a `Formatted` was made by, by its form."""


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
