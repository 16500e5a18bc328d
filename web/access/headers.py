"""What every answer says to the browser: run our own scripts only, keep nothing, tell nobody where one came from."""

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.access.address import Address

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self';"
    " frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "
)
_TELEGRAM: Final = "https://web.telegram.org https://*.web.telegram.org"
"""Where a Mini App stands in a frame; the apps for phones and desktops have none."""


class SecurityHeaders:
    """An answer that has said something of these for itself, as a training report has, keeps it."""

    def __init__(self, app: ASGIApp, *, address: Address) -> None:
        self._app = app
        ancestors = f"'self' {_TELEGRAM}" if address.is_https else "'self'"
        self._headers = {
            "Content-Security-Policy": _POLICY + ancestors,
            "Cache-Control": "no-store",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": "geolocation=(), microphone=()",
            # With no-referrer a browser would not say either that a form comes from here.
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, sent)
