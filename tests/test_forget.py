"""`cousinbot photos forget`: nothing of a cousin is left, and the others are answered as before."""

import asyncio
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image
from safetensors.torch import load_file

import cli
from bot.retraining.wording import accuracy
from data.files.home import Home
from data.files.library import PhotoLibrary
from data.files.training_lock import TrainingLock
from data.store.buttons import Button
from data.store.catalogue import IMPORTED
from data.store.drafts import NewPhoto
from data.store.store import Store
from demo.family import draw_group
from foundation.face import RecognizedFace
from inference.decoding.photo import upright_jpeg
from models.registry import Registry
from tests.bot.trained import jpeg_of, portrait
from tests.data.holding import held
from tests.faces import recognized

KEY, NAME = "bartholomew", "Uncle Bartholomäus"
FACTS = f"""amelia: [She sings.]

# of {KEY} we say little
{KEY}:
  name: {NAME}
  facts:
    - He bakes.
    - >
      He has
      a boat.
  avoid:
  - his knee

# and of Clara much
clara: [She sails.]
"""

Run = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path, trained_home: Path, monkeypatch: pytest.MonkeyPatch, no_network: None) -> Home:
    """A family whose Ben is called something that stands nowhere by chance."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COUSINBOT_HOME", str(tmp_path / "family"))
    monkeypatch.setenv("COUSINBOT_DEVICE", "cpu")
    home = Home(tmp_path / "family")
    shutil.copytree(trained_home, home.root)
    home.create()
    (home.photos / "ben").rename(home.photos / KEY)
    for photo in (home.photos / KEY).iterdir():
        photo.rename(photo.with_name(photo.name.replace("ben", KEY)))
    for file in ("card.json", "report.html"):
        path = home.models / "v001" / file
        path.write_text(path.read_text().replace('"ben"', f'"{KEY}"').replace("ben/", f"{KEY}/"))
    (tmp_path / "facts.yaml").write_text(FACTS)
    (home.root / "check.html").write_text(f"faces of {KEY}")
    home.face_cache.parent.mkdir()
    home.face_cache.write_text(f"a face of {KEY}")
    home.training_log.write_text(f"left out: {KEY}/IMG_1.jpg: no face was found\n")
    asyncio.run(_sent(home))
    return home


@pytest.fixture
def run(home: Home) -> Run:
    return lambda *words, **more: CliRunner().invoke(cli.main, list(words), **more)


def face(cousin: str | None) -> RecognizedFace:
    others = () if cousin == KEY else ((KEY, 0.3), ("clara", 0.2))
    return recognized(
        cousin,
        candidates=(("amelia", 0.5), (KEY, 0.3)),
        runners_up=others,
        embedding=np.ones(128, np.float32),
    )


async def _sent(home: Home) -> None:
    """Guests' photos: of the cousin, corrected to them, said not to be them, and of somebody else."""
    async with Store.open(home.database) as store:
        for number, (name, cousin) in enumerate(
            {"his": KEY, "corrected": "clara", "other": KEY, "clara": "clara"}.items()
        ):
            sha256 = hashlib.sha256(name.encode()).hexdigest()
            (home.inbox / f"{sha256}.jpg").write_bytes(upright_jpeg(portrait("clara", 50 + number)))
            answer = await store.guesses.draft(5, number, 7, [NewPhoto(sha256, (face(cousin),))])
            guess_id = answer.guesses[0].id
            if name == "corrected":
                await store.statements.declare(guess_id, "is", KEY, 1)
            if name == "other":
                await store.statements.declare(guess_id, "is", "clara", 1)
            if name == "clara":
                await store.statements.declare(guess_id, "not", KEY, 1)
        await store.told.next(5, KEY, ["He bakes."])
        await store.buttons.add([Button(5, "facts", cousin=KEY)])
        await store.journal.record({1: json.dumps({"message": {"text": f"who is {NAME}?"}}), 2: '{"message": {}}'})
        await store.journal.set_aside([1, 2], erase=False)
        await store.runs.finish(await store.runs.start(1, "by hand"), "kept", "v001", f"it mixes {KEY} up")


