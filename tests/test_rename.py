"""`photos rename`, `photos merge`, `photos undo`: everything follows, at once, and nothing is half done."""

import asyncio
import hashlib
import itertools
import json
import os
import re
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import cli
from actions.changes.renaming import Renamings
from data.changes.log import AddedFile
from data.facts.facts_file import FactsFile
from data.facts.parser import parse_facts
from data.files.home import Home
from data.files.library import PhotoLibrary
from data.files.training_lock import TRAINING, TrainingLock
from data.store.buttons import Button
from data.store.catalogue import IMPORTED
from data.store.drafts import NewPhoto
from data.store.store import Store
from inference.decoding.photo import upright_jpeg
from models.registry import Registry
from tests.bot.trained import portrait
from tests.faces import recognized
from training.importing.outcome import Imported

FACTS = """\
# the family
amelia: [She sings.]

ben:  # a quiet one
  name: Ben
  facts:
    - He bakes.  # bread
  aliases: [Benny]

# and of Clara much
clara:
  - She sails.
"""

Run = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path, trained_home: Path, monkeypatch: pytest.MonkeyPatch, no_network: None) -> Home:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COUSINBOT_HOME", str(tmp_path / "family"))
    monkeypatch.setenv("COUSINBOT_DEVICE", "cpu")
    home = Home(tmp_path / "family")
    shutil.copytree(trained_home, home.root)
    home.create()
    (tmp_path / "facts.yaml").write_text(FACTS)
    asyncio.run(_said(home))
    return home


@pytest.fixture
def run(home: Home) -> Run:
    return lambda *words, **more: CliRunner().invoke(cli.main, list(words), **more)


async def _said(home: Home) -> None:
    """Answers about Ben and Clara, what people said of them, their buttons; and Ben is on a photo of Amelia's."""
    async with Store.open(home.database) as store:
        library = PhotoLibrary(home.photos)
        for number, (guessed, said) in enumerate((("ben", None), ("clara", "ben"), ("ben", "clara"))):
            sha256 = hashlib.sha256(str(number).encode()).hexdigest()
            (home.inbox / f"{sha256}.jpg").write_bytes(upright_jpeg(portrait(said or guessed, 50 + number)))
            face = recognized(guessed, candidates=(("ben", 0.6), ("clara", 0.3)), runners_up=(("clara", 0.3),))
            answer = await store.guesses.draft(5, number, 7, [NewPhoto(sha256, (face,))])
            if said:
                await store.statements.declare(answer.guesses[0].id, "is", said, 1)
        await store.told.next(5, "ben", ["He bakes."])
        await store.buttons.add([Button(5, "facts", cousin="ben")])
        photos = await store.catalogue.photos(library)
        hers = next(photo.sha256 for photo in photos if photo.cousin == "amelia")
        assert hers
        await store.catalogue.label(hers, "ben", IMPORTED)


def rows(home: Home) -> dict[str, list[Any]]:
    """Who stands where in the database."""
    with closing(sqlite3.connect(home.database)) as db:
        tables = ("guesses", "statements", "buttons", "told_facts", "library_labels", "library_files")
        found = {table: db.execute(f"SELECT cousin FROM {table} ORDER BY 1").fetchall() for table in tables}
        found["candidates"] = db.execute("SELECT candidates, runners_up FROM guesses ORDER BY id").fetchall()
        found["files"] = db.execute("SELECT file FROM library_files ORDER BY 1").fetchall()
        return found


def state(home: Home) -> dict[str, Any]:
    """All that a rename changes."""
    registry = Registry(home.models)
    card = registry.card("v001").model_dump(exclude={"created"})
    return {
        "photos": sorted(str(path.relative_to(home.photos)) for path in home.photos.rglob("*")),
        "facts": (home.root.parent / "facts.yaml").read_text(),
        "card": card,
        "current": registry.current(),
        "rows": rows(home),
        "pending": home.pending_change.exists(),
    }


def named(run: Run, cousin: str, seed: int = 100) -> str | None:
    """Who the version that answers takes a new portrait for."""
    Path("new.jpg").write_bytes(portrait(cousin, seed))
    answer = json.loads(run("guess", "new.jpg", "--json").stdout)
    return str(answer["photos"][0]["faces"][0]["cousin"])


