"""The control API for tests: faults, odd updates, time, and what the bot asked."""

import dataclasses

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from demo.telegram.bot_api import BotApi
from demo.telegram.errors import bad_request
from demo.telegram.faults import Fault
from demo.telegram.messenger import Messenger
from demo.telegram.people_api import read_json


class TroubleApi:
    def __init__(self, messenger: Messenger, bot_api: BotApi) -> None:
        self._messenger = messenger
        self._bot_api = bot_api

    def routes(self) -> list[Route]:
        return [
            Route("/faults", self._add, methods=["POST"]),
            Route("/faults", self._clear, methods=["DELETE"]),
            Route("/updates", self._inject, methods=["POST"]),
            Route("/updates", self._pending),
            Route("/links/expire", self._expire, methods=["POST"]),
            Route("/clock/advance", self._advance, methods=["POST"]),
            Route("/calls", self._calls),
        ]

    async def _add(self, request: Request) -> Response:
        try:
            self._bot_api.faults.add(Fault(**await read_json(request)))
        except TypeError as error:
            raise bad_request(str(error)) from None
        return JSONResponse({})

    async def _clear(self, request: Request) -> Response:
        self._bot_api.faults.clear()
        return JSONResponse({})

    async def _inject(self, request: Request) -> Response:
        return JSONResponse({"update_id": self._messenger.updates.inject(await read_json(request))})

    async def _pending(self, request: Request) -> Response:
        return JSONResponse({"updates": self._messenger.updates.pending()})

    async def _expire(self, request: Request) -> Response:
        self._messenger.files.expire_links()
        return JSONResponse({})

    async def _advance(self, request: Request) -> Response:
        self._messenger.clock.advance(float((await read_json(request))["seconds"]))
        return JSONResponse({})

    async def _calls(self, request: Request) -> Response:
        calls = self._bot_api.calls.of(request.query_params.get("method"))
        return JSONResponse({"calls": [dataclasses.asdict(call) for call in calls]})
