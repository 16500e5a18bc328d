"""Locks on files, between descriptors as between processes."""

import errno
import fcntl
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from foundation.file_lock import lock, locked, open_to_lock


@pytest.fixture
def descriptors(tmp_path: Path) -> Iterator[tuple[int, int]]:
    pair = open_to_lock(tmp_path / ".lock"), open_to_lock(tmp_path / ".lock")
    yield pair
    for descriptor in pair:
        os.close(descriptor)


def test_one_holds_it_alone(descriptors: tuple[int, int], tmp_path: Path) -> None:
    lock(descriptors[0])
    for shared in (False, True):
        with pytest.raises(BlockingIOError):
            lock(descriptors[1], shared=shared)
    assert (tmp_path / ".lock").stat().st_mode & 0o777 == 0o600


def test_those_who_only_look_share_it(descriptors: tuple[int, int]) -> None:
    for descriptor in descriptors:
        lock(descriptor, shared=True)
    with pytest.raises(BlockingIOError):
        lock(descriptors[0])


def test_who_waits_has_it_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    really, asked = fcntl.flock, threading.Event()

    def flock(descriptor: int, how: int) -> None:
        asked.set()
        really(descriptor, how)

    def second() -> None:
        with locked(tmp_path / ".lock"):
            order.append("second")

    with locked(tmp_path / ".lock"):
        monkeypatch.setattr("fcntl.flock", flock)
        waiting = threading.Thread(target=second)
        waiting.start()
        assert asked.wait(10)
        order.append("first")
    waiting.join()
    assert order == ["first", "second"]


@pytest.mark.parametrize("error", [errno.ENOLCK, errno.ENOTSUP, errno.EINVAL, errno.ENOSYS])
def test_a_disk_without_locks_is_used_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int) -> None:
    def unsupported(*_: object) -> None:
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr("fcntl.flock", unsupported)
    with locked(tmp_path / ".lock"):
        pass


def test_a_disk_that_fails_is_said_and_leaves_no_file_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr("fcntl.flock", fails)
    descriptor = open_to_lock(tmp_path / ".lock")
    monkeypatch.setattr("foundation.file_lock.open_to_lock", lambda _: descriptor)
    with pytest.raises(OSError, match="Input/output"), locked(tmp_path / ".lock"):
        pass
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)