def kept(home: Home) -> set[str]:
    names = {hashlib.sha256(name.encode()).hexdigest(): name for name in ("his", "corrected", "other", "clara")}
    return {names[path.stem] for path in home.inbox.glob("*.jpg")}


def everything(home: Home) -> dict[str, bytes]:
    return {
        str(path.relative_to(home.root)): path.read_bytes() for path in sorted(home.root.rglob("*")) if path.is_file()
    }


def test_nothing_is_left_and_the_others_are_answered(home: Home, run: Run, tmp_path: Path) -> None:
    theirs = [sha for sha in everything(home) if KEY in sha]
    assert len(theirs) == 5
    gallery = load_file(home.models / "v001" / "weights.safetensors")["gallery"]
    result = run("photos", "forget", KEY, "--facts", "--yes")
    assert result.exit_code == 0, result.output
    assert "5 files" in result.output
    assert "2 photos that guests sent" in result.output
    assert "v002 answers now: the same, but without them" in result.output
    for screen in (run("models", "list").stdout, run("models", "show", "v002").stdout):
        assert "measured before some of its photos were deleted" in screen
    assert "measured before some photos were deleted" in accuracy(Registry(home.models).card("v002"))
    for name, content in everything(home).items():
        for words in (KEY, NAME, json.dumps(NAME)[1:-1]):
            assert words not in name
            assert words.encode() not in content, name
    assert kept(home) == {"other", "clara"}
    assert NAME not in (tmp_path / "facts.yaml").read_text()
    assert "# and of Clara much\nclara: [She sails.]\n" in (tmp_path / "facts.yaml").read_text()
    left = load_file(home.models / "v002" / "weights.safetensors")["gallery"]
    assert 0 < len(left) < len(gallery)
    (tmp_path / "amelia.jpg").write_bytes(portrait("amelia", 100))
    (tmp_path / "ben.jpg").write_bytes(portrait("ben", 100))
    answers = json.loads(run("guess", "amelia.jpg", "ben.jpg", "--json").stdout)
    assert answers["version"] == "v002"
    assert answers["photos"][0]["faces"][0]["cousin"] == "amelia"
    assert answers["photos"][1]["faces"][0]["cousin"] != KEY
    assert "There is no cousin with exactly the name" in run("photos", "forget", KEY).stderr


def test_the_next_version_holds_nothing_of_them(home: Home, run: Run) -> None:
    assert run("photos", "forget", KEY, "--yes").exit_code == 0
    trained = run("train", "--json")
    assert trained.exit_code == 0, trained.output
    assert json.loads(trained.stdout)["cousins"] == ["amelia", "clara", "diego"]
    for name, content in everything(home).items():
        assert KEY.encode() not in content, name


async def _shared(home: Home) -> tuple[Path, Path]:
    """A photo of theirs that shows Clara too, and one of Amelia that shows them."""
    library = PhotoLibrary(home.photos)
    async with Store.open(home.database) as store:
        paths = []
        for first, second, seed in ((KEY, "clara", 70), ("amelia", KEY, 71)):
            jpeg = portrait("clara", seed)
            came_as = hashlib.sha256(b"%d" % seed).hexdigest()
            paths.append(await store.catalogue.add(library, first, jpeg, came_as, f"{NAME} {seed}.heic"))
            await store.catalogue.label(came_as, second, IMPORTED)
    return paths[0], paths[1]