def test_everything_follows_a_new_name(home: Home, run: Run) -> None:
    holdout = {one.sha256: one.fold for one in Registry(home.models).card("v001").samples if one.cousin == "ben"}
    result = run("photos", "rename", "ben", "Big Benedict", "--yes")
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in home.photos.iterdir()) == ["Big_Benedict", "amelia", "clara", "diego"]
    assert len(list((home.photos / "Big_Benedict").iterdir())) == 5
    assert (home.root.parent / "facts.yaml").read_text() == FACTS.replace("ben:", "Big_Benedict:").replace(
        "name: Ben", "name: Big Benedict"
    )
    found = rows(home)
    assert all(("ben",) not in found[table] for table in found)
    assert found["statements"] == [("Big_Benedict",), ("clara",)]
    assert found["library_labels"] == found["buttons"] == found["told_facts"] == [("Big_Benedict",)]
    assert json.loads(found["candidates"][0][0]) == [["Big_Benedict", 0.6], ["clara", 0.3]]
    card = Registry(home.models).card("v001")
    assert card.cousins == ["amelia", "Big_Benedict", "clara", "diego"]
    assert {one.sha256: one.fold for one in card.samples if one.cousin == "Big_Benedict"} == holdout
    assert not any(word == b"ben" for file in home.models.rglob("card.json") for word in file.read_bytes().split(b'"'))
    assert named(run, "ben") == "Big_Benedict"
    listed = json.loads(run("photos", "list", "--json").stdout)
    assert listed == {"amelia": 5, "Big_Benedict": 6, "clara": 5, "diego": 5}


@pytest.mark.parametrize(
    ("new", "shown"), [("Zebedee", "Zebedee"), ("zebedee", "Benny B."), ("zeb_edee", "Benny B."), ("Zeb E", "Zeb E")]
)
def test_they_are_called_what_was_said(home: Home, run: Run, new: str, shown: str) -> None:
    """What people would write is what they are called then; a key leaves the name that the family wrote as it is."""
    facts = home.root.parent / "facts.yaml"
    facts.write_text(FACTS.replace("name: Ben", "name: Benny B."))
    result = run("photos", "rename", "ben", new, "--yes")
    assert f"ben will be called {shown}, and their folder photos/" in result.output
    assert f"  name: {shown}\n" in facts.read_text()
    assert run("photos", "undo", "--yes").exit_code == 0
    assert "  name: Benny B.\n" in facts.read_text()


def test_a_rename_is_taken_back_to_the_letter(home: Home, run: Run) -> None:
    before = state(home)
    assert run("photos", "rename", "ben", "Big_Benedict", "--yes").exit_code == 0
    assert state(home) != before
    result = run("photos", "undo", "--yes")
    assert result.exit_code == 0, result.output
    assert state(home) == before
    assert "There is nothing to take back" in run("photos", "undo", "--yes").output


def test_an_entry_that_a_rename_made_goes_with_it_also_where_it_is_the_only_one(home: Home, run: Run) -> None:
    facts = home.root.parent / "facts.yaml"
    facts.unlink()
    assert run("photos", "rename", "ben", "Dr. Ben", "--yes").exit_code == 0
    assert "Dr. Ben" in facts.read_text()
    assert run("photos", "undo", "--yes").exit_code == 0
    assert "Ben" not in facts.read_text()


def test_two_who_are_one_person_become_one_and_two_again(home: Home, run: Run) -> None:
    before = state(home)
    result = run("photos", "merge", "ben", "clara", "--yes", "--json")
    assert result.exit_code == 0, result.output
    done = json.loads(result.stdout)
    assert (done["old"], done["new"], done["photos"], done["corrections"]) == ("ben", "clara", 6, 1)
    assert sorted(path.name for path in home.photos.iterdir()) == ["amelia", "clara", "diego"]
    assert len(list((home.photos / "clara").iterdir())) == 10
    text = (home.root.parent / "facts.yaml").read_text()
    assert "ben:" not in text
    assert "- He bakes.  # bread" in text
    assert "# and of Clara much" in text
    assert "Benny" in text
    assert rows(home)["statements"] == [("clara",), ("clara",)]
    card = Registry(home.models).card("v001")
    assert card.cousins == ["amelia", "clara", "diego"]
    assert card.heads == ["amelia", "clara", "clara", "diego"]
    assert named(run, "ben") == named(run, "clara") == "clara"
    assert named(run, "diego") == "diego"
    result = run("photos", "undo", "--yes")
    assert result.exit_code == 0, result.output
    after = state(home)
    assert sorted(after.pop("facts").splitlines()) == sorted(before.pop("facts").splitlines())
    assert after == before
    assert named(run, "ben") == "ben"


