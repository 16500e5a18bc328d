"""What outsiders, guests and admins may send to the pages, and what comes of it."""

import asyncio
import sqlite3
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from actions.people.languages import ReadersLanguage
from data.files.home import Home
from data.settings import Settings
from data.store.store import Store
from tests.bot.trained import portrait
from tests.free_port import free_port
from tests.web.serving import browser, come_in, csrf_in, served
from web.access import door
from web.access.address import Address
from web.access.door import OF_STRANGERS, Door
from web.access.language import RequestLanguage
from web.access.sign_in import path_of


async def raw(url: str, request: bytes) -> bytes:
    """The first line of the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
    writer.write(request)
    line = await asyncio.wait_for(reader.readline(), 30)
    writer.close()
    return line


@pytest.mark.parametrize("digits", [19, 30, 5000])
async def test_numbers_that_are_too_long_are_nothings(url: str, store: Store, digits: int) -> None:
    number = "9" * digits
    pages = [f"/review/{number}/face.jpg", f"/review?last={number}", f"/review?behind={number}"]
    forms = [
        f"/review/{number}",
        f"/review/{number}/undo",
        f"/people/{number}/block",
        f"/answers/a/faces/{number}",
        "/cousins/undo",
    ]
    async with browser(url) as nobody, browser(url) as ada:
        for path in pages:
            assert (await nobody.get(path)).status_code in (401, 404), path[:30]
        await come_in(ada, store, "Ada", is_admin=True)
        csrf = csrf_in((await ada.get("/")).text)
        for path in pages:
            assert (await ada.get(path)).status_code in (200, 404), path[:30]
        for path in forms:
            answer = await ada.post(path, data={"csrf": csrf, "change": number, "says": "stranger"})
            assert answer.status_code in (404, 409, 410), path[:30]


async def test_whoever_is_not_signed_in_sends_little(url: str, store: Store) -> None:
    invitation = path_of(await store.sign_ins.make_invitation(datetime.now(UTC)))
    long = "a" * OF_STRANGERS
    async with browser(url) as client:
        for body in ({"data": {"name": long}}, {"files": {"name": (None, long)}}):
            answer = await client.post(invitation, **body)
            assert (answer.status_code, "not signed in" in answer.text) == (413, True)
        assert (await client.post(invitation, data={"name": "Gus"})).status_code == 303


async def test_bodies_under_way_have_a_limit_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """What they take is given back, however they end."""
    monkeypatch.setattr(door, "AT_ONCE", 3_000_000)
    has_read, ends = asyncio.Event(), asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        has_read.set()
        await ends.wait()
        if scope["path"] == "/fails":
            raise ValueError

    async def receive() -> Message:
        return {"type": "http.request", "body": bytes(2_000_000), "more_body": False}

    async def send(_: Message) -> None:
        pass

    def asked(path: str) -> "asyncio.Task[None]":
        scope = {"type": "http", "method": "POST", "path": path, "scheme": "http", "client": ("127.0.0.1", 1)}
        more = {"headers": [(b"host", b"localhost")], "query_string": b""}
        return asyncio.create_task(the_door(scope | more, receive, send))

    nobody: Any = None
    the_door = Door(
        app,
        address=Address("http://localhost"),
        sign_ins=nobody,
        keys=nobody,
        people=nobody,
        admins=nobody,
        languages=RequestLanguage(ReadersLanguage(nobody, None)),
        tries=nobody,
        is_open=True,
    )
    for path in ("/", "/fails", "/"):
        has_read.clear()
        ends.clear()
        first = asked(path)
        await has_read.wait()
        with pytest.raises(HTTPException) as refused:
            await asked("/")
        assert (refused.value.status_code, refused.value.headers) == (503, {"Retry-After": "5"})
        ends.set()
        await asyncio.wait([first])
    await asked("/")


async def test_no_photo_is_written_to_the_disk_on_its_way(
    url: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[object] = []
    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", lambda file: written.append(file))
    photo = portrait("ben", 5) + bytes(3_000_000)  # as large as those of phones
    async with browser(url) as client:
        await come_in(client, store)
        csrf = csrf_in((await client.get("/")).text)
        answer = await client.post("/", data={"csrf": csrf}, files={"file": ("ben.jpg", photo)})
        assert (answer.status_code, "Ben" in answer.text) == (200, True)
    assert written == []


@pytest.mark.parametrize("host", ["[", "[::1", "a]b", "localhost@evil.example", "127.0.0.1.evil.example", ""])
async def test_a_strange_name_for_this_computer_lets_nobody_in(settings: Settings, host: str) -> None:
    async with served(settings.model_copy(update={"web_open": True})) as url:
        request = f"GET /api/cousins HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        assert b" 401 " in await raw(url, request.encode())


@pytest.mark.parametrize(
    "kind",
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
        "application/json",
        "application/octet-stream",
        "",
    ],
)
async def test_no_content_type_gets_around_the_token_of_forms(url: str, store: Store, kind: str) -> None:
    async with browser(url) as client:
        person = await come_in(client, store)
        for path in ("/you/forget", "/out", "/image"):
            answer = await client.post(path, content=b"x=y", headers={"Content-Type": kind})
            assert answer.status_code == 403, path
        assert await store.people.role(person) == "guest"
        csrf = csrf_in((await client.get("/")).text)
        late = b"a" * 5000 + f"&csrf={csrf}".encode()  # the token is the first field, or it is none
        assert (await client.post("/you/forget", content=late, headers={"Content-Type": kind})).status_code == 403
        cross = {"Origin": "https://evil.example", "X-CSRF-Token": csrf}
        assert (await client.post("/you/forget", headers=cross)).status_code == 403


async def test_a_cookie_that_was_planted_is_nobodys_after_signing_in(url: str, store: Store) -> None:
    """Neither one that somebody made up, nor that of somebody else, whose session ends where another begins."""
    async with browser(url) as gus, browser(url) as eve:
        client = httpx.AsyncClient(base_url=url, headers={"Origin": url}, trust_env=False, timeout=60)
        async with client:
            client.cookies.set("cousinbot", "planted")
            await come_in(gus, store)
            token = await store.sign_ins.make_link_for_newcomer(datetime.now(UTC), is_admin=False)
            entered = await client.post(path_of(token), data={"name": "Lea"})
            assert entered.status_code == 303
            assert "planted" not in entered.headers["set-cookie"]
            eve.cookies.set("cousinbot", "planted")
            assert (await eve.get("/")).status_code == 401
        # A link that is opened by somebody who is signed in needs their token, so that nobody else signs them in.
        token = await store.sign_ins.make_link_for_newcomer(datetime.now(UTC), is_admin=True)
        before = gus.cookies["cousinbot"]
        assert (await gus.post(path_of(token), data={"name": "Eve"})).status_code == 403
        page = (await gus.get(path_of(token))).text
        assert (await gus.post(path_of(token), data={"name": "Lea", "csrf": csrf_in(page)})).status_code == 303
        assert await store.sign_ins.person(before, datetime.now(UTC)) is None


async def test_redirects_and_names_stay_here(url: str, store: Store) -> None:
    async with browser(url) as client:
        for path in ("//evil.example", "//evil.example/cousins/", "/\\evil.example/", "/cousins/%0d%0aX-Evil:%20yes"):
            answer = await client.get(f"{url}{path}")
            assert "x-evil" not in answer.headers
            assert "evil.example" not in answer.headers.get("location", "")
        person = await come_in(client, store, "Gus\r\nSet-Cookie: a=b\u202e<script>")
        assert await store.people.name(person) == "Gus Set-Cookie: a=b\u202e<script>"
        page = await client.get("/you")
        assert "<script>" not in page.text.replace('<script src="/static/', "").replace('<script type="module"', "")


async def test_style_and_scripts_are_read_again_only_once_they_have_changed(url: str) -> None:
    async with browser(url) as client:
        style = await client.get("/static/style.css")
        assert (style.status_code, style.headers["content-type"]) == (200, "text/css; charset=utf-8")
        assert style.headers["cache-control"] == "no-cache"
        again = await client.get("/static/style.css", headers={"If-None-Match": style.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        for path in ("..%2fapp.py", "%2e%2e/app.py", "%00", "/etc/passwd", "", "a" * 5000):
            assert (await client.get(f"/static/{path}")).status_code == 404, path


async def test_nothing_of_who_asks_is_in_the_log(url: str, store: Store, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "uvicorn")
    async with browser(url) as client:
        await come_in(client, store, "Secretname")
        csrf = csrf_in((await client.get("/")).text)
        photo = portrait("ben", 5)
        await client.post("/", data={"csrf": csrf}, files={"file": ("secretfile.jpg", photo)})
        await client.post("/", data={"csrf": csrf}, files={"file": ("secretfile.jpg", b"none")})
        await client.get("/in/secrettoken")
        await client.get("/cousins/secretcousin")
        await client.get("/api/cousins", headers={"Authorization": "Bearer secretkey"})
        session = client.cookies["cousinbot"]
        await client.post("/you/forget", data={"csrf": csrf})
    await raw(url, b"GET /secretpath\r\n\r\n")
    said = caplog.text.lower()
    assert "secret" not in said
    assert session.lower() not in said
    assert csrf not in said


async def test_a_photo_whose_word_was_lost_is_not_kept(settings: Settings) -> None:
    """The process was killed after it had kept the photo, and before it noted what somebody said of it."""
    home = Home(settings.home)
    spoken_of: str
    async with served(settings) as url, Store.open(home.database) as store, browser(url) as client:
        await come_in(client, store)
        csrf = csrf_in((await client.get("/")).text)
        headers = {"X-CSRF-Token": csrf}
        for seed in (5, 6):
            told = await client.post("/image", content=portrait("ben", seed), headers=headers)
            word = {"id": told.json()["id"], "face": 1, "cousin": "clara"}
            assert (await client.post("/api/corrections", json=word, headers=headers)).status_code == 200
        [lost, said] = await store.statements.all()
        spoken_of = said.statement.photo
        with closing(sqlite3.connect(home.database)) as db, db:
            db.execute("DELETE FROM statements WHERE id = ?", (lost.id,))
        assert len(list(home.inbox.glob("*.jpg"))) == 2
    async with served(settings.model_copy(update={"web_port": free_port()})), Store.open(home.database) as store:
        assert await store.guesses.kept() == {spoken_of}
        assert [file.stem for file in home.inbox.glob("*.jpg")] == [spoken_of]
