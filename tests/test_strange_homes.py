"""A home that this user may not read, or not write: every command says so in a sentence, doctor above all."""

import ctypes
import multiprocessing
import os
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner
from PIL import Image

import cli
from data.files.home import Home

_LINUX_CAPABILITY_VERSION_3: Final = 0x20080522
_FORKED = multiprocessing.get_context("forkserver")


def _invoke(answer: Connection, home: Path, words: list[str]) -> None:
    os.chdir(home.parent)
    os.environ |= {
        "COUSINBOT_HOME": str(home),
        "COUSINBOT_DEVICE": "cpu",
        "COUSINBOT_TELEGRAM_API": "http://127.0.0.1:9",
    }
    if os.geteuid() == 0:  # root may do everything, but for root without capabilities
        ctypes.CDLL(None).capset(struct.pack("II", _LINUX_CAPABILITY_VERSION_3, 0), bytes(24))
    result = CliRunner().invoke(cli.main, words)
    unexpected = None if isinstance(result.exception, SystemExit | None) else repr(result.exception)
    answer.send((result.exit_code, result.output, unexpected))


def run(home: Home, *words: str) -> tuple[int, str]:
    """The command's exit code and what it prints, typed by somebody who has no special rights."""
    here, there = _FORKED.Pipe()
    process = _FORKED.Process(target=_invoke, args=(there, home.root, list(words)))
    process.start()
    there.close()
    exit_code, output, unexpected = here.recv()
    process.join()
    assert unexpected is None
    return exit_code, output


@pytest.fixture(params=["unreadable", "rooms unreadable", "unwritable"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path / "family").create()
    (home.photos / "ben").mkdir()
    for number in range(3):
        Image.new("RGB", (64, 64), (number * 50, 90, 30)).save(home.photos / "ben" / f"ben_{number}.jpg")
    with closing(sqlite3.connect(home.database)):
        pass
    (tmp_path / "facts.yaml").write_text("ben: [He bakes.]\n")
    folders = [home.root, *(path for path in home.root.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    for path in home.root.rglob("*.*"):
        path.chmod(0o444)
    if request.param != "unwritable":
        for folder in folders[:1] if request.param == "unreadable" else folders[1:]:
            folder.chmod(0)
    yield home
    for folder in folders:
        folder.chmod(0o755)


@pytest.mark.parametrize(
    "words",
    [
        ("train",),
        ("doctor",),
        ("doctor", "--json"),
        ("models", "list"),
        ("photos", "list"),
        ("photos", "forget", "ben", "--yes"),
        ("corrections", "list"),
        ("backup", "a.zip"),
    ],
    ids=" ".join,
)
def test_it_is_said_in_a_sentence(home: Home, words: tuple[str, ...]) -> None:
    exit_code, output = run(home, *words)
    assert exit_code in (0, 1), output
    assert "Something unexpected" not in output
    for programmers in ("Traceback", "Errno", "Error:  ", "PermissionError", "OperationalError"):
        assert programmers not in output
    if words[0] in ("train", "doctor"):
        assert exit_code == 1
        assert "access" in output


def test_doctor_goes_on_as_far_as_it_can(home: Home) -> None:
    exit_code, output = run(home, "doctor")
    assert exit_code == 1
    assert "✗ home" in output
    assert "settings" in output
