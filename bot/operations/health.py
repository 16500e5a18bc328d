"""Whether the bot is well, for whoever watches it: /healthz and /metrics on this machine alone."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.operations.metrics import Metrics
from bot.transport.connection_status import ConnectionStatus
from data.store.journal import Journal
from foundation.http_server import listening

DATABASE_ANSWERS_WITHIN: Final = 5.0  # seconds


class Health:
    """`model` is asked for the version in use."""

    def __init__(
        self, status: ConnectionStatus, journal: Journal, metrics: Metrics, model: Callable[[], str | None]
    ) -> None:
        self._status = status
        self._journal = journal
        self._metrics = metrics
        self._model = model

    async def report(self) -> tuple[bool, dict[str, Any]]:
        """Whether all is well, and what there is to know."""
        database, depth, set_aside = await self._database()
        ok = self._status.problem is None and database is None
        last = self._status.last_update
        return ok, {
            "ok": ok,
            "telegram": self._status.problem or "ok",
            "database": database or "ok",
            "last_update": last.isoformat(timespec="seconds") if last else None,
            "queue_depth": depth,
            "set_aside": set_aside,
            "model": self._model(),
        }

    async def _database(self) -> tuple[str | None, int | None, int | None]:
        try:
            async with asyncio.timeout(DATABASE_ANSWERS_WITHIN):
                return None, await self._journal.depth(), await self._journal.count_set_aside()
        except (sqlite3.Error, OSError, ValueError, TimeoutError) as error:  # ValueError: it is closed
            return f"does not answer: {error or 'it took too long'}", None, None

    def app(self) -> Starlette:
        async def healthz(_: Request) -> Response:
            ok, report = await self.report()
            return JSONResponse(report, 200 if ok else 503)

        async def metrics(_: Request) -> Response:
            self._metrics.model(self._model())
            return Response(generate_latest(self._metrics.registry), media_type=CONTENT_TYPE_LATEST)

        return Starlette(routes=[Route("/healthz", healthz), Route("/metrics", metrics)])


@asynccontextmanager
async def watched(health: Health, port: int | None) -> AsyncIterator[None]:
    """Answer at `port` on the loopback while this is open; without a port nobody watches.

    Raises:
        ServerError: the port is taken.
    """
    if port is None:
        yield
        return
    async with listening(health.app(), "127.0.0.1", port, "COUSINBOT_HEALTH_PORT"):
        yield
