"""What the command says when something is not as it should be."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import main
from cli.group import Interrupted, ended_quickly
from data.files.home import Home
from data.files.library import PhotoLibrary
from data.store.drafts import NewPhoto
from data.store.store import Store
from foundation.box import Box
from tests.bot.trained import portrait
from tests.faces import recognized


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


def test_ctrl_c_does_not_wait_for_what_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.group._PATIENCE", 600)  # after it this process would go

    async def load() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        pytest.fail("asyncio would have gone on here")

    usual = signal.getsignal(signal.SIGINT)
    with pytest.raises(Interrupted, match="Stopped for now"), ended_quickly("Stopped for now."):
        asyncio.run(load())
    assert signal.getsignal(signal.SIGINT) == usual


def test_ctrl_c_does_not_wait_long_for_threads() -> None:
    script = """
import asyncio, os, signal, time
from cli import group
group._PATIENCE = 0.1
async def work():
    asyncio.get_running_loop().call_later(0.1, os.kill, os.getpid(), signal.SIGINT)
    await asyncio.to_thread(time.sleep, 60)
with group.ended_quickly("Stopped for now."):
    asyncio.run(work())
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stderr) == (130, "\nError: Stopped for now.\n")


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


def test_someone_new_is_made_known_and_what_no_person_said_is_in_words(home: Path, tmp_path: Path) -> None:
    """As in the chat and on the pages: a folder, and an entry in facts.yaml."""

    async def proposed() -> list[int]:
        async with Store.open(Home(home).create().database) as store:
            faces = [recognized("ben", 0.6, box=Box(0, 0, 0.4, 0.4)), recognized("ben", 0.6, box=Box(0.5, 0.5, 1, 1))]
            answer = await store.guesses.draft(5, 1, 7, [NewPhoto("f" * 64, tuple(faces))])
            first, second = (guess.id for guess in answer.guesses)
            return [
                await store.statements.propose(first, "is", "Gus_Gray", 0, way="self"),
                await store.statements.propose(second, "is", "../up", 7, way="self"),
            ]

    numbers = asyncio.run(proposed())
    run = CliRunner().invoke
    assert "a program" in run(main, ["corrections", "list"]).stdout
    assert [one["by"] for one in json.loads(run(main, ["corrections", "list", "--json"]).stdout)["corrections"]] == [
        0,
        7,
    ]
    assert run(main, ["corrections", "accept", str(numbers[0])]).stdout == f"Correction {numbers[0]} is accepted.\n"
    assert (home / "photos" / "Gus_Gray").is_dir()
    assert "Gus_Gray:" in (tmp_path / "facts.yaml").read_text()
    refused = run(main, ["corrections", "accept", str(numbers[1])])
    assert (refused.exit_code, type(refused.exception)) == (1, SystemExit), refused.output
    again = run(main, ["corrections", "accept", str(numbers[0])])
    assert f"There is no correction {numbers[0]} to decide on." in again.stderr


@pytest.mark.usefixtures("no_network")
def test_errors_are_english_too_where_programs_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUSINBOT_LANGUAGE", "de")
    for command in (["photos", "list"], ["guess", "no.jpg"], ["photos", "rename", "nobody", "Ben"]):
        english = CliRunner().invoke(main, [*command, "--json"])
        assert english.exit_code
        monkeypatch.setenv("COUSINBOT_LANGUAGE", "en")
        assert english.stderr == CliRunner().invoke(main, [*command, "--json"]).stderr
        monkeypatch.setenv("COUSINBOT_LANGUAGE", "de")
        assert english.stderr != CliRunner().invoke(main, command).stderr
