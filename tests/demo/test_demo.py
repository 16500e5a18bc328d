"""`cousinbot demo`, as a newcomer runs it."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from demo.family import FACTS
from demo.stage import _environment, _take_weights
from models.downloads import Download


def surroundings() -> dict[str, str]:
    """The environment of somebody who has set nothing."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COUSINBOT_")}


def cousinbot(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "cli", *arguments]
    return subprocess.run(
        command, cwd=folder, env=surroundings(), capture_output=True, text=True, timeout=400, check=False
    )


def test_the_scripted_conversation_goes_as_it_should(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    user = tmp_path / "user"
    user.mkdir()
    monkeypatch.setenv("HOME", str(user))
    played = cousinbot("demo", "--once", folder=tmp_path)

    assert played.returncode == 0, played.stdout + played.stderr
    assert played.stdout.rstrip().endswith("Every answer was right.")
    assert "✗ bot" not in played.stdout
    for told in ("Maybe Maya?", "✎ Corrected", "Studies octopuses", "I don't think I know this person"):
        assert told in played.stdout
    assert list(tmp_path.iterdir()) == [user]  # it plays in a passing folder
    assert list(user.iterdir()) == []  # nor do libraries leave anything


def test_the_bot_is_told_to_write_facts_in_the_demos_folder(tmp_path: Path) -> None:
    assert _environment(tmp_path)["COUSINBOT_FACTS"] == str(tmp_path / "facts.yaml")


def test_a_passing_folder_begins_with_the_face_finder_that_the_family_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COUSINBOT_HOME", str(tmp_path / "family"))
    contents = {"yunet.onnx": b"a network", "second.bin": b"another", "second.json": b"{}"}
    downloads = [Download(name, "", sha256(content).hexdigest(), str, str) for name, content in contents.items()]
    monkeypatch.setattr("demo.stage.DOWNLOADS", downloads)
    for folder in ("family/weights", "demo", "other"):
        (tmp_path / folder).mkdir(parents=True)
    for name, content in contents.items():
        (tmp_path / "family" / "weights" / name).write_bytes(content)
    (tmp_path / "family" / "weights" / "second.bin").write_bytes(b"half a")
    _take_weights(tmp_path / "demo")
    taken = {file.name: file.read_bytes() for file in (tmp_path / "demo" / "weights").iterdir()}
    assert taken == {name: contents[name] for name in ("yunet.onnx", "second.json")}  # whatever is whole
    monkeypatch.setenv("COUSINBOT_RETRAIN_AFTER", "often")  # what is wrong with the family's settings is not the demo's
    _take_weights(tmp_path / "other")
    assert not (tmp_path / "other" / "weights").exists()


def test_a_taken_port_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "demo-family" / "models").mkdir(parents=True)
    (tmp_path / "demo-family" / "models" / "current").write_text("v001\n")  # as if it had been set up before
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = cousinbot("demo", "--port", str(taken.getsockname()[1]), folder=tmp_path)

    assert refused.returncode == 1
    assert "choose another" in refused.stderr
    assert "Traceback" not in refused.stderr


@contextlib.contextmanager
def killed_at_last(process: "subprocess.Popen[str]") -> Iterator[None]:
    """Else a test that fails would wait for it for ever."""
    try:
        yield
    finally:
        process.kill()


@pytest.mark.skipif(shutil.which("pgrep") is None, reason="pgrep is not there to find the bot's process")
def test_the_link_it_prints_lets_alex_in_and_the_bot_does_not_outlive_it(trained_home: Path, tmp_path: Path) -> None:
    shutil.copytree(trained_home, tmp_path / "demo-family")
    (tmp_path / "demo-family" / "examples").mkdir()
    (tmp_path / "demo-family" / "groups.html").touch()  # as if the heap had been sorted before
    command = [sys.executable, "-m", "cli", "demo", "--port", "0"]
    with (
        subprocess.Popen(command, cwd=tmp_path, env=surroundings(), stdout=subprocess.PIPE, text=True) as demo,
        killed_at_last(demo),
    ):
        assert demo.stdout is not None
        told = ""
        while "Ctrl-C" not in (line := demo.stdout.readline()):
            assert demo.poll() is None
            told += line
        [link] = re.findall(r"http://localhost:\S+", told)
        with httpx.Client(trust_env=False) as client:
            assert "Hello Alex!" in client.get(link).text
            assert client.post(link).status_code == 303
        assert httpx.get(link, trust_env=False).status_code == 410  # to anybody else
        bot = int(subprocess.check_output(["pgrep", "-P", str(demo.pid)]))
        demo.terminate()
        demo.wait(20)
    # Its own facts, which the bot adds newcomers to: those of the program are never written.
    assert (tmp_path / "demo-family" / "facts.yaml").read_bytes() == FACTS.read_bytes()
    with pytest.raises(ProcessLookupError):
        os.kill(bot, 0)
