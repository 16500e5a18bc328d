"""A Bot API server of one's own that runs with `--local`: files come from the disk, and only from its folder."""

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.answers.wording import picture_out_of_reach
from bot.transport.local_files import FileOutOfReach, read_local
from cli.doctor.checks_telegram import files
from data.settings import Settings
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from tests.bot.conftest import MakeSettings, invited, jpeg, serving

MOST = 100


class Disk(NamedTuple):
    """The server's folder with one file in it, and another file beside the folder."""

    folder: Path
    file: Path
    secret: Path


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    folder, secret = tmp_path / "files", tmp_path / "secret"
    file = folder / "1:TOKEN" / "photos" / "file_0.jpg"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"photo")
    secret.write_bytes(b"secret")
    return Disk(folder, file, secret)


def test_a_file_in_the_folder(disk: Disk) -> None:
    assert read_local(str(disk.file), disk.folder, MOST) == b"photo"


def test_a_large_file_is_read_only_as_far_as_it_may_be(disk: Disk) -> None:
    disk.file.write_bytes(bytes(MOST + 50))
    assert len(read_local(str(disk.file), disk.folder, MOST)) == MOST + 1


def test_the_folder_itself_may_be_a_link(disk: Disk, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(disk.folder)
    assert read_local(str(link / disk.file.relative_to(disk.folder)), link, MOST) == b"photo"


def test_whatever_leads_out_of_the_folder_is_refused(disk: Disk) -> None:
    photos = disk.file.parent
    (photos / "link.jpg").symlink_to(disk.secret)
    (photos / "inside.jpg").symlink_to(disk.file)
    (disk.folder / "out").symlink_to(disk.secret.parent)
    os.mkfifo(photos / "pipe.jpg")
    for path in (
        str(disk.secret),
        f"{disk.folder}/../secret",
        f"{photos}/../../../secret",
        f"{photos}/../photos/file_0.jpg",
        f"{disk.folder}_of_another/file",
        f"{photos}/link.jpg",
        f"{photos}/inside.jpg",
        f"{disk.folder}/out/secret",
        f"{photos}/pipe.jpg",
        f"{photos}/file_0.jpg/more",
        f"{photos}/\0",
        str(photos),
        str(disk.folder),
        "/",
        "/etc/passwd",
    ):
        with pytest.raises(FileOutOfReach, match=r"that does not lie in .*, or is not an ordinary file") as caught:
            read_local(path, disk.folder, MOST)
        assert "TOKEN" not in str(caught.value)


def test_a_file_that_can_not_be_read_says_why(disk: Disk) -> None:
    with pytest.raises(FileOutOfReach, match=r"I can't read a file .* \(No such file or directory\)\. Please let"):
        read_local(f"{disk.file}.gone", disk.folder, MOST)


def test_without_the_setting_it_is_named(disk: Disk) -> None:
    with pytest.raises(FileOutOfReach, match="Please set COUSINBOT_TELEGRAM_FILES"):
        read_local(str(disk.file), None, MOST)


@pytest.fixture
async def telegram(tmp_path: Path) -> AsyncIterator[LocalTelegram]:
    async with LocalTelegram(files=tmp_path / "server") as telegram:
        yield telegram


async def test_photos_are_read_from_the_disk(
    telegram: LocalTelegram, make_settings: MakeSettings, tmp_path: Path
) -> None:
    async with serving(make_settings(telegram_files=str(tmp_path / "server"))):
        guest = await invited(telegram, "Gus")
        await guest.send_photo(jpeg())
        assert "still getting to know" in (await guest.next()).text
        await guest.send_file(b"no picture", "half.jpg", "image/jpeg")
        assert "I can't read that file" in (await guest.next()).text
        big = bytes(20 * 2**20 + 1)
        await guest.send_file(big, "big.jpg", "image/jpeg")
        assert "20 MB" in (await guest.next()).text
    paths = [call.result["file_path"] for call in telegram.calls.of("getFile")]
    assert len(paths) == 2  # what is too big is not asked for
    assert all(path.startswith(f"{tmp_path}/server/{telegram.token}/") for path in paths)


@pytest.mark.parametrize("folder", [None, "elsewhere"])
async def test_a_folder_that_is_not_set_or_wrong_is_told_to_admins(
    telegram: LocalTelegram,
    make_settings: MakeSettings,
    admin: Person,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    folder: str | None,
) -> None:
    async with serving(make_settings(telegram_files=str(tmp_path / folder) if folder else None)):
        await admin.send_photo(jpeg())
        told = (await admin.next()).text
        assert re.search("COUSINBOT_TELEGRAM_FILES", told)
        assert telegram.token not in told
        guest = await invited(telegram, "Gus")
        await guest.send_photo(jpeg(1))
        assert (await guest.next()).text == picture_out_of_reach()


def test_doctor_looks_at_the_folder(tmp_path: Path) -> None:
    def found(**settings: str) -> list[tuple[str, bool]]:
        return [(one.state, str(tmp_path) in one.says) for one in files(Settings.model_validate(settings))]

    own = {"telegram_api": "http://nas:8081"}
    assert found(**own) == []
    assert found(**own, telegram_files=str(tmp_path)) == [("well", True)]
    assert found(**own, telegram_files=str(tmp_path / "nowhere")) == [("wrong", True)]
    assert found(telegram_files=str(tmp_path)) == [("wrong", False)]


def test_the_folder_is_a_whole_path() -> None:
    with pytest.raises(ValueError, match="a whole path that starts with a slash"):
        Settings.model_validate({"telegram_files": "server"})
