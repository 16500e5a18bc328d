"""Requests to Telegram through aiohttp, which reads HTTP in C: a third of what httpx's own way takes of the CPU."""

import io
import ssl
from typing import Any, Final

from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, FormData, TCPConnector
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

READ_TIMEOUT: Final = 20.0  # seconds; messages go out one by one, so a connection that hangs holds up the others
CONNECT_TIMEOUT: Final = 10.0
POOL_TIMEOUT: Final = 30.0  # for a connection that is free


class AiohttpRequest(BaseRequest):
    """A pool of so many connections. Of the timeouts, only the one for reading can be chosen for each request."""

    def __init__(self, connections: int, tls: ssl.SSLContext, read_timeout: float = READ_TIMEOUT) -> None:
        self._read_timeout = read_timeout
        self._connections = connections
        self._tls = tls
        self._session: ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the pool; once more after `shutdown`, if need be."""
        if self._session is None:
            self._session = ClientSession(
                connector=TCPConnector(limit=self._connections, ssl=self._tls),
                cookie_jar=DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                trust_env=True,  # the proxies of the environment
            )

    async def shutdown(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """The answer's status and body. Raises `TimedOut` and `NetworkError`, which never quote the URL: the token is
        in it."""
        assert self._session is not None, "not initialized"
        patience = read_timeout if isinstance(read_timeout, int | float) else self._read_timeout
        timeout = ClientTimeout(connect=POOL_TIMEOUT, sock_connect=CONNECT_TIMEOUT, sock_read=patience)
        form = _form(request_data) if request_data else None
        try:
            async with self._session.request(method, url, data=form, timeout=timeout, allow_redirects=False) as answer:
                return answer.status, await answer.read()
        except TimeoutError as error:
            raise TimedOut from error
        except (ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from error


def _form(data: RequestData) -> FormData:
    """What a method is called with, and the files that go with it."""
    form = FormData(data.json_parameters, quote_fields=False)  # names of files as they are, in UTF-8
    for name, (filename, content, kind) in data.multipart_data.items():
        # Of bytes aiohttp would warn where they are many: they are copied while everybody waits.
        file = io.BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, file, filename=filename, content_type=kind)
    return form
