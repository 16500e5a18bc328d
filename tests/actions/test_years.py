"""The year of a photo, from its file into the database, and out of it with the photo."""

import hashlib
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from actions.ages.years import with_own_years, with_years
from actions.changes.undoing import Undoing
from actions.pictures.library import CousinPhotos
from data.facts.facts_file import FactsFile
from data.files.home import Home
from data.files.library import PhotoLibrary
from data.store.drafts import NewPhoto
from data.store.pruning import LIFETIMES
from data.store.store import Store
from foundation.photo_dates import Taken
from inference.decoding.sandbox import Decoding
from tests.faces import recognized
from tests.inference.decoding.test_taken import dated
from tests.training.importing.importing import Importing

MAY_2014 = "2014:05:03 10:00:00"


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[tuple[Home, Store, PhotoLibrary]]:
    home = Home(tmp_path / "family").create()
    async with Store.open(home.database) as store:
        yield home, store, PhotoLibrary(home.photos)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def rows(home: Home) -> list[tuple[str, int | None, str | None]]:
    db = sqlite3.connect(home.database)
    try:
        return sorted(db.execute("SELECT sha256, year, source FROM photo_years"))
    finally:
        db.close()


def no_date_in(path: Path) -> bool:
    with Image.open(path) as image:
        return not image.getexif()


async def test_an_import_keeps_the_year_in_the_store_and_not_in_the_file(
    home: tuple[Home, Store, PhotoLibrary], tmp_path: Path
) -> None:
    where, store, library = home
    for name, data in (("maya/IMG_1.jpg", dated(MAY_2014)), ("maya/1998/a.jpg", dated(None, size=(50, 40)))):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    await Importing(library, store.catalogue)(tmp_path / "maya")
    photos = await with_years(await store.catalogue.photos(library), library, store)
    assert sorted(photo.year or 0 for photo in photos) == [1998, 2014]
    assert all(no_date_in(photo.path) for photo in photos)
    assert {(year, source) for _, year, source in rows(where)} == {(2014, "camera"), (1998, "name")}


async def test_who_was_taken_in_without_a_year_has_it_after_the_same_import(
    home: tuple[Home, Store, PhotoLibrary], tmp_path: Path
) -> None:
    """An earlier cousinbot had dropped it with the metadata."""
    where, store, library = home
    (tmp_path / "maya").mkdir()
    (tmp_path / "maya" / "a.jpg").write_bytes(dated(MAY_2014))
    await Importing(library, store.catalogue)(tmp_path / "maya")
    with sqlite3.connect(where.database) as db:
        db.execute("DELETE FROM photo_years")
    db.close()
    (photo,) = await with_years(await store.catalogue.photos(library), library, store)
    assert photo.year is None
    imported = await Importing(library, store.catalogue)(tmp_path / "maya")
    assert imported.count("known") == 1
    (photo,) = await with_years(await store.catalogue.photos(library), library, store)
    assert photo.year == 2014


async def test_what_lies_there_by_hand_is_looked_at_once(
    home: tuple[Home, Store, PhotoLibrary], monkeypatch: pytest.MonkeyPatch
) -> None:
    where, store, library = home
    folder = library.add_cousin("maya")
    for name, data in {
        "1.jpg": dated(MAY_2014),
        "Maya 1998.jpg": dated(None),
        "maya_3.jpg": dated(None, size=(9, 9)),
    }.items():
        (folder / name).write_bytes(data)
    photos = await with_years(await store.catalogue.photos(library), library, store)
    assert {photo.path.name: photo.year for photo in photos} == {
        "1.jpg": 2014,
        "Maya 1998.jpg": 1998,
        "maya_3.jpg": None,
    }
    monkeypatch.setattr("actions.ages.years.year_in_file", lambda path: pytest.fail(f"{path} is looked at again"))
    # Moved by hand, into another folder and back: it is the same photo.
    other = library.add_cousin("ben")
    (folder / "1.jpg").rename(other / "2.jpg")
    photos = await with_years(await store.catalogue.photos(library), library, store)
    assert {photo.path.name: photo.year for photo in photos if photo.cousin == "ben"} == {"2.jpg": 2014}
    (other / "2.jpg").unlink()
    await with_years(await store.catalogue.photos(library), library, store)
    assert [(year, source) for _, year, source in rows(where) if year] == [(1998, "name")]


async def test_a_photo_added_on_a_page_and_deleted_there_has_its_year_back_with_it(
    home: tuple[Home, Store, PhotoLibrary],
) -> None:
    where, store, library = home
    data = dated(MAY_2014)
    async with Decoding(workers=1) as decoding:
        photos = CousinPhotos(where, store, library, decoding)
        await photos.add("maya", [("a.jpg", data), ("b.jpg", dated(None))])
        assert [row for row in rows(where) if row[1]] == [(sha256(data), 2014, "camera")]
        kept = await photos.find("maya", sha256(data))
        assert kept is not None
        await photos.remove(kept)
    assert [year for _, year, _ in rows(where) if year] == [2014]  # it can still be taken back
    undoing = Undoing(where, store, FactsFile(where.root / "facts.yaml"))
    newest = await store.changes.newest()
    assert newest is not None
    await undoing.carry_out(await undoing.plan(newest))
    assert await store.years.all() == {sha256(data): 2014}
    await store.catalogue.forget("maya")
    assert await store.years.all() == {}


async def test_of_a_guests_photo_as_long_as_it_is_kept(home: tuple[Home, Store, PhotoLibrary]) -> None:
    where, store, _ = home
    await store.guesses.draft(5, 1, 5, [NewPhoto("aa", (recognized(),), year=2014)])
    await store.guesses.draft(5, 2, 5, [NewPhoto("bb", (recognized(),))])
    assert rows(where) == [("aa", 2014, "camera")]
    await store.guesses.forget_sender(5)
    assert rows(where) == []


async def test_what_a_camera_says_counts_before_a_name_and_no_year_before_none(
    home: tuple[Home, Store, PhotoLibrary],
) -> None:
    where, store, _ = home
    for taken in (None, Taken(1998, "name"), Taken(2001, "name"), Taken(1999, "camera"), Taken(1998, "name"), None):
        await store.years.note({"aa": taken})
    assert rows(where) == [("aa", 1999, "camera")]


async def test_a_year_without_a_photo_does_not_outlive_the_day(home: tuple[Home, Store, PhotoLibrary]) -> None:
    """As of an import that was killed before there was a file, or of a file that was changed in its place."""
    where, store, _ = home
    await store.years.note({"aa": Taken(1998, "name")})
    await store.pruning.prune(datetime.now(UTC))
    assert rows(where) == []
    assert "photo_years" in LIFETIMES


def test_a_folder_elsewhere_is_looked_at_each_time(tmp_path: Path) -> None:
    folder = tmp_path / "photos" / "maya"
    folder.mkdir(parents=True)
    (folder / "1.jpg").write_bytes(dated(MAY_2014))
    (folder / "Maya 1998.png").write_bytes(dated(None, "PNG"))
    photos = with_own_years(PhotoLibrary(tmp_path / "photos").photos())
    assert {photo.path.name: photo.year for photo in photos} == {"1.jpg": 2014, "Maya 1998.png": 1998}
