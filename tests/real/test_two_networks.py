"""A version by both networks, where their weights lie beside this repository, on a small drawn family."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner
from safetensors.numpy import load_file

import cli
from data.backup.backup import back_up
from data.backup.restore import restore
from data.files.home import Home
from data.files.library import PhotoLibrary
from data.store.store import Store
from foundation.box import Box
from foundation.progress import silent
from inference.decoding.photo import decode
from inference.faces.detectors import load_detector
from inference.recognizer import Recognizer
from models.architectures import best_face_network
from models.registry import Registry
from tests.bot.trained import TRAINED, portrait
from tests.faces import said
from tests.test_repository import modules_after
from training.dataset.labelled import LabelledFile
from training.run import Outcome, train

CPU: Final = "cpu"


@dataclass(frozen=True)
class Family:
    home: Home
    outcome: Outcome


@pytest.fixture(scope="module")
def family(shared: Path, trained_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Family:
    """The drawn family, whose champion is by dlib's network, after the other network's files have come."""
    root = tmp_path_factory.mktemp("two networks") / "family"
    shutil.copytree(trained_home, root)
    home = Home(root).create()
    for file in (shared / "weights").glob("[my]*.[bjo]*"):
        shutil.copyfile(file, home.weights / file.name)
    files = [LabelledFile(photo.path, photo.cousin) for photo in PhotoLibrary(home.photos).photos()]
    corrected = root / "correction.jpg"
    corrected.write_bytes(portrait("clara", 70))
    files.append(LabelledFile(corrected, "clara", Box(0.2, 0.2, 0.8, 0.8), said("is", "clara", number=7)))
    registry = Registry(home.models)
    shape = best_face_network(home.weights)
    outcome = train(files, registry, shape, load_detector(home.weights), CPU, silent)
    return Family(home, outcome)


def test_it_takes_over_from_a_champion_by_another_network(family: Family) -> None:
    card, registry = family.outcome.card, Registry(family.home.models)
    assert (card.architecture, card.parent, card.corrections) == ("fused", "v001", [7])
    assert card.network != registry.card("v001").network
    assert family.outcome.decision.promote, family.outcome.decision.reason
    assert family.outcome.decision.reason.startswith("It is no worse than v001: of ")
    assert registry.current() == card.version
    assert card.asks_from is not None
    assert card.asks_from < card.threshold
    assert (card.nearest_weight, 0 <= card.uniform <= 0.2) == (12.0, True)


def test_it_holds_both_bodies(family: Family) -> None:
    tensors = load_file(family.outcome.folder / "weights.safetensors")
    assert "body.face.embed.weight" in tensors
    assert "body.mobilefacenet.embed.2.conv.weight" in tensors
    assert tensors["gallery"].shape[1] == tensors["head.directions"].shape[1] == 320


def named(models: Path, weights: Path) -> list[str | None]:
    registry = Registry(models)
    current = registry.current()
    assert current
    recognizer = Recognizer.load(registry.path(current), load_detector(weights), CPU)
    photos = [decode(portrait(cousin, seed)) for cousin in TRAINED for seed in (50, 51)]
    return [max(faces, key=lambda face: face.box.area).cousin for faces in recognizer.recognize(photos)]


def test_it_names_new_photos(family: Family) -> None:
    expected = [cousin for cousin in TRAINED for _ in range(2)]
    assert sum(a == b for a, b in zip(named(family.home.models, family.home.weights), expected, strict=True)) >= 6


def test_it_answers_without_torch_and_without_the_downloads(family: Family, tmp_path: Path) -> None:
    """torch takes 2 s and 300 MB; and a version is whole by itself."""
    loaded = modules_after(
        "from pathlib import Path; import bot.app, cli.guess\n"
        "from inference.faces.detectors import load_detector\n"
        "from inference.decoding.photo import decode\n"
        "from inference.recognizer import Recognizer\n"
        f"version, no_weights = Path({str(family.outcome.folder)!r}), Path({str(tmp_path)!r})\n"
        "recognizer = Recognizer.load(version, load_detector(no_weights), 'cpu')\n"
        f"photo = decode(next(Path({str(family.home.photos)!r}).glob('*/*.jpg')).read_bytes())\n"
        "assert recognizer.recognize([photo])[0][0].cousin"
    )
    assert "openvino" in loaded
    assert loaded & {"torch", "torchvision", "fastai", "matplotlib", "pandas", "sklearn"} == set()


async def test_a_backup_of_it_answers_the_same(family: Family, tmp_path: Path) -> None:
    async with Store.open(family.home.database):
        pass
    facts = tmp_path / "facts.yaml"
    facts.write_text("ben: [He bakes.]\n")
    back_up(family.home, facts, tmp_path / "saved.zip", silent)
    other = Home(tmp_path / "other")
    restore(tmp_path / "saved.zip", other, tmp_path / "elsewhere.yaml", silent)
    assert Registry(other.models).current() == family.outcome.card.version
    assert named(other.models, other.weights) == named(family.home.models, family.home.weights)


def test_the_command_takes_what_is_there(
    family: Family, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_network: None
) -> None:
    """Both networks without a word where both are there; dlib's alone where it is asked for."""
    root = tmp_path / "family"
    shutil.copytree(family.home.root, root)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COUSINBOT_HOME", str(root))
    monkeypatch.setenv("COUSINBOT_DEVICE", "cpu")
    for arguments, expected in ((["--head-epochs", "1"], "fused"), (["--arch", "face", "--head-epochs", "1"], "face")):
        result = CliRunner().invoke(cli.main, ["train", *arguments])
        assert result.exit_code == 0, result.output
        assert "MobileFaceNet" not in result.output
        versions = sorted(folder.name for folder in (root / "models").glob("v*"))
        assert Registry(root / "models").card(versions[-1]).architecture == expected
    (root / "weights" / "mobilefacenet.bin").unlink()
    result = CliRunner().invoke(cli.main, ["train", "--arch", "fused"])
    assert result.exit_code == 1
    assert result.output.count("the second face network (MobileFaceNet)") >= 1
    assert "mobilefacenet.bin is missing or damaged" in result.output


@pytest.mark.parametrize("option", [("--unfrozen-epochs", "1"), ("--from-scratch",)])
def test_it_is_taken_as_it_is(family: Family, option: tuple[str, ...]) -> None:
    """More than the head can be trained of dlib's network alone, which is taken where nothing else was asked for."""
    environment = {"COUSINBOT_HOME": str(family.home.root), "COUSINBOT_FACTS": str(family.home.root / "none.yaml")}
    refused = CliRunner(env=environment).invoke(cli.main, ["train", "--arch", "fused", *option])
    assert refused.exit_code == 1
    assert "please add --arch face, or leave out --from-scratch and --unfrozen-epochs" in refused.output
    measured = CliRunner(env=environment).invoke(
        cli.main, ["evaluate", "--photos", str(family.home.photos), "--folds", "2", "--json", *option]
    )
    assert measured.exit_code == 0, measured.output
    assert '"architecture":"face"' in measured.stdout
