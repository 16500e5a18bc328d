"""The lock that a training process holds for as long as it lives."""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from data.files.home import Home, HomeError
from data.files.training_lock import TRAINING, TrainingLock, without_training
from foundation.file_lock import locked


def test_only_one_holds_it(tmp_path: Path) -> None:
    lock = TrainingLock(tmp_path / "training.lock")
    assert not lock.held()
    holds = lock.acquire()
    assert holds is not None
    assert lock.held()
    assert TrainingLock(tmp_path / "training.lock").acquire(patience=0) is None
    os.close(holds)
    assert not lock.held()
    assert (tmp_path / "training.lock").stat().st_mode & 0o777 == 0o600


def test_a_command_keeps_runs_away_and_is_none(tmp_path: Path) -> None:
    home = Home(tmp_path)
    lock = TrainingLock(home.training_lock)
    with without_training(home, "photos rename"):
        assert lock.acquire(patience=0) is None
        assert (lock.holder(), lock.held()) == ("photos rename", False)
        with pytest.raises(HomeError, match="“cousinbot photos rename” is at work"), without_training(home, "x"):
            pass
    assert lock.holder() is None
    holds = lock.acquire()
    assert holds is not None
    assert (lock.holder(), lock.held()) == (TRAINING, True)
    with pytest.raises(HomeError, match="is being trained right now"), without_training(home, "photos rename"):
        pass
    os.close(holds)


def test_it_is_handed_down_and_ends_with_the_process(tmp_path: Path) -> None:
    lock = TrainingLock(tmp_path / "training.lock")
    holds = lock.acquire()
    assert holds is not None
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=[holds])
    os.close(holds)
    assert lock.held()
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert child.stdin is not None
    child.stdin.close()
    assert not lock.held()


def test_a_disk_without_locks_is_used_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsupported(*_: object) -> None:
        raise OSError(errno.ENOTSUP, "Operation not supported")

    monkeypatch.setattr("fcntl.flock", unsupported)
    lock = TrainingLock(tmp_path / "training.lock")
    holds = lock.acquire()
    assert holds is not None
    os.close(holds)
    assert not lock.held()
    with locked(tmp_path / ".lock"):
        pass


def test_a_disk_that_fails_leaves_no_file_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("fcntl.flock", fails)
    descriptor = os.open(tmp_path / "training.lock", os.O_RDWR | os.O_CREAT)
    monkeypatch.setattr("os.open", lambda *_: descriptor)
    with pytest.raises(OSError, match="Input/output"):
        TrainingLock(tmp_path / "training.lock").acquire()
    monkeypatch.undo()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)
