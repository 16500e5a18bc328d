"""The language that somebody is spoken to in."""

import sqlite3
from contextlib import suppress

from data.people.languages import Languages
from foundation.languages import codes, negotiated


class ReadersLanguage:
    def __init__(self, languages: Languages, family: str | None) -> None:
        """`family` is COUSINBOT_LANGUAGE."""
        self._languages = languages
        self._family = family

    async def of(self, reader: int, told: str | None = None) -> str:
        """The code of what a person or a group reads: what was chosen, else what their Telegram or browser says (now,
        as `told`, or before), else the family's. A database that does not answer keeps nobody from being told."""
        chosen, before = None, None
        with suppress(sqlite3.Error):
            chosen, before = await self._languages.of(reader)
        return negotiated(chosen, told or before, self._family)

    async def chosen(self, reader: int) -> str | None:
        """What they chose, if it was theirs to choose and is there still; None: they go by what is said of them."""
        chosen, _ = await self._languages.of(reader)
        return chosen if chosen in codes() else None

    def of_newcomer(self, told: str | None = None) -> str:
        """The same for somebody of whom nothing is kept."""
        return negotiated(told, self._family)

    async def note(self, reader: int, told: str | None) -> None:
        """Keep what their Telegram or browser says, for what they are told when they ask nothing."""
        with suppress(sqlite3.Error):
            if told and (await self._languages.of(reader))[1] != told:
                await self._languages.note(reader, told)

    async def readers(self) -> list[int]:
        """Everybody who chose one, or whose Telegram or browser said one."""
        return await self._languages.readers()

    async def choose(self, reader: int, code: str | None) -> None:
        """One of `foundation.languages.codes`; None: as their Telegram or browser says, or the family."""
        assert code is None or code in codes()
        await self._languages.choose(reader, code)
