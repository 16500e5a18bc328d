"""Backups: whole, private, and nothing but what was in the home comes out of them."""

import asyncio
import errno
import json
import os
import shutil
import stat
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from data.backup.archive import MANIFEST, ArchiveError
from data.backup.backup import back_up
from data.backup.restore import restore
from data.files.home import Home
from data.store.store import Store
from foundation.progress import silent
from tests.data.conftest import TOKEN


def tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".db"
    }


def rewritten(archive: Path, change: dict[str, bytes | None], *, in_manifest: bool = False) -> Path:
    """The archive with files changed, added, or (None) taken out."""
    other = archive.with_name("changed.zip")
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(other, "w") as new:
        content = {name: old.read(name) for name in old.namelist()}
        if in_manifest:
            manifest = json.loads(content[MANIFEST])
            manifest["sha256"] |= dict.fromkeys(change, "0")
            content[MANIFEST] = json.dumps(manifest).encode()
        for name, data in (content | change).items():
            if data is not None:
                new.writestr(name, data)
    return other


async def test_what_was_saved_comes_back(archive: Path, home: Home, tmp_path: Path) -> None:
    other, other_facts = Home(tmp_path / "other"), tmp_path / "elsewhere" / "facts.yaml"
    found = restore(archive, other, other_facts, silent)
    assert (found.photos, found.versions, found.facts) == (3, 1, other_facts)
    assert tree(other.root) == {
        name: name
        for name in (
            *("inbox/aa.jpg", "models/current", "models/v001/card.json", "models/v001/weights.safetensors"),
            *("photos/Zoë O'Brien/Bild 1.jpg", "photos/lucy/lucy_1.jpg", "weights/yunet.onnx"),
        )
    }
    assert other_facts.read_text() == "lucy: [She gives advice.]\n"
    async with Store.open(other.database) as store:
        assert await store.people.name(7) == "Gus"
    for path in other.root.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_the_file_is_private_and_holds_no_token(archive: Path) -> None:
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    with zipfile.ZipFile(archive) as zipped:
        assert not any(TOKEN.encode() in zipped.read(name) for name in zipped.namelist())
        assert ".env" not in zipped.namelist()
    assert sorted(path.name for path in archive.parent.iterdir()) == ["facts.yaml", "family", "saved.zip"]


async def test_the_database_is_of_one_moment_while_it_is_written(home: Home, facts: Path, tmp_path: Path) -> None:
    """The write-ahead log holds what the file itself does not yet."""
    async with Store.open(home.database) as store:
        await store.people.welcome(8, "Pia")
        async with store.people._database.transaction() as db:
            await db.execute("UPDATE people SET name = 'half'")
            back_up(home, facts, tmp_path / "live.zip", silent)
    restore(tmp_path / "live.zip", Home(tmp_path / "other"), facts, silent)
    async with Store.open(tmp_path / "other" / "cousinbot.db") as store:
        assert [person.name for person in await store.people.known()] == ["Gus", "Pia"]


def test_a_photo_that_is_deleted_meanwhile_is_left_out(home: Home, facts: Path, tmp_path: Path) -> None:
    def delete(doing: str, done: int, total: int) -> None:
        (home.inbox / "aa.jpg").unlink(missing_ok=True)

    back_up(home, facts, tmp_path / "a.zip", delete)
    assert restore(tmp_path / "a.zip", Home(tmp_path / "other"), facts, silent).photos == 2


def test_a_champion_that_takes_over_meanwhile_is_not_named(home: Home, facts: Path, tmp_path: Path) -> None:
    """Its version is not among those that were listed before."""
    before = (home.models / "current").read_text()

    def promote(doing: str, done: int, total: int) -> None:
        (home.models / "current").write_text("v099\n")

    back_up(home, facts, tmp_path / "a.zip", promote)
    restore(tmp_path / "a.zip", Home(tmp_path / "other"), facts, silent)
    assert (tmp_path / "other" / "models" / "current").read_text() == before


