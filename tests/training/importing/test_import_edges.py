"""Photos as they lie about on people's disks, and what `photos import` makes of them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from data.files.library import PhotoLibrary
from data.store.catalogue import Catalogue
from data.store.store import Store
from foundation.progress import silent
from tests.bot.trained import portrait
from training.errors import TrainingError
from training.importing.photo_import import import_photos


@pytest.fixture
def library(tmp_path: Path) -> PhotoLibrary:
    return PhotoLibrary(tmp_path / "family" / "photos")


@pytest.fixture
async def catalogue(tmp_path: Path) -> AsyncIterator[Catalogue]:
    async with Store.open(tmp_path / "cousinbot.db") as store:
        yield store.catalogue


def put(path: Path, seed: int = 0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(portrait("amelia", seed))


async def test_the_folder_one_stands_in(
    library: PhotoLibrary, catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "Zoë O'Brien" / "IMG_1.jpg")
    monkeypatch.chdir(tmp_path / "Zoë O'Brien")
    assert (await import_photos([Path()], library, catalogue, silent)).added == {"Zoë_O'Brien": 1}


async def test_photos_beside_folders_of_photos_are_nobodys(
    library: PhotoLibrary, catalogue: Catalogue, tmp_path: Path
) -> None:
    put(tmp_path / "reunion" / "everyone.jpg")
    put(tmp_path / "reunion" / "ben" / "1.jpg", 1)
    with pytest.raises(TrainingError, match=r"photos \(everyone\.jpg\) and folders of photos \(ben\)"):
        await import_photos([tmp_path / "reunion"], library, catalogue, silent)
    assert not library.folder.exists()


async def test_what_a_nas_leaves_behind_is_nobody(library: PhotoLibrary, catalogue: Catalogue, tmp_path: Path) -> None:
    put(tmp_path / "reunion" / "ben" / "1.jpg", 1)
    put(tmp_path / "reunion" / "#recycle" / "2.jpg", 2)
    (tmp_path / "reunion" / "???").mkdir()
    assert (await import_photos([tmp_path / "reunion"], library, catalogue, silent)).added == {"ben": 1}


async def test_a_photo_that_lies_loose_in_the_library(
    library: PhotoLibrary, catalogue: Catalogue, tmp_path: Path
) -> None:
    """It belongs to nobody yet, and keeps nobody's photos from coming in."""
    put(library.folder / "loose.jpg")
    put(tmp_path / "ben" / "1.jpg", 1)
    assert (await import_photos([tmp_path / "ben"], library, catalogue, silent)).added == {"ben": 1}
    assert (await import_photos([tmp_path / "ben"], library, catalogue, silent)).already == 1
