import hashlib
import io
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from data.files.library import PhotoLibrary
from data.store.catalogue import Catalogue
from data.store.store import Store
from demo.family import draw_portrait
from foundation.progress import silent
from inference.decoding.photo import upright_jpeg
from training.errors import TrainingError
from training.importing.photo_import import import_photos


@pytest.fixture
def library(tmp_path: Path) -> PhotoLibrary:
    return PhotoLibrary(tmp_path / "family" / "photos")


@pytest.fixture
async def catalogue(tmp_path: Path) -> AsyncIterator[Catalogue]:
    async with Store.open(tmp_path / "cousinbot.db") as store:
        yield store.catalogue


@pytest.fixture
def reunion(tmp_path: Path) -> Path:
    """A folder a cousin, as people have them: a telephone's HEIC, a scan, a download, and what is no picture."""
    folder = tmp_path / "reunion"
    (folder / "Aunt Amelia").mkdir(parents=True)
    (folder / "ben").mkdir()
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SECRET"
    exif.get_ifd(0x8825)[1] = "N"
    portrait = draw_portrait("amelia", seed=1, size=200).crop((0, 0, 200, 150))
    portrait.save(folder / "Aunt Amelia" / "IMG_1.HEIC", "HEIF", exif=exif.tobytes())
    portrait.save(folder / "Aunt Amelia" / "scan.png")
    portrait.save(folder / "Aunt Amelia" / "phone.JPG", "JPEG", exif=exif)
    draw_portrait("ben", seed=1, size=200).save(folder / "ben" / "a.webp")
    (folder / "ben" / "torn.jpg").write_bytes((folder / "Aunt Amelia" / "phone.JPG").read_bytes()[:900])
    (folder / "ben" / "notes.txt").write_text("not a photo")
    (folder / "ben" / ".hidden.jpg").write_bytes(b"")
    (folder / ".trash").mkdir()
    return folder


async def test_everything_becomes_an_upright_jpeg_without_metadata(
    reunion: Path, library: PhotoLibrary, catalogue: Catalogue
) -> None:
    imported = await import_photos([reunion], library, catalogue, silent)
    assert imported.added == {"Aunt_Amelia": 3, "ben": 1}
    paths = [photo.path for photo in library.photos()]
    assert [path.name for path in paths] == [f"Aunt_Amelia_{n}.jpg" for n in (1, 2, 3)] + ["ben_1.jpg"]
    for path in paths:
        image = Image.open(io.BytesIO(path.read_bytes()))
        assert image.format == "JPEG"
        assert not dict(image.getexif())
        assert b"SECRET" not in path.read_bytes()
    sizes = sorted(Image.open(io.BytesIO(path.read_bytes())).size for path in paths[:3])
    assert sizes == [(150, 200), (150, 200), (200, 150)]  # the telephone's two were stored lying


async def test_what_could_not_be_read_is_named(reunion: Path, library: PhotoLibrary, catalogue: Catalogue) -> None:
    ((path, reason),) = (await import_photos([reunion], library, catalogue, silent)).refused
    assert path == reunion / "ben" / "torn.jpg"
    assert reason == "the picture is damaged"


async def test_a_second_import_adds_nothing(reunion: Path, library: PhotoLibrary, catalogue: Catalogue) -> None:
    await import_photos([reunion], library, catalogue, silent)
    before = {photo.path: photo.path.read_bytes() for photo in library.photos()}
    again = await import_photos([reunion], library, catalogue, silent)
    assert again.added == {}
    assert again.already == 4
    assert {photo.path: photo.path.read_bytes() for photo in library.photos()} == before


async def test_one_cousins_folder(reunion: Path, library: PhotoLibrary, catalogue: Catalogue) -> None:
    assert (await import_photos([reunion / "ben"], library, catalogue, silent)).added == {"ben": 1}
    assert library.cousins() == ["ben"]


async def test_new_photos_join_the_old(reunion: Path, library: PhotoLibrary, catalogue: Catalogue) -> None:
    await import_photos([reunion], library, catalogue, silent)
    draw_portrait("ben", seed=2, size=200).save(reunion / "ben" / "b.png")
    imported = await import_photos([reunion], library, catalogue, silent)
    assert (imported.added, imported.already) == ({"ben": 1}, 4)
    assert (library.folder / "ben" / "ben_2.jpg").exists()


async def test_a_copy_in_the_same_folder_comes_in_once(
    reunion: Path, library: PhotoLibrary, catalogue: Catalogue
) -> None:
    shutil.copy(reunion / "ben" / "a.webp", reunion / "ben" / "b.webp")
    imported = await import_photos([reunion / "ben"], library, catalogue, silent)
    assert (imported.added, imported.already) == ({"ben": 1}, 1)


async def test_one_picture_given_for_two_is_kept_once_and_shows_both(
    reunion: Path, library: PhotoLibrary, catalogue: Catalogue
) -> None:
    shutil.copy(reunion / "Aunt Amelia" / "scan.png", reunion / "ben" / "scan.png")
    imported = await import_photos([reunion], library, catalogue, silent)
    assert (imported.added, imported.shared) == ({"Aunt_Amelia": 3, "ben": 1}, {"ben": 1})
    photos = await catalogue.photos(library)
    of_ben = {photo.path.name for photo in photos if photo.cousin == "ben"}
    assert of_ben == {"ben_1.jpg", "Aunt_Amelia_3.jpg"}
    assert len(list(library.folder.rglob("*.jpg"))) == 4
    again = await import_photos([reunion], library, catalogue, silent)
    assert (again.added, again.shared, again.already) == ({}, {}, 5)


async def test_a_cousin_all_of_whose_photos_were_there_has_a_folder(
    reunion: Path, library: PhotoLibrary, catalogue: Catalogue
) -> None:
    shutil.copytree(reunion / "Aunt Amelia", reunion / "zoe")
    await import_photos([reunion], library, catalogue, silent)
    assert library.cousins() == ["Aunt_Amelia", "ben", "zoe"]
    assert [photo.cousin for photo in await catalogue.photos(library)].count("zoe") == 3


async def test_what_was_converted_before_its_bytes_were_noted_is_known(
    reunion: Path, library: PhotoLibrary, catalogue: Catalogue
) -> None:
    """As version 1 imported it, or a process that was killed in the middle."""
    data = (reunion / "ben" / "a.webp").read_bytes()
    kept = library.add("ben", upright_jpeg(data))
    imported = await import_photos([reunion / "ben"], library, catalogue, silent)
    assert (imported.added, imported.already) == ({}, 1)
    (photo,) = await catalogue.photos(library)
    assert photo.sha256 == hashlib.sha256(kept.read_bytes()).hexdigest()


async def test_missing_and_empty_folders_are_clear_sentences(
    tmp_path: Path, library: PhotoLibrary, catalogue: Catalogue
) -> None:
    with pytest.raises(TrainingError, match=r"There is no folder .*nowhere\. Please choose the one"):
        await import_photos([tmp_path / "nowhere"], library, catalogue, silent)
    (tmp_path / "empty" / "ben").mkdir(parents=True)
    with pytest.raises(TrainingError, match=r"There are no photos in .*empty\. It should hold a folder for each"):
        await import_photos([tmp_path / "empty"], library, catalogue, silent)
