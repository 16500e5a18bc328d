"""The lock that a training process holds for as long as it lives."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from data.training_lock import TrainingLock


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