def test_facts_that_both_were_told_of_are_each_ones_again(home: Home, run: Run) -> None:
    def told() -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(home.database)) as db:
            return db.execute("SELECT chat_id, cousin, fact, turn FROM told_facts ORDER BY 1, 2, 3").fetchall()

    async def tell() -> None:
        async with Store.open(home.database) as store:
            for chat, cousin, facts in ((5, "clara", ["He bakes."]), (6, "ben", ["He bakes."]), (6, "clara", ["x"])):
                await store.told.next(chat, cousin, facts)

    asyncio.run(tell())
    before = told()
    assert run("photos", "merge", "ben", "clara", "--yes").exit_code == 0
    assert {row[1] for row in told()} == {"clara"}
    assert run("photos", "undo", "--yes").exit_code == 0
    assert told() == before


def test_a_backup_finishes_what_was_killed_and_holds_no_half_of_it(home: Home, run: Run, tmp_path: Path) -> None:
    async def plan() -> str:
        async with Store.open(home.database) as store:
            renaming = await Renamings(home, store, FactsFile(Path("facts.yaml"))).plan_rename("ben", "Benedict")
            return json.dumps(asdict(renaming.plan))

    home.pending_change.write_text(asyncio.run(plan()))
    lock = TrainingLock(home.training_lock).acquire()
    assert lock is not None
    result = run("backup", str(tmp_path / "a.zip"))
    assert result.exit_code == 1
    assert "Please make it again in a while; if a version is being trained, after that." in result.output
    assert not (tmp_path / "a.zip").exists()
    os.close(lock)
    result = run("backup", str(tmp_path / "a.zip"))
    assert result.exit_code == 0, result.output
    assert not home.pending_change.exists()
    with zipfile.ZipFile(tmp_path / "a.zip") as saved:
        cousins = {name.split("/")[1] for name in saved.namelist() if name.startswith("photos/")}
    assert cousins == {"amelia", "Benedict", "clara", "diego"}


def test_what_can_not_be_seen_is_no_part_of_a_new_name(home: Home, run: Run) -> None:
    assert run("photos", "rename", "ben", "\u202e\u2067Be\u200bnedict\u200f", "--yes").exit_code == 0
    assert (home.photos / "Benedict").is_dir()
    assert not re.search("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]", Path("facts.yaml").read_text())
    for name in ("@ben", "Not a face", "a_STRANGER"):
        result = run("photos", "rename", "Benedict", name, "--yes")
        assert result.exit_code == 1
        assert "for example Charlie Brown" in result.output
    assert (home.photos / "Benedict").is_dir()


@pytest.mark.parametrize("facts", ["", "# what to talk about\n", "\ufeff# what to talk about\r\n"])
def test_a_facts_file_that_says_nothing_yet_is_in_nobodys_way(home: Home, run: Run, facts: str) -> None:
    file = home.root.parent / "facts.yaml"
    file.write_bytes(facts.encode())
    for words in (("rename", "ben", "benedict"), ("undo",), ("merge", "ben", "clara"), ("undo",)):
        result = run("photos", *words, "--yes")
        assert result.exit_code == 0, result.output
        assert file.read_bytes() == facts.encode()
    assert run("photos", "rename", "ben", "Dr. Ben", "--yes").exit_code == 0
    assert "Dr. Ben" in file.read_text()
    assert run("photos", "undo", "--yes").exit_code == 0
    assert "Ben" not in file.read_text()
    result = run("photos", "forget", "ben", "--facts", "--yes")
    assert result.exit_code == 0, result.output


def test_facts_of_a_windows_editor_become_one_and_two_again(home: Home, run: Run) -> None:
    file = Path("facts.yaml")
    file.write_bytes(b"\xef\xbb\xbf" + FACTS.replace("\n", "\r\n").encode())
    before = file.read_bytes()
    assert run("photos", "merge", "clara", "ben", "--yes").exit_code == 0
    merged = file.read_bytes()
    assert b"clara" not in merged
    assert b"She sails." in merged
    assert run("photos", "undo", "--yes").exit_code == 0
    parse_facts(file.read_text("utf-8-sig"), "facts.yaml")
    assert sorted(file.read_bytes().splitlines(keepends=True)) == sorted(before.splitlines(keepends=True))


def test_who_share_a_shown_name_are_told_apart(home: Home, run: Run) -> None:
    (home.root.parent / "facts.yaml").write_text(FACTS.replace("clara:", "clara:\n  name: Ben\n  facts:"))
    result = run("photos", "merge", "ben", "clara", "--yes")
    assert "ben and clara will be one person: Ben, in the folder photos/clara." in result.output
    assert "Ben (ben) and Ben (clara) are one person now." in result.output


