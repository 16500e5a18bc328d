"""A restore that is killed at each of its steps, and others who want to work with the home meanwhile."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import cli
from data.backup.archive import ArchiveError
from data.backup.backup import back_up
from data.backup.restore import finish_restoring, restore
from data.files.home import Home, HomeError
from data.files.home_lock import nobody_using, using
from data.store.store import Store
from foundation.progress import silent
from tests.data.test_backup import tree
from tests.forked import FORKED


def _killed_at(step: int, archive: Path, root: Path, facts: Path) -> None:
    """Restore, and die before the step of this number that changes anything on the disk."""
    steps = iter(range(step))

    def or_die(change: Callable[..., Any]) -> Callable[..., Any]:
        def changing(*args: Any, **more: Any) -> Any:
            if next(steps, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)
            return change(*args, **more)

        return changing

    for owner, name in ((Path, "rename"), (Path, "replace"), (Path, "mkdir"), (shutil, "rmtree"), (os, "unlink")):
        setattr(owner, name, or_die(getattr(owner, name)))
    os.fsync = or_die(os.fsync)
    restore(archive, Home(root), facts, silent)


def _steps() -> Iterator[int]:
    yield from range(200)
    raise AssertionError("it never ends")


def test_a_restore_that_is_killed_leaves_all_or_nothing(archive: Path, tmp_path: Path) -> None:
    whole, whole_facts = Home(tmp_path / "whole"), tmp_path / "whole.yaml"
    restore(archive, whole, whole_facts, silent)
    complete = tree(whole.root)
    found = set()
    for step in _steps():
        other, other_facts = Home(tmp_path / f"{step}"), tmp_path / f"{step}.yaml"
        process = FORKED.Process(target=_killed_at, args=(step, archive, other.root, other_facts))
        process.start()
        process.join()
        if process.exitcode == 0:
            break
        assert process.exitcode == -signal.SIGKILL
        if other.root.exists():
            finish_restoring(other.create(), other_facts)  # as the bot does, and every command
        left = tree(other.root)
        found.add(len(left))
        assert left in ({}, complete), step
        assert other.database.exists() == bool(left)
        if not left:
            restore(archive, other, other_facts, silent)
            assert tree(other.root) == complete
        assert other_facts.read_text() == whole_facts.read_text()
        assert {path.name for path in other.root.iterdir()} == {path.name for path in whole.root.iterdir()}
    assert found == {0, len(complete)}


HOLD = """
import sys
from pathlib import Path
from data.files import home_lock
from data.files.home import Home

with getattr(home_lock, sys.argv[2])(Home(Path(sys.argv[1]))):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def hold() -> Iterator[Callable[[Home, str], None]]:
    """A second process that uses a home, or has it for itself."""
    held: list[subprocess.Popen[str]] = []

    def begin(home: Home, how: str) -> None:
        command = [sys.executable, "-c", HOLD, str(home.root), how]
        held.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        assert held[-1].stdout is not None
        assert held[-1].stdout.readline() == "held\n"

    yield begin
    for process in held:
        process.kill()
        process.communicate()


def test_nothing_is_restored_where_somebody_is_at_work(
    archive: Path,
    tmp_path: Path,
    hold: Callable[[Home, str], None],
) -> None:
    other = Home(tmp_path / "other").create()
    hold(other, "using")
    with pytest.raises(HomeError, match=r"cousinbot is working with .*other right now"):
        restore(archive, other, tmp_path / "other.yaml", silent)
    assert tree(other.root) == {}
    assert not (tmp_path / "other.yaml").exists()


@pytest.mark.parametrize("command", [["photos", "list"], ["models", "list"], ["train"], ["photos", "forget", "lucy"]])
def test_nobody_works_where_a_backup_is_being_restored(
    home: Home,
    hold: Callable[[Home, str], None],
    command: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COUSINBOT_HOME", str(home.root))
    hold(home, "nobody_using")
    result = CliRunner().invoke(cli.main, command)
    assert result.exit_code == 1
    assert "A backup is being restored into" in result.stderr


def test_it_is_held_from_the_look_to_the_end(archive: Path, tmp_path: Path) -> None:
    other, looked = Home(tmp_path / "other"), []

    def look(doing: str, done: int, total: int) -> None:
        with pytest.raises(HomeError, match="being restored"), using(other):
            pass
        looked.append(done)

    restore(archive, other, tmp_path / "other.yaml", look)
    assert looked
    with using(other), using(other), pytest.raises(HomeError), nobody_using(other):
        pass


def test_a_bot_that_starts_meanwhile_waits_for_nobody_and_harms_nothing(
    archive: Path,
    tmp_path: Path,
) -> None:
    """It would open a database of its own, which the backup's then takes the place of."""
    other = Home(tmp_path / "other")

    def start(doing: str, done: int, total: int) -> None:
        with pytest.raises(HomeError, match="being restored"):
            finish_restoring(other, tmp_path / "other.yaml")

    restore(archive, other, tmp_path / "other.yaml", start)

    async def known() -> list[str | None]:
        async with Store.open(other.database) as store:
            return [person.name for person in await store.people.known()]

    assert asyncio.run(known()) == ["Gus"]


def test_the_file_is_looked_at_before_the_home(home: Home, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="There is no file"):
        restore(tmp_path / "nope.zip", home, tmp_path / "facts.yaml", silent)
    with pytest.raises(ArchiveError, match=r"is a folder\. Please name the backup's file in it"):
        restore(tmp_path, home, tmp_path / "facts.yaml", silent)
    (tmp_path / "words.zip").write_text("words")
    with pytest.raises(ArchiveError, match="not a backup made by cousinbot"):
        restore(tmp_path / "words.zip", home, tmp_path / "facts.yaml", silent)
    assert not (tmp_path / "new").exists()
    with pytest.raises(ArchiveError, match="There is no file"):
        restore(tmp_path / "nope.zip", Home(tmp_path / "new"), tmp_path / "facts.yaml", silent)
    assert not (tmp_path / "new").exists()


def test_a_backup_wants_a_place_of_its_own(home: Home, facts: Path, tmp_path: Path) -> None:
    before = tree(home.root)
    for place, complaint in (
        (tmp_path / "nope" / "a.zip", r"There is no folder .*nope for the backup\. Please create it"),
        (tmp_path, r"is a folder\. Please name the file that is to be made in it, for example .*cousinbot\.zip"),
        (home.root / "a.zip", "A backup inside .*family would be lost together with it"),
        (home.photos / "lucy" / "a.zip", "A backup inside .*family would be lost"),
    ):
        with pytest.raises(ArchiveError, match=complaint):
            back_up(home, facts, place, silent)
    (tmp_path / "link").symlink_to(home.photos)
    with pytest.raises(ArchiveError, match="would be lost"):
        back_up(home, facts, tmp_path / "link" / "a.zip", silent)
    assert tree(home.root) == before
