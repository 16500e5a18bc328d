"""A language that is read from the right: every English sentence in Hebrew letters, so that it is seen what is none."""

import gettext
import re
from pathlib import Path
from typing import Final

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from foundation.languages import Language

_LETTERS: Final = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", 2 * "אבגדהוזחטיכלמנסעפצקרשתךםןף"
)
_KEPT: Final = re.compile(r"(%\(\w+\)s|\{\w+\}|<[^>]*>|%%)")


def mirrored(text: str) -> str:
    """The same in Hebrew letters, but for what is filled in, and tags."""
    parts = _KEPT.split(text)
    return "".join(part if place % 2 else part.translate(_LETTERS) for place, part in enumerate(parts))


class _Mirrored(gettext.NullTranslations):
    def gettext(self, message: str) -> str:
        return mirrored(message)

    def ngettext(self, one: str, many: str, n: int) -> str:
        return mirrored(one if n == 1 else many)


MIRRORED: Final = Language("he", Locale.parse("he"), _Mirrored())


def catalogue(locales: Path, code: str, sentences: dict[str, str]) -> None:
    """Write one of the sentences by their English originals."""
    made = Catalog(locale=code, project="cousinbot", version="1", fuzzy=False)
    for english, translated in sentences.items():
        made.add(english, translated)
    file = locales / code / "LC_MESSAGES" / "cousinbot.po"
    file.parent.mkdir(parents=True)
    with file.open("wb") as out:
        write_po(out, made)