def test_the_last_word_is_by_the_names_that_people_know(home: Home, run: Run) -> None:
    assert "Clara and Amelia are one person now." in run("photos", "merge", "clara", "amelia", "--yes").output
    assert "Ben is called Dr. Ben now." in run("photos", "rename", "ben", "Dr. Ben", "--yes").output


def test_a_folder_that_was_renamed_by_hand_is_followed_by_the_rest(home: Home, run: Run) -> None:
    """The case that brought a second Ben back: training and doctor stop, and say how to go on."""
    (home.photos / "ben").rename(home.photos / "benedict")
    for command in (("train",), ("doctor",)):
        stopped = run(*command)
        assert stopped.exit_code == 1, stopped.output
        assert "cousinbot photos rename ben benedict" in stopped.output
    assert Registry(home.models).versions() == ["v001"]
    result = run("photos", "rename", "ben", "benedict", "--yes")
    assert result.exit_code == 0, result.output
    assert rows(home)["statements"] == [("benedict",), ("clara",)]
    assert rows(home)["library_labels"] == [("benedict",)]
    assert json.loads(run("photos", "list", "--json").stdout)["benedict"] == 6
    assert "benedict" in Registry(home.models).card("v001").cousins
    assert named(run, "ben") == "benedict"
    assert "cousinbot photos rename" not in run("doctor").output


@pytest.mark.parametrize("folder", ["Big Benedict", "Ben O'Brien"])
def test_the_advice_for_a_folder_with_any_name_can_be_typed(home: Home, run: Run, folder: str) -> None:
    (home.photos / "ben").rename(home.photos / folder)
    stopped = run("train")
    assert stopped.exit_code == 1, stopped.output
    advice = next(line for line in stopped.output.splitlines() if "speak" in line).partition("cousinbot ")[2]
    result = run(*shlex.split(advice), "--yes")
    assert result.exit_code == 0, result.output
    assert rows(home)["statements"] == [(folder,), ("clara",)]
    assert json.loads(run("photos", "list", "--json").stdout)[folder] == 6


def test_a_renamed_cousin_is_judged_and_held_out_as_before(home: Home, run: Run) -> None:
    run("photos", "rename", "ben", "zebedee", "--yes")
    before = {one.sha256: one.fold for one in Registry(home.models).card("v001").samples if one.cousin == "zebedee"}
    result = run("train", "--json")
    assert result.exit_code == 0, result.output
    card = Registry(home.models).card("v002")
    assert card.cousins == ["amelia", "clara", "diego", "zebedee"]
    after = {one.sha256: one.fold for one in card.samples if one.cousin == "zebedee"}
    assert {sha256 for sha256, fold in before.items() if fold == 0} <= {one for one, fold in after.items() if fold == 0}
    # A version made since is taken along when the name is taken back.
    assert run("photos", "undo", "--yes").exit_code == 0
    assert "ben" in Registry(home.models).card("v002").cousins


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("rename", "Ben", "x"), 2, "exactly the name “Ben”"),
        (("rename", "nobody", "x"), 2, "exactly the name “nobody”"),
        (("merge", "ben", "nobody"), 2, "exactly the name “nobody”"),
        (("rename", "ben", "clara"), 1, "photos merge"),
        (("rename", "ben", "ben"), 1, "already has that name"),
        (("rename", "ben", "a/b"), 1, "slash"),
        (("merge", "ben", "ben"), 1, "two different cousins"),
    ],
)
def test_what_can_not_be_done_is_said_and_changes_nothing(
    home: Home, run: Run, words: tuple[str, ...], code: int, says: str
) -> None:
    before = state(home)
    result = run("photos", *words, "--yes")
    assert result.exit_code == code, result.output
    assert says in result.output
    assert state(home) == before


def test_no_is_no_and_without_an_answer_nothing_happens(home: Home, run: Run) -> None:
    before = state(home)
    for answer in ("n\n", ""):
        assert run("photos", "rename", "ben", "benedict", input=answer).exit_code == 1
    assert state(home) == before


