"""Who is meant by a name that somebody typed: the one answer to it, for commands, buttons and texts alike."""

import difflib
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from data.names import compared, folded, shown_name

_NEAR: Final = 0.7  # of difflib's ratio: "charly brwn" is .9 of "charlie brown"; "anna" and "hans" .5
_NEAR_MOST: Final = 3


@dataclass(frozen=True, slots=True)
class Called:
    """What a cousin is called: the key, the name that is shown, and all others."""

    key: str
    name: str
    aliases: tuple[str, ...] = ()

    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases, self.key)


@dataclass(frozen=True, slots=True)
class Match:
    """Who may be meant.

    Attributes:
        cousins: the keys of all who are called exactly that. Several: a question.
        near: the keys of others whose name it is but for an accent, a space or a slip of the fingers, the likeliest
            first. They are asked about, and never taken.
    """

    cousins: tuple[str, ...] = ()
    near: tuple[str, ...] = ()

    @property
    def only(self) -> str | None:
        """The one who is called that; None where there is none, or more than one."""
        return self.cousins[0] if len(self.cousins) == 1 else None

    @property
    def all(self) -> tuple[str, ...]:
        return (*self.cousins, *self.near)


def look_up(text: str, cousins: Iterable[Called]) -> Match:
    """The exact key goes before what is shown, and that before aliases and how a key reads, as in "charlie brown".

    So whoever types a key reaches that cousin, whatever others are called.
    """
    everybody = list(cousins)
    found = _exactly(text, everybody)
    return Match(found, _near(text, [one for one in everybody if one.key not in found]))


def _exactly(text: str, cousins: Sequence[Called]) -> tuple[str, ...]:
    key, typed = unicodedata.normalize("NFC", text.strip()), compared(text)
    by_rank: tuple[Callable[[Called], bool], ...] = (
        lambda one: one.key == key,
        lambda one: compared(one.name) == typed,
        lambda one: typed in {compared(name) for name in (*one.aliases, one.key)},
    )
    for meant in by_rank:
        if typed and (found := tuple(dict.fromkeys(one.key for one in cousins if meant(one)))):
            return found
    return ()


def _near(text: str, cousins: Iterable[Called]) -> tuple[str, ...]:
    typed = run_together(text)
    if not typed:
        return ()
    words = set(folded(text).split("_"))
    scores: dict[str, float] = {}
    for one in cousins:
        for name in one.names():
            # A name may be of signs alone, which nobody types nearly.
            if same := run_together(name):
                scores[one.key] = max(_likeness(typed, words, name, same), scores.get(one.key, 0))
    near = sorted((key for key, score in scores.items() if score >= _NEAR), key=lambda key: -scores[key])
    return tuple(near[:_NEAR_MOST])


def _likeness(typed: str, words: set[str], name: str, same: str) -> float:
    parts = folded(name).split("_")
    # One word of the name, mistyped or not, counts a little less than the whole of it.
    return max(
        difflib.SequenceMatcher(None, typed, same).ratio(),
        0.8 if _transposed(typed, same) else 0,
        max(difflib.SequenceMatcher(None, typed, part).ratio() for part in parts) * 0.95,
        0.9 if words & set(parts) or same.startswith(typed) else 0,
    )


def _transposed(typed: str, name: str) -> bool:
    """Whether two letters beside each other changed places: much of a short name, and a common slip."""
    differs = [place for place, (one, other) in enumerate(zip(typed, name, strict=False)) if one != other]
    if len(typed) != len(name) or len(differs) != 2 or differs[1] != differs[0] + 1:
        return False
    first, second = differs
    return typed[first] == name[second] and typed[second] == name[first]


def run_together(name: str) -> str:
    """The letters and digits of a name, without accents: what two names share that look alike."""
    return folded(name).replace("_", "")


def plain(key: str) -> Called:
    """A cousin of whom nothing is known but the key."""
    return Called(key, shown_name(key))