def test_a_folder_that_can_not_be_opened_is_not_left_out_in_silence(
    home: Home, facts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scandir = os.scandir

    def closed(path: Any) -> Any:
        if str(path).endswith("lucy"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", closed)
    with pytest.raises(ArchiveError, match=r"may not use .*lucy \(Permission denied\)"):
        back_up(home, facts, tmp_path / "saved.zip", silent)
    assert not (tmp_path / "saved.zip").exists()


@pytest.mark.parametrize("link", ["photos/ann", "photos/lucy/lucy_9.jpg"])
def test_photos_on_a_disk_that_is_not_connected_are_not_left_out_in_silence(
    home: Home, facts: Path, tmp_path: Path, link: str
) -> None:
    (home.root / link).symlink_to(tmp_path / "disk")
    with pytest.raises(ArchiveError, match="disk, which is not there"):
        back_up(home, facts, tmp_path / "saved.zip", silent)
    assert not (tmp_path / "saved.zip").exists()


def test_photos_that_move_meanwhile_are_not_missed_in_silence(home: Home, facts: Path, tmp_path: Path) -> None:
    """They would be neither where they lay when they were listed nor where they lie now."""

    async def rename() -> None:
        async with Store.open(home.database) as store:
            await store.changes.rename("t", "rename", "lucy", "lucille", 1, {}, [("lucy", "lucille")])

    def renamed(doing: str, done: int, total: int) -> None:
        if done == 0:
            with ThreadPoolExecutor(1) as thread:
                thread.submit(asyncio.run, rename()).result()
            (home.photos / "lucy").rename(home.photos / "lucille")

    with pytest.raises(ArchiveError, match="Please make it again"):
        back_up(home, facts, tmp_path / "saved.zip", renamed)
    assert not (tmp_path / "saved.zip").exists()
    back_up(home, facts, tmp_path / "saved.zip", silent)


@pytest.mark.parametrize("begins", [0, 1])
def test_half_a_change_is_not_saved(home: Home, facts: Path, tmp_path: Path, begins: int) -> None:
    def begun(doing: str, done: int, total: int) -> None:
        home.pending_change.write_text("{}")

    if begins == 0:
        begun("", 0, 0)
    with pytest.raises(ArchiveError, match="half of that"):
        back_up(home, facts, tmp_path / "saved.zip", begun)
    assert not (tmp_path / "saved.zip").exists()


def test_no_pipe_is_waited_for(home: Home, facts: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.zip")
    with pytest.raises(ArchiveError, match="is a pipe or a device, not a file"):
        restore(tmp_path / "pipe.zip", Home(tmp_path / "other"), facts, silent)


def test_another_file_of_that_name_is_let_be(archive: Path, home: Home, facts: Path) -> None:
    before = archive.read_bytes()
    with pytest.raises(ArchiveError, match=r"already is a file .*choose another name"):
        back_up(home, facts, archive, silent)
    assert archive.read_bytes() == before


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_backup_that_fails_leaves_nothing(
    home: Home, facts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    def full(*_: Any) -> None:
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr("data.backup.backup._add", full)
    (tmp_path / "usb").mkdir()
    words = {errno.ENOSPC: "disk is full: please free up", errno.EROFS: "read-only", errno.EACCES: "Permission denied"}
    with pytest.raises(ArchiveError, match=words[error]):
        back_up(home, facts, tmp_path / "usb" / "a.zip", silent)
    assert list((tmp_path / "usb").iterdir()) == []


def test_a_home_in_use_is_let_be(archive: Path, home: Home, facts: Path) -> None:
    before = tree(home.root)
    with pytest.raises(ArchiveError, match=r"not empty .*move this folder away, or choose another in COUSINBOT_HOME"):
        restore(archive, home, facts, silent)
    assert tree(home.root) == before


def test_an_empty_home_may_have_folders_and_weights(archive: Path, facts: Path, tmp_path: Path) -> None:
    other = Home(tmp_path / "other").create()
    (other.weights / "yunet.onnx").write_text("newer")
    (other.root / ".restore-killed").mkdir()
    (other.root / ".restore-killed" / "a.jpg").write_text("half")
    restore(archive, other, facts, silent)
    assert (other.weights / "yunet.onnx").read_text() == "newer"
    assert not list(other.root.glob(".restore*"))


async def test_what_commands_leave_that_only_look_is_in_nobodys_way(archive: Path, facts: Path, tmp_path: Path) -> None:
    other = Home(tmp_path / "other").create()
    store = Store.open(other.database)
    await store.__aenter__()
    for log in ("cousinbot.db-wal", "cousinbot.db-shm"):
        shutil.copyfile(other.root / log, tmp_path / log)
    await store.__aexit__(None, None, None)
    for log in ("cousinbot.db-wal", "cousinbot.db-shm"):  # as one leaves that is killed
        shutil.copyfile(tmp_path / log, other.root / log)
    other.face_cache.parent.mkdir()
    other.face_cache.touch()
    (other.models / ".lock").touch()
    restore(archive, other, facts, silent)
    assert not (other.root / "cousinbot.db-wal").exists()
    async with Store.open(other.database) as restored:
        assert await restored.people.name(7) == "Gus"


@pytest.mark.parametrize("content", ["a guest", "garbage"])
async def test_a_database_that_may_hold_something_is_in_the_way(
    archive: Path, facts: Path, tmp_path: Path, content: str
) -> None:
    other = Home(tmp_path / "other").create()
    if content == "garbage":
        other.database.write_text(content)
    else:
        async with Store.open(other.database) as store:
            await store.people.turn_away(8)
    before = other.database.read_bytes()
    with pytest.raises(ArchiveError, match=r"not empty \(cousinbot.db is in it\)"):
        restore(archive, other, facts, silent)
    assert other.database.read_bytes() == before


def test_facts_that_are_there_already_are_let_be(archive: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text("ben: [He bakes.]\n")
    found = restore(archive, Home(tmp_path / "other"), mine, silent)
    assert mine.read_text() == "ben: [He bakes.]\n"
    assert found.facts == tmp_path / "other" / "facts.yaml"
    assert found.facts.read_text() == "lucy: [She gives advice.]\n"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"photos/lucy/lucy_1.jpg": b"another picture"}, "lucy_1.jpg has changed since"),
        ({"photos/lucy/lucy_1.jpg": None}, "lucy_1.jpg is missing"),
        ({"cousinbot.db": b"SQLite format 3\0" + bytes(200)}, "damaged"),
        ({MANIFEST: None}, "no list of its files"),
        ({MANIFEST: b"{"}, "no list of its files"),
        ({MANIFEST: b'{"format": 2, "sha256": {}}'}, "newer version of cousinbot"),
    ],
)
def test_a_damaged_backup_is_refused_and_nothing_of_it_stays(
    archive: Path, facts: Path, tmp_path: Path, change: dict[str, bytes | None], complaint: str
) -> None:
    with pytest.raises(ArchiveError, match=complaint):
        restore(rewritten(archive, change), Home(tmp_path / "other"), facts, silent)
    assert list((tmp_path / "other").rglob("*")) == []


def test_a_database_that_is_none_is_refused(archive: Path, facts: Path, tmp_path: Path) -> None:
    import hashlib

    nonsense = b"not a database at all, but long enough" * 100
    with zipfile.ZipFile(archive) as zipped:
        manifest = json.loads(zipped.read(MANIFEST))
    manifest["sha256"]["cousinbot.db"] = hashlib.sha256(nonsense).hexdigest()
    changed = rewritten(archive, {"cousinbot.db": nonsense, MANIFEST: json.dumps(manifest).encode()})
    with pytest.raises(ArchiveError, match="The database is damaged"):
        restore(changed, Home(tmp_path / "other"), facts, silent)


@pytest.mark.parametrize("cut", [0, 10, 2000])
def test_half_a_file_is_refused(archive: Path, facts: Path, tmp_path: Path, cut: int) -> None:
    archive.write_bytes(archive.read_bytes()[:cut])
    with pytest.raises(ArchiveError, match="not a backup made by cousinbot, or it is damaged"):
        restore(archive, Home(tmp_path / "other"), facts, silent)


@pytest.mark.parametrize(
    "name",
    [
        *("../outside", "photos/../../outside", "/tmp/outside", "photos//outside", "photos/./outside", "outside"),
        *("photos\\..\\outside", "C:/outside", "photos/.hidden", ".env", "weights", "photos/a\0b", "models/.."),
    ],
)
def test_no_file_leaves_the_home(archive: Path, facts: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(ArchiveError, match="outside the folder"):
        restore(rewritten(archive, {name: b"x"}, in_manifest=True), Home(tmp_path / "deep" / "other"), facts, silent)
    assert not list(tmp_path.rglob("outside"))


def test_what_the_list_does_not_name_is_not_unpacked(archive: Path, facts: Path, tmp_path: Path) -> None:
    restore(rewritten(archive, {"photos/lucy/extra.jpg": b"x"}), Home(tmp_path / "other"), facts, silent)
    assert not (tmp_path / "other" / "photos" / "lucy" / "extra.jpg").exists()


def test_too_little_room_is_said_before_anything_is_unpacked(
    archive: Path, facts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 10})())
    with pytest.raises(ArchiveError, match=r"not enough space .*MB are free. Please free up"):
        restore(archive, Home(tmp_path / "other"), facts, silent)


def test_names_in_no_encoding_are_saved_too(home: Home, facts: Path, tmp_path: Path) -> None:
    (home.photos / "lucy" / os.fsdecode(b"caf\xe9.jpg")).write_text("x")
    (home.photos / "lucy" / "a\\b.jpg").write_text("y")
    (home.photos / "lucy" / "10:22.jpg").write_text("z")
    (home.photos / "lucy" / "loop").symlink_to(home.photos)
    back_up(home, facts, tmp_path / "a.zip", silent)
    restore(tmp_path / "a.zip", Home(tmp_path / "other"), facts, silent)
    assert (tmp_path / "other" / "photos" / "lucy" / "caf%E9.jpg").read_text() == "x"
    assert (tmp_path / "other" / "photos" / "lucy" / "a%5Cb.jpg").read_text() == "y"
    assert (tmp_path / "other" / "photos" / "lucy" / "10:22.jpg").read_text() == "z"
