"""The command as people type it: what it prints, where, and with which exit code."""

import asyncio
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from PIL import Image

import cli
from cli.photos import command
from cli.resources import births_of, labelled_photos
from data.files.home import Home
from data.files.library import LabelledPhoto
from data.files.training_lock import TrainingLock
from data.settings import Settings
from data.store.drafts import NewPhoto
from data.store.store import Store
from demo.family import draw_stranger
from foundation.face import Answer, RecognizedFace
from inference.decoding.photo import Photo, decode
from inference.faces.detectors import Hog
from inference.faces.finding import find_faces
from inference.recognizer import Recognizer
from models.registry import Registry
from tests.bot.trained import TRAINED, portrait
from tests.doubting import doubted
from tests.faces import recognized
from training.errors import TrainingError

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_network: None) -> Run:
    """Runs `cousinbot …` in an empty folder, with a home of its own and no network."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("COUSINBOT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COUSINBOT_HOME", str(tmp_path / "family"))
    monkeypatch.setenv("COUSINBOT_DEVICE", "cpu")
    monkeypatch.setenv("COLUMNS", "200")

    def invoke(*words: str | Path) -> Result:
        return CliRunner().invoke(cli.main, [str(word) for word in words])

    return invoke


@pytest.fixture
def trained(run: Run, trained_home: Path, tmp_path: Path) -> Run:
    """The same, where a version has been trained and a facts.yaml written."""
    shutil.copytree(trained_home, tmp_path / "family")
    (tmp_path / "facts.yaml").write_text("ben:\n  name: Big Ben\n  facts: [He bakes.]\n")
    return run


def one_json(result: Result) -> Any:
    """The one JSON object on standard output."""
    assert result.stdout.count("\n") == 1
    return json.loads(result.stdout)


def fails(result: Result, *parts: str) -> None:
    """Exit code 1 and one line of error that says why and what to do."""
    assert result.exit_code == 1, result.output
    lines = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert len(lines) == 1
    for part in parts:
        assert part in lines[0]
    assert "Traceback" not in result.output
    assert "unexpected" not in result.output


# --- starting up


def in_new_process(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=folder, check=False)


def test_help_needs_neither_torch_nor_telegram(tmp_path: Path) -> None:
    code = """
import sys
from click.testing import CliRunner
import cli
result = CliRunner().invoke(cli.main, ["--help"])
assert result.exit_code == 0 and "cousinbot train" in result.output, result.output
print([name for name in ("torch", "telegram", "fastai", "cv2", "numpy") if name in sys.modules])
"""
    assert in_new_process(code, tmp_path).stdout == "[]\n"


def test_answering_needs_nothing_of_training(trained_home: Path, tmp_path: Path) -> None:
    """fastai, scikit-learn and their like take seconds and hundreds of megabytes."""
    (tmp_path / "ben.jpg").write_bytes(portrait("ben", 50))
    code = f"""