def test_a_photo_that_shows_somebody_else_too_stays_for_them(home: Home, run: Run) -> None:
    theirs, amelias = asyncio.run(_shared(home))
    content = theirs.read_bytes()
    result = run("photos", "forget", KEY, "--facts", "--yes")
    assert result.exit_code == 0, result.output
    assert "2 photos with other cousins, which stay for those cousins" in result.output
    assert not theirs.exists()
    clara_s = home.photos / "clara" / "clara_6.jpg"
    assert clara_s.read_bytes() == content
    assert amelias.exists()
    assert f"If one shows {KEY} alone, please delete it: {amelias}, {clara_s}" in result.output
    for name, stored in everything(home).items():
        for words in (KEY, NAME):
            assert words.encode() not in stored, name

    async def left() -> list[tuple[str, str | None]]:
        async with Store.open(home.database) as store:
            photos = await store.catalogue.photos(PhotoLibrary(home.photos))
            return [(photo.cousin, photo.sha256) for photo in photos]

    known = asyncio.run(left())
    assert ("clara", hashlib.sha256(b"70").hexdigest()) in known
    assert ("amelia", hashlib.sha256(b"71").hexdigest()) in known
    assert KEY not in {cousin for cousin, _ in known}


async def _labelled(home: Home, jpeg: bytes, folder: str, *others: str) -> Path:
    async with Store.open(home.database) as store:
        library, came_as = PhotoLibrary(home.photos), hashlib.sha256(jpeg).hexdigest()
        path = await store.catalogue.add(library, folder, jpeg, came_as, "a.heic")
        for other in others:
            await store.catalogue.label(came_as, other, IMPORTED)
        return path


@pytest.mark.parametrize("folder", [KEY, "clara"])
def test_a_photo_of_them_alone_goes_though_it_is_there_for_another(home: Home, run: Run, folder: str) -> None:
    jpeg = portrait("ben", 60)
    path = asyncio.run(_labelled(home, jpeg, folder, "clara" if folder == KEY else KEY))
    result = run("photos", "forget", KEY, "--facts", "--yes")
    assert result.exit_code == 0, result.output
    assert f"shows nobody but {KEY}: {path}" in result.output
    assert "This photo stays" not in result.output
    assert jpeg not in everything(home).values()
    assert len(list((home.photos / "clara").iterdir())) == 5


def test_a_photo_of_them_alone_goes_from_every_folder_it_was_copied_to(home: Home, run: Run) -> None:
    theirs = next((home.photos / KEY).iterdir())
    jpeg = theirs.read_bytes()
    shutil.copy(theirs, home.photos / "clara" / "copy.jpg")
    assert run("photos", "forget", KEY, "--yes").exit_code == 0
    assert jpeg not in everything(home).values()


def test_a_photo_of_both_and_one_of_the_other_stay(home: Home, run: Run) -> None:
    jpegs = jpeg_of(draw_group(["ben", "clara"], seed=3)), portrait("clara", 61)
    for jpeg in jpegs:
        asyncio.run(_labelled(home, jpeg, KEY, "clara"))
    result = run("photos", "forget", KEY, "--yes")
    assert "2 photos with other cousins" in result.output
    assert set(jpegs) <= set(everything(home).values())
    assert "If one shows" in result.output


@pytest.mark.parametrize(("answers", "stays"), [(None, True), ("n\ny\n", True), ("y\ny\n", False)])
def test_where_no_face_can_tell_it_is_asked_and_stays_without_an_answer(
    home: Home, run: Run, answers: str | None, stays: bool
) -> None:
    jpeg = jpeg_of(Image.linear_gradient("L").convert("RGB"))
    path = asyncio.run(_labelled(home, jpeg, "clara", KEY))
    result = run("photos", "forget", KEY, *(["--yes"] if answers is None else []), input=answers)
    assert result.exit_code == 0, result.output
    assert path.exists() is stays
    assert (f"If it shows {KEY} alone, please delete it: {path}" in result.output) is stays
    assert ("Delete it too?" in result.output) is (answers is not None)


def test_who_is_only_on_photos_of_others_can_be_forgotten(home: Home, run: Run) -> None:
    async def label() -> None:
        async with Store.open(home.database) as store:
            library = PhotoLibrary(home.photos)
            library.add_cousin("zoe")
            photo = (await store.catalogue.photos(library))[0]
            assert photo.sha256
            await store.catalogue.label(photo.sha256, "zoe", IMPORTED)

    asyncio.run(label())
    assert json.loads(run("photos", "list", "--json").stdout)["zoe"] == 1
    assert run("photos", "forget", "zoe", "--yes").exit_code == 0
    assert "zoe" not in json.loads(run("photos", "list", "--json").stdout)


