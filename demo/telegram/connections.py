"""Connections that can be cut in the middle of a request, as networks do."""

import asyncio
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol


class CuttableProtocol(H11Protocol):
    """uvicorn's HTTP/1.1, with every open connection known by the address of its client."""

    open: ClassVar[dict[tuple[str, int], asyncio.Transport]] = {}

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self.client:
            self.open[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self.client:
            self.open.pop(self.client, None)
        super().connection_lost(exc)


class Cut(Response):
    """No answer at all: the connection is reset."""

    def __init__(self, request: Request) -> None:
        super().__init__()
        self._client = request.client

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport = CuttableProtocol.open.get((self._client.host, self._client.port)) if self._client else None
        if transport:
            transport.abort()
        while (await receive())["type"] != "http.disconnect":
            continue