import os, sys
os.environ.update(COUSINBOT_HOME={str(trained_home)!r}, COUSINBOT_DEVICE="cpu")
from click.testing import CliRunner
import cli
result = CliRunner().invoke(cli.main, ["guess", "ben.jpg"])
assert result.exit_code == 0 and "Ben" in result.output, result.output
import bot.app
heavy = ("fastai", "matplotlib", "pandas", "sklearn", "torchvision", "IPython", "imagehash", "training")
print([name for name in heavy if name in sys.modules])
"""
    ended = in_new_process(code, tmp_path)
    assert ended.stdout == "[]\n", ended.stderr


def test_the_installed_command_is_this_one(tmp_path: Path) -> None:
    ended = subprocess.run(
        [Path(sys.executable).with_name("cousinbot"), "--version"], capture_output=True, text=True, check=True
    )
    assert ended.stdout.startswith("cousinbot, version ")


@pytest.mark.parametrize(
    "command",
    [
        *("demo", "run", "train", "guess", "evaluate"),
        *("photos import", "photos check", "photos list", "photos forget", "backup", "restore", "doctor"),
        *("models list", "models show", "models promote", "models rollback"),
    ],
)
def test_every_command_has_help(run: Run, command: str) -> None:
    result = run(*command.split(), "--help")
    assert result.exit_code == 0
    assert result.output.startswith(f"Usage: main {command}")
    assert len(result.output.splitlines()) > 4


# --- usage: exit code 2


@pytest.mark.parametrize(
    "words",
    [
        ["gues"],
        ["guess"],
        ["train", "--head-epochs", "0"],
        ["train", "--crop", "round"],
        ["evaluate"],
        ["evaluate", "--photos", ".", "--folds", "1"],
        ["models", "show"],
        ["photos", "import"],
        ["photos", "forget"],
        ["backup"],
        ["restore"],
    ],
    ids=" ".join,
)
def test_wrong_usage(run: Run, words: list[str]) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert "Usage: " in result.stderr
    assert result.stdout == ""


# --- failures: exit code 1 and one sentence


def test_guess_before_training(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(portrait("ben", 50))
    fails(run("guess", "a.jpg"), "Nothing has been trained yet", "cousinbot train")


def test_train_without_photos(run: Run, tmp_path: Path) -> None:
    fails(run("train"), "There are no photos in", "charlie_brown")
    fails(run("train", "--photos", tmp_path / "nowhere"), "There is no folder", "nowhere")


def test_train_on_one_cousin(run: Run, tmp_path: Path) -> None:
    (tmp_path / "photos" / "ben").mkdir(parents=True)
    for n in range(3):
        (tmp_path / "photos" / "ben" / f"{n}.jpg").write_bytes(portrait("ben", n))
    result = run("train", "--photos", tmp_path / "photos")
    fails(result, "at least two cousins", "only ben has")
    assert not list((tmp_path / "family" / "models").iterdir())


def test_train_with_an_unknown_architecture(trained: Run) -> None:
    fails(trained("train", "--arch", "resnet43"), "no architecture “resnet43”", "Did you mean")


def test_a_wrong_setting_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUSINBOT_DEVICE", "gpu")
    fails(run("models", "list"), "COUSINBOT_DEVICE")


def test_run_without_a_token(run: Run) -> None:
    fails(run("run"), "COUSINBOT_TELEGRAM_TOKEN")


def test_evaluate_strangers_that_are_not_there(trained: Run, tmp_path: Path) -> None:
    result = trained("evaluate", "--photos", tmp_path / "family" / "photos", "--strangers", tmp_path / "none")
    fails(result, "There are no photos in", "who are not cousins")


def test_what_nobody_foresaw_is_one_line_too(trained: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("by nought")

    monkeypatch.setattr("models.registry.Registry.versions", broken)
    result = trained("models", "list")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "Something unexpected went wrong (ZeroDivisionError: by nought)" in result.stderr
    assert "cousinbot --traceback models" in result.stderr
    assert isinstance(trained("--traceback", "models", "list").exception, ZeroDivisionError)


# --- guess


def test_guess_prints_the_name_and_a_fact(trained: Run, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(portrait("ben", 50))
    result = trained("guess", "a.jpg")
    assert result.exit_code == 0
    first, second = result.stdout.splitlines()
    assert first.startswith("a.jpg: Big Ben, ")
    assert first.endswith("% sure")
    assert second == "  He bakes."
    assert result.stderr == ""


def test_guess_as_json(trained: Run, tmp_path: Path) -> None:
    for cousin in ("ben", "clara"):
        (tmp_path / f"{cousin}.jpg").write_bytes(portrait(cousin, 50))
    answer = one_json(trained("guess", "ben.jpg", "clara.jpg", "--json"))
    assert answer["version"] == "v001"
    assert [photo["photo"] for photo in answer["photos"]] == ["ben.jpg", "clara.jpg"]
    (face,) = answer["photos"][0]["faces"]
    assert (face["cousin"], face["name"], face["fact"], face["found"]) == ("ben", "Big Ben", "He bakes.", True)
    assert 0 < face["confidence"] <= 1
    assert len(face["box"]) == 4
    assert face["candidates"][0] == {"cousin": "ben", "name": "Big Ben", "confidence": face["confidence"]}
    assert [one["cousin"] for one in face["candidates"]][1:] != []
    assert (face["number"], face["answer"]) == (1, "named")
    assert set(answer["photos"][0]) == {"photo", "error", "faces"}


def test_guess_hides_who_does_not_want_to_be_named(trained: Run, tmp_path: Path) -> None:
    """As in every other answer: the file of facts says so, whoever looks at a photo."""
    (tmp_path / "facts.yaml").write_text("ben:\n  named: never\n")
    (tmp_path / "a.jpg").write_bytes(portrait("ben", 50))
    (face,) = one_json(trained("guess", "a.jpg", "--json"))["photos"][0]["faces"]
    assert (face["cousin"], face["answer"]) == (None, "nobody")
    assert face["candidates"][0]["cousin"] == "ben"


def test_guess_asks_about_the_other_of_two_alone_as_the_chat_does(
    trained: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recognize = Recognizer.recognize

    def doubtful(self: Recognizer, photos: Sequence[Photo], **given: Any) -> list[tuple[RecognizedFace, ...]]:
        recognized = recognize(self, photos, **given)
        return [tuple(doubted(face, {"ben": ("either", "clara")}) for face in found) for found in recognized]

    monkeypatch.setattr(Recognizer, "recognize", doubtful)
    (tmp_path / "a.jpg").write_bytes(portrait("ben", 50))
    for unnamed, other in (("ben", "Clara"), ("clara", "Ben")):
        (tmp_path / "facts.yaml").write_text(f"{unnamed}:\n  named: never\n")
        assert trained("guess", "a.jpg").stdout.splitlines() == [f"a.jpg: maybe {other}?"]


def test_guess_says_how_many_faces_it_left_out(trained: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inference.faces.finding.MOST_FACES", 2)
    row = Image.new("RGB", (960, 320), "white")
    for place, cousin in enumerate(("ben", "amelia", "clara")):
        row.paste(Image.open(io.BytesIO(portrait(cousin, 50))), (320 * place, 0))
    row.save(tmp_path / "a.png")
    said = trained("guess", "a.png").stdout.splitlines()
    assert said[-1].startswith("a.png: there are 3 faces on it, and I looked only at the largest ones (2). For the")
    (photo,) = one_json(trained("guess", "a.png", "--json"))["photos"]
    assert (len(photo["faces"]), photo["faces_left_out"]) == (2, 1)


@pytest.mark.parametrize(
    ("answer", "other", "line"),
    [("maybe", None, "a.jpg: maybe Big Ben?"), ("either", "clara", "a.jpg: Big Ben or Clara?")],
)
def test_guess_asks_where_it_is_not_sure(
    trained: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Answer, other: str | None, line: str
) -> None:
    recognize = Recognizer.recognize

    def doubtful(self: Recognizer, photos: Sequence[Photo], **given: Any) -> list[tuple[RecognizedFace, ...]]:
        recognized = recognize(self, photos, **given)
        return [tuple(doubted(face, {"ben": (answer, other)}) for face in found) for found in recognized]

    monkeypatch.setattr(Recognizer, "recognize", doubtful)
    (tmp_path / "a.jpg").write_bytes(portrait("ben", 50))
    assert trained("guess", "a.jpg").stdout.splitlines() == [line]
    (face,) = one_json(trained("guess", "a.jpg", "--json"))["photos"][0]["faces"]
    assert (face["cousin"], face["answer"], face["confidence"], face["fact"]) == ("ben", answer, 0.45, None)
    assert [one["cousin"] for one in face["runners_up"]] == ([other] if other else [])


def test_guess_goes_on_behind_a_bad_file(trained: Run, tmp_path: Path) -> None:
    (tmp_path / "words.jpg").write_bytes(b"words")
    (tmp_path / "ben.jpg").write_bytes(portrait("ben", 50))
    result = trained("guess", "words.jpg", "gone.jpg", "ben.jpg")
    assert result.exit_code == 1
    assert "ben.jpg: Big Ben" in result.stdout
    bad, gone = result.stderr.splitlines()
    assert bad.startswith("words.jpg: I can't read that file")
    assert gone.startswith("gone.jpg: ")
    assert "no such file" in gone
    answer = one_json(trained("guess", "words.jpg", "ben.jpg", "--json"))
    assert answer["photos"][0]["error"].startswith("I can't read")
    assert answer["photos"][0]["faces"] == []
    assert answer["photos"][1]["error"] is None


def test_guess_with_a_broken_version(trained: Run, tmp_path: Path) -> None:
    (tmp_path / "ben.jpg").write_bytes(portrait("ben", 50))
    version = tmp_path / "family" / "models" / "v001"
    (version / "weights.safetensors").write_bytes(b"broken")
    fails(trained("guess", "ben.jpg"), "v001", "train again")
    (version / "card.json").write_text("{")
    fails(trained("guess", "ben.jpg"), "v001", "train again")
    shutil.rmtree(version)
    fails(trained("guess", "ben.jpg"), "There is no version “v001”")


# --- models


def test_models_before_the_first(run: Run) -> None:
    assert run("models", "list").stdout == "Nothing has been trained yet. Please run “cousinbot train”.\n"
    assert one_json(run("models", "list", "--json")) == {"current": None, "versions": []}
    fails(run("models", "rollback"), "no earlier version")
    fails(run("models", "show", "v001"), "There is no version “v001”", "nothing has been trained yet")
    fails(run("models", "promote", "../../etc"), "There is no version")


def test_models(trained: Run, tmp_path: Path) -> None:
    models = tmp_path / "family" / "models"
    shutil.copytree(models / "v001", models / "v002")
    card = json.loads((models / "v002" / "card.json").read_text())
    (models / "v002" / "card.json").write_text(json.dumps(card | {"version": "v002"}))
    listed = trained("models", "list")
    assert listed.exit_code == 0
    rows = listed.stdout.splitlines()
    assert [row.split()[:2] for row in rows[1:]] == [["★", "v001"], ["v002", rows[2].split()[1]]]
    assert trained("models", "promote", "v002").stdout == "v002 answers now.\n"
    answer = one_json(trained("models", "list", "--json"))
    assert answer["current"] == "v002"
    assert [version["version"] for version in answer["versions"]] == ["v001", "v002"]
    assert trained("models", "rollback").stdout == "v001 answers now.\n"
    fails(trained("models", "rollback"), "no earlier version")
    card = json.loads(trained("models", "show", "v001", "--json").stdout)
    assert card["cousins"] == list(TRAINED)
    screen = trained("models", "show", "v001").stdout
    assert len(screen.splitlines()) <= 24
    assert screen.startswith("v001, trained on ")
    assert f"it names {card['metrics']['named_correctly']:.1%} correctly" in screen
    assert "Amelia" in screen


def test_people_are_called_as_the_family_does(trained: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the entry that is theirs, whatever stands before its colon, and two of one name by their folders too."""
    facts = "Amelia:\n  name: Aunt Amy\nben:\n  name: Benjamin\nCLARA:\n  name: benjamin\ndiego:\n  named: never\n"
    (tmp_path / "facts.yaml").write_text(facts)
    called = ["Aunt Amy", "Benjamin (ben)", "benjamin (clara)", "Diego (prefers not to be named)"]
    screen = trained("models", "show", "v001").stdout
    assert all(f"{name}  " in screen for name in called), screen

    def write_names(*arguments: object, shown: Callable[[str], str], **options: object) -> None:
        raise TrainingError(", ".join(map(shown, TRAINED)))

    monkeypatch.setattr("training.run.train", write_names)
    assert trained("train").stderr.endswith(f"Error: {', '.join(called)}\n")


