"""Ctrl-C in a training run that is a process of its own."""

import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from models.registry import Registry
from tests.test_cli import Run, run  # noqa: F401  a fixture


@pytest.mark.e2e
@pytest.mark.parametrize("at_work", [False, True])
def test_ctrl_c_ends_training_in_a_sentence(
    run: Run,  # noqa: F811
    trained_home: Path,
    tmp_path: Path,
    at_work: bool,
) -> None:
    """As soon as the run holds its lock, and when it looks at photos."""
    home = tmp_path / "family"
    shutil.copytree(trained_home, home)
    before = sorted(path.relative_to(home) for path in (home / "models").rglob("*"))
    environment = {
        "PYTHONPATH": str(Path(__file__).parents[1]),
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path),
        "COUSINBOT_HOME": str(home),
        "COUSINBOT_DEVICE": "cpu",
        "HTTPS_PROXY": "http://127.0.0.1:9",  # nothing is fetched
        "PYTHONFAULTHANDLER": "1",
    }
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "cli", "train"],
        cwd=tmp_path,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        deadline = time.monotonic() + 60
        begun = _at_work if at_work else _locked
        while not begun(home, process.pid) and time.monotonic() < deadline and process.poll() is None:
            time.sleep(0.01)  # else looking takes as much of the machine as the training does
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "The training was stopped, and nothing has changed" in said
    assert "Traceback" not in said
    assert "Warning" not in said
    assert sorted(path.relative_to(home) for path in (home / "models").rglob("*")) == before
    assert Registry(home / "models").current() == "v001"
    again = run("train")
    assert again.exit_code == 0, again.output
    assert Registry(home / "models").current() == "v002"


def _locked(home: Path, pid: int) -> bool:
    descriptors = []
    for descriptor in Path(f"/proc/{pid}/fd").glob("*"):
        with suppress(OSError):
            descriptors.append(descriptor.readlink())
    return home / "training.lock" in descriptors


def _at_work(home: Path, pid: int) -> bool:
    with closing(sqlite3.connect(home / "cousinbot.db", timeout=60)) as db, suppress(sqlite3.OperationalError):
        return db.execute("SELECT 1 FROM runs WHERE pid = ? AND doing IS NOT NULL", (pid,)).fetchone() is not None
    return False