def test_a_forgetting_that_was_interrupted_can_be_asked_for_once_more(
    home: Home, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After their shared photo was moved, before its move was noted."""
    theirs, _ = asyncio.run(_shared(home))
    content = theirs.read_bytes()
    with monkeypatch.context() as patch:

        def stop(db: object, kept: object) -> None:
            raise KeyboardInterrupt

        asyncio.run(_look(home))
        patch.setattr("data.store.catalogue._put", stop)
        assert run("photos", "forget", KEY, "--yes").exit_code == 130
    assert run("photos", "forget", KEY, "--facts", "--yes").exit_code == 0
    assert [path.name for path in (home.photos / "clara").iterdir() if path.read_bytes() == content] == ["clara_6.jpg"]
    for name, stored in everything(home).items():
        assert KEY.encode() not in stored, name


@pytest.mark.parametrize("place", [".old-v001", "inbox"])
def test_what_an_interrupted_forgetting_was_deleting_goes_with_the_next(
    home: Home, run: Run, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """A version half deleted, and guests' photos."""
    unlink, rmtree = Path.unlink, shutil.rmtree

    def stop_at(path: Path) -> None:
        if place in (path.name, path.parent.name):
            raise KeyboardInterrupt

    def stopping_unlink(path: Path, missing_ok: bool = False) -> None:
        stop_at(path)
        unlink(path, missing_ok)

    def stopping_rmtree(path: Path, ignore_errors: bool = False) -> None:
        stop_at(path)
        rmtree(path, ignore_errors)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", stopping_unlink)
        patch.setattr(shutil, "rmtree", stopping_rmtree)
        assert run("photos", "forget", KEY, "--yes").exit_code == 130
    assert run("photos", "forget", KEY, "--facts", "--yes").exit_code == 0
    assert kept(home) == {"other", "clara"}
    for name, stored in everything(home).items():
        assert KEY.encode() not in stored, name


async def _look(home: Home) -> None:
    async with Store.open(home.database) as store:
        await store.catalogue.photos(PhotoLibrary(home.photos))


def test_without_a_yes_nothing_happens(home: Home, run: Run) -> None:
    before = everything(home)
    assert run("photos", "forget", KEY, input="n\n").exit_code == 1
    after = everything(home)
    assert {name for name, content in before.items() if after.get(name) != content} <= {"cousinbot.db"}
    assert kept(home) == {"his", "corrected", "other", "clara"}


def test_not_while_a_version_is_being_trained(home: Home, run: Run) -> None:
    training = TrainingLock(home.training_lock).acquire()
    assert training is not None
    result = run("photos", "forget", KEY, "--yes")
    assert result.exit_code == 1
    assert "being trained right now" in result.stderr
    assert (home.photos / KEY).is_dir()
    os.close(training)


def test_no_run_starts_while_the_question_waits(home: Home, run: Run) -> None:
    """It would learn from the photos that are about to be deleted, and bring the cousin back."""
    command = [sys.executable, "-P", "-m", "cli", "photos", "forget", KEY]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as asking:
        assert asking.stdout is not None
        said = ""
        while "[y/N]" not in said:
            said += (letter := asking.stdout.read(1))
            assert letter, said
        train = run("train")
        assert train.exit_code == 1
        assert "“cousinbot photos forget” is at work on the cousins right now" in train.stderr
        assert "“cousinbot photos forget” is at work" in run("photos", "forget", "clara", "--yes").stderr
        assert not TrainingLock(home.training_lock).held()  # no run that /forgetme would have to end first
        asking.communicate("y\n")
    assert asking.returncode == 0
    assert not (home.photos / KEY).exists()
    assert TrainingLock(home.training_lock).holder() is None


@pytest.mark.parametrize("second", [KEY, "clara"])
def test_of_two_at_once_each_deletes_all_or_nothing(home: Home, second: str) -> None:
    """In processes of their own: whoever comes second waits, and hears who is at work or that nobody is there."""
    cousins = KEY, second
    commands = [[sys.executable, "-m", "cli", "photos", "forget", cousin, "--yes"] for cousin in cousins]
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for command in commands
    ]
    said = [process.communicate() for process in both]
    done = [process.returncode == 0 for process in both]
    assert any(done), said
    for cousin, (_, err), (process, is_done) in zip(cousins, said, zip(both, done, strict=True), strict=True):
        if not is_done:
            assert process.returncode in (1, 2)
            assert "Something unexpected" not in err
            assert any(why in err for why in ("is at work", "There is no cousin", "There is nothing")), err
            assert (home.photos / cousin).is_dir() is (cousin != KEY or second != KEY)
        else:
            assert not (home.photos / cousin).exists()
    gone = {cousin for cousin, is_done in zip(cousins, done, strict=True) if is_done}
    for name, content in everything(home).items():
        for cousin in gone & {KEY}:
            assert cousin.encode() not in content, name
    registry = Registry(home.models)
    current = registry.current()
    assert current is not None
    assert not gone & set(registry.card(current).cousins)
    assert TrainingLock(home.training_lock).holder() is None


