"""The family's cousins, from everywhere they are known."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from actions.teaching import Teaching
from data.facts.factbook import Entry, FactBook
from data.facts.facts_file import FactsFile
from data.facts.parser import MAX_NAME
from data.facts.stub import StubError, add_stub
from data.files.library import LibraryError, PhotoLibrary, cousin_key
from data.wording import name_too_long
from inference.service import RecognitionService


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Someone new: where their photos and facts can go, or what kept that place from being made."""

    cousin: str
    photos: Path | LibraryError
    facts: Path | StubError


class Cousins:
    def __init__(
        self, facts: FactsFile, library: PhotoLibrary, service: RecognitionService, teaching: Teaching
    ) -> None:
        self._facts = facts
        self._library = library
        self._service = service
        self._teaching = teaching

    def shown(self, cousin: str) -> str:
        """The name as plain text."""
        return self._facts.book().display_name(cousin)

    def avoid(self, cousin: str) -> tuple[str, ...]:
        """What not to bring up with them."""
        return self._facts.book().avoid(cousin)

    def all(self) -> list[str]:
        """The keys of all cousins: trained, in the facts, with a folder, or named by a person; by shown name."""
        keys = {*self._service.cousins, *self._facts.book().cousins, *self._teaching.cousins}
        with suppress(LibraryError):  # no photos folder yet: the other names are still good
            keys.update(self._library.cousins())
        return sorted(keys, key=lambda key: self.shown(key).casefold())

    def newcomers(self) -> list[str]:
        """Those whom people named since the version that answers was trained, and of whom it knows nothing itself."""
        return [key for key in self.all() if key in self._teaching.cousins and key not in self._service.cousins]

    def likely(self, first: Iterable[str]) -> list[str]:
        """All cousins, these (as far as they still exist) before the others."""
        everyone = self.all()
        ahead = [cousin for cousin in first if cousin in everyone]
        return [*ahead, *(cousin for cousin in everyone if cousin not in ahead)]

    def find(self, text: str) -> str | None:
        """The cousin whose name, alias or key this is."""
        found = self._facts.book().find(text)
        if found is not None:
            return found
        try:
            key = cousin_key(text)
        except ValueError:
            return None
        return key if key in self.all() else None

    def near(self, text: str) -> list[str]:
        """Cousins whose name this may be, mistyped; the likeliest first. A text too long for a name is none."""
        if len(text) > MAX_NAME:
            return []
        shown = FactBook(Entry(key, self.shown(key)) for key in self.all())
        return list(dict.fromkeys([*self._facts.book().suggest(text), *shown.suggest(text)]))

    def add(self, name: str) -> Newcomer:
        """Someone new of that name gets a folder for photos and an entry in facts.yaml.

        Raises:
            ValueError: the text makes no name; the message says why.
        """
        name = " ".join(name.split())
        key = cousin_key(name)
        if len(name) > MAX_NAME:
            raise ValueError(name_too_long(name[:MAX_NAME], MAX_NAME))
        return Newcomer(key, self._folder(key), self._entry(key, name))

    def _folder(self, key: str) -> Path | LibraryError:
        try:
            return self._library.add_cousin(key)
        except LibraryError as error:
            return error

    def _entry(self, key: str, name: str) -> Path | StubError:
        try:
            add_stub(self._facts.path, key, name)
        except StubError as error:
            return error
        return self._facts.path
