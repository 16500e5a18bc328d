"""The server as a whole: starting, stopping, on its own, and who may talk to it."""

import asyncio
import sys
import time

import httpx
import pytest

from demo.telegram.person import Person, RefusedError
from demo.telegram.server import LocalTelegram


async def test_it_stops_promptly_with_polls_open() -> None:
    async with LocalTelegram() as telegram:
        ann = await Person.join(telegram.url, "Ann")
        async with httpx.AsyncClient(base_url=telegram.url, timeout=60) as http:
            poll = asyncio.create_task(http.get(f"/bot{telegram.token}/getUpdates", params={"timeout": 50}))
            reading = asyncio.create_task(ann.next(50))
            await http.get(f"/bot{telegram.token}/getMe")
            begin = time.monotonic()
            await telegram.__aexit__(None, None, None)
            assert time.monotonic() - begin < 2
            assert (await poll).json() == {"ok": True, "result": []}
            with pytest.raises(httpx.TransportError):
                await reading


async def test_it_starts_again_on_the_same_port() -> None:
    async with LocalTelegram() as telegram:
        port = int(telegram.url.rpartition(":")[2])
        with pytest.raises(OSError, match=r"(?i)in use"):
            await LocalTelegram(port).__aenter__()
    async with LocalTelegram(port, token=telegram.token) as again:
        assert again.url == telegram.url
        assert (await Person.join(again.url, "Ann", 7)).id == 7


async def test_other_sites_are_kept_out(telegram: LocalTelegram) -> None:
    async with httpx.AsyncClient(base_url=telegram.url) as http:
        assert (await http.get("/control/bot")).status_code == 200
        assert (await http.get("/control/bot", headers={"Host": "evil.example"})).status_code == 400
        cross = {"Sec-Fetch-Site": "cross-site"}
        assert (await http.post("/control/people", json={"name": "Eve"}, headers=cross)).status_code == 403
        for path in ("/..%2fserver.py", "/nothing.js", "/control/examples/..%2f..%2fserver.py"):
            assert (await http.get(path)).status_code == 404


async def test_the_page_runs_nothing_but_itself(telegram: LocalTelegram) -> None:
    async with httpx.AsyncClient(base_url=telegram.url) as http:
        page = await http.get("/")
        assert page.headers["content-security-policy"].startswith("default-src 'self'")
        assert "http://" not in page.text
        assert "https://" not in page.text
        ann = await Person.join(telegram.url, "Ann")
        await ann.say("/start")
        await ann.send_file(b"<script>alert(1)</script>", "page.html", "text/html")
        (_, update) = telegram.pending()
        file = await http.get(f"/control/files/{update['message']['document']['file_id']}")
        assert file.headers["content-type"] == "application/octet-stream"


async def test_mistakes_of_people_are_sentences(telegram: LocalTelegram) -> None:
    ann = await Person.join(telegram.url, "Ann")
    with pytest.raises(RefusedError, match="there is nothing to send"):
        await ann.say("  ")
    with pytest.raises(RefusedError, match="no such message to reply to"):
        await ann.say("yes", reply_to=12345)
    with pytest.raises(TimeoutError, match=r"nothing came from the bot for Ann within 0\.1 s"):
        await ann.next(timeout=0.1)


async def test_on_its_own() -> None:
    command = [sys.executable, "-m", "demo.telegram", "--port", "0", "--token", "42:local"]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout
    async with asyncio.timeout(20):
        lines = [(await process.stdout.readline()).decode().strip() for _ in range(3)]
        url = lines[0].split()[-1]
        assert lines[1:] == [f"COUSINBOT_TELEGRAM_API={url}", "COUSINBOT_TELEGRAM_TOKEN=42:local"]
        ann = await Person.join(url, "Ann")
        await ann.say("hello")
        process.terminate()
        assert await process.wait() == 0
