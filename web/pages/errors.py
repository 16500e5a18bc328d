"""What is answered where a page can't be: what is the matter, and what to do, as a page, or as JSON for programs."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from web.api.operations import problem, problem_of
from web.api.wording import trouble
from web.caller import is_for_programs
from web.pages import wording
from web.templating import Pages, wants_fragment

Handler = Callable[[Request, Exception], Awaitable[Response]]


def handlers(pages: Pages) -> dict[Any, Handler]:
    """For `exception_handlers` of Starlette's.

    An `HTTPException` whose `detail` is no status' own phrase is answered with that sentence.
    """

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if is_for_programs(request.url.path):
            return problem_of(error)
        title, text = wording.refused(error.status_code)
        if error.detail != HTTPStatus(error.status_code).phrase:
            text = error.detail
        response = _page(request, error.status_code, title, text)
        response.headers.update(error.headers or {})
        return response

    async def failed(request: Request, error: Exception) -> Response:
        if is_for_programs(request.url.path):
            return problem(HTTPStatus.INTERNAL_SERVER_ERROR, trouble())
        return _page(request, HTTPStatus.INTERNAL_SERVER_ERROR, *wording.refused(HTTPStatus.INTERNAL_SERVER_ERROR))

    def _page(request: Request, status: int, title: str, text: str) -> Response:
        if wants_fragment(request):
            return pages.page(request, "thanks.html", status, text=text)
        return pages.page(request, "error.html", status, title=title, text=text)

    return {HTTPException: refused, Exception: failed}
