import stat
from pathlib import Path

import pytest

from data.files.home import Home, HomeError


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_every_folder_is_made_for_its_owner_only(tmp_path: Path) -> None:
    home = Home(tmp_path / "a" / "family").create()
    folders = [home.root, home.photos, home.inbox, home.models, home.weights]
    assert [mode(folder) for folder in folders] == [0o700] * 5
    assert home.database == tmp_path / "a" / "family" / "cousinbot.db"
    assert not home.database.exists()


def test_creating_again_keeps_what_is_there(tmp_path: Path) -> None:
    photo = Home(tmp_path).create().photos / "photo.jpg"
    photo.write_bytes(b"x")
    assert Home(tmp_path).create().photos.joinpath("photo.jpg").read_bytes() == b"x"


def test_an_existing_root_keeps_its_mode_and_open_folders_in_it_are_closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "photos").mkdir(mode=0o755)
    home = Home(tmp_path).create()
    assert mode(home.root) == 0o755
    assert mode(home.photos) == 0o700


def test_a_file_in_the_way_is_named_with_the_setting_to_change(tmp_path: Path) -> None:
    (tmp_path / "family").write_text("")
    with pytest.raises(HomeError, match=r"family.*COUSINBOT_HOME"):
        Home(tmp_path / "family").create()