def test_an_import_from_where_the_names_are_the_old_ones_asks(home: Home, run: Run, tmp_path: Path) -> None:
    shutil.copytree(home.photos, tmp_path / "nas")
    assert run("photos", "rename", "ben", "benno", "--yes").exit_code == 0
    assert run("photos", "rename", "benno", "benedict", "--yes").exit_code == 0
    before = state(home)
    result = run("photos", "import", str(tmp_path / "nas"))
    assert result.exit_code == 2, result.output
    assert "The folder ben may be the cousin benedict" in result.output
    assert state(home) == before
    result = run("photos", "import", str(tmp_path / "nas"), "--alike", "same", "--json")
    assert {file["became"] for file in json.loads(result.stdout)["files"]} == {"known"}
    assert not (home.photos / "ben").exists()


def test_while_a_version_is_trained_nobody_is_renamed(home: Home, run: Run) -> None:
    lock = TrainingLock(home.training_lock).acquire()
    assert lock is not None
    try:
        for words in (("rename", "ben", "benedict"), ("merge", "ben", "clara"), ("undo",)):
            result = run("photos", *words, "--yes")
            assert result.exit_code == 1
            assert "being trained" in result.output
    finally:
        os.close(lock)


def test_while_photos_are_imported_nobody_else_changes_the_cousins(
    home: Home, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in" / "zoe").mkdir(parents=True)
    (tmp_path / "in" / "zoe" / "x.jpg").write_bytes(portrait("clara", 60))
    others = [("rename", "ben", "bo"), ("merge", "ben", "clara"), ("undo",), ("forget", "ben")]
    commands = [("photos", *words, "--yes") for words in others]
    commands += [("train",), ("photos", "unshare", "ben", "a.jpg"), ("photos", "import", str(tmp_path / "in"))]
    refused: list[str] = []

    def try_them() -> None:
        for words in commands:
            command = [sys.executable, "-m", "cli", *words]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 1, (words, done)
            refused.append(done.stderr)

    async def meanwhile(*_: object, **__: object) -> Imported:
        try_them()
        return Imported()

    before = state(home)
    monkeypatch.setattr("training.importing.photo_import.import_photos", meanwhile)
    run("photos", "import", str(tmp_path / "in"))
    assert len(refused) == len(commands)
    assert [output for output in refused if "“cousinbot photos import” is at work" not in output] == []
    assert state(home) == before


@pytest.mark.parametrize("holder", ["photos rename", "photos forget", TRAINING])
def test_nothing_is_imported_while_the_cousins_change(home: Home, run: Run, tmp_path: Path, holder: str) -> None:
    (tmp_path / "in" / "zoe").mkdir(parents=True)
    (tmp_path / "in" / "zoe" / "x.jpg").write_bytes(portrait("clara", 60))
    lock = TrainingLock(home.training_lock).acquire(holder=holder)
    assert lock is not None
    try:
        result = run("photos", "import", str(tmp_path / "in"))
    finally:
        os.close(lock)
    assert result.exit_code == 1
    assert (f"“cousinbot {holder}” is at work" if holder else "being trained") in result.output.replace("\n", " ")
    assert not (home.photos / "zoe").exists()


def test_an_import_is_taken_back_as_long_as_nothing_was_trained_on_it(home: Home, run: Run, tmp_path: Path) -> None:
    before = state(home)
    for cousin, seeds in {"otto": (1, 2, 3), "ben": (90,)}.items():
        (tmp_path / "new" / cousin).mkdir(parents=True)
        for seed in seeds:
            (tmp_path / "new" / cousin / f"{seed}.jpg").write_bytes(portrait(cousin, seed))
    assert run("photos", "import", str(tmp_path / "new")).exit_code == 0
    imported = state(home)
    assert json.loads(run("photos", "undo", "--list", "--json").stdout)["changes"][0]["photos"] == 4
    result = run("photos", "undo", "--yes")
    assert result.exit_code == 0, result.output
    assert state(home) == before
    assert run("photos", "import", str(tmp_path / "new")).exit_code == 0
    assert run("train").exit_code == 0
    result = run("photos", "undo", "--yes")
    assert result.exit_code == 1
    assert "was trained on these photos" in result.output
    assert state(home)["photos"] == imported["photos"]


def test_photos_that_were_changed_since_stay_and_are_counted(home: Home, run: Run, tmp_path: Path) -> None:
    (tmp_path / "new" / "otto").mkdir(parents=True)
    for seed in range(4):
        (tmp_path / "new" / "otto" / f"{seed}.jpg").write_bytes(portrait("otto", seed))
    assert run("photos", "import", str(tmp_path / "new")).exit_code == 0
    gone, moved, replaced, left = sorted((home.photos / "otto").iterdir())
    gone.unlink()
    moved.rename(home.photos / "ben" / "moved.jpg")
    replaced.write_bytes(portrait("otto", 9))
    result = run("photos", "undo", "--yes")
    assert "Taken back, but for 2 photos that were changed or moved since." in result.output
    assert (home.photos / "ben" / "moved.jpg").exists()
    assert replaced.exists()
    assert not left.exists()


def test_a_merge_that_people_have_spoken_of_since_is_not_taken_apart(home: Home, run: Run) -> None:
    assert run("photos", "merge", "ben", "clara", "--yes").exit_code == 0

    async def say() -> None:
        async with Store.open(home.database) as store:
            await store.statements.declare(1, "is", "clara", 1)

    asyncio.run(say())
    before = state(home)
    result = run("photos", "undo", "--yes")
    assert result.exit_code == 1
    assert "nobody can tell" in result.output
    assert state(home) == before


def test_an_import_while_the_question_waits_is_not_what_is_taken_back_nor_left_under_it(
    home: Home, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def imported() -> None:
        async with Store.open(home.database) as store:
            await store.changes.note_import("a", [AddedFile(Path("Benedict/new.jpg"), "Benedict", "0" * 64)])

    def confirm(*_: object, **__: object) -> bool:
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, imported()).result()
        return True

    assert run("photos", "rename", "ben", "Benedict", "--yes").exit_code == 0
    before = state(home)
    monkeypatch.setattr("click.confirm", confirm)
    result = run("photos", "undo")
    assert result.exit_code == 1, result.output
    assert "Something else has changed since." in result.output
    assert state(home) == before


KILLED_IMPORT = """
import os, pathlib, signal, sys
import cli
from data.changes.log import ChangeLog
from data.files.library import PhotoLibrary

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

add, note, seen = PhotoLibrary.add, ChangeLog.note_import, []
def add_or_die(self, cousin, jpeg):
    seen.append(jpeg)
    if len(seen) == 2 and sys.argv[1] == "before":
        die()
    path = add(self, cousin, jpeg)
    if len(seen) == 2 and sys.argv[1] == "after":
        die()
    return path
async def note_and_die(self, *given):
    await note(self, *given)
    die()
PhotoLibrary.add = add_or_die
if sys.argv[1] == "noted":
    ChangeLog.note_import = note_and_die
cli.main(["photos", "import", sys.argv[2]])
"""


@pytest.mark.parametrize(("moment", "came"), [("before", 1), ("after", 2), ("noted", 3)])
def test_an_import_that_was_killed_is_taken_back_and_nothing_else(
    home: Home, run: Run, tmp_path: Path, moment: str, came: int
) -> None:
    before = state(home)
    for seed in (207, 208, 209):
        source = tmp_path / "in" / "zoe" / f"{seed}.png"
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_bytes(portrait("ben", seed))
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_IMPORT, moment, str(tmp_path / "in")], check=False, env=os.environ
    )
    assert killed.returncode == -signal.SIGKILL
    by_hand = home.photos / "ben" / "by_hand.jpg"
    by_hand.write_bytes(upright_jpeg(portrait("ben", 210)))
    listed = run("photos", "undo", "--list")
    assert re.search(rf"photos imported +{came}\b", listed.output), listed.output
    assert not home.pending_import.exists()
    assert run("photos", "undo", "--yes").exit_code == 0
    assert by_hand.exists()
    by_hand.unlink()
    run("photos", "list")
    assert state(home)["photos"] == before["photos"]
    assert "taken back" in run("photos", "undo", "--list").output
    assert run("photos", "undo", "--yes").exit_code != 0


