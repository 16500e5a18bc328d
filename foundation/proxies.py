"""The proxy through which an address is reached, as the usual variables of the environment say.

One place for the bot, `doctor` and the weights: urllib knows no SOCKS, httpx sends even this machine's own addresses
to the proxy and does not know `socks://`, which desktops write into the environment.
"""

from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from foundation import wording

_SCHEMES: Final = {
    "http": "http",
    "https": "https",
    "socks": "socks5",
    "socks5": "socks5",
    "socks5h": "socks5h",
}


class ProxyUnusable(ValueError):
    """A variable names a proxy that nobody can use; the message is a sentence, without what may be a password."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """`address` is for httpx, and may hold a password; `variable` is where it was found, to be named to people."""

    address: str = field(repr=False)
    variable: str


def proxy_for(address: str) -> Proxy | None:
    """The proxy to ask for this address, by HTTPS_PROXY or HTTP_PROXY, else ALL_PROXY, unless NO_PROXY names the host.

    This machine's own addresses are never asked for through one.

    Raises:
        ProxyUnusable: it is neither an HTTP nor a SOCKS 5 proxy.
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    if _is_this_machine(host) or proxy_bypass(host):
        return None
    proxies = getproxies()
    for kind in (parts.scheme, "all"):
        if found := proxies.get(kind):
            return Proxy(_usable(found, variable := f"{kind.upper()}_PROXY"), variable)
    return None


def _usable(proxy: str, variable: str) -> str:
    scheme, _, place = proxy.rpartition("://")
    known = _SCHEMES.get(scheme.lower() or "http")
    try:
        parts = urlsplit(f"http://{place}")
        named = bool(parts.hostname) and parts.port != 0  # the port raises where it is no number
    except ValueError:
        named = False
    if known is None or not named:
        raise ProxyUnusable(wording.proxy_unusable(variable))
    return f"{known}://{place}"


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
