"""The languages that the sentences exist in, and which of them somebody wants to read.

A language is named as gettext and Babel name it: `de`, `pt_BR`. English is what the sources are written in; every other
language is a catalogue, `locales/<language>/LC_MESSAGES/cousinbot.po`, read as it is the first time somebody wants it.
"""

import gettext
import io
import logging
import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from babel import Locale
from babel.core import UnknownLocaleError
from babel.messages.catalog import Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

logger = logging.getLogger(__name__)

LOCALES: Final = Path(__file__).parent.parent / "locales"
ENGLISH: Final = "en"
_COUNTS: Final = 200
"""Of things, for which a language's rule of plurals is tried."""
FORMAT: Final = 1
"""Of the catalogues' sentences: their placeholders and marks. A catalogue's Project-Id-Version names it."""


@dataclass(frozen=True)
class Language:
    """What is needed to speak to somebody.

    Attributes:
        code: as settings and the store name it.
        locale: how it writes numbers and dates.
        sentences: by their English original.
    """

    code: str
    locale: Locale
    sentences: gettext.NullTranslations

    @property
    def tag(self) -> str:
        """As HTML's `lang` and HTTP have it: `pt-BR`."""
        return self.code.replace("_", "-")

    @property
    def name(self) -> str:
        """As those who speak it call it: “Deutsch”."""
        return name_of(self.code)

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`, as HTML's `dir` has it."""
        return self.locale.text_direction


IN_ENGLISH: Final = Language(ENGLISH, Locale("en", "GB"), gettext.NullTranslations())


def codes() -> tuple[str, ...]:
    """Every language that there is, English first; a folder that is called otherwise, as a copy is, is none."""
    folders = (file.parent.parent.name for file in LOCALES.glob("*/LC_MESSAGES/cousinbot.po"))
    return (ENGLISH, *sorted(code for code in folders if code != ENGLISH and _is_code(code)))


@cache
def _is_code(text: str) -> bool:
    return str(locale_of(text)) == text


def every() -> list[Language]:
    """The same by their names, to choose from: without their sentences, which are read when they are wanted."""
    return [Language(code, Locale.parse(code), gettext.NullTranslations()) for code in codes()]


def negotiated(*wanted: str | None) -> str:
    """The language for somebody who wants the first of these best, each written as Telegram, a browser or a system
    writes it: `pt-br` is `pt_BR` where that exists, else `pt`. English where there is none of them."""
    return next((found for one in wanted if one and (found := known(one))), ENGLISH)


def known(wanted: str) -> str | None:
    """The nearest language that there is; None where there is none."""
    name = wanted.partition(".")[0].partition("@")[0].replace("-", "_")  # a system writes de_DE.UTF-8
    there = codes()
    for part in (name, name.partition("_")[0]):
        if locale := locale_of(part):
            for code in (str(locale), locale.language):
                if code in there:
                    return code
    return None


def locale_of(written: str) -> Locale | None:
    """What CLDR knows of a language, written as gettext, Telegram or a browser does; None where it is none."""
    try:
        return Locale.parse(written.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return None


@cache
def language(code: str) -> Language:
    """The language itself; English where its catalogue can't be read, which the log says once."""
    if code == ENGLISH:
        return IN_ENGLISH
    try:
        return Language(code, Locale.parse(code), _catalogue(LOCALES / code / "LC_MESSAGES" / "cousinbot.po"))
    except (OSError, ValueError, LookupError, ArithmeticError, UnknownLocaleError, PoFileError) as error:
        logger.warning("The catalogue of the language %s can't be used (%s): English is spoken instead.", code, error)
        return IN_ENGLISH


def name_of(code: str, reader: str | None = None) -> str:
    """A language as those who speak it call it, or those who speak the `reader`'s: “Deutsch”, “German”. What is no
    language stays as it is."""
    locale = locale_of(code)
    if locale is None:
        return code
    name = locale.get_display_name(reader or locale) or code
    return name[:1].upper() + name[1:]


def from_environment(environment: Mapping[str, str]) -> str | None:
    """What the system's user reads, as POSIX names it."""
    return next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environment.get(name))), None)


def _catalogue(file: Path) -> gettext.GNUTranslations:
    with file.open("rb") as source:
        catalogue = read_po(source, abort_invalid=True)
    if catalogue.version.isdecimal() and int(catalogue.version) > FORMAT:
        raise ValueError(f"it is for a newer version of cousinbot, in the format {catalogue.version} and not {FORMAT}")
    for message in catalogue:
        if message.id and not _fits(message):
            logger.warning(
                "A sentence in the language %s doesn't fit, and stays English: %r", catalogue.locale, message.string
            )
            message.string = ""
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    sentences = gettext.GNUTranslations(compiled)
    for count in range(_COUNTS):
        sentences.ngettext("", "", count)  # its rule for plurals is sound
    return sentences


def _fits(message: Message) -> bool:
    """Whether a translation can be filled in as its original is: on pages with `%`, elsewhere in braces."""
    originals, strings = _texts(message.id), [text for text in _texts(message.string) if text]
    on_pages = {place.endswith(".html") for place, _ in message.locations} or {"%(" in originals[-1]}
    ways = [_in_percents if on_page else _in_braces for on_page in on_pages]
    try:
        return all(marks(text) <= marks(originals[-1]) for text in strings for marks in ways)
    except ValueError:
        return False


def _texts(text: str | Sequence[str] | None) -> Sequence[str]:
    return [text] if isinstance(text, str) else text or ()


def _in_braces(text: str) -> set[str]:
    """What is filled in, and how, as `{name}`."""
    return {
        f"{name}!{conversion}:{spec}"
        for _, name, spec, conversion in string.Formatter().parse(text)
        if name is not None
    }


def _in_percents(text: str) -> set[str]:
    """The same as `%(name)s`; whatever else begins with `%` is a mark of its own."""
    return set(re.findall(r"%(?:\(\w+\)s|[^%]|$)", text.replace("%%", "")))
