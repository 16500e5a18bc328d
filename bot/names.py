"""The names of the family, from everywhere they are known."""

from collections.abc import Iterable
from contextlib import suppress

from bot.alerts import WatchedFacts
from bot.lessons import Lessons
from data.library import LibraryError, PhotoLibrary, cousin_key
from inference.service import RecognitionService


class Names:
    def __init__(
        self, facts: WatchedFacts, library: PhotoLibrary, service: RecognitionService, lessons: Lessons
    ) -> None:
        self._facts = facts
        self._library = library
        self._service = service
        self._lessons = lessons

    def shown(self, cousin: str) -> str:
        """The name as plain text."""
        return self._facts.last_good().display_name(cousin)

    def all(self) -> list[str]:
        """The keys of all cousins: trained, in the facts, with a folder, or named in a correction; by shown name."""
        keys = {*self._service.cousins, *self._facts.last_good().cousins, *self._lessons.cousins}
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

    def named(self, text: str) -> str:
        """The cousin of that name, or the key for someone new.

        Raises:
            ValueError: the text makes no name; the message says why.
        """
        return self.find(text) or cousin_key(text)
