"""All that is fetched goes through the family's proxy, of whichever kind: a real one, and the real bot behind it."""

import asyncio
import hashlib
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

import cli
from bot.app import BotError
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from foundation.fetching import FetchFailed
from foundation.progress import silent
from models.downloads import fetch_missing
from models.weights import WeightsMissing, fetch_checkpoint
from models.yunet import YUNET
from tests.bot.conftest import INVITE, MakeSettings, jpeg, serving
from tests.small_proxy import SmallProxy

HOST = "telegram.test"  # a name that nobody can look up
KINDS = {
    "http": ("HTTP_PROXY", "http"),
    "all": ("ALL_PROXY", "http"),
    "socks5": ("ALL_PROXY", "socks5"),
    "socks5h": ("HTTP_PROXY", "socks5h"),
    "desktop": ("all_proxy", "socks"),
}
pytestmark = pytest.mark.usefixtures("no_proxies")


@pytest.fixture
async def telegram() -> AsyncIterator[LocalTelegram]:
    async with LocalTelegram(host_name=HOST) as telegram:
        yield telegram


def behind(telegram: LocalTelegram) -> str:
    """Its address, by the name that only the proxy knows."""
    return telegram.url.replace("127.0.0.1", HOST)


@pytest.mark.parametrize("kind", sorted(KINDS))
async def test_the_bot_answers_and_fetches_photos(
    kind: str, telegram: LocalTelegram, make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with SmallProxy(HOST, telegram.port) as proxy:
        variable, scheme = KINDS[kind]
        monkeypatch.setenv(variable, f"{scheme}://{proxy.place}")
        async with serving(make_settings(telegram_api=behind(telegram))):
            guest = await Person.join(telegram.url, "Gus")
            await guest.say(f"/start {INVITE}")
            assert (await guest.next()).text.startswith("Hello Gus!")
            await guest.send_photo(jpeg())
            assert "still getting to know" in (await guest.next()).text
    assert [call.status for call in telegram.calls.of("getFile")] == [200]
    how = "socks5" if scheme.startswith("socks") else "POST"
    assert proxy.asked
    assert {one for one, _ in proxy.asked} <= {how, "GET"}
    assert all(HOST in what for _, what in proxy.asked)


async def test_a_proxy_that_asks_for_a_password(
    telegram: LocalTelegram, make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with SmallProxy(HOST, telegram.port, password="pa:ss") as proxy:
        monkeypatch.setenv("ALL_PROXY", f"socks5://ada:pa%3Ass@{proxy.place}")
        async with serving(make_settings(telegram_api=behind(telegram))):
            guest = await Person.join(telegram.url, "Gus")
            await guest.say(f"/start {INVITE}")
            assert (await guest.next()).text.startswith("Hello Gus!")


async def test_a_proxy_that_cannot_be_used_is_one_sentence(
    telegram: LocalTelegram, make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks4://ada:secret@127.0.0.1:9")
    with pytest.raises(BotError, match=r"^The proxy in ALL_PROXY can't be used: please write it as") as caught:
        async with serving(make_settings(telegram_api=behind(telegram))) as bot:
            await asyncio.wait([bot])
    assert "secret" not in str(caught.value)


async def test_this_machines_own_server_is_asked_without(
    telegram: LocalTelegram, make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with SmallProxy(HOST, telegram.port) as proxy:
        monkeypatch.setenv("ALL_PROXY", f"socks5://{proxy.place}")
        async with serving(make_settings()):
            guest = await Person.join(telegram.url, "Gus")
            await guest.say(f"/start {INVITE}")
            await guest.next()
    assert proxy.asked == []


async def test_doctor(telegram: LocalTelegram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COUSINBOT_TELEGRAM_TOKEN", telegram.token)
    monkeypatch.setenv("COUSINBOT_TELEGRAM_API", behind(telegram))

    async def says() -> str:
        return (await asyncio.to_thread(CliRunner().invoke, cli.main, ["doctor"])).stdout

    async with SmallProxy(HOST, telegram.port, password="secret") as proxy:
        for scheme in ("socks5", "socks"):
            monkeypatch.setenv("ALL_PROXY", f"{scheme}://ada:secret@{proxy.place}")
            assert "Telegram knows the token: @family_cousin_bot." in await says()
    monkeypatch.setenv("ALL_PROXY", "socks5://ada:wrong@127.0.0.1:9")  # nobody listens there
    refused = await says()
    assert f"{behind(telegram)} can't be reached" in refused
    assert "the way leads through the proxy in ALL_PROXY" in refused
    assert "wrong@" not in refused
    monkeypatch.setenv("ALL_PROXY", "socks4://ada:secret@127.0.0.1:9")
    unusable = await says()
    assert "The proxy in ALL_PROXY can't be used" in unusable
    assert "secret" not in unusable


@pytest.fixture
def weights() -> Iterator[int]:
    """The port of a server with a file."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "7")
            self.end_headers()
            self.wfile.write(b"weights")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.mark.parametrize("scheme", ["http", "socks5", "socks"])
async def test_weights(scheme: str, weights: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    expected = hashlib.sha256(b"weights").hexdigest()
    async with SmallProxy("weights.test", weights) as proxy:
        monkeypatch.setenv("ALL_PROXY", f"{scheme}://{proxy.place}")
        await asyncio.to_thread(
            fetch_missing, [replace(YUNET, source="http://weights.test/yunet", sha256=expected)], tmp_path, silent
        )
        assert (tmp_path / YUNET.name).read_bytes() == b"weights"

        published = f"net-{expected[:8]}.pth"
        await asyncio.to_thread(fetch_checkpoint, f"http://weights.test/{published}")
        assert (tmp_path / "hub" / "checkpoints" / published).read_bytes() == b"weights"
        with pytest.raises(FetchFailed, match="the file arrived damaged"):
            await asyncio.to_thread(fetch_checkpoint, "http://weights.test/net-00000000.pth")
        assert [file.name for file in (tmp_path / "hub" / "checkpoints").iterdir()] == [published]
    assert len(proxy.asked) == 3


async def test_weights_with_https_and_a_proxy_that_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with SmallProxy(HOST, 9) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.place}")
        with pytest.raises(WeightsMissing, match="leads through the proxy in HTTPS_PROXY"):
            await asyncio.to_thread(fetch_missing, [YUNET], tmp_path, silent)
    [(method, target)] = proxy.asked
    assert (method, target.partition(":")[2]) == ("CONNECT", "443")
