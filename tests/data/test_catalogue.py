"""What is known of the labelled photos, while a family copies, moves and deletes them by hand."""

import asyncio
import hashlib
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

import data.store.catalogue
from data.files.library import LibraryError, PhotoLibrary
from data.store.catalogue import IMPORTED, Catalogue
from data.store.store import Store
from foundation.file_digest import sha256_of

Seen = set[tuple[str, str, str | None]]


@pytest.fixture
def library(tmp_path: Path) -> PhotoLibrary:
    return PhotoLibrary(tmp_path / "photos")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(tmp_path / "cousinbot.db") as store:
        yield store


@pytest.fixture
def catalogue(store: Store) -> Catalogue:
    return store.catalogue


def picture(name: str) -> bytes:
    return b"\xff\xd8\xff\xe0 " + name.encode()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def put(library: PhotoLibrary, *files: str) -> None:
    """Files with one content where they have one name."""
    for file in files:
        path = library.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture(path.name))


async def seen(catalogue: Catalogue, library: PhotoLibrary) -> Seen:
    """Cousin, file and sha256 of each photo."""
    photos = await catalogue.photos(library)
    return {(photo.cousin, str(photo.path.relative_to(library.folder)), photo.sha256) for photo in photos}


async def imported(catalogue: Catalogue, library: PhotoLibrary, *others: str) -> tuple[str, str]:
    """A photo that came for Anna, and for others: its file and its sha256."""
    path = await catalogue.add(library, "anna", picture("converted"), sha256(b"original"), "IMG_1.HEIC")
    for other in others:
        library.add_cousin(other)
        await catalogue.label(sha256(b"original"), other, IMPORTED)
    return str(path.relative_to(library.folder)), sha256(b"original")


async def test_a_photo_copied_in_is_known_by_its_own_bytes(catalogue: Catalogue, library: PhotoLibrary) -> None:
    put(library, "anna/1.jpg", "Bob B/2.png")
    assert await seen(catalogue, library) == {
        ("anna", "anna/1.jpg", sha256(picture("1.jpg"))),
        ("Bob B", "Bob B/2.png", sha256(picture("2.png"))),
    }


