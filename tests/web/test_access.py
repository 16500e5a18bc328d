"""Who comes in on the pages, how, for how long; and who doesn't."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from data.backup.backup import back_up
from data.files.home import Home
from data.people.identities import is_on_telegram
from data.settings import Settings
from data.store.drafts import NewPhoto
from data.store.store import Store
from foundation.secret_token import token_sha256
from tests.bot.conftest import jpeg
from tests.bot.trained import portrait
from tests.faces import recognized
from tests.web.serving import browser, come_in, csrf_in, served, settings_of
from web.access.sign_in import path_of


def now() -> datetime:
    return datetime.now(UTC)


async def test_nobody_is_let_in_without_a_link(url: str) -> None:
    async with browser(url) as client:
        for path in ("/", "/cousins", "/review", "/models", "/you", "/people", "/api/cousins", "/api/facts"):
            answer = await client.get(path)
            assert answer.status_code == 401, path
            assert "amelia" not in answer.text.lower()
        assert "/web" in (await client.get("/")).text  # how to come in
        assert (await client.post("/image", content=jpeg())).status_code == 401
        assert (await client.get("/healthz")).json() == {"ok": True}


async def test_a_link_lets_one_person_in_once(url: str, store: Store) -> None:
    token = await store.sign_ins.make_link_for_newcomer(now(), is_admin=False)
    async with browser(url) as preview, browser(url) as gus, browser(url) as late:
        for _ in range(3):  # programs that fetch previews
            assert "What are you called?" in (await preview.get(path_of(token))).text
        assert "cousinbot" not in preview.cookies
        nameless = await gus.post(path_of(token), data={"name": " \u200b "})
        assert (nameless.status_code, "who you are" in nameless.text) == (400, True)
        entered = await gus.post(path_of(token), data={"name": " Gus  the\nGreat "})
        assert (entered.status_code, entered.headers["location"]) == (303, "/")
        cookie = entered.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Max-Age=2592000" in cookie
        assert (await gus.get("/")).status_code == 200
        assert "Gus the Great" in (await gus.get("/you")).text
        refused = await late.post(path_of(token), data={"name": "Lea"})
        assert (refused.status_code, "used already" in refused.text) == (410, True)
        assert (await late.get(path_of(token))).status_code == 410
    [person] = await store.people.known()
    assert (person.name, person.role, is_on_telegram(person.user_id)) == ("Gus the Great", "guest", False)


async def test_of_two_who_open_a_link_at_once_one_is_let_in(url: str, store: Store) -> None:
    token = await store.sign_ins.make_link_for_newcomer(now(), is_admin=True)
    async with browser(url) as one, browser(url) as other:
        answers = await asyncio.gather(*(b.post(path_of(token), data={"name": "Ada"}) for b in (one, other)))
    assert sorted(answer.status_code for answer in answers) == [303, 410]
    assert len(await store.people.known()) == len(await store.admins.all()) == 1


async def test_links_run_out_and_invitations_let_several_in(url: str, store: Store) -> None:
    late = await store.sign_ins.make_link_for_newcomer(now() - timedelta(minutes=10), is_admin=False)
    invitation = await store.sign_ins.make_invitation(now())
    async with browser(url) as client:
        refused = await client.get(path_of(late))
        assert (refused.status_code, "run out" in refused.text) == (410, True)
        assert (await client.post(path_of(late), data={"name": "Gus"})).status_code == 410
    for name in ("Gus", "Lea"):
        async with browser(url) as client:
            assert (await client.post(path_of(invitation), data={"name": name})).status_code == 303
            assert "Review" not in (await client.get("/")).text  # guests
    await store.sign_ins.revoke_links(now())
    async with browser(url) as client:
        refused = await client.get(path_of(invitation))
        assert (refused.status_code, "taken back" in refused.text) == (410, True)
    assert [one.name for one in await store.people.known()] == ["Gus", "Lea"]


async def test_a_session_ends_with_blocking_leaving_forgetting_and_its_time(url: str, store: Store) -> None:
    async with browser(url) as client:
        person = await come_in(client, store)
        await store.people.block(person)
        assert (await client.get("/")).status_code == 401
        await store.people.unblock(person)
        assert (await client.get("/")).status_code == 401  # for good
    async with browser(url) as client:
        person = await come_in(client, store)
        page = (await client.get("/you")).text
        left = await client.post("/out", data={"csrf": csrf_in(page)})
        assert left.status_code == 200
        assert "Max-Age=0" in left.headers["set-cookie"]
        assert await store.sign_ins.signed_in(now()) == []
    async with browser(url) as client, browser(url) as phone:
        person = await come_in(client, store)
        page = (await client.post("/you/link", data={"csrf": csrf_in((await client.get("/you")).text)})).text
        token = page.split("/in/")[1].split("<")[0]
        assert (await phone.post(path_of(token))).status_code == 303
        assert [(one.person, one.devices) for one in await store.sign_ins.signed_in(now())] == [(person, 2)]
        forgotten = await client.post("/you/forget", data={"csrf": csrf_in(page)})
        assert (forgotten.status_code, "you are forgotten" in forgotten.text) == (200, True)
        assert (await phone.get("/")).status_code == 401
    assert await store.people.role(person) is None
    async with browser(url) as client:
        await come_in(client, store)
        token = client.cookies["cousinbot"]
    assert await store.sign_ins.person(token, now() + timedelta(days=31)) is None


async def test_who_is_no_admin_any_more_is_none_at_once(url: str, store: Store) -> None:
    async with browser(url) as client:
        person = await come_in(client, store, "Ada", is_admin=True)
        assert (await client.get("/review")).status_code == 200
        await store.admins.remove(person)
        assert (await client.get("/review")).status_code == 403
        assert (await client.get("/")).status_code == 200


async def test_forms_need_their_token_and_come_from_our_pages(url: str, store: Store) -> None:
    photo = portrait("ben", 5)
    async with browser(url) as client:
        await come_in(client, store, "Ada", is_admin=True)
        csrf = csrf_in((await client.get("/")).text)
        files = {"file": ("ben.jpg", photo, "image/jpeg")}
        assert (await client.post("/", files=files)).status_code == 403
        assert (await client.post("/", files=files, data={"csrf": "0" * 64})).status_code == 403
        assert (await client.post("/", files=files, headers={"X-CSRF-Token": csrf})).status_code == 200
        assert (await client.post("/", files=files, data={"csrf": csrf})).status_code == 200
        for elsewhere in ("https://evil.example", "null", url.replace("http", "https")):
            refused = await client.post("/", files=files, data={"csrf": csrf}, headers={"Origin": elsewhere})
            assert refused.status_code == 403, elsewhere
        refused = await client.post("/", files=files, data={"csrf": csrf}, headers={"Sec-Fetch-Site": "same-site"})
        assert refused.status_code == 403
        # Every way to change something, whatever room it is in.
        for path in (
            "/you/forget",
            "/you/out",
            "/out",
            "/you/nobody",
            "/people/1/nobody",
            "/people/invite",
            "/people/revoke",
            "/models/retrain",
            "/cousins/undo",
            "/cousins/ben/forget",
            "/cousins/ben/rename",
            "/api/corrections",
            "/image",
        ):
            assert (await client.post(path)).status_code == 403, path


async def test_programs_ask_with_a_key_until_it_is_taken_back(url: str, store: Store) -> None:
    key = await store.program_keys.add("robot", now(), is_admin=False)
    assert key
    assert await store.program_keys.add("robot", now(), is_admin=True) is None
    photo = portrait("ben", 5)
    async with httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=60) as robot:
        answer = await robot.post("/image", files={"file": ("ben.jpg", photo, "image/jpeg")})  # no token, no Origin
        assert (answer.status_code, answer.json()["guess"]) == (200, "ben")
        assert (await robot.get("/review")).status_code == 403
        assert (await robot.get("/you")).status_code == 403  # it is nobody
        await store.program_keys.revoke("robot")
        assert (await robot.get("/api/cousins")).status_code == 401


async def test_whoever_guesses_has_to_wait(url: str, store: Store) -> None:
    key = await store.program_keys.add("robot", now(), is_admin=False)
    async with browser(url) as client:
        answers = [await client.get(f"/in/{number}") for number in range(25)]
        assert {answer.status_code for answer in answers[:19]} == {404}
        assert (answers[-1].status_code, int(answers[-1].headers["retry-after"]) > 0) == (429, True)
        guessed = await client.get("/api/cousins", headers={"Authorization": f"Bearer {key}"})
        assert (guessed.status_code, "wrong links" in guessed.json()["error"]) == (429, True)


async def test_nothing_that_lets_anybody_in_is_in_the_database_or_a_backup(
    url: str, store: Store, settings: Settings, tmp_path: Path
) -> None:
    key = await store.program_keys.add("robot", now(), is_admin=False)
    link = await store.sign_ins.make_invitation(now())
    async with browser(url) as client:
        await come_in(client, store)
        session = client.cookies["cousinbot"]
        written = b"".join(file.read_bytes() for file in settings.home.glob("cousinbot.db*"))
        assert token_sha256(session).encode() in written
        assert not any(secret.encode() in written for secret in (str(key), link, session))
        back_up(Home(settings.home), settings.facts, tmp_path / "backup.zip", lambda *_: None)
    shutil.unpack_archive(tmp_path / "backup.zip", tmp_path / "unpacked")
    copy = tmp_path / "unpacked" / "cousinbot.db"
    with closing(sqlite3.connect(copy)) as db:
        rows = [
            db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("web_sessions", "sign_in_links")
        ]
        assert (rows, db.execute("SELECT name FROM program_keys").fetchall()) == ([0, 0], [("robot",)])
    assert token_sha256(session).encode() not in copy.read_bytes()


async def test_the_headers_keep_pages_to_themselves(url: str, store: Store) -> None:
    async with browser(url) as client:
        await come_in(client, store)
        for path in ("/", "/cousins", "/nothing-here", "/api/cousins"):
            headers = (await client.get(path)).headers
            assert "script-src 'self'" in headers["content-security-policy"]
            assert "unsafe" not in headers["content-security-policy"]
            assert headers["cache-control"] == "no-store"
            assert headers["x-content-type-options"] == "nosniff"
            assert "server" not in headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost"}, 200),
        ({"Host": "evil.example"}, 401),  # its name was made to point here
        ({"X-Forwarded-For": "203.0.113.7"}, 401),  # a proxy asks for others
        ({"Forwarded": "for=203.0.113.7"}, 401),
        ({"X-Real-IP": "203.0.113.7"}, 401),
    ],
)
async def test_this_computer_asks_without_a_key_where_that_is_wished(
    settings: Settings, headers: dict[str, str], status: int
) -> None:
    async with served(settings.model_copy(update={"web_open": True})) as url, browser(url) as client:
        assert (await client.get("/api/cousins", headers=headers)).status_code == status
        assert (await client.get("/review", headers=headers)).status_code in (401, 403)
        # Not the page of somebody else that is open in a browser on this computer.
        sent = await client.post("/image", content=jpeg(), headers={"Origin": "https://evil.example"})
        assert sent.status_code == 403


async def test_only_listed_proxies_are_believed(settings: Settings) -> None:
    async with served(settings) as url, browser(url) as client:
        for number in range(25):
            answer = await client.get(f"/in/{number}", headers={"X-Forwarded-For": f"203.0.113.{number}"})
        assert answer.status_code == 429  # all from one address
    believing = settings_of(settings.home, settings.facts, web_proxies="127.0.0.0/8")
    async with served(believing) as url, browser(url) as client:
        for number in range(25):
            answer = await client.get(f"/in/{number}", headers={"X-Forwarded-For": f"203.0.113.{number}"})
        assert answer.status_code == 404


async def test_two_do_not_answer_for_one_home(url: str, settings: Settings) -> None:
    other = settings_of(settings.home, settings.facts)
    with pytest.raises(Exception, match="already using"):
        async with served(other):
            pass


async def test_who_came_through_a_group_is_in_while_they_were_seen_there(url: str, store: Store) -> None:
    await store.people.welcome(7, "Lea", group_id=-1001)
    async with browser(url) as client:
        assert (await client.post(path_of(await store.sign_ins.make_link(7, "Lea", now())))).status_code == 303
        assert (await client.get("/")).status_code == 200
        long_ago = now() - timedelta(days=8)
        assert await store.people.claim_question(7, now() + timedelta(seconds=1), long_ago)
        assert (await client.get("/")).status_code == 401
        await store.people.note_member(7, -1001)
        assert (await client.get("/")).status_code == 200


async def test_an_invitation_that_is_opened_again_makes_nobody_new(url: str, store: Store) -> None:
    invitation = path_of(await store.sign_ins.make_invitation(now()))
    async with browser(url) as client:
        assert (await client.post(invitation, data={"name": "Gus"})).status_code == 303
        again = await client.get(invitation)
        assert (again.status_code, again.headers["location"]) == (303, "/")
        admins = path_of(await store.sign_ins.make_link_for_newcomer(now(), is_admin=True))
        assert "makes you an admin" in (await client.get(admins)).text
    assert [one.name for one in await store.people.known()] == ["Gus"]


async def test_who_a_person_is_can_be_taken_back_by_them_and_by_an_admin(url: str, store: Store) -> None:
    invitation = path_of(await store.sign_ins.make_invitation(now()))
    async with browser(url) as ada, browser(url) as gus:
        await come_in(ada, store, "Ada", is_admin=True)
        await gus.post(invitation, data={"name": "Gus"})
        [person] = [one.user_id for one in await store.people.known() if one.name == "Gus"]
        for client, path, page in ((gus, "/you/nobody", "/you"), (ada, f"/people/{person}/nobody", "/people")):
            answer = await store.guesses.keep(0, person, NewPhoto(page, (recognized(),)), {})
            await store.statements.declare(answer.guesses[0].id, "is", "ben", person, way="self")
            said = (await client.get(page)).text
            assert ("You are Ben." if client is gus else "Gus is Ben") in said
            refused = await gus.post(f"/people/{person}/nobody", data={"csrf": csrf_in((await gus.get("/you")).text)})
            assert refused.status_code == 403
            assert (await client.post(path, data={"csrf": csrf_in(said)})).status_code == 303
            assert await store.selves.all() == []
            assert "Ben" not in (await client.get(page)).text


async def test_who_is_blocked_does_not_come_again_by_the_same_invitation(url: str, store: Store) -> None:
    invitation = path_of(await store.sign_ins.make_invitation(now()))
    async with browser(url) as ada, browser(url) as gus:
        await come_in(ada, store, "Ada", is_admin=True)
        await gus.post(invitation, data={"name": "Gus"})
        [person] = [one.user_id for one in await store.people.known() if one.name == "Gus"]
        csrf = csrf_in((await ada.get("/people")).text)
        blocked = await ada.post(f"/people/{person}/block", data={"csrf": csrf})
        assert "taken back" in (await ada.get(blocked.headers["location"])).text
        assert (await gus.get("/")).status_code == 401
        assert (await gus.post(invitation, data={"name": "Lea"})).status_code == 410
