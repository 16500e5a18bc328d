"""Two bots on one home."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.files.home import Home, HomeError
from data.files.home_lock import alone_in

HOLD = """
import asyncio, sys
from pathlib import Path
from data.files.home import Home
from data.files.home_lock import alone_in

async def hold():
    async with alone_in(Home(Path(sys.argv[1]))):
        print("held", flush=True)
        await asyncio.sleep(60)

asyncio.run(hold())
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "family").create()


@pytest.fixture
def holder(home: Home) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the home."""
    with subprocess.Popen([sys.executable, "-c", HOLD, str(home.root)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


async def test_the_second_is_refused_until_the_first_is_killed(home: Home, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(HomeError, match=rf"Another cousinbot \(process {holder.pid}\) is already using .*family"):
        async with alone_in(home):
            pass
    holder.kill()  # no time to clean up: the kernel lets go
    holder.wait()
    async with alone_in(home):
        assert (home.root / "bot.lock").read_text() == str(os.getpid())


async def test_the_next_may_have_it(home: Home) -> None:
    for _ in range(2):
        async with alone_in(home):
            pass
    assert (home.root / "bot.lock").stat().st_mode & 0o777 == 0o600


async def test_a_home_that_cannot_be_written_is_said(home: Home) -> None:
    (home.root / "bot.lock").mkdir()
    with pytest.raises(HomeError, match=r"can't be used .*COUSINBOT_HOME"):
        async with alone_in(home):
            pass


async def test_a_disk_without_locks_is_used_without(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsupported(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("fcntl.flock", unsupported)
    async with alone_in(home):
        pass
