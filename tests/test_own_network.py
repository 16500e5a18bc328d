"""A family's own network from the command line to the bot's answers, and what happens when its file is gone."""

import asyncio
import json
import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import cli
from cli.versions.networks import going_on
from data.settings import Settings
from inference.decoding.photo import decode
from inference.service import RecognitionService
from models.architectures import Crop
from models.card import Card
from models.own_network.keeping import kept_networks
from models.own_network.network import OwnNetwork
from models.registry import Registry
from tests.bot.trained import portrait
from tests.onnx_files import small_network

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("no_network")]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, [*arguments])


@pytest.fixture(scope="module")
def made(trained_home: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """The drawn family after `train --arch onnx:FILE`, and what that said."""
    folder = tmp_path_factory.mktemp("own")
    home = shutil.copytree(trained_home, folder / "family")
    file = small_network(folder / "mine.onnx", feeding="rgb-raw")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COUSINBOT_HOME", str(home))
        patch.setenv("COUSINBOT_DEVICE", "cpu")
        patch.setattr("cli.resources.fetch_weights", lambda *_: None)
        result = run("train", "--arch", f"onnx:{file}")
    file.unlink()
    return home, result


@pytest.fixture
def home(made: tuple[Path, Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = shutil.copytree(made[0], tmp_path / "family")
    monkeypatch.setenv("COUSINBOT_HOME", str(copy))
    monkeypatch.setenv("COUSINBOT_FACTS", str(tmp_path / "facts.yaml"))
    monkeypatch.setenv("COUSINBOT_DEVICE", "cpu")
    monkeypatch.setattr("cli.resources.fetch_weights", lambda *_: None)
    Registry(copy / "models").promote("v002")
    return copy


def own_of(home: Path) -> OwnNetwork:
    own = OwnNetwork.named(Registry(home / "models").card("v002").architecture, home / "weights")
    assert own is not None
    return own


def who_answers(home: Path) -> tuple[str, str | None, str | None]:
    """The version, whom it takes the first cousin for, and what is said to be the matter."""

    async def ask() -> tuple[str, str | None, str | None]:
        async with RecognitionService(home / "models", home / "weights", "cpu") as service:
            (face,) = await service.recognize(decode(portrait("amelia", 1)))
            return face.version, face.cousin, service.trouble

    return asyncio.run(ask())


def test_a_version_on_it_answers_after_a_restart(made: tuple[Path, Result], home: Path) -> None:
    result = made[1]
    assert result.exit_code == 0, result.output
    said = " ".join(result.stderr.split())
    assert "for as long as a version needs it." in said
    assert "It wants to see faces like this: " in said
    assert "So it tells your cousins apart best (red first, -1 to 1: 9" in said
    own = own_of(home)
    assert own.file().is_file()
    weights = home / "models" / "v002" / "weights.safetensors"
    assert weights.stat().st_size < 100_000  # the network is not in every version
    assert who_answers(home) == ("v002", "amelia", None)
    (home / "photo.jpg").write_bytes(portrait("amelia", 1))
    guessed = json.loads(run("guess", str(home / "photo.jpg"), "--json").stdout)
    assert guessed["photos"][0]["faces"][0]["cousin"] == "amelia"
    assert "onnx:" in run("models", "list").stdout


def test_the_next_training_takes_it_again_and_another_one_can_be_asked_for(home: Path) -> None:
    card = json.loads(run("train", "--json").stdout)
    assert card["chosen"]
    assert card["architecture"] == own_of(home).name
    assert card["network"] == Registry(home / "models").card("v002").network
    face = json.loads(run("train", "--arch", "face", "--json").stdout)
    assert (face["architecture"], face["chosen"]) == ("face", True)
    assert run("photos", "check").exit_code == 0


@pytest.mark.parametrize(
    ("champion", "asked", "next_run"),
    [
        (("face", "aligned", False), (None, None), None),  # v1's, or made where the second network was not to be had
        (("fused", "aligned", True), (None, None), None),  # what comes to be better is taken by itself
        (("face", "aligned", True), (None, None), ("face", "aligned")),
        (("mobilefacenet", "aligned", True), (None, None), ("mobilefacenet", "aligned")),
        (("resnet34", "face", True), (None, None), ("resnet34", "face")),
        (("resnet34", "face", False), (None, None), ("resnet34", "face")),  # v1 did not note what was chosen
        (("squeezenet1_1", "whole", True), (None, None), ("squeezenet1_1", "whole")),
        (("face", "whole", False), (None, None), ("face", "whole")),
        (("face", "aligned", True), ("fused", None), None),
        (("resnet34", "whole", True), ("resnet34", None), None),
        (("resnet34", "face", True), (None, "whole"), None),
        (("resnet34", "whole", True), (None, "face"), ("resnet34", "face")),
    ],
)
def test_the_next_training_goes_on_with_a_network_that_was_chosen(
    trained_home: Path,
    tmp_path: Path,
    champion: tuple[str, Crop, bool],
    asked: tuple[str | None, Crop | None],
    next_run: tuple[str, Crop] | None,
) -> None:
    """A run that the bot or the pages start asks for none."""
    models = shutil.copytree(trained_home / "models", tmp_path / "models")
    name, crop, chosen = champion
    changed = {"architecture": name, "crop": crop, "chosen": chosen}
    card = models / "v001" / "card.json"
    card.write_text(json.dumps(json.loads(card.read_text()) | changed))
    shape = going_on(Settings(home=tmp_path), *asked)
    assert (shape and (shape.name, shape.crop)) == next_run


def test_a_card_of_before_says_nothing_of_what_was_chosen(trained_home: Path) -> None:
    card = json.loads((trained_home / "models" / "v001" / "card.json").read_text())
    del card["chosen"]
    assert not Card.model_validate(card).keeps_its_network


def test_a_backup_brings_it_back(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("mobilefacenet.bin", "mobilefacenet.json"):
        (home / "weights" / name).write_bytes(b"the second network's")
    (home / "weights" / "hub").mkdir()
    (home / "weights" / "hub" / "resnet.json").write_bytes(b"torch's")
    assert run("backup", str(tmp_path / "b.zip")).exit_code == 0
    other = tmp_path / "other"
    monkeypatch.setenv("COUSINBOT_HOME", str(other))
    restored = run("restore", str(tmp_path / "b.zip"))
    assert restored.exit_code == 0, restored.output
    there = [file for file in (other / "weights").rglob("*") if file.is_file()]
    assert {file.name for file in there} == {own_of(home).file_name, "mobilefacenet.bin", "mobilefacenet.json"}
    assert who_answers(other) == ("v002", "amelia", None)


@pytest.mark.parametrize("damage", ["gone", "altered"])
def test_without_its_file_another_version_answers_and_says_which_is_missing(home: Path, damage: str) -> None:
    own = own_of(home)
    kept = own.file().read_bytes()
    if damage == "gone":
        own.file().unlink()
    else:
        own.file().write_bytes(kept[:-1] + b"!")
    version, cousin, trouble = who_answers(home)
    assert (version, cousin) == ("v001", "amelia")
    assert trouble is not None
    assert f"{own.file_name} is missing from {home / 'weights'}, or was altered" in trouble
    assert "Until then v001 answers." in trouble
    assert run("models", "list").exit_code == 0
    doctor = json.loads(run("doctor", "--json").stdout)
    found = {check["what"]: check for check in doctor["checks"]}
    assert own.file_name in found["onnx"]["says"]
    assert "v002 can't answer" in found["onnx"]["says"]
    again = run("train")
    assert again.exit_code == 1
    assert own.file_name in again.stderr
    assert "To go on without it: “cousinbot train --arch fused”." in again.stderr
    (home / "weights" / own.file_name).write_bytes(kept)
    assert who_answers(home) == ("v002", "amelia", None)
    found = {check["what"]: check for check in json.loads(run("doctor", "--json").stdout)["checks"]}
    assert found["onnx"]["says"] == "The network of your own that v002 needs is there."


def test_it_goes_with_the_last_version_that_needs_it(home: Path) -> None:
    own = own_of(home)
    Registry(home / "models").promote("v001")
    Registry(home / "models").delete(())
    assert kept_networks(home / "weights") == {own.file_name}
    os.utime(own.file(), (0, 0))
    broken = home / "models" / "v002" / "card.json"
    card = broken.read_bytes()
    broken.write_bytes(b"")  # it may need any
    Registry(home / "models").delete(())
    assert kept_networks(home / "weights") == {own.file_name}
    broken.write_bytes(card)
    Registry(home / "models").delete(["v002"])
    assert not kept_networks(home / "weights")


@pytest.mark.parametrize("option", [("--from-scratch",), ("--unfrozen-epochs", "2")])
def test_it_is_taken_as_it_is(home: Path, option: tuple[str, ...]) -> None:
    result = run("train", "--arch", own_of(home).name, *option)
    assert result.exit_code == 1
    assert result.stderr.endswith("please leave out --from-scratch and --unfrozen-epochs.\n")


def test_what_is_no_face_network_is_said_at_once(home: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.onnx").write_bytes(b"garbage")
    before = kept_networks(home / "weights")
    for command in (("train",), ("evaluate", "--photos", str(home / "photos"))):
        result = run(*command, "--arch", f"onnx:{tmp_path / 'mine.onnx'}")
        assert result.exit_code == 1
        assert result.stderr.splitlines()[-1].startswith("Error: I can't recognise people with ")
    assert kept_networks(home / "weights") == before


def test_one_that_can_not_tell_the_cousins_apart_is_not_kept(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.feeding._GUESSED", 1.1)
    before = kept_networks(home / "weights")
    file = small_network(tmp_path / "mine.onnx", numbers=80)
    result = run("evaluate", "--photos", str(home / "photos"), "--arch", f"onnx:{file}")
    assert "can't tell your cousins apart" in result.stderr
    assert kept_networks(home / "weights") == before
    in_use = run("evaluate", "--photos", str(home / "photos"), "--arch", f"onnx:{own_of(home).file()}")
    assert "can't tell your cousins apart" in in_use.stderr
    assert kept_networks(home / "weights") == before


def test_it_can_be_measured_before_it_is_trained_on(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = small_network(tmp_path / "mine.onnx", numbers=96)
    monkeypatch.setattr("cli.versions.networks.device_of", lambda settings: "cuda")
    result = run("evaluate", "--photos", str(home / "photos"), "--folds", "2", "--arch", f"onnx:{file}", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["accuracy"] > 0.9
    assert "A network of your own runs on the processor, not on the GPU." in result.stderr


def test_who_only_measures_with_it_leaves_nothing_of_it(home: Path, tmp_path: Path) -> None:
    file = small_network(tmp_path / "other.onnx", numbers=48)
    before, arch = kept_networks(home / "weights"), f"onnx:{file}"
    photos = str(home / "photos")
    for command in (
        ["evaluate", "--photos", photos, "--folds", "2", "--arch", arch],
        ["photos", "check", "--arch", arch],
    ):
        result = run(*command)
        assert result.exit_code == 0, result.output
        assert "It wants to see faces like this: " in " ".join(result.stderr.split())
        assert "I keep" not in result.stderr
        assert kept_networks(home / "weights") == before
