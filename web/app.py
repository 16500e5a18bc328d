"""The family's pages and the API put together, behind one door."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from ipaddress import IPv4Network, IPv6Network
from typing import Any, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartParser
from starlette.middleware import Middleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.routing import BaseRoute
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from actions.people.admins import Admins
from actions.people.languages import ReadersLanguage
from data.settings import Settings
from data.store.store import Store
from foundation.http_server import listening
from foundation.leaky_buckets import LeakyBuckets
from web.access.address import Address
from web.access.door import MOST_BYTES, Door
from web.access.headers import SecurityHeaders
from web.access.language import RequestLanguage

PATIENCE: Final = 120  # seconds until a photo must have come: from a phone in the country it takes a while


def build(
    routes: Sequence[BaseRoute],
    errors: Mapping[Any, Callable[..., Any]],
    store: Store,
    admins: Admins,
    languages: ReadersLanguage,
    address: Address,
    tries: LeakyBuckets,
    proxies: frozenset[IPv4Network | IPv6Network],
    *,
    is_open: bool,
) -> Starlette:
    """`routes` are those of all rooms, `errors` make pages of what they refuse.

    `proxies` are believed who asks, and by https or not; nobody else is.
    """
    MultiPartParser.spool_max_size = MOST_BYTES  # Starlette would write photos of a form to the disk, larger ones
    middleware = [
        Middleware(SecurityHeaders, address=address),
        # For what the door refuses; inside of it Starlette has one more, for the rooms.
        Middleware(ExceptionMiddleware, handlers={HTTPException: errors[HTTPException]}),
        Middleware(
            Door,
            address=address,
            sign_ins=store.sign_ins,
            keys=store.program_keys,
            people=store.people,
            admins=admins,
            languages=RequestLanguage(languages),
            tries=tries,
            is_open=is_open,
        ),
    ]
    if proxies:
        trusted = [str(network) for network in proxies]
        middleware.insert(0, Middleware(ProxyHeadersMiddleware, trusted_hosts=trusted))
    return Starlette(routes=list(routes), exception_handlers=errors, middleware=middleware)


@asynccontextmanager
async def served(site: Starlette | None, settings: Settings) -> AsyncIterator[None]:
    """Answer at the pages' port while this is open; without one there are no pages. Raises `ServerError`."""
    if site is None or settings.web_port is None:
        yield
        return
    async with listening(site, settings.web_host, settings.web_port, "COUSINBOT_WEB_PORT", patience=PATIENCE):
        yield
