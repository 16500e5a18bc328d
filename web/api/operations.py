"""One thing that a program can ask for: its handler, its address, and what the OpenAPI document says of it."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from web.api import wording
from web.api.models import Problem
from web.caller import Caller, guest

logger = logging.getLogger(__name__)

NO_STORE: Final = {"Cache-Control": "no-store"}
_ALWAYS: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)
"""What whoever stands before the handlers answers."""

Handler = Callable[[Request, Caller], Awaitable[BaseModel]]


class Refused(Exception):
    """A request can't be answered as it is: the status, and the sentence that says why."""

    def __init__(self, status: HTTPStatus, sentence: str, retry_after: int | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Operation:
    """`path` is as Starlette writes it; `body` has a schema for each media type; `refuses` are statuses of its own.

    What the handler's docstring says is what the OpenAPI document says.
    """

    method: str
    path: str
    handler: Handler
    answer: type[BaseModel]
    refuses: Sequence[HTTPStatus] = ()
    body: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def statuses(self) -> tuple[HTTPStatus, ...]:
        """All with which it may refuse."""
        return tuple(sorted({*_ALWAYS, *self.refuses}))

    @property
    def route(self) -> Route:
        return Route(self.path, self._answered, methods=[self.method])

    async def _answered(self, request: Request) -> Response:
        try:
            answer = await self.handler(request, guest(request))
        except Refused as error:
            return problem(error.status, str(error), error.retry_after)
        except HTTPException as error:
            return problem_of(error)
        except ClientDisconnect:
            return Response(status_code=HTTPStatus.BAD_REQUEST)  # which nobody reads
        except Exception:
            logger.exception("A request of a program failed.")
            return problem(HTTPStatus.INTERNAL_SERVER_ERROR, wording.trouble())
        return Response(answer.model_dump_json(), media_type="application/json", headers=NO_STORE)


def problem(status: int, sentence: str, retry_after: int | None = None) -> Response:
    """An error as programs get it."""
    headers = dict(NO_STORE)
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(Problem(error=sentence).model_dump(), status, headers)


def problem_of(error: HTTPException) -> Response:
    """The same for what Starlette, or whoever checks who asks, has raised."""
    match error.status_code:
        case HTTPStatus.UNAUTHORIZED:
            sentence = wording.sign_in()
        case HTTPStatus.FORBIDDEN:
            sentence = wording.admins_only()
        case _:
            sentence = wording.refused()
    if error.detail != HTTPStatus(error.status_code).phrase:  # it says more than its number
        sentence = error.detail
    response = problem(error.status_code, sentence)
    response.headers.update(error.headers or {})
    return response