# --- photos


def test_photos(trained: Run, tmp_path: Path) -> None:
    assert one_json(trained("photos", "list", "--json")) == dict.fromkeys(TRAINED, 5)
    assert "amelia" in trained("photos", "list").stdout
    (tmp_path / "new" / "ben").mkdir(parents=True)
    (tmp_path / "new" / "ben" / "x.jpg").write_bytes(portrait("ben", 60))
    (tmp_path / "new" / "ben" / "y.jpg").write_bytes(b"words")
    result = trained("photos", "import", tmp_path / "new")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "ben: 1 photo added",
        "1 photo was added. 0 photos were there already. 1 file can't be read.",
    ]
    assert "y.jpg: the file can't be read as a picture" in result.stderr
    again = trained("photos", "import", tmp_path / "new").stdout
    assert again == "0 photos were added. 1 photo was there already. 1 file can't be read.\n"
    assert one_json(trained("photos", "list", "--json"))["ben"] == 6
    (tmp_path / "new" / "ben").rename(tmp_path / "new" / "clara")
    assert trained("photos", "import", tmp_path / "new").stdout.splitlines() == [
        "ben: x.jpg is also in the folder of clara: it counts for both if it shows both",
        f"clara: {tmp_path / 'new' / 'clara' / 'x.jpg'} is also in the folder of ben:"
        " it counts for both if it shows both",
        "0 photos were added. 1 photo was there for another cousin and now shows both. 0 photos were there already."
        " 1 file can't be read.",
    ]
    counts = one_json(trained("photos", "list", "--json"))
    assert (counts["ben"], counts["clara"]) == (6, 6)


