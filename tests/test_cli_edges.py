"""What the command says when something is not as it should be."""

import json
import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import main
from data.files.library import PhotoLibrary
from tests.bot.trained import portrait


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COUSINBOT_HOME", str(tmp_path / "family"))
    monkeypatch.setenv("COUSINBOT_FACTS", str(tmp_path / "facts.yaml"))
    monkeypatch.setenv("COUSINBOT_DEVICE", "cpu")
    return tmp_path / "family"


@pytest.mark.usefixtures("no_network")
def test_a_missing_token_is_said_before_anything_is_fetched(home: Path) -> None:
    result = CliRunner().invoke(main, ["run"])
    assert result.exit_code == 1
    assert "COUSINBOT_TELEGRAM_TOKEN is missing" in result.stderr
    assert "YuNet" not in result.stderr
    assert not home.exists()


def test_an_export_of_nothing_says_so_and_makes_no_folder(home: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["corrections", "export", str(tmp_path / "exported")])
    assert result.exit_code == 1
    assert "no accepted correction names a cousin" in result.stderr
    assert not (tmp_path / "exported").exists()


def test_a_backup_is_restored_after_a_look_around(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """People look what there is before they restore: that must not keep them from it."""
    PhotoLibrary(home / "photos").add("ben", portrait("ben", 1))
    assert CliRunner().invoke(main, ["backup", str(tmp_path / "saved.zip")]).exit_code == 0
    monkeypatch.setenv("COUSINBOT_HOME", str(tmp_path / "new"))
    for words in ("photos list", "photos check", "photos undo --list", "models list", "corrections list", "admin list"):
        CliRunner().invoke(main, words.split())
    CliRunner().invoke(main, ["doctor"])
    restored = CliRunner().invoke(main, ["restore", str(tmp_path / "saved.zip")])
    assert restored.exit_code == 0, restored.output
    assert (tmp_path / "new" / "photos" / "ben" / "ben_1.jpg").exists()


def test_a_no_is_a_sentence(home: Path) -> None:
    (home / "photos" / "ben").mkdir(parents=True)
    (home / "photos" / "ben" / "ben.jpg").write_bytes(portrait("ben", 1))
    result = CliRunner().invoke(main, ["photos", "forget", "ben"], input="n\n")
    assert (result.exit_code, result.stderr) == (1, "Nothing was changed.\n")
    assert (home / "photos" / "ben" / "ben.jpg").exists()


@pytest.mark.parametrize("number", ["bob", "0", "-5", "9" * 19, "9" * 5000])
def test_an_admin_is_named_by_their_number(home: Path, number: str) -> None:
    result = CliRunner().invoke(main, ["admin", "add", "--", number])
    assert result.exit_code == 2
    assert f"“{number}” is not a Telegram number" in " ".join(result.stderr.split())
    assert "range" not in result.stderr


def test_ctrl_c_is_a_sentence(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cli.photos.command.labelled_photos", interrupted)
    result = CliRunner().invoke(main, ["photos", "list"])
    assert result.exit_code == 130
    assert result.stderr == "Error: Stopped before it was done. The same command starts it again.\n"


def test_json_is_one_object(home: Path) -> None:
    result = CliRunner().invoke(main, ["corrections", "list", "--json"])
    assert json.loads(result.stdout) == {"corrections": []}


def test_guess_names_what_it_cannot_open_and_a_mistake_in_the_facts(
    home: Path, trained_home: Path, tmp_path: Path
) -> None:
    shutil.copytree(trained_home, home)
    (tmp_path / "facts.yaml").write_text("amelia: no list\n")
    (tmp_path / "Amélie.jpg").write_bytes(portrait("amelia", 1))
    os.mkfifo("pipe.jpg")
    result = CliRunner().invoke(main, ["guess", "Amélie.jpg", "gone.jpg", "family", "pipe.jpg", "/dev/zero"])
    assert result.exit_code == 1
    assert result.stdout.startswith("Amélie.jpg: ")
    assert "gone.jpg: there is no such file" in result.stderr
    for odd in ("pipe.jpg", "/dev/zero"):
        assert f"{odd}: this is a pipe or a device, not a file; save the photo in a file and name that" in result.stderr
    assert "family: this is a folder; name the photos in it, as in: cousinbot guess family/*.jpg" in result.stderr
    assert "facts.yaml, line 1: amelia needs a list of facts" in result.stderr


def test_a_broken_version_hides_no_other(home: Path, trained_home: Path) -> None:
    shutil.copytree(trained_home, home)
    (home / "models" / "v002").mkdir()
    (home / "models" / "v002" / "card.json").write_text("{")
    result = CliRunner().invoke(main, ["models", "list", "--json"])
    assert [version["version"] for version in json.loads(result.stdout)["versions"]] == ["v001"]
    assert "The card of version v002 can't be read (its file card.json is damaged). Please train again" in result.stderr