KILLED_BESIDE_A_LOOK = """
import asyncio, os, signal, sys
from pathlib import Path
import cli
from data.files.library import PhotoLibrary
from data.store.store import Store

async def look():
    async with Store.open(Path(sys.argv[3])) as store:
        await store.catalogue.photos(library)

add, library = PhotoLibrary.add, PhotoLibrary(Path(sys.argv[3]).parent / "photos")
def add_beside_a_look(self, cousin, jpeg):
    path = add(self, cousin, jpeg)
    (library.folder / "ben" / "by_hand.jpg").write_bytes(Path(sys.argv[4]).read_bytes())
    (library.folder / "ben" / "a_copy.jpg").write_bytes(jpeg)
    asyncio.run(look())
    if sys.argv[1] == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    return path
PhotoLibrary.add = add_beside_a_look
cli.main(["photos", "import", sys.argv[2]])
"""


@pytest.mark.parametrize("how", ["killed", "whole"])
def test_what_was_copied_in_by_hand_while_an_import_ran_is_no_part_of_it(
    home: Home, run: Run, tmp_path: Path, how: str
) -> None:
    """Whoever looks at the folders meanwhile notes it, as doctor does and another command."""
    source = tmp_path / "in" / "zoe" / "1.png"
    source.parent.mkdir(parents=True)
    source.write_bytes(portrait("otto", 1))
    copied = tmp_path / "copied.jpg"
    copied.write_bytes(upright_jpeg(portrait("ben", 210)))
    command = [sys.executable, "-c", KILLED_BESIDE_A_LOOK, how, str(tmp_path / "in"), str(home.database), str(copied)]
    ended = subprocess.run(command, check=False, env=os.environ)
    assert ended.returncode == (-signal.SIGKILL if how == "killed" else 0)
    assert re.search(r"photos imported +1\b", run("photos", "undo", "--list").output)
    assert run("photos", "undo", "--yes").exit_code == 0
    assert not (home.photos / "zoe").exists()
    assert {path.name for path in (home.photos / "ben").iterdir()} >= {"by_hand.jpg", "a_copy.jpg"}


