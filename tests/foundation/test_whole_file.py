"""Files that are there whole or not at all."""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest

from foundation.whole_file import whole_file, write_new, write_whole

Write = Callable[[Path], object]


def in_a_block(file: Path) -> None:
    with whole_file(file) as out:
        out.write(b"new")


WAYS = [lambda file: write_whole(file, "new"), in_a_block, lambda file: write_new(file, b"new")]


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The files and folders that were brought to the disk, by their inode."""
    synced: list[int] = []
    really = os.fsync

    def fsync(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_ino)
        really(descriptor)

    monkeypatch.setattr("os.fsync", fsync)
    return synced


@pytest.mark.parametrize("write", WAYS)
def test_file_and_folder_are_on_the_disk_and_private(write: Write, tmp_path: Path, synced: list[int]) -> None:
    file = tmp_path / "a.txt"
    write(file)
    assert file.read_bytes() == b"new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert synced == [file.stat().st_ino, tmp_path.stat().st_ino]
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("write", WAYS[:2])
def test_a_file_is_replaced_and_whoever_reads_it_has_the_old_one_whole(write: Write, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"old")
    with file.open("rb") as reading:
        write(file)
        assert reading.read() == b"old"
    assert file.read_bytes() == b"new"


def test_a_mode_may_be_kept(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.txt", b"new", 0o644)
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == 0o644


@pytest.mark.parametrize("write", WAYS)
@pytest.mark.parametrize("call", ["os.fsync", "pathlib.Path.replace"])
def test_a_write_that_fails_leaves_nothing_behind(
    write: Write, call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(call, full)
    with pytest.raises(OSError, match="No space left"):
        write(tmp_path / "a.txt")
    assert list(tmp_path.iterdir()) == []


def test_a_block_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"old")

    def half(out: IO[bytes]) -> None:
        out.write(b"ne")
        raise ValueError("half")

    with pytest.raises(ValueError, match="half"), whole_file(file) as out:
        half(out)
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_name_that_is_taken_stays_taken(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    assert write_new(file, b"first")
    assert not write_new(file, b"second")
    assert file.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [file]


def test_a_name_that_another_is_writing_is_taken(tmp_path: Path) -> None:
    (tmp_path / ".a.txt.part").touch()
    assert not write_new(tmp_path / "a.txt", b"second")
    assert [path.name for path in tmp_path.iterdir()] == [".a.txt.part"]


def test_a_disk_whose_folders_cannot_be_synced_is_used_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    really = os.fsync

    def fsync(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        really(descriptor)

    monkeypatch.setattr("os.fsync", fsync)
    write_whole(tmp_path / "a.txt", "new")
    assert (tmp_path / "a.txt").read_text() == "new"
