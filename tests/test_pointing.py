"""`photos point`: which face of several is the cousin's, kept for every training, wherever the cousin and photo go."""

import asyncio
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import cli
from actions.pictures.library import CousinPhotos
from actions.pictures.unclear import UnclearPhotos
from data.files.home import Home
from data.files.library import PhotoLibrary
from data.labels.pointed_faces import PointedFace
from data.store.store import Store
from inference.decoding.sandbox import Decoding
from models.card import Card
from models.registry import Registry
from tests.training.dataset.test_dataset import twice

Run = Callable[..., Result]
PHOTO = "ben/ben_9.jpg"


@pytest.fixture
def home(tmp_path: Path, trained_home: Path, monkeypatch: pytest.MonkeyPatch, no_network: None) -> Home:
    """Ben's folder has a photo with two faces, of which neither is his."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COUSINBOT_HOME", str(tmp_path / "family"))
    monkeypatch.setenv("COUSINBOT_DEVICE", "cpu")
    shutil.copytree(trained_home, tmp_path / "family")
    home = Home(tmp_path / "family").create()
    (home.photos / PHOTO).write_bytes(twice("otto"))
    return home


@pytest.fixture
def run(home: Home) -> Run:
    def run(*words: str) -> Result:
        return CliRunner().invoke(cli.main, list(words))

    return run


def said(home: Home) -> list[PointedFace]:
    async def ask() -> list[PointedFace]:
        async with Store.open(home.database) as store:
            return await store.pointed_faces.all()

    return asyncio.run(ask())


def newest(home: Home) -> Card:
    registry = Registry(home.models)
    return registry.card(registry.versions()[-1])


def waiting(home: Home) -> list[str]:
    """Whose photos the pages and the chat ask about."""

    async def ask() -> list[str]:
        async with Store.open(home.database) as store, Decoding() as decoding:
            photos = CousinPhotos(home, store, PhotoLibrary(home.photos), decoding)
            return [one.cousin for one in await UnclearPhotos(store, photos, Registry(home.models)).waiting()]

    return asyncio.run(ask())


def test_what_is_left_out_is_said_settled_and_learned(home: Home, run: Run) -> None:
    result = run("train", "--head-epochs", "1")
    assert result.exit_code == 0, result.output
    assert f"left out: {PHOTO}: it is not clear which of its 2 faces is the cousin's" in result.stderr
    assert "In 1 photo I can't tell which face is the cousin's. You can show me: on the page Review" in result.stderr
    assert waiting(home) == ["ben"]
    assert "cousinbot photos point" in (home.models / newest(home).version / "report.html").read_text()
    assert run("photos", "check").exit_code == 0
    sheet = (home.root / "check.html").read_text()
    assert f"2. ben? {PHOTO}" in sheet

    for words, trouble in (
        (("ben", PHOTO, "3"), "say a number from 1 to 2"),
        (("ben", PHOTO, "second"), "say a number from 1 to 2"),
        (("clara", PHOTO, "1"), "is no photo that is filed under clara"),
        (("ben", "ben/nowhere.jpg", "1"), "is no photo that is filed under ben"),
    ):
        result = run("photos", "point", *words)
        assert (result.exit_code, trouble in result.stderr) == (2, True), result.output
    assert said(home) == []

    assert "Face 2 of" in run("photos", "point", "ben", PHOTO, "2").stdout
    assert waiting(home) == []
    result = run("train", "--head-epochs", "1")
    assert "left out" not in result.stderr
    [sample] = [one for one in newest(home).samples if one.sha256 == said(home)[0].sha256]
    assert sample.cousin == "ben"
    assert sample.box[0] > 0.5

    assert "No face of" in run("photos", "point", "ben", PHOTO, "none").stdout
    result = run("photos", "check")
    assert "somebody said that none of its faces is the cousin's" in result.stderr
    assert "I can't tell" not in result.stderr
    assert "Taken back" in run("photos", "point", "ben", PHOTO, "undo").stdout
    assert "I can't tell" in run("photos", "check").stderr


def test_it_goes_along_and_comes_back_and_is_forgotten(home: Home, run: Run) -> None:
    assert run("photos", "point", "ben", PHOTO, "1").exit_code == 0
    [before] = said(home)

    assert run("photos", "rename", "ben", "Benedict", "--yes").exit_code == 0
    assert [one.cousin for one in said(home)] == ["Benedict"]
    assert run("photos", "undo", "--yes").exit_code == 0
    assert said(home) == [before]

    # Two who become one, and two again: the photo was pointed at for both.
    shutil.copy(home.photos / PHOTO, home.photos / "clara" / "clara_9.jpg")
    assert run("photos", "point", "clara", "clara/clara_9.jpg", "none").exit_code == 0
    both = said(home)
    assert run("photos", "merge", "ben", "clara", "--yes").exit_code == 0
    assert [(one.cousin, one.box) for one in said(home)] == [("clara", None)]
    assert run("photos", "undo", "--yes").exit_code == 0
    assert said(home) == both
    assert run("photos", "unshare", "clara", "clara/clara_9.jpg").exit_code == 0
    assert said(home) == [before]

    async def deleted_and_back() -> None:
        async with Store.open(home.database) as store, Decoding() as decoding:
            photos = CousinPhotos(home, store, PhotoLibrary(home.photos), decoding)
            kept = await photos.find("ben", before.sha256)
            assert kept is not None
            await photos.remove(kept)

    asyncio.run(deleted_and_back())
    assert not (home.photos / PHOTO).exists()
    assert run("photos", "undo", "--yes").exit_code == 0
    assert run("photos", "list").exit_code == 0
    assert said(home) == [before]

    # By hand it is gone for good.
    (home.photos / PHOTO).unlink()
    assert run("photos", "list").exit_code == 0
    assert said(home) == []


def test_a_forgotten_cousin_is_in_no_list_of_what_waits(home: Home, run: Run) -> None:
    assert run("train", "--head-epochs", "1").exit_code == 0
    assert [one.cousin for one in newest(home).unclear] == ["ben"]
    assert run("photos", "point", "ben", PHOTO, "1").exit_code == 0
    assert run("photos", "rename", "ben", "Benedict", "--yes").exit_code == 0
    assert [one.cousin for one in newest(home).unclear] == ["Benedict"]
    result = run("photos", "forget", "Benedict", "--yes")
    assert result.exit_code == 0, result.output
    assert said(home) == []
    for card in home.models.glob("v*/card.json"):
        assert json.loads(card.read_text())["skipped"] == []
