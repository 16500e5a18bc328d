"""An import that is killed at the worst moment, and given again."""

import hashlib
import signal
import sys
from asyncio import create_subprocess_exec
from pathlib import Path

import pytest

from data.files.library import PhotoLibrary
from data.store.store import Store
from tests.training.importing.importing import Importing
from tests.training.importing.test_outcomes import photo

KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from data.files.library import PhotoLibrary
from data.store.store import Store
from tests.training.importing.importing import Importing

add = PhotoLibrary.add
def add_and_die(self, cousin, jpeg):
    {before}
    add(self, cousin, jpeg)
    os.kill(os.getpid(), signal.SIGKILL)
PhotoLibrary.add = add_and_die

async def main(root):
    async with Store.open(root / "cousinbot.db") as store:
        await Importing(PhotoLibrary(root / "photos"), store.catalogue)(root / "in")
asyncio.run(main(Path(sys.argv[1])))
"""
DEATH = "os.kill(os.getpid(), signal.SIGKILL)"


@pytest.mark.parametrize("before", ["pass", DEATH], ids=["after the file", "before it"])
async def test_a_photo_keeps_its_identity(tmp_path: Path, before: str) -> None:
    ben = tmp_path / "in" / "ben"
    first, second = photo(ben / "a.png", 1, "PNG"), photo(ben / "b.png", 2, "PNG")
    command = [sys.executable, "-c", KILLED.format(before=before), str(tmp_path)]
    killed = await create_subprocess_exec(*command, cwd=Path(__file__).parents[3])  # where the tests can be imported
    assert await killed.wait() == -signal.SIGKILL
    library = PhotoLibrary(tmp_path / "photos")
    came_as = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (first, second)}
    async with Store.open(tmp_path / "cousinbot.db") as store:
        if before != DEATH:
            (kept,) = await store.catalogue.photos(library)
            assert kept.sha256 == hashlib.sha256(first.read_bytes()).hexdigest()
            assert set((await store.catalogue.names()).values()) == {"a.png"}
        imported = await Importing(library, store.catalogue)(tmp_path / "in")
        assert imported.count("known") == (0 if before == DEATH else 1)
        assert imported.count("known") + imported.count("added") == 2
        assert {kept.sha256 for kept in await store.catalogue.photos(library)} == came_as
        await store.catalogue.arrived()
        assert await store.catalogue._database.count("SELECT count(*) FROM library_arrivals") == 0
    assert len(library.photos()) == 2
