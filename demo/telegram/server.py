"""The local Telegram as one server: Bot API, control API and chat page on a loopback port."""

import asyncio
import contextlib
import secrets
import socket
from collections.abc import Generator
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount

from demo.telegram import household
from demo.telegram.bot_api import BotApi
from demo.telegram.calls import CallLog
from demo.telegram.chats.errors import ApiError, bad_request
from demo.telegram.chats.messenger import Messenger
from demo.telegram.chats.people import People
from demo.telegram.chats.types import Json, User
from demo.telegram.connections import CuttableProtocol
from demo.telegram.faults import Faults
from demo.telegram.page_files import ChatPage, OwnPageOnly
from demo.telegram.people_api import PeopleApi
from foundation.reader import spoken

BOT_ID = 7_205_318_844
USERNAME = "family_cousin_bot"
LOCAL_NAMES = ["127.0.0.1", "localhost"]


class _Server(uvicorn.Server):
    """uvicorn inside someone else's event loop: signals stay theirs, and readiness can be awaited."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        self.should_exit = True
        self._stopping.set()

    async def main_loop(self) -> None:
        await self._stopping.wait()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


class LocalTelegram:
    """An async context manager: the server runs from entry to exit, everything it knows is in memory.

    Args:
        port: on loopback; 0 takes a free one.
        token: the one bot token it accepts; a random one by default.
        privacy: the bot's privacy mode in groups.
        examples: a folder of pictures that the chat page offers to send.
        invite: the code of the invitation link through which the guest on the chat page comes.
        files: where files are handed out, in place of links, as by a server that was started with `--local`.
        host_name: by which it is reached too, through a proxy.

    Attributes:
        faults: what shall go wrong next.
        calls: what the bot asked and was told.
        GUEST, ADMIN, GROUP: ids of the people on the chat page, and of the group they may open.
    """

    GUEST = household.GUEST
    ADMIN = household.ADMIN
    GROUP = household.GROUP

    def __init__(
        self,
        port: int = 0,
        *,
        token: str | None = None,
        privacy: bool = True,
        examples: Path | None = None,
        invite: str | None = None,
        files: Path | None = None,
        host_name: str | None = None,
    ) -> None:
        self.token = token or f"{BOT_ID}:{secrets.token_urlsafe(26)}"
        self._wanted_port = port
        bot = User(int(self.token.partition(":")[0]), "Cousinbot", is_bot=True, username=USERNAME)
        self._messenger = Messenger(bot, privacy=privacy, files=files and files / self.token)
        self._host_names = [*LOCAL_NAMES, *([host_name] if host_name else [])]
        people = People(self._messenger)
        self._bot_api = BotApi(self.token, self._messenger, people)
        self._people_api = PeopleApi(self.token, self._messenger, people, examples, invite)
        self._page = ChatPage(spoken().code)
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None
        self._port = 0

    @property
    def port(self) -> int:
        return self._port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def faults(self) -> Faults:
        return self._bot_api.faults

    @property
    def calls(self) -> CallLog:
        return self._bot_api.calls

    def pending(self) -> list[Json]:
        """Updates that the bot has not acknowledged."""
        return self._messenger.updates.pending()

    def inject(self, update: Json) -> int:
        """Queues an update as it is, without its update_id, which is returned."""
        return self._messenger.updates.inject(update)

    def advance(self, seconds: float) -> None:
        """Lets time pass at once: updates, presses and links grow old."""
        self._messenger.clock.advance(seconds)

    async def __aenter__(self) -> Self:
        """Raises OSError if the port is taken."""
        listener = socket.create_server(("127.0.0.1", self._wanted_port), backlog=512)
        # asyncio sets this on connections by itself, but not on those of a listener that was made without a protocol:
        # the end of every larger answer would wait 40 ms for the client's acknowledgement of its beginning.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._port = listener.getsockname()[1]
        config = uvicorn.Config(
            self._application(),
            http=CuttableProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            date_header=False,
            timeout_graceful_shutdown=2,
        )
        self._server = _Server(config)
        self._serving = asyncio.create_task(self._server.serve(sockets=[listener]))
        await self._server.ready.wait()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._bot_api.receiving.delivery.stop()
        self._messenger.close()
        self._bot_api.close()
        if self._server and self._serving:
            self._server.stop()
            await self._serving

    def _application(self) -> Starlette:
        control = Mount("/control", routes=self._people_api.routes())
        return Starlette(
            routes=[*self._bot_api.routes(), control, *self._page.routes()],
            exception_handlers={ApiError: _refused, KeyError: _incomplete, 404: _not_found},
            middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=self._host_names), Middleware(OwnPageOnly)],
        )


async def _refused(request: Request, error: Exception) -> Response:
    code, what = (error.code, error.description) if isinstance(error, ApiError) else (500, str(error))
    return JSONResponse({"ok": False, "error_code": code, "description": what}, code)


async def _incomplete(request: Request, error: Exception) -> Response:
    return await _refused(request, bad_request(f"{error} is missing"))


async def _not_found(request: Request, error: Exception) -> Response:
    return JSONResponse({"ok": False, "error_code": 404, "description": "Not Found"}, 404)