@pytest.mark.parametrize("content", ["", "\0" * 99, "[]", '{"do": "name", "of": "a later cousinbot"}'])
def test_an_interrupted_change_that_nobody_can_read_is_said(home: Home, run: Run, content: str) -> None:
    home.pending_change.write_text(content)
    result = run("photos", "list")
    assert result.exit_code == 1, result.output
    assert "change.json, which says how to finish it, can't be read" in result.output
    assert home.pending_change.exists()


def test_the_newest_twenty_are_listed(home: Home, run: Run) -> None:
    names = ["ben", *(f"ben_{n}" for n in range(22))]
    for old, new in itertools.pairwise(names):
        assert run("photos", "rename", old, new, "--yes").exit_code == 0
    run("photos", "undo", "--yes")
    changes = json.loads(run("photos", "undo", "--list", "--json").stdout)["changes"]
    assert len(changes) == 20
    assert (changes[0]["old"], changes[0]["new"], changes[0]["taken_back"]) == ("ben_20", "ben_21", True)
    assert (changes[1]["new"], changes[1]["taken_back"]) == ("ben_20", False)
    assert "ben_19 renamed to ben_20" in run("photos", "undo", "--list").output


def test_a_forgetting_is_never_taken_back_and_takes_the_undo_data_along(home: Home, run: Run, tmp_path: Path) -> None:
    (tmp_path / "new" / "ben").mkdir(parents=True)
    (tmp_path / "new" / "ben" / "90.jpg").write_bytes(portrait("ben", 90))
    run("photos", "import", str(tmp_path / "new"))
    run("photos", "rename", "diego", "dieter", "--yes")
    run("photos", "rename", "ben", "benedict", "--yes")
    run("photos", "merge", "benedict", "clara", "--yes")
    assert run("photos", "forget", "clara", "--yes").exit_code == 0
    listed = json.loads(run("photos", "undo", "--list", "--json").stdout)["changes"]
    assert [change["new"] for change in listed] == ["dieter"]
    with closing(sqlite3.connect(home.database)) as db:
        assert "ben" not in str(db.execute("SELECT * FROM changes").fetchall())
    assert run("photos", "undo", "--yes").exit_code == 0
    assert sorted(path.name for path in home.photos.iterdir()) == ["amelia", "diego"]
    assert "There is nothing to take back" in run("photos", "undo", "--yes").output


@pytest.mark.parametrize("command", ["rename", "merge"])
def test_what_is_taken_back_after_a_forgetting_is_said_as_it_is(home: Home, run: Run, command: str) -> None:
    """Rea was forgotten, whose name may stand in “bread”: so that is deleted of what an undo needs."""
    facts = home.root.parent / "facts.yaml"
    (home.photos / "rea").mkdir()
    (home.photos / "rea" / "1.jpg").write_bytes(upright_jpeg(portrait("otto", 1)))
    run("photos", command, "ben", "dieter" if command == "rename" else "clara", "--yes")
    assert run("photos", "forget", "rea", "--yes").exit_code == 0
    result = run("photos", "undo", "--yes")
    assert result.exit_code == 0, result.output
    assert (home.photos / "ben").is_dir()
    if command == "rename":
        assert facts.read_text() == FACTS
    else:
        assert "do that by hand. What it said of ben stands under clara" in " ".join(result.output.split())


