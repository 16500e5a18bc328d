"""Templates made into pages, in the reader's language."""

import secrets
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jinja2 import FileSystemLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from foundation.languages import every
from foundation.reader import spoken
from foundation.templates import environment

if TYPE_CHECKING:
    from web.caller import Caller

STATIC: Final = Path(__file__).parent / "static"
_TEMPLATES: Final = Path(__file__).parent / "templates"

PRIVATE: Final = {"Cache-Control": "no-store"}
"""Pages name the family, and pictures show it: no browser keeps them."""
_VARIES: Final = "Accept-Language, Cookie"

MOST_TOLD: Final = 1000  # sentences; each is read a moment later


class Pages:
    def __init__(self) -> None:
        self._told: dict[str, str] = {}
        self._environment = environment(FileSystemLoader(_TEMPLATES))

    def page(self, request: Request, template: str, status: int = 200, /, **values: object) -> HTMLResponse:
        """The page that a template makes of the values, and of who asks."""
        caller: Caller | None = getattr(request.state, "caller", None)
        if values.get("told") is None:
            values["told"] = self._told.get(request.query_params.get("told", ""))
        text = self._environment.get_template(template).render(
            values,
            caller=caller,
            csrf=getattr(request.state, "csrf", ""),
            path=request.url.path,
            # Whoever is signed in chooses on their own page; an address that answers a form can't be opened anew.
            languages=every() if caller is None and request.method == "GET" else (),
        )
        return HTMLResponse(text, status, {**PRIVATE, "Content-Language": spoken().tag, "Vary": _VARIES})

    def done(self, to: str, told: str) -> RedirectResponse:
        """Where to go on after something was done, and be told of it there: a page that answers a form would be sent
        again by whoever goes back to it, and is nowhere by its address."""
        key = secrets.token_urlsafe(12)
        self._told[key] = told
        while len(self._told) > MOST_TOLD:
            del self._told[next(iter(self._told))]
        return RedirectResponse(f"{to}{'&' if '?' in to else '?'}told={key}", HTTPStatus.SEE_OTHER, PRIVATE)

    def message(self, request: Request, title: str, text: str, status: int = 200) -> HTMLResponse:
        """A page that says one thing, and leads on whoever is signed in."""
        return self.page(request, "message.html", status, title=title, text=text)


def wants_fragment(request: Request) -> bool:
    """Whether a page's script asks, which puts the answer where it belongs."""
    return request.headers.get("X-Requested-With") == "fetch"
