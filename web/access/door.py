"""Who asks: found out before any page or answer is made, from a cookie, a key, or where the request comes from."""

import hashlib
import hmac
import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from actions.people.admins import Admins
from data.people.people import People
from data.people.program_keys import ProgramKeys
from data.people.sign_ins import SignIns
from foundation.leaky_buckets import LeakyBuckets
from foundation.reader import speak
from web.access import wording
from web.access.address import Address, is_loopback
from web.access.language import RequestLanguage
from web.access.session_cookie import cookie_name
from web.caller import Caller

MOST_BYTES: Final = 256 * 2**20
"""Of a request: photos of a whole album in one form. `POST /image` has its own, smaller one."""
OF_STRANGERS: Final = 2**14
"""Bytes of a request of whoever is not signed in: a name, or what Telegram signs."""
AT_ONCE: Final = 2 * MOST_BYTES
"""Bytes of all requests under way: bodies are in memory, for nothing is kept of a photo, on no disk either."""
SOON: Final = 5  # seconds, in which some of them are answered
EVERYBODYS: Final = ("/static/", "/healthz")
"""Addresses of which it makes no difference who asks: it is not looked up."""
SEEN_WITHIN: Final = timedelta(days=7)
"""For so long it is believed of whoever came through a group that they are in it; the bot asks when they write to it,
as with /web."""
WRONG_TRIES: Final = 20
"""A minute, from one address, with a link or a key that nobody was given. Nobody types one."""
_BEGINNING: Final = 4096  # bytes of a form in which its token stands: it is the first field
_SAFE: Final = {"GET", "HEAD", "OPTIONS"}


class Door:
    """Sets `request.state.caller`, a `Caller` or None, and `request.state.csrf`, the token of the caller's forms; from
    here on, and outside of here where errors are told, this request's task speaks the reader's language.

    What changes something is taken from a browser only with that token, and only where it comes from our own pages.
    Who is an admin, and who is blocked, is asked of the store each time.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        address: Address,
        sign_ins: SignIns,
        keys: ProgramKeys,
        people: People,
        admins: Admins,
        languages: RequestLanguage,
        tries: LeakyBuckets,
        is_open: bool,
    ) -> None:
        """`is_open`: programs on this computer ask without a key."""
        self._app = app
        self._address = address
        self._sign_ins = sign_ins
        self._keys = keys
        self._people = people
        self._admins = admins
        self._languages = languages
        self._tries = tries
        self._is_open = is_open
        self._cookie = cookie_name(address)
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["caller"], state["csrf"], state["session"] = None, "", ""
        connection = HTTPConnection(scope)
        speak(self._languages.before_anybody_is_known(connection))
        if scope["path"].startswith(EVERYBODYS):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        authorization = headers.get("authorization", "")
        if authorization:
            state["caller"] = await self._program(authorization, scope)
        elif token := cookie_parser(headers.get("cookie", "")).get(self._cookie, ""):
            state["caller"] = await self._person(token)
            state["session"], state["csrf"] = token, _csrf(token)
        if state["caller"] is None and self._is_open and is_loopback(scope):
            state["caller"] = Caller(None, wording.this_computer(), is_admin=False, by_cookie=False)
        if state["caller"] is not None:
            speak(await self._languages.of(connection, state["caller"]))
        with self._counted(receive, OF_STRANGERS if state["caller"] is None else MOST_BYTES) as receive:
            if scope["method"] not in _SAFE and not authorization:
                if not self._address.is_own(scope):
                    raise HTTPException(HTTPStatus.FORBIDDEN, wording.from_elsewhere())
                if state["caller"] is not None and state["caller"].by_cookie:
                    receive = await _with_token(headers, receive, state["csrf"])
            await self._app(scope, receive, send)

    @contextmanager
    def _counted(self, receive: Receive, most: int) -> Iterator[Receive]:
        """`receive`, which raises HTTPException: 413 for a body that is too large, 503 while all together are."""
        so_far = 0

        async def counted() -> Message:
            nonlocal so_far
            message = await receive()
            size = len(message.get("body", b""))
            so_far += size
            self._under_way += size
            if so_far > most:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, wording.too_large(most))
            if self._under_way > AT_ONCE:
                again = {"Retry-After": str(SOON)}
                raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, wording.too_much_at_once(), headers=again)
            return message

        try:
            yield counted
        finally:
            self._under_way -= so_far

    async def _person(self, token: str) -> Caller | None:
        found = await self._sign_ins.person(token, datetime.now(UTC))
        if found is None:
            return None
        person, name = found
        is_admin = person in await self._admins.ids()
        if not is_admin and not await self._people.is_guest(person, datetime.now(UTC) - SEEN_WITHIN):
            return None
        return Caller(person, name, is_admin, by_cookie=True)

    async def _program(self, authorization: str, scope: Scope) -> Caller | None:
        kind, _, key = authorization.partition(" ")
        where = peer(scope)
        refuse_who_guesses(self._tries, where)
        found = await self._keys.find(key.strip()) if kind.lower() == "bearer" else None
        if found is None:
            self._tries.pour(where)
            return None
        return Caller(None, found.name, found.is_admin, by_cookie=False)


def peer(scope: Scope) -> str:
    """The address somebody asks from."""
    client = scope.get("client")
    return client[0] if client else ""


def refuse_who_guesses(tries: LeakyBuckets, where: str) -> None:
    """Raises HTTPException 429 for an address that has come with too many wrong links and keys."""
    if wait := tries.wait(where):
        seconds = math.ceil(wait)
        raise HTTPException(
            HTTPStatus.TOO_MANY_REQUESTS, wording.too_many_tries(seconds), headers={"Retry-After": str(seconds)}
        )


def _csrf(session: str) -> str:
    """The token of a session's forms: who has the cookie alone can't make it out, and nothing is kept of it."""
    return hmac.digest(session.encode(), b"forms", hashlib.sha256).hex()


async def _with_token(headers: Headers, receive: Receive, csrf: str) -> Receive:
    """What `receive` gives, once the form's token was seen in a header or at the beginning of the body.

    Raises:
        HTTPException: 403, it is not there.
    """
    if hmac.compare_digest(headers.get("x-csrf-token", "").encode(), csrf.encode()):
        return receive
    waiting: list[Message] = []
    beginning = b""
    while len(beginning) < _BEGINNING:
        message = await receive()
        waiting.append(message)
        beginning += message.get("body", b"")
        if message["type"] != "http.request" or not message.get("more_body"):
            break
    if csrf.encode() not in beginning[:_BEGINNING]:
        raise HTTPException(HTTPStatus.FORBIDDEN, wording.form_too_old())

    async def again() -> Message:
        return waiting.pop(0) if waiting else await receive()

    return again
