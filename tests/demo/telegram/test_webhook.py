"""Webhook delivery to the real client's webhook server."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from telegram import Bot
from telegram.error import BadRequest

from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from tests.demo.telegram.small_bot import application, start
from tests.free_port import free_port

Received = tuple[dict[str, str], dict[str, object]]


async def test_the_real_client_by_webhook(telegram: LocalTelegram) -> None:
    from telegram.ext import CommandHandler

    bot = application(telegram)
    bot.add_handler(CommandHandler("start", start))
    async with bot:
        assert bot.updater
        await bot.start()
        address = f"http://127.0.0.1:{(port := free_port())}/hook"
        await bot.updater.start_webhook(
            "127.0.0.1", port, "hook", webhook_url=address, secret_token="a-secret", allowed_updates=["message"]
        )
        ann = await Person.join(telegram.url, "Ann")
        await ann.say("/start")
        assert (await ann.next()).text.startswith("Hello Ann!")
        info = await bot.bot.get_webhook_info()
        assert (info.url, info.allowed_updates) == (address, ("message",))
        await bot.updater.stop()
        await bot.stop()
    (asked,) = telegram.calls.of("setWebhook")
    assert asked.params["secret_token"] == "a-secret"


async def test_delivery_is_tried_again_in_order(telegram: LocalTelegram, bot: Bot) -> None:
    statuses = [500, 403, 200, 200]
    async for address, received in listening(statuses):
        await bot.set_webhook(address, secret_token="a-secret")
        ann = await Person.join(telegram.url, "Ann")
        await ann.say("one")
        await ann.say("two")
        texts = []
        for _ in range(4):
            headers, update = await asyncio.wait_for(received(), 10)
            assert headers["content-type"] == "application/json"
            assert headers["x-telegram-bot-api-secret-token"] == "a-secret"
            message = update["message"]
            assert isinstance(message, dict)
            texts.append(message["text"])
        assert texts == ["one", "one", "one", "two"]
        info = await bot.get_webhook_info()
        assert info.last_error_message == "Wrong response from the webhook: 403 Forbidden"


async def test_what_set_webhook_refuses(bot: Bot) -> None:
    with pytest.raises(BadRequest, match=r"(?i)bad webhook"):
        await bot.set_webhook("ftp://127.0.0.1/")
    with pytest.raises(BadRequest, match=r"(?i)secret token contains unallowed characters"):
        await bot.set_webhook("http://127.0.0.1/", secret_token="not a secret")


async def listening(statuses: list[int]) -> AsyncIterator[tuple[str, Callable[[], Awaitable[Received]]]]:
    """The smallest web server: answers with these statuses, one after the other."""
    received: asyncio.Queue[Received] = asyncio.Queue()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:]
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head if line)}
        body = await reader.readexactly(int(headers["content-length"]))
        writer.write(b"HTTP/1.1 %d %s\r\nConnection: close\r\nContent-Length: 0\r\n\r\n" % reason(statuses.pop(0)))
        writer.close()
        await received.put((headers, json.loads(body)))

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/hook", received.get


def reason(status: int) -> tuple[int, bytes]:
    return status, {200: b"OK", 403: b"Forbidden", 500: b"Internal Server Error"}[status]
