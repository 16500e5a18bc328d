"""What the family wrote about each cousin, and who is meant by a name somebody typed."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from data.names import folded, shown_name


@dataclass(frozen=True, slots=True)
class Entry:
    """One cousin of facts.yaml. `key` is folder-safe; `name` is how the family writes it."""

    key: str
    name: str
    facts: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()

    def names(self) -> tuple[str, ...]:
        """Everything this cousin may be called."""
        return (self.key, self.name, *self.aliases)


class FactBook:
    """All entries; immutable. Cousins it does not know have no facts and a name made of their key."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._entries = {entry.key: entry for entry in entries}
        self._keys = {same_name(name): entry.key for entry in self._entries.values() for name in entry.names()}

    @property
    def cousins(self) -> tuple[str, ...]:
        """The cousins' keys, in the file's order."""
        return tuple(self._entries)

    def facts(self, cousin: str) -> tuple[str, ...]:
        """What to talk about with this cousin."""
        entry = self._entry(cousin)
        return entry.facts if entry else ()

    def avoid(self, cousin: str) -> tuple[str, ...]:
        """What not to bring up with this cousin."""
        entry = self._entry(cousin)
        return entry.avoid if entry else ()

    def aliases(self, cousin: str) -> tuple[str, ...]:
        """What else this cousin is called."""
        entry = self._entry(cousin)
        return entry.aliases if entry else ()

    def display_name(self, cousin: str) -> str:
        """How to show this cousin's name; `charlie_brown` is "Charlie Brown" where the file says nothing."""
        entry = self._entry(cousin)
        return entry.name if entry else shown_name(cousin)

    def find(self, text: str) -> str | None:
        """The key of who is called exactly that, whatever the case, accents, spaces and underscores."""
        return self._keys.get(same_name(text))

    def suggest(self, text: str) -> tuple[str, ...]:
        """Keys of those who may be meant: a part of the name, or a slip of the fingers; best first, at most 3."""
        typed = same_name(text)
        if not typed:
            return ()
        words = set(folded(text).split("_"))
        scores: dict[str, float] = {}
        for entry in self._entries.values():
            for name in entry.names():
                parts = folded(name).split("_")
                # One word of the name, mistyped or not, counts a little less than the whole of it.
                score = max(
                    difflib.SequenceMatcher(None, typed, same_name(name)).ratio(),
                    max(difflib.SequenceMatcher(None, typed, part).ratio() for part in parts) * 0.95,
                    0.9 if words & set(parts) or same_name(name).startswith(typed) else 0,
                )
                scores[entry.key] = max(score, scores.get(entry.key, 0))
        near = sorted((key for key, score in scores.items() if score >= 0.7), key=lambda key: -scores[key])
        return tuple(near[:3])

    def _entry(self, cousin: str) -> Entry | None:
        return self._entries.get(cousin) or self._entries.get(self.find(cousin) or "")


def same_name(text: str) -> str:
    """What names are compared by: two texts with the same result are the same name."""
    return folded(text).replace("_", "")
