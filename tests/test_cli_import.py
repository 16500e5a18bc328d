"""`photos import` as it is typed: what it prints, what it asks, and with which exit code it ends."""

import json
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

import cli.photos.exporting
import cli.photos.importing
from cli import main
from cli.resources import read_settings
from data.files.home import Home
from data.files.training_lock import TrainingLock, without_training
from data.tags.xmp import regions_in
from demo.family import draw_portrait
from tests.training.importing.sources.immich import KEY, LittleImmich
from tests.training.importing.sources.made import box_of, centred, find_faces, jpeg
from tests.training.importing.tags.packets import mwg, packet
from training.importing.taking_in import TakingIn

pytestmark = pytest.mark.e2e  # each starts decoders

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COUSINBOT_HOME", str(tmp_path / "family"))

    def invoke(*words: str | Path, typed: str | None = None) -> Result:
        return CliRunner().invoke(main, ["photos", *map(str, words)], input=typed)

    return invoke


def put(*files: str) -> None:
    """Files below the folder one stands in."""
    for seed, file in enumerate(files):
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        if Path(file).suffix in (".jpg", ".tif"):
            draw_portrait("amelia", seed=seed, size=100).save(file)
        else:
            Path(file).write_bytes(b"\0\0\0\x14ftypqt  ")


def test_what_became_of_every_file(run: Run) -> None:
    put("in/roger/1.jpg", "in/roger/2019/2.tif", "in/roger/clip.mov", "in/roger/Thumbs.db", "in/con/3.jpg")
    result = run("import", "in")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        "roger: 2 photos added",
        "2 photos were added. 0 photos were there already. 3 files were left out.",
    ]
    assert "left out: in/roger/clip.mov: a video: only photos are read" in result.stderr
    assert "left out: in/con/3.jpg: its folder can't be a cousin's" in result.stderr
    assert "left out: in/roger/Thumbs.db: hidden, or left behind by the system" in result.stderr
    assert "To take this import back: cousinbot photos undo" in result.stderr


def test_as_json(run: Run) -> None:
    put("in/roger/1.jpg", "in/roger/clip.mov")
    rehearsed, done = run("import", "in", "--json", "--dry-run"), run("import", "in", "--json")
    assert rehearsed.stdout == done.stdout
    assert json.loads(done.stdout) == {
        "files": [
            {
                "path": "in/roger/1.jpg",
                "became": "added",
                "why": None,
                "cousin": "roger",
                "faces": [{"source": "in/roger", "cousin": "roger", "name": "Roger", "box": None, "from": "folder"}],
            },
            {
                "path": "in/roger/clip.mov",
                "became": "left_out",
                "why": "a video: only photos are read",
                "cousin": "roger",
                "faces": [],
            },
        ]
    }


def test_a_rehearsal_says_that_it_was_one(run: Run, tmp_path: Path) -> None:
    put("in/roger/1.jpg")
    result = run("import", "in", "--dry-run")
    assert "roger: 1 photo added" in result.stdout
    assert "Nothing was changed." in result.stderr
    assert not list((tmp_path / "family" / "photos").iterdir())


def test_one_level_too_high_in_a_pipe(run: Run, tmp_path: Path) -> None:
    put("in/family/roger/1.jpg", "in/family/anna/1.jpg", "in/otto/1.jpg")
    result = run("import", "in")
    assert result.exit_code == 2
    assert "It is not clear whose photos are in in/family" in result.stderr.replace("\n", " ")
    assert not list((tmp_path / "family" / "photos").iterdir())
    result = run("import", "in", "--people", "in/family")
    assert result.exit_code == 0
    assert sorted(path.name for path in (tmp_path / "family" / "photos").iterdir()) == ["anna", "otto", "roger"]


def test_the_same_at_a_terminal(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli.photos.importing, "at_terminal", lambda: True)
    put("in/family/roger/1.jpg", "in/family/anna/1.jpg", "in/otto/1.jpg", "in/Otto/2.jpg")
    result = run("import", "in", typed="each\ny\n")
    assert result.exit_code == 0, result.output
    assert "Whose photos are in in/family?" in result.stderr
    assert "Is this the same person: Otto, otto?" in result.stderr
    assert sorted(path.name for path in (tmp_path / "family" / "photos").iterdir()) == ["Otto", "anna", "roger"]


