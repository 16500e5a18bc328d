"""The family's cousins, from everywhere they are known, and what they are called."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from actions import wording
from data.facts.editing import write_sentences
from data.facts.facts_file import change_facts
from data.facts.parser import MAX_FACT, MAX_NAME, FactsError
from data.facts.stub import StubError, add_stub
from data.files.library import LibraryError, PhotoLibrary
from data.lookup import Match, look_up
from data.names import compared, cousin_key, free_key, typed_name
from data.wording import name_too_long

if TYPE_CHECKING:  # else whoever asks for a name alone would wait half a second for the recogniser
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

    from data.facts.factbook import FactBook
    from data.facts.facts_file import FactsFile


class Knowing(Protocol):
    """Whatever knows cousins, by key."""

    @property
    def cousins(self) -> Collection[str]: ...


@dataclass(frozen=True, slots=True)
class Known:
    """Cousins who are known for once, where nobody answers."""

    cousins: Collection[str]


class Family:
    """Who is known: has a folder, is in the version that answers, or was named by a person."""

    def __init__(self, library: PhotoLibrary, service: Knowing, teaching: Knowing) -> None:
        """`service` knows those of the version that answers, `teaching` those whom people named."""
        self._library = library
        self._service = service
        self._teaching = teaching

    def cousins(self) -> frozenset[str]:
        return frozenset({*self._service.cousins, *self._teaching.cousins, *self._library.cousins_there()})

    def newcomers(self) -> frozenset[str]:
        """Those whom people named, and of whom the version that answers knows nothing."""
        return frozenset(self._teaching.cousins) - frozenset(self._service.cousins)

    def begun(self) -> frozenset[str]:
        """Those of whom there is a folder, and nothing in it nor anywhere else."""
        with suppress(OSError):
            folders = {key: self._library.folders_of(key) for key in self._library.cousins_there()}
            empty = {key for key, own in folders.items() if not any(any(folder.iterdir()) for folder in own)}
            return frozenset(empty - {*self._service.cousins, *self._teaching.cousins})
        return frozenset()


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Someone new: where their photos and facts can go, or what kept that place from being made."""

    cousin: str
    photos: Path | LibraryError
    facts: Path | StubError


class Names:
    """What everybody is called at one moment. Two who share a name are shown with their keys behind it.

    Before anybody is known, those of facts.yaml stand for the family; after that, an entry of nobody who is known is in
    no list. It can still be asked for by its name: families write about cousins of whom they have no photos yet.
    """

    def __init__(self, book: FactBook, family: Collection[str]) -> None:
        self._book = book
        self._family = frozenset(family) or frozenset(book.cousins)
        everybody = {*self._family, *book.cousins}
        self._everybody = sorted(everybody)
        self._times_shown = Counter(compared(book.display_name(key)) for key in everybody)

    def shown(self, cousin: str, *, to_admins: bool = False) -> str:
        """The name as plain text, of nobody else. Of who does not want to be named only admins see it."""
        name = self._book.display_name(cousin)
        if self._times_shown[compared(name)] > 1:
            name = wording.which_one(name, cousin)
        if not self._book.wants_no_name(cousin):
            return name
        return wording.wants_no_name(name) if to_admins else wording.someone_unnamed()

    def knows(self, cousin: str) -> bool:
        """Whether anybody has exactly this key."""
        return cousin in self._everybody

    def wants_no_name(self, cousin: str) -> bool:
        return self._book.wants_no_name(cousin)

    def avoid(self, cousin: str) -> tuple[str, ...]:
        """What not to bring up with them."""
        return self._book.avoid(cousin)

    def facts(self, cousin: str) -> tuple[str, ...]:
        """What to talk about with them."""
        return self._book.facts(cousin)

    def aliases(self, cousin: str) -> tuple[str, ...]:
        """What else they are called; nothing where they don't want to be named."""
        return () if self._book.wants_no_name(cousin) else self._book.called(cousin).aliases

    def listed(self, *, to_admins: bool = False) -> list[str]:
        """The keys of all that may be listed, by shown name."""
        keys = (key for key in self._family if to_admins or not self._book.wants_no_name(key))
        return sorted(keys, key=lambda key: (self._book.display_name(key).casefold(), key))

    def example(self, *, to_admins: bool = False) -> str | None:
        """The name of one of the family; None where nobody is known."""
        return next((self.shown(cousin) for cousin in self.listed(to_admins=to_admins)), None)

    def likely(self, first: Iterable[str], *, to_admins: bool = False) -> list[str]:
        """All that may be listed, these (as far as they still exist) before the others."""
        everyone = self.listed(to_admins=to_admins)
        ahead = [cousin for cousin in dict.fromkeys(first) if cousin in everyone]
        return [*ahead, *(cousin for cousin in everyone if cousin not in ahead)]

    def nameable(self, first: Iterable[str]) -> list[str]:
        """All whose a face may be said to be, these first; those who are in facts.yaml alone come last: for admins."""
        everyone = self.likely(first, to_admins=True)
        return [*everyone, *(key for key in self._book.cousins if key not in everyone)]

    def look_up(self, text: str, *, to_admins: bool = False) -> Match:
        """Who may be meant. A text too long for a name is nobody's."""
        if len(text) > MAX_NAME:
            return Match()
        candidates = (key for key in self._everybody if to_admins or not self._book.wants_no_name(key))
        match = look_up(text, [self._book.called(key) for key in candidates])
        # Of an entry without photos nobody need be asked: it is an example, or will be found by its name.
        return Match(match.cousins, tuple(key for key in match.near if key in self._family))

    def without_unnamed(self, text: str) -> str:
        """A text of the machinery, in which keys, names and files stand, without those of who does not want to be
        named."""
        names = {key: {key, *self._book.called(key).names()} for key in self._everybody}
        unnamed = {name for key, theirs in names.items() if self._book.wants_no_name(key) for name in theirs}
        if not unnamed:
            return text
        # Of all names the longest that fits: ann_a is not Ann. Photos are called after their cousins: ann_2.jpg.
        known = "|".join(map(re.escape, sorted({*names, *unnamed}, key=len, reverse=True)))
        return re.sub(
            rf"(?<![^\W\d_])(?:{known})(?![^\W\d_])",
            lambda found: wording.someone_unnamed() if found[0] in unnamed else found[0],
            text,
        )

    def any_unnamed(self, cousins: Iterable[str]) -> bool:
        return any(self._book.wants_no_name(cousin) for cousin in cousins)


