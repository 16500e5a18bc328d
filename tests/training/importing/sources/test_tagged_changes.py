"""What tags have brought in: taken back, forgotten, and interrupted at any moment."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from actions.changes.imports import noted_import
from actions.changes.undoing import Undoing
from data.changes.log import forget_changes
from data.database.connection import Database
from data.facts.facts_file import FactsFile
from data.files.home import Home
from data.files.library import PhotoLibrary
from data.store.store import Store
from tests.training.importing.importing import Importing
from tests.training.importing.sources.heap import heap, tagged
from tests.training.importing.sources.made import find_faces, jpeg, put


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "family").create()


@pytest.fixture
async def store(home: Home) -> AsyncIterator[Store]:
    async with Store.open(home.database) as opened:
        yield opened


@pytest.fixture
def importing(home: Home, store: Store) -> Importing:
    return Importing(PhotoLibrary(home.photos), store.catalogue, find_faces=find_faces)


async def undo(home: Home, store: Store) -> None:
    undoing = Undoing(home, store, FactsFile(home.root / "facts.yaml", lambda: frozenset()))
    change = await store.changes.newest()
    assert change is not None
    await undoing.carry_out(await undoing.plan(change))


async def test_taken_back_whole(importing: Importing, home: Home, store: Store, tmp_path: Path) -> None:
    put(tmp_path / "in" / "a.jpg", jpeg(["Anna", "Bob"], xmp=tagged("Anna", "Bob")))
    async with noted_import(home, store):
        await importing(tmp_path / "in")
    assert importing.library.cousins() == ["Anna", "Bob"]
    await undo(home, store)
    assert importing.library.cousins() == []
    assert await store.catalogue.places() == set()


async def test_only_places_are_taken_back_where_only_they_were_new(
    importing: Importing, home: Home, store: Store, tmp_path: Path
) -> None:
    put(tmp_path / "in" / "Anna" / "a.jpg", jpeg(["Anna", "Bob"], xmp=tagged("Anna", "Bob")))
    put(tmp_path / "in" / "Bob" / "a.jpg", jpeg(["Anna", "Bob"], xmp=tagged("Anna", "Bob")))
    async with noted_import(home, store):
        await importing(tmp_path / "in", kind="folders")
    before = await store.catalogue.photos(importing.library)
    async with noted_import(home, store):
        imported = await importing(tmp_path / "in")
    assert imported.outcomes[0].became == "known"
    assert len(imported.outcomes[0].faces) == 2
    assert {photo.box for photo in await store.catalogue.photos(importing.library)} != {None}
    change = await store.changes.newest()
    assert change is not None
    assert change.undo is not None
    assert (change.undo["files"], change.undo["labels"], len(change.undo["boxes"])) == ([], [], 2)
    await undo(home, store)
    assert await store.catalogue.photos(importing.library) == before


async def test_who_is_forgotten_is_nowhere(importing: Importing, home: Home, store: Store, tmp_path: Path) -> None:
    put(tmp_path / "in" / "a.jpg", jpeg(["Anna", "Bob"], xmp=tagged("Anna", "Bob")))
    async with noted_import(home, store):
        await importing(tmp_path / "in", kind="tags")
    await store.catalogue.forget("Bob")
    async with store.catalogue._database.transaction() as db:
        await forget_changes(db, "Bob")
    assert {cousin for _, cousin, _ in await store.catalogue.places()} == {"Anna"}
    (change,) = await store.changes.latest()
    assert "Bob" not in json.dumps(change.undo)


class Killed(BaseException):
    pass


async def test_killed_at_any_moment_nothing_is_doubled_and_nothing_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """benchmarks/imports.py does the same with processes, and with 2,000 photos."""
    heap(tmp_path / "in", 9)

    async def run(folder: Path, dies_at: int | None) -> set[tuple[str, str, object]]:
        writes = 0
        write = Database.write

        async def dying(self: Database, *arguments: object) -> object:
            nonlocal writes
            writes += 1
            if writes == dies_at:
                raise Killed
            return await write(self, *arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(Database, "write", dying)
        library = PhotoLibrary(folder / "photos")
        try:
            async with Store.open(folder / "cousinbot.db") as store:
                try:
                    await Importing(library, store.catalogue, find_faces=find_faces)(tmp_path / "in")
                except Killed:
                    return set()
                photos = await store.catalogue.photos(library)
                assert len({photo.sha256 for photo in photos}) == len(library.photos()) == 9
                return {(photo.sha256 or "", photo.cousin, photo.box) for photo in photos}
        finally:
            monkeypatch.setattr(Database, "write", write)

    (tmp_path / "whole").mkdir()
    whole = await run(tmp_path / "whole", None)
    assert len(whole) > 9
    (tmp_path / "killed").mkdir()
    for dies_at in (2, 3, 5, 8):
        assert await run(tmp_path / "killed", dies_at) == set()
    assert await run(tmp_path / "killed", None) == whole
    assert await run(tmp_path / "killed", None) == whole