def test_it_is_said_when_nothing_is_left_in_the_log(home: Home) -> None:
    command = [sys.executable, "-P", "-m", "cli", "photos", "forget", KEY, "--yes"]
    with held(home.database, "BEGIN"):
        forgetting = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert forgetting.stderr is not None
        assert "another program is still reading the database" in forgetting.stderr.readline()
        assert forgetting.poll() is None
        assert KEY.encode() in b"".join(everything(home).values())
    said, _ = forgetting.communicate()
    assert forgetting.returncode == 0
    assert "has been deleted." in said
    for name, content in everything(home).items():
        assert KEY.encode() not in content, name


@pytest.mark.parametrize("name", ["nobody", "../photos", "", "\0"])
def test_a_name_that_stands_for_nobody(home: Home, run: Run, name: str) -> None:
    result = run("photos", "forget", name, "--yes")
    assert result.exit_code == 2
    assert "Error: " in result.stderr
    assert len(list(home.photos.iterdir())) == 4


@pytest.mark.parametrize(
    ("typed", "candidates"),
    [
        (NAME, [KEY]),  # the shown name
        (KEY.upper(), [KEY]),
        ("Barty", [KEY]),  # an alias
        ("Bartolomew", [KEY]),
        ("clara ", ["clara"]),
        ("Clara", ["clara"]),
        ("clár a", ["clara"]),
    ],
)
@pytest.mark.parametrize("yes", [["--yes"], ["--facts", "--yes"], []])
def test_only_the_exact_key_is_forgotten(
    home: Home, run: Run, tmp_path: Path, typed: str, candidates: list[str], yes: list[str]
) -> None:
    (tmp_path / "facts.yaml").write_text(FACTS.replace(f"  name: {NAME}", f"  name: {NAME}\n  aliases: [Barty]"))
    before = {name: content for name, content in everything(home).items() if not name.startswith("cousinbot.db")}
    result = run("photos", "forget", typed, *yes, input="")
    assert result.exit_code == 2, result.output
    for candidate in candidates:
        assert f"  {candidate}: shown as" in result.stderr
        assert f"folder: {candidate}; 5 photos; versions: v001" in result.stderr
    after = {name: content for name, content in everything(home).items() if not name.startswith("cousinbot.db")}
    assert {name: after.get(name) for name in before} == before


