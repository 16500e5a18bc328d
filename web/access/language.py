"""In which language a request is answered."""

import re
from collections.abc import Iterator
from typing import Final

from starlette.requests import HTTPConnection

from actions.people.languages import ReadersLanguage
from foundation.languages import ENGLISH, known
from web.caller import Caller, is_for_programs

_MOST: Final = 10  # languages that are looked at, a millisecond each; browsers send no more
_LONGEST: Final = 20  # letters of one
_ONE: Final = re.compile(r"\s*([A-Za-z0-9-]+)\s*(?:;\s*q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?\s*")
FIELD: Final = "language"
"""In an address, for whoever is not signed in: `?language=de`."""


class RequestLanguage:
    """Programs are answered in English."""

    def __init__(self, languages: ReadersLanguage) -> None:
        self._languages = languages

    def before_anybody_is_known(self, connection: HTTPConnection) -> str:
        """What the address asks for, else the browser's, else the family's."""
        if is_for_programs(connection.url.path):
            return ENGLISH
        return self._languages.of_newcomer(asked_for(connection) or of_browser(connection))

    async def of(self, connection: HTTPConnection, caller: Caller) -> str:
        """What somebody chose, else their browser's, else what their Telegram last said, else the family's."""
        if caller.person is None or is_for_programs(connection.url.path):
            return self.before_anybody_is_known(connection)
        return await self._languages.of(caller.person, of_browser(connection))


def asked_for(connection: HTTPConnection) -> str | None:
    """Of the languages that there are the one that the address names."""
    return known(connection.query_params.get(FIELD, "")[:_LONGEST])


def of_browser(connection: HTTPConnection) -> str | None:
    """Of the languages that there are the one that the browser wants most."""
    return next(filter(None, map(known, wanted(connection.headers.get("accept-language", "")))), None)


def wanted(accept_language: str) -> Iterator[str]:
    """The languages of `Accept-Language` (RFC 9110, 12.5.4), the most wanted first, without those that are not."""
    parts = map(_ONE.fullmatch, accept_language.split(",", _MOST)[:_MOST])
    weighed = [(float(part[2] or 1), part[1]) for part in parts if part is not None]
    for weight, language in sorted(weighed, key=lambda one: -one[0]):
        if weight:
            yield language
