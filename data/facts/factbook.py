"""What the family wrote about each cousin."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from data.facts.sentences import ANY, NOTHING, Sentences
from data.lookup import Called, look_up, plain
from data.names import compared, shown_name


@dataclass(frozen=True, slots=True)
class Entry:
    """One cousin of facts.yaml.

    Attributes:
        key: the name before the colon; of a book that knows the family, the key of the cousin whom it means.
        name: how the family writes it.
        wants_no_name: the cousin does not want to be named.
        born: a year, `2014`, or a day, `2014-05-03`; empty where the file doesn't say.
        written: the name before the colon, in any book.
    """

    key: str
    name: str
    facts: Sentences = NOTHING
    avoid: Sentences = NOTHING
    aliases: tuple[str, ...] = ()
    wants_no_name: bool = False
    born: str = ""
    written: str = ""


@dataclass(frozen=True, slots=True)
class Stray:
    """An entry of nobody who is known.

    Attributes:
        near: the keys of those who may be meant.
        same: the names of all entries, this one too, that mean the one cousin in `near`; empty where it is alone.
    """

    name: str
    near: tuple[str, ...]
    same: tuple[str, ...] = ()


class FactBook:
    """All entries; immutable. Cousins it does not know have no facts and a name made of their key.

    Cousins are asked for by their keys, exactly.
    """

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._entries = {entry.key: replace(entry, written=entry.written or entry.key) for entry in entries}

    def among(self, cousins: Collection[str]) -> "FactBook":
        """The same book in a family of these keys: an entry "Charlie Brown" is that of the folder `charlie_brown`.

        An entry of exactly a cousin's key is theirs. Another is that of the one cousin without who is called so but
        for case and spaces; where several are, or several entries are of that name, it is nobody's.
        """
        without = [cousin for cousin in cousins if cousin not in self._entries]
        meant = Counter(compared(key) for key in without)
        named = Counter(compared(key) for key in self._entries if key not in cousins)
        cousin_of = {compared(key): key for key in without}
        bound = []
        for entry in self._entries.values():
            name = compared(entry.key)
            if entry.key not in cousins and meant[name] == named[name] == 1:
                entry = replace(entry, key=cousin_of[name])
            bound.append(entry)
        return FactBook(bound)

    @property
    def cousins(self) -> tuple[str, ...]:
        """The entries' keys, in the file's order."""
        return tuple(self._entries)

    def facts(self, cousin: str) -> tuple[str, ...]:
        """What to talk about with this cousin, in the reader's language where there is something in it; nothing where
        they don't want to be named."""
        entry = self._entries.get(cousin)
        return entry.facts.told if entry and not entry.wants_no_name else ()

    def avoid(self, cousin: str) -> tuple[str, ...]:
        """What not to bring up with this cousin, as `facts`."""
        entry = self._entries.get(cousin)
        return entry.avoid.told if entry and not entry.wants_no_name else ()

    def missing_in(self) -> dict[str, list[str]]:
        """Language -> the keys of those of whom something is written, and not in it; for each that is begun."""
        written = {entry.key: (entry.facts, entry.avoid) for entry in self._entries.values()}
        begun = {language: None for lists in written.values() for one in lists for language in one.written}
        return {
            language: missing
            for language in begun
            if language != ANY
            and (missing := [key for key, lists in written.items() if any(one.lacks(language) for one in lists)])
        }

    def entry(self, cousin: str) -> Entry | None:
        """All that the file says of this cousin, also of one who does not want to be named."""
        return self._entries.get(cousin)

    def display_name(self, cousin: str) -> str:
        """How the family writes this cousin's name; `charlie_brown` is "Charlie Brown" where the file says nothing.

        Others may be called so too.
        """
        return self.called(cousin).name

    def called(self, cousin: str) -> Called:
        """Everything this cousin is called."""
        entry = self._entries.get(cousin)
        return Called(cousin, entry.name, entry.aliases) if entry else plain(cousin)

    def wants_no_name(self, cousin: str) -> bool:
        entry = self._entries.get(cousin)
        return entry is not None and entry.wants_no_name

    def births(self) -> dict[str, int]:
        """Cousin -> the year they were born in, of those of whom the file says it."""
        return {key: int(entry.born[:4]) for key, entry in self._entries.items() if entry.born}

    def unborn(self, year: int | None) -> frozenset[str]:
        """Who can't be on a photo that was taken in this year: all who were born in a later one.

        In the year of a birth itself a camera's clock may be wrong by months.
        """
        return frozenset(key for key, birth in self.births().items() if year is not None and year < birth)

    def written(self, cousin: str) -> str | None:
        """What stands before the colon of this cousin's entry; None without one."""
        entry = self._entries.get(cousin)
        return entry.written if entry else None

    def strays(self, cousins: Collection[str]) -> list[Stray]:
        """The entries of nobody among these cousins, each with those who may be meant."""
        without = [plain(cousin) for cousin in cousins if cousin not in self._entries]
        found = []
        for entry in self._entries.values():
            if entry.key not in cousins:
                name = compared(entry.written)
                called = tuple(cousin for cousin in cousins if compared(cousin) == name)
                same = tuple(one.written for one in self._entries.values() if compared(one.written) == name)
                if len(called) == 1 and len(same) > 1:
                    found.append(Stray(entry.written, called, same))
                    continue
                near = dict.fromkeys(
                    key for name in (entry.written, entry.name, *entry.aliases) for key in look_up(name, without).all
                )
                found.append(Stray(entry.written, tuple(near)[:3]))
        return found


def written_name(name: str) -> str:
    """How a name before a colon is shown: `charlie_brown` is a folder, "Zoë O'Brien" how the family writes it."""
    return shown_name(name) if "_" in name or name == name.lower() else name
