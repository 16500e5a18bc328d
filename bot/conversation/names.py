"""The names of the family, from everywhere they are known."""

from collections.abc import Iterable
from contextlib import suppress

from actions.teaching import Teaching
from bot.operations.alerts import WatchedFacts
from data.facts.factbook import Entry, FactBook
from data.facts.parser import MAX_NAME
from data.facts.stub import StubError, add_stub
from data.files.library import LibraryError, PhotoLibrary, cousin_key
from foundation.statement import Statement
from inference.service import RecognitionService


class Names:
    def __init__(
        self, facts: WatchedFacts, library: PhotoLibrary, service: RecognitionService, teaching: Teaching
    ) -> None:
        self._facts = facts
        self._library = library
        self._service = service
        self._teaching = teaching

    def shown(self, cousin: str) -> str:
        """The name as plain text."""
        return self._facts.last_good().display_name(cousin)

    def avoid(self, cousin: str) -> tuple[str, ...]:
        """What not to bring up with them."""
        return self._facts.last_good().avoid(cousin)

    def all(self) -> list[str]:
        """The keys of all cousins: trained, in the facts, with a folder, or named by a person; by shown name."""
        keys = {*self._service.cousins, *self._facts.last_good().cousins, *self._teaching.cousins}
        with suppress(LibraryError):  # no photos folder yet: the other names are still good
            keys.update(self._library.cousins())
        return sorted(keys, key=lambda key: self.shown(key).casefold())

    def likely(self, first: Iterable[str]) -> list[str]:
        """All cousins, these (as far as they still exist) before the others."""
        everyone = self.all()
        ahead = [cousin for cousin in first if cousin in everyone]
        return [*ahead, *(cousin for cousin in everyone if cousin not in ahead)]

    def find(self, text: str) -> str | None:
        """The cousin whose name, alias or key this is."""
        found = self._facts.last_good().find(text)
        if found is not None:
            return found
        try:
            key = cousin_key(text)
        except ValueError:
            return None
        return key if key in self.all() else None

    def near(self, text: str) -> list[str]:
        """Cousins whose name this may be, mistyped; the likeliest first."""
        shown = FactBook(Entry(key, self.shown(key)) for key in self.all())
        return list(dict.fromkeys([*self._facts.last_good().suggest(text), *shown.suggest(text)]))

    def said(self, statement: Statement) -> str:
        """What somebody said of a face, in plain text as it goes on after a colon."""
        name = self.shown(statement.cousin) if statement.cousin else ""
        words = {"is": name, "not": f"not {name}", "stranger": "nobody of the family", "not_a_face": "not a face"}
        return words[statement.says]

    def welcome(self, name: str) -> tuple[str, str]:
        """Someone new of that name gets a folder for photos and an entry in facts.yaml.

        Returns their key, and what the family can do next, in words.

        Raises:
            ValueError: the text makes no name; the message says why.
        """
        name = " ".join(name.split())
        key = cousin_key(name)
        if len(name) > MAX_NAME:
            raise ValueError(f"That name has {len(name)} characters; {MAX_NAME} are the most.")
        hints = []
        try:
            folder = self._library.add_cousin(key)
            hints.append(f"Photos of theirs can go into {folder}.")
        except LibraryError as error:
            hints.append(str(error))
        try:
            add_stub(self._facts.path, key, name)
            hints.append(f"What to talk about with them can be written into {self._facts.path}.")
        except StubError as error:
            hints.append(f"I could not write their name into the facts: {error} Please add there:\n\n{error.stub}")
        return key, "\n".join(hints)
