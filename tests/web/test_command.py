"""`cousinbot web …` as it is typed, beside pages that are served."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from cli import main
from tests.bot.trained import portrait
from tests.free_port import free_port
from tests.web.serving import browser, served, settings_of

ROOT = Path(__file__).parents[2]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COUSINBOT_HOME", str(tmp_path / "family"))
    return tmp_path / "family"


@pytest.fixture
async def url(home: Path, tmp_path: Path) -> AsyncIterator[str]:
    """Of pages of a family of which nothing is known yet."""
    async with served(settings_of(home, tmp_path / "facts.yaml")) as url:
        yield url


async def typed(*words: str) -> Result:
    """In a thread, as commands have event loops of their own."""
    return await asyncio.to_thread(CliRunner().invoke, main, words)


def path_in(result: Result) -> str:
    [line] = result.stdout.splitlines()  # the link and nothing else, for scripts
    assert line.startswith("http://localhost:8080/in/")
    return line.removeprefix("http://localhost:8080")


async def test_links_let_people_in_while_the_pages_are_served(url: str) -> None:
    link = await typed("web", "link", "--admin")
    assert "works once" in link.stderr
    assert "COUSINBOT_WEB_URL" in link.stderr
    async with browser(url) as client:
        assert (await client.post(path_in(link), data={"name": "Ada"})).status_code == 303
        assert (await client.get("/models")).status_code == 200
        listed = json.loads((await typed("web", "people", "--json")).stdout)
        [ada] = listed["people"]
        assert (ada["name"], ada["devices"], listed["invitations"]) == ("Ada", 1, [])
        again = await typed("web", "link", "--person", "ada")
        async with browser(url) as phone:
            assert (await phone.post(path_in(again))).status_code == 303
        assert "Ada" in (await typed("web", "people")).stdout
        assert (await typed("web", "revoke", "Ada")).output == "Ada is signed out everywhere.\n"
        assert (await client.get("/")).status_code == 401
    nobody = await typed("web", "link", "--person", "Eva")
    assert (nobody.exit_code, "I know: Ada" in nobody.output) == (1, True)
    assert (await typed("web", "link", "--admin", "--person", "Ada")).exit_code == 2
    removed = await typed("admin", "remove", str(ada["id"]))
    assert (removed.exit_code, removed.output) == (0, f"{ada['id']} is no longer an admin.\n")


async def test_invitations_are_taken_back(url: str) -> None:
    invited = await typed("web", "invite")
    async with browser(url) as client:
        assert (await client.post(path_in(invited), data={"name": "Gus"})).status_code == 303
    assert "1 invitation is open." in (await typed("web", "people")).stdout
    assert (await typed("web", "revoke")).exit_code == 2
    assert (await typed("web", "revoke", "--links")).output == "1 link was taken back.\n"
    assert (await typed("web", "revoke", "--links")).output == "No link was open.\n"


async def test_two_of_one_name_are_told_apart_by_number(url: str) -> None:
    invited = path_in(await typed("web", "invite"))
    for _ in range(2):
        async with browser(url) as client:
            await client.post(invited, data={"name": "Gus"})
    several = await typed("web", "revoke", "Gus")
    assert several.exit_code == 2
    one, other = json.loads((await typed("web", "people", "--json")).stdout)["people"]
    assert f"{one['id']}, {other['id']}" in several.output or f"{other['id']}, {one['id']}" in several.output
    assert (await typed("web", "revoke", str(one["id"]))).exit_code == 0
    assert [row["id"] for row in json.loads((await typed("web", "people", "--json")).stdout)["people"]] == [other["id"]]


async def test_a_key_is_printed_once_and_nothing_else(url: str) -> None:
    added = await typed("web", "key", "add", "robot")
    key = added.stdout.strip()
    assert (added.stdout, added.stderr) == (f"{key}\n", "")
    async with httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {key}"}, trust_env=False) as robot:
        assert (await robot.get("/api/cousins")).status_code == 200
        twice = await typed("web", "key", "add", " robot ")
        assert (twice.exit_code, "already" in twice.output) == (1, True)
        listed = await typed("web", "key", "list")
        assert "robot" in listed.stdout
        assert key not in listed.stdout
        assert (await typed("web", "key", "revoke", "robot")).exit_code == 0
        assert (await robot.get("/api/cousins")).status_code == 401
    assert (await typed("web", "key", "revoke", "robot")).exit_code == 1
    assert (await typed("web", "key", "add", " ")).exit_code == 2


async def test_the_pages_alone_are_a_process_that_sigterm_ends(trained_home: Path, tmp_path: Path) -> None:
    """Without a token, with nothing set but a port, and answered in the tutorial's words."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COUSINBOT_")}
    environment |= {"COUSINBOT_HOME": str(trained_home), "COUSINBOT_WEB_PORT": str(port), "COUSINBOT_WEB_OPEN": "true"}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        "cli",
        "web",
        cwd=tmp_path,
        env=environment | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(60):
            lines = [(await process.stdout.readline()).decode() for _ in range(3)]
        assert lines[0].startswith(f"The pages are ready at http://localhost:{port}: 4 cousins, version v001")
        assert "COUSINBOT_WEB_OPEN" in lines[1]
        assert "cousinbot web link --admin" in lines[2]
        async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
            answer = await client.post(f"http://localhost:{port}/image", content=portrait("ben", 5))
        assert answer.json()["guess"] == "ben"
        second = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-P", "-m", "cli", "web"],
            cwd=tmp_path,
            env=environment | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (second.returncode, "already using" in second.stderr) == (1, True)
    finally:
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0


async def test_a_port_that_is_taken_is_a_sentence(url: str, tmp_path: Path) -> None:
    environment = os.environ | {
        "COUSINBOT_HOME": str(tmp_path / "another"),
        "COUSINBOT_WEB_PORT": url.rpartition(":")[2],
        "PYTHONPATH": str(ROOT),
    }
    ended = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-P", "-m", "cli", "web"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, "can't be used (Address already in use). Please choose" in ended.stderr) == (1, True)
    assert "unexpected" not in ended.stderr
