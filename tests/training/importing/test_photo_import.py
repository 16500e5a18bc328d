import hashlib
import io
import shutil
from pathlib import Path

import pytest
from PIL import Image

from demo.family import draw_portrait
from inference.decoding.photo import upright_jpeg
from tests.training.importing.importing import Importing
from training.errors import TrainingError


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


async def test_everything_becomes_an_upright_jpeg_without_metadata(reunion: Path, importing: Importing) -> None:
    imported = await importing(reunion)
    assert imported.cousins("added") == {"Aunt_Amelia": 3, "ben": 1}
    paths = [photo.path for photo in importing.library.photos()]
    assert [path.name for path in paths] == [f"Aunt_Amelia_{n}.jpg" for n in (1, 2, 3)] + ["ben_1.jpg"]
    for path in paths:
        image = Image.open(io.BytesIO(path.read_bytes()))
        assert image.format == "JPEG"
        assert not dict(image.getexif())
        assert b"SECRET" not in path.read_bytes()
    sizes = sorted(Image.open(io.BytesIO(path.read_bytes())).size for path in paths[:3])
    assert sizes == [(150, 200), (150, 200), (200, 150)]  # the telephone's two were stored lying


async def test_what_could_not_be_read_is_named(reunion: Path, importing: Importing) -> None:
    (outcome,) = (await importing(reunion)).of("unreadable")
    assert outcome.path == reunion / "ben" / "torn.jpg"
    assert outcome.why == "the picture is damaged"


async def test_a_second_import_adds_nothing(reunion: Path, importing: Importing) -> None:
    await importing(reunion)
    before = {photo.path: photo.path.read_bytes() for photo in importing.library.photos()}
    again = await importing(reunion)
    assert again.cousins("added") == {}
    assert again.count("known") == 4
    assert {photo.path: photo.path.read_bytes() for photo in importing.library.photos()} == before


async def test_one_cousins_folder(reunion: Path, importing: Importing) -> None:
    assert (await importing(reunion / "ben")).cousins("added") == {"ben": 1}
    assert importing.library.cousins() == ["ben"]


async def test_new_photos_join_the_old(reunion: Path, importing: Importing) -> None:
    await importing(reunion)
    draw_portrait("ben", seed=2, size=200).save(reunion / "ben" / "b.png")
    imported = await importing(reunion)
    assert (imported.cousins("added"), imported.count("known")) == ({"ben": 1}, 4)
    assert (importing.library.folder / "ben" / "ben_2.jpg").exists()


async def test_a_copy_in_the_same_folder_comes_in_once(reunion: Path, importing: Importing) -> None:
    shutil.copy(reunion / "ben" / "a.webp", reunion / "ben" / "b.webp")
    imported = await importing(reunion / "ben")
    assert (imported.cousins("added"), imported.count("known")) == ({"ben": 1}, 1)


async def test_one_picture_given_for_two_is_kept_once_and_shows_both(reunion: Path, importing: Importing) -> None:
    shutil.copy(reunion / "Aunt Amelia" / "scan.png", reunion / "ben" / "scan.png")
    imported = await importing(reunion)
    assert (imported.cousins("added"), imported.cousins("shared")) == ({"Aunt_Amelia": 3, "ben": 1}, {"ben": 1})
    photos = await importing.catalogue.photos(importing.library)
    of_ben = {photo.path.name for photo in photos if photo.cousin == "ben"}
    assert of_ben == {"ben_1.jpg", "Aunt_Amelia_3.jpg"}
    assert len(list(importing.library.folder.rglob("*.jpg"))) == 4
    again = await importing(reunion)
    assert (again.cousins("added"), again.cousins("shared"), again.count("known")) == ({}, {}, 5)


async def test_a_cousin_all_of_whose_photos_were_there_has_a_folder(reunion: Path, importing: Importing) -> None:
    shutil.copytree(reunion / "Aunt Amelia", reunion / "zoe")
    await importing(reunion)
    assert importing.library.cousins() == ["Aunt_Amelia", "ben", "zoe"]
    assert [photo.cousin for photo in await importing.catalogue.photos(importing.library)].count("zoe") == 3


async def test_what_was_converted_before_its_bytes_were_noted_is_known(reunion: Path, importing: Importing) -> None:
    """As version 1 imported it, or a process that was killed in the middle."""
    data = (reunion / "ben" / "a.webp").read_bytes()
    kept = importing.library.add("ben", upright_jpeg(data))
    imported = await importing(reunion / "ben")
    assert (imported.cousins("added"), imported.count("known")) == ({}, 1)
    (photo,) = await importing.catalogue.photos(importing.library)
    assert photo.sha256 == hashlib.sha256(kept.read_bytes()).hexdigest()


async def test_missing_and_empty_folders_are_clear_sentences(tmp_path: Path, importing: Importing) -> None:
    with pytest.raises(TrainingError, match=r"There is no folder .*nowhere\. Please choose the one"):
        await importing(tmp_path / "nowhere")
    (tmp_path / "empty" / "ben").mkdir(parents=True)
    with pytest.raises(TrainingError, match=r"There are no photos in .*empty\. It should hold a folder for each"):
        await importing(tmp_path / "empty")
