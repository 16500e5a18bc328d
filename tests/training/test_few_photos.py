"""Families with hardly any photos, and photos that come and go: what a first evening with cousinbot looks like."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from foundation.progress import silent
from inference.faces.detectors import load_detector
from inference.faces.finding import FaceDetector
from models.architectures import Architecture, architecture
from models.registry import Registry
from tests.bot.trained import portrait
from training.dataset.labelled import LabelledFile
from training.errors import TrainingError
from training.evaluation.evaluation import evaluate
from training.hyperparameters import Hyperparameters
from training.run import Outcome, train

CPU: Final = "cpu"
Family = Callable[..., list[LabelledFile]]


@pytest.fixture(scope="module")
def detector() -> FaceDetector:
    return load_detector(Path("no-weights-here"))


@pytest.fixture
def family(tmp_path: Path) -> Family:
    """Draws two cousins, `photos_each` of each; of a `burst` all show one moment."""

    def draw(photos_each: int, *, burst: bool = False) -> list[LabelledFile]:
        files = []
        for cousin in ("amelia", "ben"):
            (tmp_path / cousin).mkdir()
            for number in range(photos_each):
                path = tmp_path / cousin / f"{cousin}_{number}.jpg"
                # A JPEG may end in anything: the same picture, and another file.
                path.write_bytes(portrait(cousin, 0 if burst else number) + bytes([number]))
                files.append(LabelledFile(path, cousin))
        return files

    return draw


def learn(
    files: list[LabelledFile], models: Path, detector: FaceDetector, shape: Architecture | None = None
) -> Outcome:
    return train(
        files,
        Registry(models),
        shape or architecture("face"),
        detector,
        CPU,
        silent,
        pretrained=shape is None,
        hyper=Hyperparameters(head_epochs=1, unfrozen_epochs=1 if shape else 0),
    )


def test_three_photos_each_can_be_evaluated(family: Family, detector: FaceDetector) -> None:
    figures = evaluate(family(3), [], architecture("face"), detector, CPU, silent, folds=5)
    assert figures.photos == 6
    assert figures.folds == 3


def test_one_shot_can_be_evaluated(family: Family, detector: FaceDetector) -> None:
    figures = evaluate(family(3), [], architecture("face"), detector, CPU, silent, folds=2, shots=1)
    assert figures.photos == 8  # each round learns from one photo a cousin and judges the other two
    assert figures.shots == 1


def test_bursts_of_one_moment_are_named(tmp_path: Path, family: Family, detector: FaceDetector) -> None:
    files = family(3, burst=True)
    with pytest.raises(TrainingError, match=r"one moment.*add photos"):
        learn(files, tmp_path / "models", detector)
    with pytest.raises(TrainingError, match=r"one moment.*add photos"):
        evaluate(files, [], architecture("face"), detector, CPU, silent, folds=2)


def test_nothing_is_unfrozen_that_nothing_could_judge(tmp_path: Path, family: Family, detector: FaceDetector) -> None:
    """Three photos each leave no holdout, and a network tuned on all of them can't be judged."""
    card = learn(family(3), tmp_path / "models", detector, architecture("squeezenet1_1")).card
    assert {sample.fold for sample in card.samples} == {1, 2, 3}
    assert not any(stage.name == "unfrozen" for stage in card.stages)
    assert card.metrics.photos == 6


def test_photos_deleted_while_training_are_not_judged_on(
    tmp_path: Path, family: Family, detector: FaceDetector
) -> None:
    files = family(5)
    learn(files, tmp_path / "models", detector)

    def tell(doing: str, done: int, total: int) -> None:
        if doing.startswith("Comparing"):
            shutil.rmtree(tmp_path / "ben", ignore_errors=True)
            shutil.rmtree(tmp_path / "amelia", ignore_errors=True)

    hyper = Hyperparameters(head_epochs=1)
    outcome = train(files, Registry(tmp_path / "models"), architecture("face"), detector, CPU, tell, hyper=hyper)
    assert outcome.decision.promote
    assert outcome.decision.reason == "There are no photos yet on which the two could be compared."


@pytest.mark.parametrize("damage", [b"", b"\x00" * 100], ids=["empty", "zeros"])
def test_a_damaged_champion_gives_way(tmp_path: Path, family: Family, detector: FaceDetector, damage: bytes) -> None:
    files = family(5)
    first = learn(files, tmp_path / "models", detector)
    (first.folder / "weights.safetensors").write_bytes(damage)
    decision = learn(files, tmp_path / "models", detector).decision
    assert decision.promote
    assert "can't be loaded" in decision.reason


@pytest.mark.skipif(os.name == "nt" or os.uname().sysname == "Darwin", reason="names there are always Unicode")
def test_a_file_name_of_an_old_disk(tmp_path: Path, family: Family, detector: FaceDetector) -> None:
    """A name in Latin-1 can't be written as UTF-8; it must cost neither the card nor the report."""
    files = family(5)
    for number, content in enumerate((files[0].path.read_bytes(), b"no photo")):
        old = os.fsencode(tmp_path / "amelia") + b"/caf\xe9%d.jpg" % number
        Path(os.fsdecode(old)).write_bytes(content + b"!")
        files.append(LabelledFile(Path(os.fsdecode(old)), "amelia"))
    outcome = learn(files, tmp_path / "models", detector)
    assert [skipped.photo for skipped in outcome.card.skipped] == ["amelia/caf\ufffd1.jpg"]


def test_a_run_clears_old_versions_away(tmp_path: Path, family: Family, detector: FaceDetector) -> None:
    for number in range(1, 8):
        (tmp_path / "models" / f"v{number:03d}").mkdir(parents=True)
    outcome = learn(family(5), tmp_path / "models", detector)
    assert outcome.card.version == "v008"
    assert Registry(tmp_path / "models").versions() == ["v004", "v005", "v006", "v007", "v008"]
