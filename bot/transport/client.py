"""The bot's client, connected to Telegram as soon as there is a way."""

import contextlib
import logging
import ssl
from collections.abc import AsyncIterator
from typing import Final

import httpx
from telegram import LinkPreviewOptions
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Defaults, ExtBot
from telegram.request import HTTPXRequest

from bot.transport import wording
from bot.transport.backoff import FIRST_PAUSE, Backoff
from bot.transport.connection_status import ConnectionStatus
from bot.transport.errors import BotError
from bot.transport.outbox import Outbox
from data.settings import Settings
from foundation.proxies import ProxyUnusable, proxy_for

logger = logging.getLogger(__name__)

TOKEN_ATTEMPTS: Final = 3  # a single 401 may be Telegram's own trouble; three in a row are not
CONNECTIONS: Final = 64
READ_TIMEOUT: Final = 20.0  # seconds; messages go out one by one, so a connection that hangs holds up the others
CONNECT_TIMEOUT: Final = 10.0
POOL_TIMEOUT: Final = 30.0  # for a connection that is free


@contextlib.asynccontextmanager
async def connected(
    settings: Settings,
    token: str,
    outbox: Outbox,
    status: ConnectionStatus,
    *,
    read_timeout: float = READ_TIMEOUT,
    first_pause: float = FIRST_PAUSE,
) -> AsyncIterator[ExtBot[int]]:
    """The bot, once Telegram has said who it is; as long as there is no network it keeps trying."""
    tls, api = httpx.create_ssl_context(), settings.telegram_api
    try:
        pool, poll_pool = requests(api, CONNECTIONS, tls, read_timeout), requests(api, 1, tls, read_timeout)
    except ProxyUnusable as error:
        raise BotError(str(error)) from None
    bot: ExtBot[int] = ExtBot(
        token,
        base_url=f"{api}/bot",
        base_file_url=f"{api}/file/bot",
        request=pool,
        get_updates_request=poll_pool,
        # What was asked may be deleted before it is answered.
        defaults=Defaults(link_preview_options=LinkPreviewOptions(is_disabled=True), allow_sending_without_reply=True),
        rate_limiter=outbox,
    )
    try:
        await _introduce(bot, status, Backoff(first_pause))
        yield bot
    finally:
        await bot.shutdown()


def requests(api: str, connections: int, tls: ssl.SSLContext, read_timeout: float = READ_TIMEOUT) -> HTTPXRequest:
    """A pool of so many connections to one server, through the family's proxy where there is one.

    `tls` takes long to make, so pools share it.

    Raises:
        ProxyUnusable: there is one, and its address is wrong.
    """
    proxy = proxy_for(api)
    return HTTPXRequest(
        connections,
        read_timeout=read_timeout,
        connect_timeout=CONNECT_TIMEOUT,
        pool_timeout=POOL_TIMEOUT,
        proxy=proxy.address if proxy else None,
        httpx_kwargs={"verify": tls, "trust_env": False},
    )


async def _introduce(bot: ExtBot[int], status: ConnectionStatus, backoff: Backoff) -> None:
    refused = 0
    while True:
        try:
            await bot.initialize()
            return
        except TelegramError as error:
            refused = refused + 1 if isinstance(error, InvalidToken) else 0
            if refused == TOKEN_ATTEMPTS:
                raise BotError(wording.token_unknown()) from None  # the cause quotes the token
            status.failed(error)
        await backoff.wait()
