import stat
import threading
from pathlib import Path

import pytest

from data.files.library import LibraryError, PhotoLibrary

JPEG = b"\xff\xd8\xff\xe0 picture"


@pytest.fixture
def library(tmp_path: Path) -> PhotoLibrary:
    return PhotoLibrary(tmp_path / "photos")


def put(library: PhotoLibrary, *names: str) -> None:
    for name in names:
        path = library.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(JPEG)


def test_photos_come_sorted_with_their_cousin(library: PhotoLibrary) -> None:
    put(library, "snoopy/b.PNG", "charlie_brown/2.heic", "snoopy/a.jpg")
    assert [(p.cousin, p.path.name) for p in library.photos()] == [
        ("charlie_brown", "2.heic"),
        ("snoopy", "a.jpg"),
        ("snoopy", "b.PNG"),
    ]


def test_what_is_no_photo_is_left_out(library: PhotoLibrary) -> None:
    put(library, "snoopy/a.jpg", "snoopy/notes.txt", "snoopy/._a.jpg", ".trash/b.jpg", "@eaDir/c.jpg", "d.jpg")
    put(library, "snoopy/old.jpg/deeper.jpg")
    assert [p.path.name for p in library.photos()] == ["a.jpg"]


def test_an_empty_folder_is_a_cousin_without_photos(library: PhotoLibrary) -> None:
    put(library, "snoopy/a.jpg")
    (library.folder / "linus").mkdir()
    assert library.cousins() == ["linus", "snoopy"]


def test_two_spellings_of_a_folder_are_one_cousin(library: PhotoLibrary) -> None:
    put(library, "Charlie Brown/a.jpg", "charlie_brown/b.jpg")
    assert library.cousins() == ["charlie_brown"]
    assert [p.cousin for p in library.photos()] == ["charlie_brown"] * 2


def test_a_missing_and_an_empty_library_say_what_to_make(library: PhotoLibrary) -> None:
    with pytest.raises(LibraryError, match="a folder of photos for each cousin"):
        library.cousins()
    library.folder.mkdir()
    with pytest.raises(LibraryError, match=r"no photos.*charlie_brown_1\.jpg"):
        library.photos()


def test_a_folder_that_cannot_be_a_name_is_named(library: PhotoLibrary) -> None:
    put(library, "nul/a.jpg")
    with pytest.raises(LibraryError, match=r"Please rename the folder .*photos.nul"):
        library.photos()


def test_added_photos_are_numbered_on_and_private(library: PhotoLibrary) -> None:
    put(library, "snoopy/snoopy_7.png", "snoopy/beach_99.jpg")
    first, second = library.add("Snoopy", JPEG), library.add("snoopy", JPEG + b"2")
    assert [first.name, second.name] == ["snoopy_8.jpg", "snoopy_9.jpg"]
    assert second.read_bytes() == JPEG + b"2"
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert not list(library.folder.rglob("*.part"))


def test_adding_makes_the_folder_or_uses_the_one_the_family_made(library: PhotoLibrary) -> None:
    made = library.add("Peppermint Patty", JPEG)
    assert made == library.folder / "peppermint_patty" / "peppermint_patty_1.jpg"
    assert stat.S_IMODE(made.parent.stat().st_mode) == 0o700
    put(library, "Charlie Brown/a.jpg")
    assert library.add("charlie_brown", JPEG) == library.folder / "Charlie Brown" / "charlie_brown_1.jpg"


@pytest.mark.parametrize("name", ["..", "../snoopy", "/tmp/snoopy", "a\\b", ""])
def test_a_name_cannot_leave_the_folder(library: PhotoLibrary, name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        library.add(name, JPEG)
    assert not library.folder.exists()


def test_only_jpeg_is_kept(library: PhotoLibrary) -> None:
    with pytest.raises(LibraryError, match="JPEG"):
        library.add("snoopy", b"\x89PNG")


def test_a_library_that_cannot_be_written_says_so(library: PhotoLibrary) -> None:
    library.folder.write_bytes(b"a file where the folder should be")
    with pytest.raises(LibraryError, match="can't be created"):
        library.add("snoopy", JPEG)


def test_adding_from_many_threads_loses_no_photo(library: PhotoLibrary) -> None:
    def add_ten(worker: int) -> None:
        for n in range(10):
            library.add("snoopy", JPEG + b"%d.%d" % (worker, n))

    threads = [threading.Thread(target=add_ten, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({p.path.read_bytes() for p in library.photos()}) == 40
