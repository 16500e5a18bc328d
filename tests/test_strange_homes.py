"""A home that this user may not read, or not write: every command says so in a sentence, doctor above all."""

import ctypes
import os
import shutil
import sqlite3
import struct
import subprocess
import sys
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
from tests.forked import FORKED

_LINUX_CAPABILITY_VERSION_3: Final = 0x20080522


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
    here, there = FORKED.Pipe()
    process = FORKED.Process(target=_invoke, args=(there, home.root, list(words)))
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


_MOUNTED: Final = """
mount --make-rprivate / && mount --bind "$COUSINBOT_HOME" "$COUSINBOT_HOME" &&
mount -o remount,ro,bind "$COUSINBOT_HOME" || exit 77
exec "$0" -m cli "$@"
"""


@pytest.mark.parametrize("words", [("doctor",), ("train",), ("run",), ("photos", "import", "in")], ids=" ".join)
@pytest.mark.parametrize("is_new", [False, True], ids=["with photos", "empty"])
def test_a_disk_that_is_mounted_read_only_is_said(tmp_path: Path, words: tuple[str, ...], is_new: bool) -> None:
    """Really mounted so: what a folder's rights forbid is another error than what the disk does."""
    home = Home(tmp_path / "family")
    if is_new:
        home.root.mkdir()
    else:
        (home.create().photos / "ben").mkdir()
        Image.new("RGB", (64, 64)).save(home.photos / "ben" / "ben_1.jpg")
        with closing(sqlite3.connect(home.database)):
            pass
    (tmp_path / "in" / "ann").mkdir(parents=True)
    Image.new("RGB", (64, 64)).save(tmp_path / "in" / "ann" / "a.jpg")
    environment = os.environ | {
        "COUSINBOT_HOME": str(home.root),
        "COUSINBOT_DEVICE": "cpu",
        "COUSINBOT_TELEGRAM_API": "http://127.0.0.1:9",
        "COUSINBOT_TELEGRAM_TOKEN": "1:" + "A" * 35,
        "PYTHONPATH": str(Path(__file__).parents[1]),
    }
    if shutil.which("unshare") is None:
        pytest.skip("there is no “unshare”, with which a process gets mounts of its own")
    command = ["unshare", "--mount", "--map-root-user", "sh", "-c", _MOUNTED, sys.executable, *words]
    if os.geteuid() == 0:
        command.remove("--map-root-user")
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip("this system lets nobody mount anything, not even in mounts of their own")
    said = done.stdout + done.stderr
    assert done.returncode == 1, said
    assert "read-only" in said.lower()
    for programmers in ("Traceback", "Errno", "Something unexpected", "OperationalError"):
        assert programmers not in said