class Cousins:
    def __init__(self, facts: FactsFile, library: PhotoLibrary, family: Family) -> None:
        self._facts = facts
        self._library = library
        self._family = family

    def now(self) -> Names:
        """What everybody is called now; to be asked for once where many names are shown."""
        return Names(self._facts.book(), self._family.cousins())

    def shown(self, cousin: str) -> str:
        """The name as plain text, as everybody may see it."""
        return self.now().shown(cousin)

    def add(self, name: str) -> Newcomer:
        """Someone new of that name, who is nobody there is, gets a folder for photos and an entry in facts.yaml.

        Raises:
            ValueError: the text makes no name; the message says why.
        """
        name, key = typed_name(name), self.free(name)
        return Newcomer(key, self._folder(key), self.enter(key, name))

    def free(self, name: str) -> str:
        """The key that someone new of that name, who is nobody there is, will have; nothing is made yet.

        Raises:
            ValueError: the text makes no name; the message says why.
        """
        name = typed_name(name)
        cousin_key(name)  # what is no name is said before what is too long
        if len(name) > MAX_NAME:
            raise ValueError(name_too_long(name[:MAX_NAME], MAX_NAME))
        book = self._facts.book()
        # Taking someone in may have been interrupted, and begins once more.
        stubs = (key for key in book.cousins if book.display_name(key) == name and not book.facts(key))
        begun = [key for key in stubs if key in self._family.begun()]
        return begun[0] if begun else free_key(name, {*self._family.cousins(), *book.cousins})

    def enter(self, key: str, name: str) -> Path | StubError:
        """Give someone new an entry in facts.yaml, if there is none: the file, or why it can't be written."""
        try:
            add_stub(self._facts.path, key, typed_name(name))
        except StubError as error:
            return error
        return self._facts.path

    def write_facts(self, cousin: str, facts: Sequence[str]) -> None:
        """Let facts.yaml say exactly this of a cousin; its comments, and all it says of others, stay.

        Raises:
            FactsError: a sentence is too long, or the file has a mistake or is written so that only a person can change
                it.
            StubError: there is no entry yet, and none can be added.
            OSError: the file can't be written.
        """
        facts = list(dict.fromkeys(one for fact in facts if (one := " ".join(fact.split()))))
        if long := next((fact for fact in facts if len(fact) > MAX_FACT), None):
            raise FactsError(wording.fact_too_long(long[:40], MAX_FACT))
        if self._facts.book().entry(cousin) is None:
            if not facts:
                return
            add_stub(self._facts.path, cousin, self._facts.book().display_name(cousin))
        cousins = self._family.cousins()
        change_facts(self._facts.path, lambda text, source: write_sentences(text, cousin, facts, cousins, source))

    def newcomers(self) -> list[str]:
        """Those whom people named since the version that answers was trained, and of whom it knows nothing itself."""
        newcomers = self._family.newcomers()
        return [cousin for cousin in self.now().listed(to_admins=True) if cousin in newcomers]

    def make_room(self, cousin: str) -> None:
        """A cousin whom a person has named is somebody with a folder, even an empty one, as far as it can be made."""
        with suppress(LibraryError, ValueError):  # else training will say so
            self._library.add_cousin(cousin)

    def place(self, cousin: str) -> str:
        """The key of a cousin there is; one who is in facts.yaml alone gets a folder, and its name for a key.

        Raises:
            ValueError: the entry's name makes no key.
        """
        if cousin in self._family.cousins():
            return cousin
        key = cousin_key(cousin)
        self._folder(key)
        return key

    def _folder(self, key: str) -> Path | LibraryError:
        try:
            return self._library.add_cousin(key)
        except LibraryError as error:
            return error
