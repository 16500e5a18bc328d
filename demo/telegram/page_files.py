"""The chat page, in the language of whoever reads it: static files, with a policy that lets nothing else run."""

from pathlib import Path

from jinja2 import FileSystemLoader
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from demo import wording
from foundation.languages import negotiated
from foundation.reader import in_language
from foundation.templates import environment
from web.access.language import of_browser

PAGE = Path(__file__).parent / "page"
POLICY = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob:; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}


class OwnPageOnly:
    """Another site's page, open in the same browser, must not act for the family."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        foreign = scope["type"] == "http" and Headers(scope=scope).get("sec-fetch-site") == "cross-site"
        opened = foreign and scope["path"] == "/"  # a link to the page is welcome
        app = Response("Only the chat page itself may do this", 403) if foreign and not opened else self._app
        await app(scope, receive, send)


class ChatPage:
    """`language` is that of whoever reads none of ours in their browser, by its code."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._environment = environment(FileSystemLoader(PAGE))

    def routes(self) -> list[Route]:
        return [Route("/", self._page), Route("/{name}", _file)]

    async def _page(self, request: Request) -> Response:
        # As the phones on it, which are set to the browser's language.
        with in_language(negotiated(of_browser(request), self._language)):
            page = self._environment.get_template("index.html").render(texts=wording.chat_page())
        return HTMLResponse(page, headers=POLICY | {"Vary": "Accept-Language"})


async def _file(request: Request) -> Response:
    path = PAGE / request.path_params["name"]
    if path.parent != PAGE or not path.is_file() or path.suffix == ".html":
        return Response("There is nothing here; the chat is at /", 404, media_type="text/plain")
    return FileResponse(path, headers=POLICY)
