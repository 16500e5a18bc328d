"""The chat page: static files, with a policy that lets nothing else run."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

PAGE = Path(__file__).parent / "page"
POLICY = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob:; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}


def page_routes() -> list[Route]:
    return [Route("/", _file), Route("/{name}", _file)]


async def _file(request: Request) -> Response:
    path = PAGE / request.path_params.get("name", "index.html")
    if path.parent != PAGE or not path.is_file():
        return Response("There is nothing here; the chat is at /", 404, media_type="text/plain")
    return FileResponse(path, headers=POLICY)
