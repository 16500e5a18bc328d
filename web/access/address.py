"""Under which address people open the pages, and whether a request comes from there."""

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from data.settings import Settings

PORT: Final = 8080
"""Of `cousinbot web`, where none is set."""
_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")


@dataclass(frozen=True, slots=True)
class Address:
    """`url` is scheme, name and port, without a slash at the end."""

    url: str

    @property
    def is_https(self) -> bool:
        return self.url.startswith("https://")

    @property
    def is_this_computer(self) -> bool:
        """Whether it means the computer of whoever opens it, so that nobody comes from another."""
        return _is_this_computer(urlsplit(self.url).hostname or "")

    def link(self, path: str) -> str:
        return f"{self.url}{path}"

    def is_own(self, scope: Scope) -> bool:
        """Whether what a browser sends comes from one of our pages, as far as it says.

        Programs, and browsers that are too old, say nothing: what they send is looked at otherwise.
        """
        headers = Headers(scope=scope)
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return False
        origin = headers.get("origin")
        here = f"{scope['scheme']}://{headers.get('host', '')}"  # the name by which this browser came
        return origin is None or origin.lower() in (self.url, here.lower())


def is_loopback(scope: Scope) -> bool:
    """Whether a program on this computer asks, by a name of this computer, and not for somebody else.

    A proxy asks for others. A page of somebody else's may have its own name point to this computer.
    """
    headers = Headers(scope=scope)
    client = scope.get("client")
    if client is None or any(name in headers for name in _FORWARDED):
        return False
    try:
        name = urlsplit(f"//{headers.get('host', '')}").hostname or ""
    except ValueError:  # it is no name
        return False
    return _is_this_computer(client[0]) and _is_this_computer(name)


def _is_this_computer(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def address_of(settings: Settings) -> Address:
    """What links begin with: COUSINBOT_WEB_URL, or this computer, for those who sit at it."""
    return Address(settings.web_url or f"http://localhost:{port_of(settings)}")


def opens_in_telegram(settings: Settings) -> bool:
    """Whether the pages open inside the chat, as a Mini App. Telegram opens what has an https address; one of one's own
    on this computer, as the demo's, also what was given an address of this computer."""
    address = address_of(settings)
    if address.is_https:
        return True
    is_own_telegram = _is_this_computer(urlsplit(settings.telegram_api).hostname or "")
    return settings.web_url is not None and address.is_this_computer and is_own_telegram


def port_of(settings: Settings) -> int:
    return settings.web_port or PORT
