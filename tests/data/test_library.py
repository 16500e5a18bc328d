import stat
import threading
from pathlib import Path
from typing import Any

import pytest

from data.changes.moves import plan_moves
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


def test_who_lies_on_a_disk_that_is_not_connected_is_missed(library: PhotoLibrary, tmp_path: Path) -> None:
    put(library, "snoopy/a.jpg")
    (library.folder / "linus").symlink_to(tmp_path / "disk")
    (library.folder / "@thumbs").symlink_to(tmp_path / "disk")  # nobody's
    assert library.cousins() == ["linus", "snoopy"]
    with pytest.raises(LibraryError, match=r"linus is a link to .*disk, which is not there\. Please connect the disk"):
        library.photos()
    with pytest.raises(LibraryError, match="Please connect the disk"):
        plan_moves(library, "linus", "lucy")


def test_a_key_is_a_folders_name_exactly(library: PhotoLibrary) -> None:
    folders = ("José", "Jose", "jose", "Ann A", "anna", "ann_a", "'t Hart")
    put(library, *(f"{folder}/a.jpg" for folder in folders))
    assert library.cousins() == sorted(folders)
    assert {p.cousin for p in library.photos()} == set(folders)
    assert [library.folders_of(folder) for folder in folders] == [[library.folder / folder] for folder in folders]


def test_two_normal_forms_of_a_folder_are_one_cousin(library: PhotoLibrary) -> None:
    put(library, "Zo\u00eb/a.jpg", "Zoe\u0308/b.jpg")
    assert library.cousins() == ["Zo\u00eb"]
    assert [p.cousin for p in library.photos()] == ["Zo\u00eb"] * 2


def test_a_disk_that_knows_no_case_gives_nobody_anothers_folder(
    library: PhotoLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(library, "anna/a.jpg")
    mkdir = Path.mkdir

    def fold(path: Path, *args: Any, **more: Any) -> None:
        mkdir(path.with_name(path.name.lower()), *args, **more)

    monkeypatch.setattr(Path, "mkdir", fold)
    with pytest.raises(LibraryError, match="this disk already has one"):
        library.add("Anna", JPEG)


def test_folders_of_photos_that_are_no_cousins_can_be_asked_for(library: PhotoLibrary) -> None:
    put(library, "snoopy/a.jpg", "🐶 Snoopy/b.jpg", "@eaDir/c.jpg", "_old/d.jpg", "#recycle/e.jpg", "#ben/f.jpg")
    assert [folder.name for folder in library.passed_over()] == ["#ben", "_old", "🐶 Snoopy"]


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
    first, second = library.add("snoopy", JPEG), library.add("snoopy", JPEG + b"2")
    assert [first.name, second.name] == ["snoopy_8.jpg", "snoopy_9.jpg"]
    assert second.read_bytes() == JPEG + b"2"
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert not list(library.folder.rglob("*.part"))


def test_adding_makes_the_folder_or_uses_the_one_the_family_made(library: PhotoLibrary) -> None:
    made = library.add("Peppermint_Patty", JPEG)
    assert made == library.folder / "Peppermint_Patty" / "Peppermint_Patty_1.jpg"
    assert stat.S_IMODE(made.parent.stat().st_mode) == 0o700
    put(library, "Charlie Brown/a.jpg")
    assert library.add("Charlie Brown", JPEG) == library.folder / "Charlie Brown" / "Charlie Brown_1.jpg"
    assert library.add("charlie_brown", JPEG) == library.folder / "charlie_brown" / "charlie_brown_1.jpg"


@pytest.mark.parametrize("name", ["..", "../snoopy", "/tmp/snoopy", "a\\b", "", "con"])
def test_a_name_cannot_leave_the_folder(library: PhotoLibrary, name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        library.add(name, JPEG)
    assert not library.folder.exists()


@pytest.mark.parametrize("name", ["🐶 Snoopy", "a: b", "_old"])
def test_what_is_no_key_makes_no_folder(library: PhotoLibrary, name: str) -> None:
    with pytest.raises(ValueError, match=r"can't be called .* Please call it "):
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
