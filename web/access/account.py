"""What one may do about oneself: see what is kept, sign in elsewhere, sign out, be forgotten; an admin also about who
else is let in."""

import time
from datetime import UTC, datetime
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

import web.numbers  # noqa: F401  which lets addresses hold numbers
from actions.cousins import Cousins
from actions.forgetting import GuestForgetting
from actions.people.admins import Admins
from actions.people.languages import ReadersLanguage
from data.people.identities import is_on_telegram
from data.people.people import People
from data.people.records import Records
from data.people.selves import Selves
from data.people.sign_ins import SignIns
from data.store.forgetting import Forgetting
from foundation.languages import codes, every
from foundation.reader import speak
from web.access import session_cookie, wording
from web.access.address import Address
from web.access.language import FIELD, RequestLanguage
from web.access.sign_in import path_of
from web.caller import Caller, admin, guest
from web.templating import Pages


class AccountPages:
    """`forgotten` notes who asked to be."""

    def __init__(
        self,
        pages: Pages,
        sign_ins: SignIns,
        people: People,
        selves: Selves,
        cousins: Cousins,
        admins: Admins,
        languages: ReadersLanguage,
        records: Records,
        forgetting: GuestForgetting,
        forgotten: Forgetting,
        address: Address,
    ) -> None:
        self._pages = pages
        self._sign_ins = sign_ins
        self._people = people
        self._selves = selves
        self._cousins = cousins
        self._admins = admins
        self._languages = languages
        self._reading = RequestLanguage(languages)
        self._records = records
        self._forgetting = forgetting
        self._forgotten = forgotten
        self._address = address

    def routes(self) -> list[Route]:
        return [
            Route("/you", self._you),
            Route("/you/language", self._choose_language, methods=["POST"]),
            Route("/you/link", self._link, methods=["POST"]),
            Route("/you/out", self._out_everywhere, methods=["POST"]),
            Route("/you/nobody", self._nobody, methods=["POST"]),
            Route("/you/forget", self._forget, methods=["POST"]),
            Route("/people", self._everybody),
            Route("/people/invite", self._invite, methods=["POST"]),
            Route("/people/revoke", self._revoke, methods=["POST"]),
            Route("/people/{person:number}/block", self._block, methods=["POST"]),
            Route("/people/{person:number}/unblock", self._unblock, methods=["POST"]),
            Route("/people/{person:number}/nobody", self._not_them, methods=["POST"]),
        ]

    async def _you(self, request: Request) -> Response:
        return await self._account(request)

    async def _account(self, request: Request, **values: object) -> Response:
        caller, person = _person(request)
        record, names = await self._records.of(person), self._cousins.now()
        cousin = record.cousin
        return self._pages.page(
            request,
            "you.html",
            HTTPStatus.OK,
            name=caller.name,
            photos=record.photos,
            said=record.waiting + record.accepted + record.rejected + record.praise,
            is_known=cousin is not None,
            cousin=names.shown(cousin) if cousin and not names.wants_no_name(cousin) else None,
            on_telegram=is_on_telegram(person),
            here_only=self._address.is_this_computer,
            spoken_here=every(),
            chosen=await self._languages.chosen(person),
            **values,
        )

    async def _choose_language(self, request: Request) -> Response:
        """In the chat too; without a choice as the browser says, and there as Telegram does."""
        caller, person = _person(request)
        async with request.form() as form:
            code = str(form.get(FIELD) or "") or None
        if code not in (None, *codes()):
            raise HTTPException(HTTPStatus.BAD_REQUEST)
        await self._languages.choose(person, code)
        speak(await self._reading.of(request, caller))
        return self._pages.done("/you", wording.language_is_yours() if code else wording.language_is_the_browsers())

    async def _link(self, request: Request) -> Response:
        """A link for another device."""
        caller, person = _person(request)
        token = await self._sign_ins.make_link(person, caller.name, datetime.now(UTC))
        return await self._account(request, link=self._address.link(path_of(token)))

    async def _out_everywhere(self, request: Request) -> Response:
        _, person = _person(request)
        await self._sign_ins.end_all(person)
        return self._left(request, wording.signed_out(), wording.come_back())

    async def _nobody(self, request: Request) -> Response:
        """They are not the cousin whom an admin took them for, or don't want it to be known."""
        _, person = _person(request)
        await self._selves.take_back(person)
        return RedirectResponse("/you", HTTPStatus.SEE_OTHER)

    async def _forget(self, request: Request) -> Response:
        """All they sent and said; of those who came by the pages also that they came."""
        _, person = _person(request)
        erased = await self._forgetting.forget(person, person, int(time.time()))
        await self._forgotten.told(erased.asked)  # here and now, whatever becomes of the page
        return self._left(request, wording.forgotten(), wording.all_gone(erased.asked.photos, for_good=erased.for_good))

    def _left(self, request: Request, title: str, text: str) -> Response:
        request.state.caller = None
        response = self._pages.message(request, title, text)
        session_cookie.sign_out(response, self._address)
        return response

    async def _everybody(self, request: Request) -> Response:
        admin(request)
        return await self._people_page(request)

    async def _people_page(self, request: Request, **values: object) -> Response:
        now, admins, names = datetime.now(UTC), await self._admins.ids(), self._cousins.now()
        return self._pages.page(
            request,
            "people.html",
            HTTPStatus.OK,
            signed_in=[(one, one.person in admins) for one in await self._sign_ins.signed_in(now)],
            invitations=await self._sign_ins.invitations(now),
            here_only=self._address.is_this_computer,
            selves=[(one, names.shown(one.cousin, to_admins=True)) for one in await self._selves.all()],
            people=[one for one in await self._people.known() if one.role == "blocked" or one.user_id not in admins],
            **values,
        )

    async def _invite(self, request: Request) -> Response:
        admin(request)
        token = await self._sign_ins.make_invitation(datetime.now(UTC))
        return await self._people_page(request, link=self._address.link(path_of(token)))

    async def _revoke(self, request: Request) -> Response:
        admin(request)
        await self._sign_ins.revoke_links(datetime.now(UTC))
        return RedirectResponse("/people", HTTPStatus.SEE_OTHER)

    async def _block(self, request: Request) -> Response:
        person = await self._guest_of(request)
        name = await self._people.name(person) or str(person)
        taken_back = await self._people.block(person)
        return self._pages.done("/people", wording.is_blocked(name, invitations=taken_back))

    async def _unblock(self, request: Request) -> Response:
        admin(request)
        await self._people.unblock(int(request.path_params["person"]))
        return RedirectResponse("/people", HTTPStatus.SEE_OTHER)

    async def _not_them(self, request: Request) -> Response:
        admin(request)
        await self._selves.take_back(int(request.path_params["person"]))
        return RedirectResponse("/people", HTTPStatus.SEE_OTHER)

    async def _guest_of(self, request: Request) -> int:
        """Admins are removed first, by /admins or the command: whoever is one may ask, blocked or not."""
        admin(request)
        person = int(request.path_params["person"])
        if person in await self._admins.ids():
            raise HTTPException(HTTPStatus.CONFLICT, wording.is_an_admin())
        return person


def _person(request: Request) -> tuple[Caller, int]:
    """Raises HTTPException 403 for programs, which are nobody."""
    caller = guest(request)
    if caller.person is None:
        raise HTTPException(HTTPStatus.FORBIDDEN)
    return caller, caller.person
