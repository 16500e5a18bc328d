"""Signing in by a link: what it opens is a page with a button, for programs that fetch previews press none."""

import unicodedata
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions.people.languages import ReadersLanguage
from data.people.identities import is_on_telegram
from data.people.sign_ins import SignInLink, SignIns
from foundation.leaky_buckets import LeakyBuckets
from web.access import session_cookie, wording
from web.access.address import Address
from web.access.door import peer, refuse_who_guesses
from web.access.language import FIELD, asked_for, of_browser
from web.templating import Pages

LONGEST_NAME: Final = 60  # letters


def path_of(token: str) -> str:
    """Where a link leads to on our pages."""
    return f"/in/{token}"


class SignInPages:
    def __init__(
        self, pages: Pages, sign_ins: SignIns, languages: ReadersLanguage, address: Address, tries: LeakyBuckets
    ) -> None:
        self._pages = pages
        self._sign_ins = sign_ins
        self._languages = languages
        self._address = address
        self._tries = tries

    def routes(self) -> list[Route]:
        return [
            Route("/in/{token}", self._ask),
            Route("/in/{token}", self._enter, methods=["POST"]),
            Route("/out", self._leave, methods=["POST"]),
        ]

    async def _ask(self, request: Request) -> Response:
        link = await self._link(request)
        if link is None or not link.is_good(datetime.now(UTC)):
            return self._not_good(request, link)
        caller = request.state.caller
        if caller is not None and link.person in (None, caller.person) and (caller.is_admin or not link.is_admin):
            return RedirectResponse("/", HTTPStatus.SEE_OTHER)  # an invitation is opened again and again, in the chat
        return self._pages.page(request, "sign_in.html", link=link, action=_here(request))

    async def _enter(self, request: Request) -> Response:
        link, token = await self._link(request), str(request.path_params["token"])
        async with request.form(max_files=0) as form:
            name = " ".join(unicodedata.normalize("NFC", str(form.get("name") or "")).split())[:LONGEST_NAME]
        if link is None or not link.is_good(datetime.now(UTC)):
            return self._not_good(request, link)
        if link.person is None and not any(map(str.isalnum, name)):
            told = wording.say_your_name()
            return self._pages.page(
                request, "sign_in.html", HTTPStatus.BAD_REQUEST, link=link, action=_here(request), told=told
            )
        session = await self._sign_ins.enter(token, name, datetime.now(UTC))
        if session is None:  # somebody else was faster
            return self._not_good(request, await self._sign_ins.link(token))
        if before := request.state.session:
            await self._sign_ins.end(before)
        await self._note_language(request, session)
        response = RedirectResponse("/", HTTPStatus.SEE_OTHER)
        session_cookie.sign_in(response, session, self._address)
        return response

    async def _note_language(self, request: Request, session: str) -> None:
        """What was chosen at the door is theirs; what the browsers of those say who have no Telegram is kept."""
        if (found := await self._sign_ins.person(session, datetime.now(UTC))) is None:
            return
        person, _ = found
        if chosen := asked_for(request):
            await self._languages.choose(person, chosen)
        if not is_on_telegram(person):
            await self._languages.note(person, of_browser(request))

    async def _leave(self, request: Request) -> Response:
        if request.state.session:
            await self._sign_ins.end(request.state.session)
        request.state.caller = None
        response = self._pages.message(request, wording.signed_out(), wording.come_back())
        session_cookie.sign_out(response, self._address)
        return response

    async def _link(self, request: Request) -> SignInLink | None:
        """Raises HTTPException 429 for an address that has tried too many."""
        where = peer(request.scope)
        refuse_who_guesses(self._tries, where)
        link = await self._sign_ins.link(str(request.path_params["token"]))
        if link is None:
            self._tries.pour(where)
        return link

    def _not_good(self, request: Request, link: SignInLink | None) -> Response:
        if link is not None and link.is_used and request.state.caller is not None:  # opened again, in the chat
            return RedirectResponse("/", HTTPStatus.SEE_OTHER)
        status = HTTPStatus.NOT_FOUND if link is None else HTTPStatus.GONE
        if link is None:
            why = wording.link_unknown()
        elif link.is_used:
            why = wording.link_used() if link.once else wording.invitation_taken_back()
        else:
            why = wording.link_late()
        return self._pages.message(request, wording.link_not_good(), f"{why} {wording.how_to_come_in()}", status)


def _here(request: Request) -> str:
    """Where the form leads, in the language that was chosen."""
    chosen = asked_for(request)
    return f"{request.url.path}?{FIELD}={chosen}" if chosen else request.url.path
