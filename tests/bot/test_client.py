"""Requests to the local Telegram, as the bot makes them."""

import asyncio
import ssl

import pytest
from telegram import Bot
from telegram.error import InvalidToken, NetworkError, TimedOut

from bot.transport.client import requests
from demo.telegram.faults import Fault
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from tests.free_port import free_port


def bot_at(url: str, token: str) -> Bot:
    tls = ssl.create_default_context()
    return Bot(
        token,
        f"{url}/bot",
        f"{url}/file/bot",
        request=requests(url, 2, tls),
        get_updates_request=requests(url, 1, tls),
    )


async def test_text_and_a_large_file_arrive_as_they_are(telegram: LocalTelegram) -> None:
    guest = await Person.join(telegram.url, "Gus")
    await guest.say("/start")
    file = bytes(range(256)) * 8192  # 2 MB
    async with bot_at(telegram.url, telegram.token) as bot:
        message = await bot.send_document(guest.id, file, filename="Ä “file”.bin", caption="ü & <b>ö</b>=%\n🎂")
        assert message.caption == "ü & <b>ö</b>=%\n🎂"
        assert message.document is not None
        assert message.document.file_name == "Ä “file”.bin"
        where = await bot.get_file(message.document.file_id)
        assert await bot.request.retrieve(where.file_path or "") == file


async def test_more_requests_than_connections_take_turns(telegram: LocalTelegram) -> None:
    async with bot_at(telegram.url, telegram.token) as bot:
        assert len(await asyncio.gather(*(bot.get_me() for _ in range(20)))) == 20


async def test_pool_can_be_opened_again(telegram: LocalTelegram) -> None:
    bot = bot_at(telegram.url, telegram.token)
    for _ in range(2):
        async with bot:
            await bot.get_me()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault("getMe", "drop", times=None), NetworkError),
        (Fault("getMe", "hang", seconds=60, times=None), TimedOut),
        (Fault("getMe", status=401, description="Unauthorized", times=None), InvalidToken),
    ],
)
async def test_trouble_is_named_and_the_token_is_not(
    telegram: LocalTelegram, fault: Fault, error: type[Exception]
) -> None:
    telegram.faults.add(fault)
    request = requests(telegram.url, 1, ssl.create_default_context())
    await request.initialize()
    with pytest.raises(error) as caught:
        await request.post(f"{telegram.url}/bot{telegram.token}/getMe", read_timeout=0.3)
    await request.shutdown()
    assert telegram.token not in f"{caught.value} {caught.value.__cause__}"


async def test_nobody_there() -> None:
    request = requests("http://127.0.0.1", 1, ssl.create_default_context())
    await request.initialize()
    with pytest.raises(NetworkError, match=r"^httpx\.ConnectError"):
        await request.post(f"http://127.0.0.1:{free_port()}/botSECRET/getMe")
    with pytest.raises(NetworkError, match=r"^httpx\.UnsupportedProtocol") as caught:
        await request.post("http:///botSECRET/getMe")
    assert "SECRET" not in f"{caught.value} {caught.value.__cause__}"
    await request.shutdown()


async def test_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
        writer.close()

    async with await asyncio.start_server(proxy, "127.0.0.1", 0) as server:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        request = requests("http://telegram.invalid", 1, ssl.create_default_context())
        await request.initialize()
        assert await request.retrieve("http://telegram.invalid/file") == b"{}"
        await request.shutdown()
    assert asked == [b"GET http://telegram.invalid/file HTTP/1.1\r\n"]