def test_a_folder_called_after_an_occasion(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    put("Pictures/1.jpg")
    assert run("import", "Pictures").exit_code == 2
    assert run("import", "Pictures", "--person", "Pictures").exit_code == 0
    monkeypatch.setattr(cli.photos.importing, "at_terminal", lambda: True)
    put("2019/1.jpg")
    assert run("import", "2019", typed="n\n").exit_code == 1


def test_nobody_is_renamed_from_the_question_to_the_end(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli.photos.importing, "at_terminal", lambda: True)
    put("2019/1.jpg")
    lock, seen = TrainingLock(tmp_path / "family" / "training.lock"), []

    def confirm(question: str, **more: bool) -> bool:
        seen.append(lock.holder())
        return True

    async def take(self: TakingIn, source: object, opened: object) -> None:
        seen.append(lock.holder())

    monkeypatch.setattr(click, "confirm", confirm)
    monkeypatch.setattr(TakingIn, "take", take)
    run("import", "2019")
    assert seen == ["photos import", "photos import"]
    assert lock.holder() is None


def test_while_somebody_is_renamed_nothing_comes_in(run: Run, tmp_path: Path) -> None:
    put("in/roger/1.jpg")
    assert run("import", "in", "--dry-run").exit_code == 0
    with without_training(Home(tmp_path / "family"), "photos rename"):
        assert run("import", "in", "--dry-run").exit_code == 0
        result = run("import", "in")
    assert result.exit_code == 1
    assert "“cousinbot photos rename” is at work on the cousins right now." in result.stderr.replace("\n", " ")
    assert not list((tmp_path / "family" / "photos").iterdir())


def test_nothing_but_videos(run: Run) -> None:
    put("in/roger/clip.mov")
    result = run("import", "in/roger", "--json")
    assert result.exit_code == 1
    assert [file["became"] for file in json.loads(result.stdout)["files"]] == ["left_out"]
    assert "None of these files could be imported" in result.stderr


def test_sources_that_are_none(run: Run) -> None:
    put("a.jpg", "old.zip")
    for source, sentence in {
        "a.jpg": "is a single file",
        "old.zip": "unzip old.zip -d old",
        "gone": "There is no folder gone",
        "family/photos": "is in the bot's own folder",
    }.items():
        result = run("import", source)
        assert result.exit_code == 1
        assert sentence in result.stderr


def test_photos_that_no_cousin_has_are_counted(run: Run) -> None:
    put("family/photos/roger/1.jpg", "family/photos/roger/2019/2.jpg", "family/photos/roger/2019/3.jpg")
    put("family/photos/loose.jpg")
    result = run("list", "--json")
    assert json.loads(result.stdout) == {"roger": 1}
    assert "not used: 2 photos in" in result.stderr
    assert "roger/2019" in result.stderr
    assert "not used: 1 photo in" in result.stderr


def test_a_library_one_level_too_deep(run: Run) -> None:
    put("family/photos/family/roger/1.jpg")
    result = run("list")
    assert result.exit_code == 1
    assert "not used: 1 photo in" in result.stderr


def test_where_the_library_cant_be_read_nothing_is_said_of_photos_that_are_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUSINBOT_HOME", str(tmp_path / "home"))
    for folder in ("ben", "con"):
        (tmp_path / "home" / "photos" / folder).mkdir(parents=True)
        (tmp_path / "home" / "photos" / folder / "1.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    result = CliRunner().invoke(cli.main, ["photos", "list"])
    assert result.exit_code == 1
    assert "con" in result.stderr
    assert "not used" not in result.stderr


def anna_and_bob(file: str) -> None:
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    said = packet(mwg(("Anna", centred(box_of("Anna"))), ("Bob", centred(box_of("Bob")))))
    Path(file).write_bytes(jpeg(["Anna", "Bob"], xmp=said))


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the squares are that stand for faces."""
    monkeypatch.setattr(cli.photos.importing, "_faces", lambda home, progress: find_faces)


@pytest.mark.usefixtures("seen")
def test_tags_at_a_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli.photos.importing, "at_terminal", lambda: True)
    anna_and_bob("in/a.jpg")
    Path("folders/Cleo").mkdir(parents=True)
    Path("folders/Cleo/c.jpg").write_bytes(jpeg(["Cleo"], 7))
    result = run("import", "in", "folders", typed="ana\n anna,\n")
    assert result.exit_code == 0, result.output
    assert "Error: Nobody is called ana there." in result.stderr
    assert "These people are named: Anna 1, Bob 1." in result.stderr
    assert result.stdout.splitlines()[:2] == ["Anna: 1 photo added", "Cleo: 1 photo added"]
    result = run("import", "in", typed="\n")
    assert result.stdout.splitlines()[0] == "Bob: 1 photo that was there already shows them too"
    assert "To take this import back: cousinbot photos undo" in result.stderr


@pytest.mark.usefixtures("seen")
def test_tags_as_json_are_not_asked_about(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli.photos.importing, "at_terminal", lambda: True)
    anna_and_bob("in/a.jpg")
    Path("facts.yaml").write_text("annika: {name: Anna Winter, aliases: [Anna]}")
    (face, bobs) = json.loads(run("import", "in", "--json").stdout)["files"][0]["faces"]
    assert face == {
        "source": "in/a.jpg",
        "cousin": "annika",
        "name": "Anna Winter",
        "box": pytest.approx(list(box_of("Anna").sides), abs=0.02),
        "from": "mwg",
    }
    assert bobs["cousin"] == "Bob"
    assert run("import", "in", "--people", "Zoe").exit_code == 1
    assert json.loads(run("import", "in", "--json").stdout)["files"][0]["faces"] == []


@pytest.mark.usefixtures("seen", "no_proxies")
def test_an_immich_over_the_network(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUSINBOT_IMMICH_KEY", KEY)
    immich = LittleImmich({"p1": "Anna", "p2": "Bob", "p3": ""}, {"1": ["p1", "p2"], "2": ["p2", "p3"]})
    with immich.listening() as address:
        found = json.loads(run("import", address, "--json").stdout)["files"]
        assert [[face["cousin"] for face in file["faces"]] for file in found] == [["Anna", "Bob"], ["Bob"]]
        assert {face["from"] for file in found for face in file["faces"]} == {"immich"}
        monkeypatch.setenv("COUSINBOT_IMMICH_KEY", "another")
        assert "does not accept the key" in run("import", address).stderr
    refused = run("import", address)
    assert (refused.exit_code, "does not answer" in refused.stderr) == (1, True)


def test_an_immich_is_asked_for_with_a_key(run: Run) -> None:
    result = run("import", "http://127.0.0.1:9/immich")
    assert result.exit_code == 1
    assert "COUSINBOT_IMMICH_KEY" in result.stderr
    for words in (("--from", "immich", "in"), ("--from", "tags", "http://127.0.0.1:9")):
        assert run("import", *words).exit_code == 2


def test_whom_an_export_names(run: Run) -> None:
    Path("facts.yaml").write_text("anna:\n  named: never\nbob:\n  name: Bobby\n")
    whom = cli.photos.exporting._whom(frozenset({"anna", "bob", "cleo"}), read_settings())
    assert [called and called.name for called in map(whom, ("anna", "bob", "cleo"))] == [None, "Bobby", "Cleo"]
    Path("facts.yaml").write_text("anna:\n  named: [never\n")
    with pytest.raises(click.ClickException, match=r"facts\.yaml"):  # else she would be named
        cli.photos.exporting._whom(frozenset({"anna"}), read_settings())


def test_names_are_exported_and_forgotten(run: Run) -> None:
    put("disk/anna/a.jpg", "none/b.jpg")
    assert run("import", "disk/anna").exit_code == 0
    dry = run("export", "--sidecars", "disk", "--dry-run", "--json")
    assert dry.exit_code == 0, dry.output
    assert not Path("disk/anna/a.jpg.xmp").exists()
    exported = run("export", "--sidecars", "disk", "--json")
    assert exported.stdout == dry.stdout
    [file] = json.loads(exported.stdout)["files"]
    assert (file["path"], file["sidecar"], file["became"]) == ("disk/anna/a.jpg", "disk/anna/a.jpg.xmp", "written")
    assert file["faces"] == [{"cousin": "anna", "name": "Anna", "box": None}]
    assert [one.name for one in regions_in(Path("disk/anna/a.jpg.xmp").read_bytes())] == ["Anna"]
    nothing = run("export", "--sidecars", "none")
    assert nothing.exit_code == 1
    assert "no match: none/b.jpg" in nothing.stderr
    assert "not in this folder: anna/anna_1.jpg, which came as a.jpg" in nothing.stderr
    forgotten = run("forget", "anna", "--yes")
    assert "1 file that “photos export” wrote beside photos, with this name in it: " in forgotten.stdout
    assert not Path("disk/anna/a.jpg.xmp").exists()
