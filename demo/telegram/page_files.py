"""The chat page: static files, with a policy that lets nothing else run."""

from pathlib import Path

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

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


def page_routes() -> list[Route]:
    return [Route("/", _file), Route("/{name}", _file)]


async def _file(request: Request) -> Response:
    path = PAGE / request.path_params.get("name", "index.html")
    if path.parent != PAGE or not path.is_file():
        return Response("There is nothing here; the chat is at /", 404, media_type="text/plain")
    return FileResponse(path, headers=POLICY)