async def test_only_what_is_new_or_changed_is_read(
    catalogue: Catalogue, library: PhotoLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def noted(path: Path) -> str:
        read.append(path.name)
        return sha256_of(path)

    monkeypatch.setattr(data.store.catalogue, "sha256_of", noted)
    put(library, "anna/1.jpg", "anna/2.jpg")
    await catalogue.photos(library)
    assert read == ["1.jpg", "2.jpg"]
    await catalogue.photos(library)
    assert read == ["1.jpg", "2.jpg"]
    put(library, "anna/3.jpg")
    (library.folder / "anna" / "2.jpg").write_bytes(picture("another one"))
    os.utime(library.folder / "anna" / "1.jpg", (1, 1))  # as a backup that was restored
    assert sha256(picture("another one")) in {photo.sha256 for photo in await catalogue.photos(library)}
    assert read[2:] == ["1.jpg", "2.jpg", "3.jpg"]


async def test_an_imported_photo_is_known_by_the_bytes_it_came_as(catalogue: Catalogue, library: PhotoLibrary) -> None:
    file, came_as = await imported(catalogue, library)
    assert await seen(catalogue, library) == {("anna", file, came_as)}
    assert await catalogue.known() == {came_as: came_as, sha256(picture("converted")): came_as}


async def test_a_photo_of_two_lies_once_and_teaches_both(catalogue: Catalogue, library: PhotoLibrary) -> None:
    file, came_as = await imported(catalogue, library, "bob")
    await catalogue.label(came_as, "bob", IMPORTED)
    assert await seen(catalogue, library) == {("anna", file, came_as), ("bob", file, came_as)}
    assert await catalogue.shown() == {(came_as, "anna"), (came_as, "bob")}


async def test_a_moved_photo_keeps_what_is_known_of_it(catalogue: Catalogue, library: PhotoLibrary) -> None:
    """From Anna's folder to Carl's: it shows him in her place, and Bob as before."""
    file, came_as = await imported(catalogue, library, "bob")
    put(library, "anna/other.jpg")
    library.add_cousin("carl")
    (library.folder / file).rename(library.folder / "carl" / "from anna.jpg")
    found = await seen(catalogue, library)
    assert {who for who in found if who[2] == came_as} == {
        ("bob", "carl/from anna.jpg", came_as),
        ("carl", "carl/from anna.jpg", came_as),
    }


async def test_a_photo_moved_to_whom_it_shows_already_shows_them_once(
    catalogue: Catalogue, library: PhotoLibrary
) -> None:
    file, came_as = await imported(catalogue, library, "bob")
    (library.folder / file).rename(library.folder / "bob" / "x.jpg")
    assert [(photo.cousin, photo.sha256) for photo in await catalogue.photos(library)] == [("bob", came_as)]


async def test_a_copy_in_another_folder_shows_both_and_stays(catalogue: Catalogue, library: PhotoLibrary) -> None:
    file, came_as = await imported(catalogue, library)
    put(library, "bob/same.jpg", "carl/same.jpg")
    shutil.copy(library.folder / file, library.folder / "bob" / "copy.jpg")
    same = sha256(picture("same.jpg"))
    assert await seen(catalogue, library) == {
        ("anna", file, came_as),
        ("bob", "bob/copy.jpg", came_as),
        ("bob", "bob/same.jpg", same),
        ("carl", "carl/same.jpg", same),
    }
    (library.folder / "bob" / "same.jpg").unlink()
    assert {who[0] for who in await seen(catalogue, library) if who[2] == same} == {"carl"}


async def test_a_deleted_photo_leaves_no_row(catalogue: Catalogue, library: PhotoLibrary, store: Store) -> None:
    file, came_as = await imported(catalogue, library, "bob")
    put(library, "anna/other.jpg")
    (library.folder / file).unlink()
    await catalogue.photos(library)
    assert came_as not in await catalogue.known()
    assert {cousin for _, cousin in await catalogue.shown()} == {"anna"}


async def test_a_deleted_folder_takes_its_cousin_off_all_photos(catalogue: Catalogue, library: PhotoLibrary) -> None:
    file, came_as = await imported(catalogue, library, "bob")
    (library.folder / "bob").rmdir()
    assert await seen(catalogue, library) == {("anna", file, came_as)}
    library.add_cousin("bob")
    assert await seen(catalogue, library) == {("anna", file, came_as)}


async def test_an_empty_folder_of_photos_is_no_reason_to_forget_all(
    catalogue: Catalogue, library: PhotoLibrary
) -> None:
    """As where a disk is not mounted."""
    file, came_as = await imported(catalogue, library, "bob")
    library.folder.rename(library.folder.with_name("unmounted"))
    library.folder.mkdir()
    with pytest.raises(LibraryError):
        await catalogue.photos(library)
    library.folder.rmdir()
    library.folder.with_name("unmounted").rename(library.folder)
    assert await seen(catalogue, library) == {("anna", file, came_as), ("bob", file, came_as)}


async def test_what_another_process_imports_meanwhile_is_kept(
    catalogue: Catalogue, library: PhotoLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(library, "bob/1.jpg")
    compare = data.store.catalogue._compare

    async def import_elsewhere() -> None:
        async with Store.open(tmp_path / "cousinbot.db") as store:
            await imported(store.catalogue, library, "bob")

    def meanwhile(*seen: Any) -> Any:
        found = compare(*seen)
        monkeypatch.undo()
        asyncio.run(import_elsewhere())
        return found

    monkeypatch.setattr(data.store.catalogue, "_compare", meanwhile)
    await catalogue.photos(library)
    assert await catalogue.shown() == {
        (sha256(b"original"), "anna"),
        (sha256(b"original"), "bob"),
        (sha256(picture("1.jpg")), "bob"),
    }


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
async def test_an_unreadable_photo_is_listed_without_a_name(catalogue: Catalogue, library: PhotoLibrary) -> None:
    put(library, "anna/1.jpg", "anna/2.jpg")
    (library.folder / "anna" / "2.jpg").chmod(0)
    assert ("anna", "anna/2.jpg", None) in await seen(catalogue, library)


async def test_a_file_name_in_no_encoding(catalogue: Catalogue, library: PhotoLibrary) -> None:
    put(library, "anna/1.jpg")
    (library.folder / os.fsdecode(b"anna/gr\xfc\xdfe.jpg")).write_bytes(picture("greetings"))
    for _ in range(2):
        assert sha256(picture("greetings")) in {photo.sha256 for photo in await catalogue.photos(library)}


async def test_a_file_handed_over_is_the_next_cousins(catalogue: Catalogue, library: PhotoLibrary) -> None:
    file, came_as = await imported(catalogue, library, "carl", "bob")
    await catalogue.photos(library)
    assert len(await catalogue.also_on("bob")) == 1
    ((kept, other),) = (await catalogue.shared(library, "anna")).items()
    assert (str(kept.file), other) == (file, "carl")
    await catalogue.hand_over(library, kept, other)
    (library.folder / file).unlink()
    await catalogue.forget("anna")
    assert await seen(catalogue, library) == {
        ("bob", "carl/carl_1.jpg", came_as),
        ("carl", "carl/carl_1.jpg", came_as),
    }


async def test_a_photo_that_is_moved_while_the_folders_are_read_is_not_gone(
    catalogue: Catalogue, library: PhotoLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a folder whose turn was still to come to one that had been read."""
    file, came_as = await imported(catalogue, library, "carl", "bob")
    put(library, "bob/1.jpg")
    await catalogue.photos(library)
    photos, moved = library.photos, library.folder / "bob" / "moved.jpg"

    def while_it_is_moved() -> Any:
        missed = [photo for photo in photos() if photo.cousin != "anna"]
        if not moved.exists():
            (library.folder / file).rename(moved)
            return missed
        return photos()

    monkeypatch.setattr(library, "photos", while_it_is_moved)
    assert ("carl", "bob/moved.jpg", came_as) in await seen(catalogue, library)


async def test_what_was_on_its_way_when_a_process_ended_is_forgotten_too(
    catalogue: Catalogue, library: PhotoLibrary, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(library, "anna/a.jpg")

    def full(*_: object) -> Path:
        raise LibraryError("The disk is full.")

    monkeypatch.setattr(PhotoLibrary, "add", full)
    for name in ("anna at the beach.jpg", "x.jpg"):
        with pytest.raises(LibraryError):
            await catalogue.add(library, "anna", picture(name), sha256(name.encode()), name)
    await store.forgetting.cousin("anna", ["anna"])
    names = [row["name"] for row in await catalogue._database.rows("SELECT name FROM library_arrivals ORDER BY name")]
    assert names == [None, "x.jpg"]
    await catalogue.forget("anna")
    assert await catalogue._database.count("SELECT count(*) FROM library_arrivals") == 0
