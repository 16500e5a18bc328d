"""Whether the pages are well, for whoever watches them: nothing of the family."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

ANSWERS_WITHIN: Final = 5.0  # seconds


def health_route(ask_database: Callable[[], Awaitable[object]]) -> Route:
    async def healthz(_: Request) -> Response:
        try:
            async with asyncio.timeout(ANSWERS_WITHIN):
                await ask_database()
        except (sqlite3.Error, OSError, ValueError, TimeoutError):  # ValueError: it is closed
            return JSONResponse({"ok": False}, HTTPStatus.SERVICE_UNAVAILABLE)
        return JSONResponse({"ok": True})

    return Route("/healthz", healthz)
