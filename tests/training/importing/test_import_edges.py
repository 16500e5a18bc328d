"""Photos as they lie about on people's disks, and what `photos import` makes of them."""

from pathlib import Path

import pytest

from tests.bot.trained import portrait
from tests.training.importing.importing import Importing
from training.errors import TrainingError


def put(path: Path, seed: int = 0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(portrait("amelia", seed))


async def test_the_folder_one_stands_in(importing: Importing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "Zoë O'Brien" / "IMG_1.jpg")
    monkeypatch.chdir(tmp_path / "Zoë O'Brien")
    assert (await importing(Path())).cousins("added") == {"Zoë_O'Brien": 1}


async def test_photos_beside_folders_of_photos_are_nobodys(importing: Importing, tmp_path: Path) -> None:
    put(tmp_path / "reunion" / "everyone.jpg")
    put(tmp_path / "reunion" / "ben" / "1.jpg", 1)
    with pytest.raises(TrainingError, match=r"photos \(everyone\.jpg\) and folders of photos \(ben\)"):
        await importing(tmp_path / "reunion")
    assert not importing.library.folder.exists()


async def test_what_a_nas_leaves_behind_is_nobody(importing: Importing, tmp_path: Path) -> None:
    put(tmp_path / "reunion" / "ben" / "1.jpg", 1)
    put(tmp_path / "reunion" / "#recycle" / "2.jpg", 2)
    (tmp_path / "reunion" / "???").mkdir()
    assert (await importing(tmp_path / "reunion")).cousins("added") == {"ben": 1}


async def test_what_a_family_calls_its_folders_is_somebodys(importing: Importing, tmp_path: Path) -> None:
    put(tmp_path / "reunion" / "#ben" / "1.jpg", 1)
    put(tmp_path / "reunion" / "@anna" / "#1.jpg", 2)
    put(tmp_path / "reunion" / ".otto" / "1.jpg", 3)
    imported = await importing(tmp_path / "reunion")
    assert imported.cousins("added") == {"ben": 1, "anna": 1}
    (hidden,) = imported.of("left_out")
    assert hidden.why == "hidden, or left behind by the system: if it is yours, give it another name"


async def test_a_photo_that_lies_loose_in_the_library(importing: Importing, tmp_path: Path) -> None:
    """It belongs to nobody yet, and keeps nobody's photos from coming in."""
    put(importing.library.folder / "loose.jpg")
    put(tmp_path / "ben" / "1.jpg", 1)
    assert (await importing(tmp_path / "ben")).cousins("added") == {"ben": 1}
    assert (await importing(tmp_path / "ben")).count("known") == 1
