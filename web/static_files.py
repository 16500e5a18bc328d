"""Style and scripts, the same for everybody: in memory, and read again by a browser only once they have changed."""

import hashlib
import mimetypes
from http import HTTPStatus
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def static_route(folder: Path) -> Route:
    """All files of this folder, under /static."""
    files = {file.name: (file.read_bytes(), mimetypes.guess_type(file.name)[0]) for file in folder.iterdir()}
    tags = {name: f'"{hashlib.sha256(content).hexdigest()[:20]}"' for name, (content, _) in files.items()}

    async def static(request: Request) -> Response:
        name = str(request.path_params["name"])
        if name not in files:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        headers = {"ETag": tags[name], "Cache-Control": "no-cache"}
        if tags[name] in request.headers.get("If-None-Match", ""):
            return Response(None, HTTPStatus.NOT_MODIFIED, headers)
        content, kind = files[name]
        return Response(content, HTTPStatus.OK, headers, kind)

    return Route("/static/{name}", static)
