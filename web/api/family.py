"""The cousins, and what to talk about with them."""

import unicodedata
from http import HTTPStatus

from starlette.convertors import PathConvertor, register_url_convertor
from starlette.requests import Request

from actions.cousins import Cousins, Names
from web.api import wording
from web.api.models import FactsOf, WebCousin, WebCousins, WebFacts
from web.api.operations import Operation, Refused
from web.caller import Caller


class _CousinConvertor(PathConvertor):
    regex = r"[\s\S]*"  # Starlette's own ends at the end of a line


register_url_convertor("cousin", _CousinConvertor())


class FamilyApi:
    def __init__(self, cousins: Cousins) -> None:
        self._cousins = cousins

    @property
    def operations(self) -> list[Operation]:
        return [
            Operation("GET", "/api/cousins", self.everybody, WebCousins),
            Operation("GET", "/api/cousins/{key:cousin}", self.one, WebCousin, (HTTPStatus.NOT_FOUND,)),
            Operation("GET", "/api/facts", self.facts, WebFacts),
        ]

    async def everybody(self, request: Request, caller: Caller) -> WebCousins:
        """All cousins, by name."""
        names = self._cousins.now()
        listed = names.listed(to_admins=caller.is_admin)
        return WebCousins(cousins=[_cousin(key, names, caller) for key in listed])

    async def one(self, request: Request, caller: Caller) -> WebCousin:
        """One cousin, by the exact key."""
        key = unicodedata.normalize("NFC", request.path_params["key"])
        names = self._cousins.now()
        if key not in names.listed(to_admins=caller.is_admin):
            raise Refused(HTTPStatus.NOT_FOUND, wording.unknown_cousin(key))
        return _cousin(key, names, caller)

    async def facts(self, request: Request, caller: Caller) -> WebFacts:
        """What to talk about, with everybody of whom there is something."""
        names = self._cousins.now()
        return WebFacts(
            facts=[
                FactsOf(cousin=key, name=names.shown(key), facts=list(names.facts(key)))
                for key in names.listed()
                if names.facts(key)
            ]
        )


def _cousin(key: str, names: Names, caller: Caller) -> WebCousin:
    return WebCousin(
        cousin=key,
        name=names.shown(key, to_admins=caller.is_admin),
        aliases=list(names.aliases(key)),
        facts=list(names.facts(key)),
        avoid=list(names.avoid(key)),
    )