KILLED = """
import os, signal, sys
from pathlib import Path
from click.testing import CliRunner
import cli, cli.photos.renaming
import actions.changes.pending, actions.changes.undoing, actions.changes.renaming, data.store.store
import shutil

home, pristine, words = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
counted = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "open", "sqlite3.connect"}
for at in range(1, 500):
    shutil.rmtree(home.parent)
    shutil.copytree(pristine, home.parent)
    child = os.fork()
    if child == 0:
        seen = 0
        def hook(event, args):
            global seen
            reads = event == "open" and not (args[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            if event in counted and not reads and str(home.parent) in str(args[0]):
                seen += 1
                if seen == at:
                    os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(hook)
        result = CliRunner().invoke(cli.main, words)
        os._exit(result.exit_code)
    _, status = os.waitpid(child, 0)
    if os.fork() == 0:
        result = CliRunner().invoke(cli.main, ["photos", "undo", "--list"])
        os._exit(result.exit_code)
    _, second = os.wait()
    print(at, os.waitstatus_to_exitcode(status), os.waitstatus_to_exitcode(second), flush=True)
    sys.stdin.readline()
    if os.waitstatus_to_exitcode(status) == 0:
        break
"""


@pytest.mark.parametrize("words", [("rename", "ben", "benedict"), ("merge", "ben", "clara"), ("undo",)])
def test_killed_at_any_moment_it_is_the_old_or_the_new(
    home: Home, run: Run, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, words: tuple[str, ...]
) -> None:
    """A real SIGKILL before each file that is opened, renamed, made or deleted; the next command finishes the rest."""
    if words == ("undo",):
        run("photos", "merge", "ben", "clara", "--yes")
    old = state(home)
    pristine = tmp_path_factory.mktemp("pristine") / "all"
    shutil.copytree(tmp_path, pristine)
    assert run("photos", *words, "--yes").exit_code == 0
    new = state(home)
    kills, finished = 0, 0
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(home.root), str(pristine), "photos", *words, "--yes"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd="/",
        env=os.environ | {"COUSINBOT_FACTS": str(tmp_path / "facts.yaml")},
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for line in process.stdout:
            at, died, next_one = map(int, line.split())
            assert next_one == 0, f"after a kill at {at}"
            assert died in (0, -signal.SIGKILL)
            found = state(home)
            assert found in (old, new), f"after a kill at {at}"
            kills += died != 0
            finished += died != 0 and found == new
            process.stdin.write("\n")
            process.stdin.flush()
    assert process.returncode == 0
    assert kills > 20
    assert finished > 5


def test_a_wrongly_shared_photo_is_one_cousins_again_after_training(home: Home, run: Run, tmp_path: Path) -> None:
    both = tmp_path / "in"
    for cousin in ("ben", "clara"):
        (both / cousin).mkdir(parents=True)
        (both / cousin / "x.jpg").write_bytes(portrait("clara", 60))
    assert "now shows both" in run("photos", "import", str(both)).output
    trained = run("train")
    assert trained.exit_code == 0, trained.output
    assert trained.stderr.count("ben/ben_6.jpg: this one face is filed under two cousins") == 1
    checked = run("photos", "check")
    assert checked.stderr.count("ben/ben_6.jpg: this one face is filed under two cousins") == 1
    refused = run("photos", "unshare", "diego", "ben/ben_6.jpg")
    assert refused.exit_code == 1
    assert "is filed under ben and clara, not under diego" in refused.stderr
    result = run("photos", "unshare", "ben", "ben/ben_6.jpg")
    assert result.exit_code == 0, result.output
    assert f"{home.photos / 'clara' / 'clara_6.jpg'} is no longer filed under ben" in result.output
    assert not (home.photos / "ben" / "ben_6.jpg").exists()
    assert "_6.jpg" not in run("photos", "check").stderr
    assert json.loads(run("photos", "list", "--json").stdout) | {"amelia": 0} == {
        "amelia": 0,
        "ben": 6,  # with the one of Amelia's that they are on
        "clara": 6,
        "diego": 5,
    }
    alone = run("photos", "unshare", "clara", str(home.photos / "clara" / "clara_6.jpg"))
    assert "is filed under clara alone" in alone.stderr


def test_a_label_on_a_photo_of_somebody_elses_goes_alone(home: Home, run: Run) -> None:
    hers = min((home.photos / "amelia").iterdir())
    before = state(home)
    result = run("photos", "unshare", "ben", str(hers))
    assert result.exit_code == 0, result.output
    after = state(home)
    assert after["rows"].pop("library_labels") == []
    assert before["rows"].pop("library_labels") == [("ben",)]
    assert after == before