def test_photos_that_come_while_they_are_counted_were_not_overlooked(
    trained: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def looked(folder: Path | None) -> list[LabelledPhoto]:
        found = labelled_photos(folder)
        (tmp_path / "family" / "photos" / "ben" / "ben_99.jpg").write_bytes(portrait("ben", 60))
        return found

    (tmp_path / "family" / "photos" / "ben" / "deep").mkdir()
    (tmp_path / "family" / "photos" / "ben" / "deep" / "x.jpg").write_bytes(portrait("ben", 61))
    monkeypatch.setattr(command, "labelled_photos", looked)
    [line] = trained("photos", "list").stderr.splitlines()
    assert line.startswith("not used: 1 photo in ")


def test_ages_are_in_the_report_and_dates_before_a_birth_are_found(trained: Run, tmp_path: Path) -> None:
    (tmp_path / "facts.yaml").write_text("ben:\n  name: Big Ben\n  born: 1990\namelia: {born: 1985-02-03}\n")
    photos = tmp_path / "family" / "photos"
    for number, file in enumerate(sorted((photos / "ben").iterdir())):
        file.rename(file.with_name(f"Ben {1989 if number == 1 else 2010} nr {number}.jpg"))
    assert trained("train").exit_code == 0
    text = (tmp_path / "family" / "models" / "v002" / "report.html").read_text("utf-8")
    assert "Big Ben: no photos under 10; two would help most." in text
    assert "amelia: no photos" not in text  # it is not known how old she is on them
    early = "ben/Ben 1989 nr 1.jpg is dated 1989, but ben was born in 1990: it is somebody else, or the date is wrong"
    assert early in text
    assert "it gives no name, and to <b>0</b> a wrong one." in text
    checked = trained("photos", "check")
    assert early in checked.stdout
    assert "dated before a birth: 1" in checked.stdout
    assert early in (tmp_path / "family" / "check.html").read_text("utf-8")
    (found,) = one_json(trained("photos", "check", "--json"))["before_birth"]
    assert (found["cousin"], found["year"], found["born"]) == ("ben", 1989, 1990)


@pytest.mark.parametrize(
    ("text", "said"), [("ben: {born: 1995-02-30}\n", "facts.yaml, line 1: "), ("# ben\n", ""), (None, "")]
)
def test_births_that_can_not_be_read_are_not_passed_over(
    text: str | None, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "facts.yaml"
    if text is not None:
        file.write_text(text)
    assert births_of([], Settings.model_validate({"home": tmp_path, "facts": file})) == {}
    told = capsys.readouterr().err
    assert said in told
    assert bool(told) == bool(said)


def test_photos_check(trained: Run, tmp_path: Path) -> None:
    photos = tmp_path / "family" / "photos"
    (photos / "amelia" / "amelia_1.jpg").rename(photos / "ben" / "swapped.jpg")
    (tmp_path / "facts.yaml").write_text("Clára: [She sails.]\nben: [He bakes.]\n")
    result = trained("photos", "check")
    assert result.exit_code == 0
    assert "wrong cousin? ben/swapped.jpg looks more like amelia" in result.stdout
    assert result.stdout.splitlines()[-1].endswith("Nothing was changed.")
    findings = one_json(trained("photos", "check", "--json"))
    assert [doubt["looks_like"] for doubt in findings["doubtful"]] == ["amelia"]
    assert findings["usable"] == {"amelia": 4, "ben": 6, "clara": 5, "diego": 5}
    (stray,) = findings["facts"]
    assert "there are no photos of “Clára”. Did you mean clara?" in stray
    assert stray in result.stdout.splitlines()


# --- train and evaluate


async def correct(home: Home, image: bytes) -> int:
    """What the bot writes when a guest sent a photo and an admin named its face."""
    photo = decode(image)
    box = find_faces(Hog(), photo.pixels)[0].box
    face = recognized("ben", 0.6, box=box)
    (home.inbox / f"{photo.sha256}.jpg").write_bytes(image)
    async with Store.open(home.database) as store:
        answer = await store.guesses.draft(5, 1, 7, [NewPhoto(photo.sha256, (face,))])
        return await store.statements.declare(answer.guesses[0].id, "is", "clara", 1)


def test_train_takes_corrections_in_and_says_so(trained: Run, tmp_path: Path) -> None:
    home = Home(tmp_path / "family").create()
    number = asyncio.run(correct(home, portrait("clara", 70)))
    result = trained("train", "--head-epochs", "1", "--json")
    assert result.exit_code == 0, result.output
    card = one_json(result)
    assert (card["version"], card["corrections"], card["promoted"]) == ("v002", [number], True)
    assert "Finding faces" in result.stderr  # the bars

    async def noted() -> tuple[str | None, str | None]:
        async with Store.open(home.database) as store:
            (correction,) = await store.statements.all()
            latest = await store.runs.latest()
            return correction.first_used_by, latest.outcome if latest else None

    assert asyncio.run(noted()) == ("v002", "promoted")


def test_a_version_promoted_by_hand_is_noted_in_its_corrections(trained: Run, tmp_path: Path) -> None:
    home = Home(tmp_path / "family").create()
    number = asyncio.run(correct(home, portrait("clara", 70)))
    shutil.copytree(home.models / "v001", home.models / "v002")  # as a run left it that was not promoted
    card = json.loads((home.models / "v002" / "card.json").read_text())
    (home.models / "v002" / "card.json").write_text(json.dumps(card | {"version": "v002", "corrections": [number]}))
    assert trained("models", "promote", "v002").exit_code == 0

    async def noted() -> str | None:
        async with Store.open(home.database) as store:
            (correction,) = await store.statements.all()
            return correction.first_used_by

    assert asyncio.run(noted()) == "v002"


def test_train_while_another_run_is_under_way(trained: Run, tmp_path: Path) -> None:
    lock = TrainingLock(tmp_path / "family" / "training.lock").acquire()
    assert lock is not None
    fails(trained("train"), "Another training is already under way", "/retrain")
    os.close(lock)


def test_train_for_a_run_that_nobody_prepared(trained: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "nice", lambda by: by)  # the process here has other tests to run
    result = trained("train", "--run", "7")
    assert result.exit_code == 2
    assert "no run 7" in result.stderr


def test_train_prints_what_came_of_it(trained: Run, tmp_path: Path) -> None:
    photos = tmp_path / "family" / "photos"
    (photos / "ben" / "words.jpg").write_bytes(b"words")
    result = trained("train", "--head-epochs", "1")
    assert result.exit_code == 0, result.output
    figures, asks, learned, verdict, report = result.stdout.splitlines()
    assert "left out: ben/words.jpg: " in result.stderr
    assert figures.startswith("v002: ")
    assert asks.startswith("It asks about another ")
    assert "0 corrections" in learned
    assert verdict.startswith("v002 answers from now on. It is no worse than v001")
    assert Path(report.removeprefix("Report: ")).is_file()
    # Said, once, and gone on with what dlib has.
    (sentence,) = [line for line in result.stderr.splitlines() if "The download failed" in line]
    for missing in ("(YuNet)", "(MobileFaceNet)", "fewer faces are found", "relatives apart a little less well"):
        assert result.stderr.count(missing) == sentence.count(missing) == 1
    card = Registry(tmp_path / "family" / "models").card("v002")
    assert (card.architecture, card.detector) == ("face", "hog")


def test_evaluate_as_json(trained: Run, tmp_path: Path) -> None:
    (tmp_path / "strangers").mkdir()
    for seed in range(6):
        draw_stranger(seed, 320).save(tmp_path / "strangers" / f"{seed}.jpg")
    result = trained(
        *("evaluate", "--photos", tmp_path / "family" / "photos", "--strangers", tmp_path / "strangers"),
        *("--folds", "2", "--json"),
    )
    assert result.exit_code == 0, result.output
    figures = one_json(result)
    keys = {"accuracy", "accuracy_ci95", "per_cousin", "tpir_at_far1", "far_at_threshold", "ece", "photos", "skipped"}
    keys |= {"tpir_at_threshold", "named_known", "maybe_known", "named_strangers"}
    assert keys | {"seconds"} <= set(figures)
    assert figures["photos"] == 20
    assert figures["accuracy"] > 0.7
    assert set(figures["per_cousin"]) == set(TRAINED)
    assert 0 <= figures["named_strangers"] <= figures["far_at_threshold"] <= 1
    assert figures["named_known"] + figures["maybe_known"] == pytest.approx(figures["tpir_at_threshold"])
    assert figures["architecture"] == "face"  # there is no other here
    assert figures["accuracy_ci95"][0] < figures["accuracy"] <= figures["accuracy_ci95"][1]


def test_evaluate_for_people(trained: Run, tmp_path: Path) -> None:
    result = trained("evaluate", "--photos", tmp_path / "family" / "photos", "--folds", "2")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("named correctly, as guests will see it")
    assert "strangers" not in result.stdout
    assert "(calibration error, ECE; 0 is best): " in result.stdout
