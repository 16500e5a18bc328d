"""What the family wrote about a cousin, in one language or in several."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from foundation.languages import ENGLISH, locale_of
from foundation.reader import spoken

ANY = ""
"""The language of sentences that are for everybody."""


def language_code(written: str) -> str | None:
    """The language that the file names, as gettext writes it: `pt-br` is `pt_BR`; None where there is no such one."""
    locale = locale_of(written)
    return str(locale) if locale else None


@dataclass(frozen=True, slots=True)
class Sentences:
    """Language -> sentences, or those for everybody under `ANY`, in the file's order; no list is empty."""

    written: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def for_everybody(cls, sentences: Iterable[str]) -> "Sentences":
        return cls({ANY: kept} if (kept := tuple(sentences)) else {})

    def lacks(self, language: str) -> bool:
        """Whether there is something, and nothing in this language or a variety of it."""
        bases = {one.partition("_")[0] for one in self.written}
        return bool(self.written) and language.partition("_")[0] not in bases

    @property
    def language(self) -> str:
        """The one that the reader gets: their own, else a variety of it, else English, else what there is first."""
        wanted = spoken().code
        base = wanted.partition("_")[0]
        varieties = [one for one in self.written if one.partition("_")[0] == base]
        return next((one for one in (wanted, base, *varieties, ENGLISH, *self.written) if one in self.written), ANY)

    @property
    def told(self) -> tuple[str, ...]:
        """Those that the reader gets."""
        return self.written.get(self.language, ())

    def with_told(self, sentences: Iterable[str]) -> "Sentences":
        """The same with others in the language that the reader gets."""
        changed = {**self.written, self.language: tuple(sentences)}
        return Sentences({language: kept for language, kept in changed.items() if kept})

    def and_of(self, other: "Sentences") -> "Sentences":
        """With what the other says beyond this, each in its language."""
        beyond = other.beyond(self)
        return Sentences({one: self.written.get(one, ()) + beyond.get(one, ()) for one in (*self.written, *beyond)})

    def beyond(self, other: "Sentences") -> dict[str, tuple[str, ...]]:
        """What the other doesn't say in the same language."""
        found = {
            language: tuple(one for one in sentences if one not in other.written.get(language, ()))
            for language, sentences in self.written.items()
        }
        return {language: sentences for language, sentences in found.items() if sentences}


NOTHING: Final = Sentences()