def test_ann_a_is_not_anna_and_patty_is_not_peppermint_patty(home: Home, run: Run, tmp_path: Path) -> None:
    for one, new in (("amelia", "anna"), ("clara", "ann_a"), ("diego", "peppermint_patty")):
        (home.photos / one).rename(home.photos / new)
    facts = "anna:\n  name: Anna\n  facts: [x]\npeppermint_patty:\n  aliases: [Patty, patty]\n"
    (tmp_path / "facts.yaml").write_text(facts)
    refused = run("photos", "forget", "patty", "--yes")
    assert refused.exit_code == 2
    assert "  peppermint_patty: shown as Peppermint Patty" in refused.stderr
    assert run("photos", "forget", "ann_a", "--facts", "--yes").exit_code == 0
    left = {folder.name for folder in home.photos.iterdir()}
    assert left == {"anna", "peppermint_patty", KEY}
    assert (tmp_path / "facts.yaml").read_text() == facts


def test_facts_stay_unless_asked(home: Home, run: Run, tmp_path: Path) -> None:
    result = run("photos", "forget", KEY, "--yes")
    assert "still names them" in result.stderr
    assert (tmp_path / "facts.yaml").read_text() == FACTS


def test_facts_that_cannot_be_read_are_said_before_anything_is_deleted(home: Home, run: Run, tmp_path: Path) -> None:
    (tmp_path / "facts.yaml").write_text("amelia: no list\n")
    assert "facts.yaml, line 1" in run("photos", "forget", KEY, "--facts", "--yes").stderr
    assert (home.photos / KEY).is_dir()
    assert run("photos", "forget", KEY, "--yes").exit_code == 0


async def _label(home: Home, first: str, second: str, seed: int) -> Path:
    """A photo of the first, imported for the second too."""
    library = PhotoLibrary(home.photos)
    async with Store.open(home.database) as store:
        path = await store.catalogue.add(library, first, portrait("clara", seed), f"{seed}", "IMG.heic")
        await store.catalogue.label(f"{seed}", second, IMPORTED)
        await store.catalogue.photos(library)
    return path


def test_a_shared_photo_that_was_deleted_by_hand_is_in_nobodys_way(home: Home, run: Run) -> None:
    """Also where no photo is left at all, and the folders can't be compared with what is noted."""
    asyncio.run(_label(home, KEY, "clara", 80))
    for photo in home.photos.rglob("*.jpg"):
        photo.unlink()
    result = run("photos", "forget", KEY, "--yes")
    assert result.exit_code == 0, result.output
    assert "photo with another cousin" not in result.output
    assert not (home.photos / KEY).exists()


def test_a_shared_photo_that_was_copied_by_hand_stays_once(home: Home, run: Run) -> None:
    shared = asyncio.run(_label(home, KEY, "clara", 80))
    shutil.copy(shared, shared.with_name("copy.jpg"))
    content = shared.read_bytes()
    result = run("photos", "forget", KEY, "--yes")
    assert "1 photo with another cousin" in result.output
    assert [path.name for path in (home.photos / "clara").iterdir() if path.read_bytes() == content] == ["clara_6.jpg"]


def test_a_folder_that_lies_elsewhere_is_no_longer_theirs(home: Home, run: Run, tmp_path: Path) -> None:
    """A link in the home goes; what it leads to is said, and is not the bot's to delete."""
    elsewhere = tmp_path / "Pictures"
    (home.photos / KEY).rename(elsewhere)
    (home.photos / KEY).symlink_to(elsewhere)
    result = run("photos", "forget", KEY, "--facts", "--yes")
    assert result.exit_code == 0, result.output
    assert str(elsewhere) in result.stderr
    assert len(list(elsewhere.iterdir())) == 5
    assert not (home.photos / KEY).is_symlink()
    for name, content in everything(home).items():
        assert KEY.encode() not in content, name


def test_a_link_to_one_of_their_photos_becomes_the_photo(home: Home, run: Run) -> None:
    """Made by hand, for somebody else who is on it."""
    theirs = next((home.photos / KEY).iterdir())
    theirs.write_bytes(jpeg_of(draw_group(["ben", "clara"], seed=3)))
    link = home.photos / "clara" / "both.jpg"
    link.symlink_to(f"../{KEY}/{theirs.name}")
    content = theirs.read_bytes()
    assert run("photos", "forget", KEY, "--yes").exit_code == 0
    assert not link.is_symlink()
    assert link.read_bytes() == content
