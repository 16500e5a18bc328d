"""The pages inside Telegram, from the bot's menu button: who opens them is known by what Telegram signs."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from actions.people.admins import Admins
from actions.people.languages import ReadersLanguage
from data.people.people import People
from data.people.sign_ins import SignIns
from foundation.leaky_buckets import LeakyBuckets
from foundation.reader import speak
from web.access import session_cookie, wording
from web.access.address import Address
from web.access.door import peer, refuse_who_guesses
from web.access.language import of_browser
from web.templating import Pages

PATH: Final = "/app"
LASTS: Final = timedelta(minutes=10)
"""For so long what Telegram has signed is believed; the page sends it as soon as it is open."""
AHEAD: Final = timedelta(minutes=1)  # by which this computer's clock may be behind Telegram's
_MOST_BYTES: Final = 8192


class NotSigned(Exception):
    """Telegram has not signed this, or too long ago."""


def whom_telegram_signed(init_data: str, token: str, now: datetime) -> tuple[int, str, str | None]:
    """The number and the name of whoever has opened the Mini App, and the language of their Telegram, if it says one.

    As in https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app: `hash` is HMAC-SHA256 of all
    other fields, sorted, each `key=value` on its line; its key is HMAC-SHA256 of the bot's token under "WebAppData".

    Raises:
        NotSigned
    """
    try:
        fields = parse_qsl(init_data, strict_parsing=True, keep_blank_values=True, max_num_fields=50)
        data = dict(fields)
        signed = data.pop("hash")
        if len(data) + 1 != len(fields):
            raise NotSigned  # a field stands there twice: which of them was meant?
        lines = "\n".join(f"{name}={value}" for name, value in sorted(data.items()))
        key = hmac.digest(b"WebAppData", token.encode(), hashlib.sha256)
        if not hmac.compare_digest(hmac.digest(key, lines.encode(), hashlib.sha256).hex().encode(), signed.encode()):
            raise NotSigned
        at = datetime.fromtimestamp(int(data["auth_date"]), UTC)
        if not now - LASTS < at < now + AHEAD:
            raise NotSigned
        user = json.loads(data["user"])
        name = " ".join(str(user[part]) for part in ("first_name", "last_name") if user.get(part))
        language = user.get("language_code")
        return int(user["id"]), name, language if isinstance(language, str) else None
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError) as error:
        raise NotSigned from error


class MiniApp:
    """`token` is the bot's."""

    def __init__(
        self,
        pages: Pages,
        sign_ins: SignIns,
        people: People,
        admins: Admins,
        languages: ReadersLanguage,
        address: Address,
        tries: LeakyBuckets,
        token: str,
    ) -> None:
        self._pages = pages
        self._sign_ins = sign_ins
        self._people = people
        self._admins = admins
        self._languages = languages
        self._address = address
        self._tries = tries
        self._token = token

    def routes(self) -> list[Route]:
        return [Route(PATH, self._page), Route(f"{PATH}/session", self._enter, methods=["POST"])]

    async def _page(self, request: Request) -> Response:
        """Telegram puts what it has signed behind the address's #, where only a script of the page sees it.

        Whoever is signed in here already may be somebody else.
        """
        request.state.caller = None
        return self._pages.page(request, "mini_app.html")

    async def _enter(self, request: Request) -> Response:
        where = peer(request.scope)
        refuse_who_guesses(self._tries, where)
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MOST_BYTES:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        now = datetime.now(UTC)
        try:
            person, name, told = whom_telegram_signed(body.decode(errors="replace"), self._token, now)
        except NotSigned:
            self._tries.pour(where)
            return self._refused(*wording.not_from_telegram())
        speak(await self._languages.of(person, told or of_browser(request)))
        role = await self._people.role(person)
        if person not in await self._admins.ids() and role != "guest":
            return self._refused(*(wording.blocked() if role == "blocked" else wording.unknown_to_the_bot()))
        await self._languages.note(person, told)
        if before := request.state.session:
            await self._sign_ins.end(before)
        response = JSONResponse({"to": "/"})
        session_cookie.sign_in(
            response, await self._sign_ins.begin(person, name, now), self._address, inside_telegram=True
        )
        return response

    def _refused(self, title: str, sentence: str) -> Response:
        return JSONResponse({"title": title, "error": sentence}, HTTPStatus.FORBIDDEN)
