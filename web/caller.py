"""Who asks."""

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. `person` is their row in people: an id of Telegram's, or one of our own for people of the pages
    (negative numbers below -10**15, which Telegram gives nobody); None for a program's key and for an open loopback."""

    person: int | None
    name: str
    is_admin: bool
    by_cookie: bool
    """Then forms need the CSRF token."""


def is_for_programs(path: str) -> bool:
    """Whether what is answered at this address is JSON."""
    return path == "/image" or path.startswith("/api/")


def guest(request: Request) -> Caller:
    """Whoever may ask.

    Raises:
        HTTPException: 401 for whoever is not signed in.
    """
    caller: Caller | None = getattr(request.state, "caller", None)
    if caller is None:
        raise HTTPException(401)
    return caller


def admin(request: Request) -> Caller:
    """An admin.

    Raises:
        HTTPException: 401 for whoever is not signed in, 403 for a guest.
    """
    caller = guest(request)
    if not caller.is_admin:
        raise HTTPException(403)
    return caller
