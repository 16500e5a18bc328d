"""`photos sort` and `photos name` at the command line, with a drawn family and a version that knows them."""

import asyncio
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import cli
from actions.groups.deciding import GroupDeciding
from actions.groups.groups import find_group
from data.files.home import Home
from data.store.store import Store
from inference.decoding.sandbox import Decoding
from tests.bot.trained import portrait

Run = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path, trained_home: Path, monkeypatch: pytest.MonkeyPatch, no_network: None) -> Home:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COUSINBOT_HOME", str(tmp_path / "family"))
    monkeypatch.setenv("COUSINBOT_DEVICE", "cpu")
    shutil.copytree(trained_home, tmp_path / "family")
    (tmp_path / "facts.yaml").write_text("clara:\n  name: Clara\n  aliases: [Sis]\n")
    return Home(tmp_path / "family").create()


@pytest.fixture
def heap(tmp_path: Path) -> Path:
    """Clara, whom the version knows, and Otto, whom it doesn't; a file that is no photo, and a broken one."""
    folder = tmp_path / "heap"
    folder.mkdir()
    for number in range(3):
        (folder / f"c{number}.jpg").write_bytes(portrait("clara", 20 + number))
        (folder / f"o{number}.jpg").write_bytes(portrait("otto", number))
    (folder / "list.txt").write_text("eggs")
    (folder / "torn.jpg").write_bytes(portrait("otto", 9)[:300])
    return folder


@pytest.fixture
def run(home: Home) -> Run:
    def run(*words: str) -> Result:
        return CliRunner().invoke(cli.main, list(words))

    return run


def sorted_by(run: Run, heap: Path) -> dict[str, Any]:
    done = run("photos", "sort", str(heap), "--json")
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_sorted_named_and_taken_back(home: Home, run: Run, heap: Path, tmp_path: Path) -> None:
    done = run("photos", "sort", str(heap), "--sheet", str(tmp_path / "page.html"))
    assert done.exit_code == 0, done.output
    assert "list.txt: " in done.stderr
    assert "torn.jpg: " in done.stderr
    assert "measured on the photos of your 4 cousins" in done.stdout
    assert "page.html" in done.stdout
    assert "cousinbot photos name" in done.stderr

    found = sorted_by(run, heap)
    assert found.keys() == {"groups", "apart"}
    assert all(group.keys() == {"id", "cousin", "faces"} for group in found["groups"])
    assert all(face.keys() == {"photo", "box"} for group in found["groups"] for face in group["faces"])
    by_cousin = {group["cousin"]: group for group in found["groups"]}
    # Drawn people are more alike than real ones: it is enough that nobody gets another one's face.
    assert all(Path(face["photo"]).name.startswith("c") for face in by_cousin.get("clara", {"faces": []})["faces"])
    strangers = [group for group in found["groups"] if group["cousin"] is None]
    assert strangers
    number = strangers[0]["id"]
    before = {path.name for path in home.photos.iterdir()}
    assert before == {"amelia", "ben", "clara", "diego"}
    assert home.groups_page.read_text("utf-8").count("<figure>") >= len(strangers[0]["faces"])

    unknown = run("photos", "name", number, "Otto")
    assert unknown.exit_code == 2
    assert "add --new" in unknown.stderr
    assert run("photos", "name", "999", "clara").exit_code == 2
    done = run("photos", "name", number, "Otto", "--new", "--json")
    assert done.exit_code == 0, done.output
    named = json.loads(done.stdout)
    assert (named["cousin"], named["added"]) == ("Otto", len({face["photo"] for face in strangers[0]["faces"]}))
    assert len(list((home.photos / "Otto").iterdir())) == named["added"]

    assert "a group of faces named Otto" in run("photos", "undo", "--list").stdout
    assert run("photos", "undo", "--yes").exit_code == 0
    assert not (home.photos / "Otto").exists()
    # An alias names who is known.
    done = run("photos", "name", number, "sis", "--json")
    assert json.loads(done.stdout)["cousin"] == "clara"

    # A number that led to a group leads to the one it has become a part of, which is said.
    old = asyncio.run(split_and_united(home, int(number)))
    done = run("photos", "name", str(old), "sis", "--json")
    assert json.loads(done.stdout)["group"] == number
    assert f"Group {old} has become a part of group {number}" in run("photos", "name", str(old), "sis").stderr


async def split_and_united(home: Home, number: int) -> int:
    """The number of a group that was a part of that one for a moment."""
    async with Store.open(home.database) as store, Decoding.of_family_files() as decoding:
        group = await find_group(store, number)
        assert group is not None
        deciding = GroupDeciding(home, store, decoding)
        apart = await deciding.split(number, [group.faces[0].id], 0)
        await deciding.merge(apart, number, 0)
    return apart
