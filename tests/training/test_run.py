"""Whole training runs on the drawn family."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.torch import load_file, save_file

from foundation.progress import silent
from inference.decoding.photo import decode
from inference.faces.detectors import Hog
from inference.faces.finding import find_faces
from inference.loading import load_identifier
from models.architectures import architecture
from models.card import GENUINE, Card
from models.registry import Registry
from tests.bot.trained import TRAINED, portrait
from tests.faces import said
from tests.training.conftest import CPU
from training.dataset.labelled import LabelledFile
from training.fitting.folds import HOLDOUT
from training.hyperparameters import Hyperparameters
from training.reports import plots
from training.run import Outcome, train


@pytest.fixture(scope="module")
def first(trained_home: Path) -> Card:
    return Registry(trained_home / "models").card("v001")


@pytest.fixture(scope="module")
def second(
    trained_home: Path, family_files: list[LabelledFile], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Outcome, Registry]:
    """A run after the first: with a correction of a photo that a guest sent, of a cousin the folders don't know."""
    folder = tmp_path_factory.mktemp("second")
    shutil.copytree(trained_home / "models", folder / "models")
    corrections = []
    for number in range(3):
        photo = folder / f"{number}.jpg"
        photo.write_bytes(portrait("otto", number))
        box = find_faces(Hog(), decode(photo.read_bytes()).pixels)[0].box
        corrections.append(LabelledFile(photo, "uncle_otto", box, said("is", "uncle_otto", number=number + 11, by=5)))
    registry = Registry(folder / "models")
    broken = folder / "broken.jpg"
    broken.write_bytes(b"no picture")
    files = [*family_files, *corrections, LabelledFile(broken, "ben")]
    return train(
        files, registry, architecture("face"), Hog(), CPU, silent, hyper=Hyperparameters(head_epochs=2)
    ), registry


def held_out(card: Card) -> int:
    return [sample.fold for sample in card.samples].count(HOLDOUT)


def test_a_version_is_four_files(trained_home: Path, first: Card) -> None:
    folder = trained_home / "models" / "v001"
    files = {"weights.safetensors", "card.json", "report.html", "confusion.png"}
    assert {file.name for file in folder.iterdir()} == files
    assert Registry(trained_home / "models").current() == "v001"
    tensors = load_file(folder / "weights.safetensors")
    assert tensors["gallery"].shape == (20 - held_out(first), 128)  # nobody is looked up among what judges
    assert tensors["head.directions"].shape == (4, 128)


def test_the_card_says_what_it_was_taught(first: Card, family_files: list[LabelledFile]) -> None:
    assert first.cousins == list(TRAINED)
    assert len(first.samples) == len(family_files) == 20
    assert {sample.source for sample in first.samples} == {"library"}
    assert 1 <= held_out(first) <= 4
    assert first.corrections == []
    assert first.parent is None
    assert first.metrics.photos == 20
    assert first.metrics.closed_set_accuracy >= 0.8
    low, high = first.metrics.closed_set_ci95
    assert low < first.metrics.closed_set_accuracy <= high
    assert set(first.metrics.per_cousin) == set(TRAINED)
    assert -1 < first.threshold < 1
    assert {"torch", "fastai"} <= set(first.libraries)


def test_the_card_has_no_path_of_this_machine(trained_home: Path) -> None:
    text = (trained_home / "models" / "v001" / "card.json").read_text("utf-8")
    assert str(trained_home) not in text
    assert json.loads(text)["format"] == 3


def test_the_report_stands_alone(trained_home: Path) -> None:
    page = (trained_home / "models" / "v001" / "report.html").read_text("utf-8")
    sources = re.findall(r"""(?:src|href)=["']?([^"'\s>]+)""", page)
    assert len(sources) > 10
    assert all(source.startswith("data:image/") for source in sources)
    assert "@import" not in page
    assert "<script" not in page
    for cousin in TRAINED:
        assert cousin in page.lower()
    for heading in ("Cousin by cousin", "v001"):
        assert heading in page


def test_the_report_reads_on_a_phone_and_in_the_dark(trained_home: Path) -> None:
    page = (trained_home / "models" / "v001" / "report.html").read_text("utf-8")
    for rule in (
        "color-scheme: light dark",
        "prefers-color-scheme: dark",
        "overflow-wrap: anywhere",
        "width=device-width",
    ):
        assert rule in page


def test_one_figure_everywhere(first: Card, trained_home: Path) -> None:
    """What guests meet: who gets no name is not named correctly."""
    page = (trained_home / "models" / "v001" / "report.html").read_text("utf-8")
    assert f"it names about <b>{100 * first.metrics.named_correctly:.0f}</b> correctly" in page
    counts = {cousin: [sample.cousin for sample in first.samples].count(cousin) for cousin in first.cousins}
    named = sum(share * counts[cousin] for cousin, share in first.metrics.per_cousin.items())
    assert named / 20 == pytest.approx(first.metrics.named_correctly)


def test_what_tells_a_contradiction_lies_beside_the_gallery(first: Card, trained_home: Path, tmp_path: Path) -> None:
    """Versions of 1.0 lack it: then it is computed as they are loaded."""
    shutil.copytree(trained_home / "models" / "v001", tmp_path / "v001")
    weights = tmp_path / "v001" / "weights.safetensors"
    tensors = load_file(weights)
    assert [len(tensors.pop(name)) for name in GENUINE] == [4, 4]
    measured = load_identifier(tmp_path / "v001")[1]._genuine
    save_file(tensors, weights)
    without = first.model_copy(update={"weights": None})  # as cards of 1.0, which tell nothing of the file
    (tmp_path / "v001" / "card.json").write_text(without.model_dump_json())
    computed = load_identifier(tmp_path / "v001")[1]._genuine
    assert np.abs(measured.similarities - computed.similarities).max() < 0.05


def test_corrections_are_learned_and_noted(second: tuple[Outcome, Registry]) -> None:
    card = second[0].card
    assert card.corrections == [11, 12, 13]
    assert "uncle_otto" in card.cousins
    sources = {sample.source for sample in card.samples if sample.cousin == "uncle_otto"}
    assert sources == {"correction:11", "correction:12", "correction:13"}
    words = {(sample.said_by, sample.accepted_by) for sample in card.samples}
    assert words == {(None, None), (5, 1)}  # of the folders, and whose word the corrections were


def test_what_was_left_out_is_in_the_card(second: tuple[Outcome, Registry]) -> None:
    (skipped,) = second[0].card.skipped
    assert skipped.photo.endswith("/broken.jpg")
    assert "can't be read" in skipped.reason


def test_the_second_is_compared_with_the_first_on_the_same_photos(
    second: tuple[Outcome, Registry], first: Card
) -> None:
    outcome, registry = second
    assert outcome.card.version == "v002"
    assert outcome.card.parent == "v001"
    assert f"of {held_out(first)} photos that neither had seen" in outcome.decision.reason
    assert outcome.decision.promote
    assert registry.current() == "v002"
    before = {sample.sha256: sample.fold for sample in first.samples}
    after = {sample.sha256: sample.fold for sample in outcome.card.samples}
    assert {sha256: after[sha256] for sha256 in before} == before


def test_a_frozen_network_keeps_its_space(second: tuple[Outcome, Registry], first: Card) -> None:
    """Embeddings made under the first version, of corrected faces, can be compared with the second's."""
    assert second[0].card.network == first.network


def test_the_tutorials_way_runs(family_files: list[LabelledFile], tmp_path: Path) -> None:
    """A torchvision classifier from scratch, whole pictures, head and then everything; whatever it learns."""
    told: list[str] = []
    outcome = train(
        [file for file in family_files if file.cousin in TRAINED[:2]],
        Registry(tmp_path),
        architecture("squeezenet1_1", "whole"),
        Hog(),
        CPU,
        lambda doing, done, total: told.append(doing),
        pretrained=False,
        hyper=Hyperparameters(head_epochs=1, unfrozen_epochs=1),
    )
    assert [stage.name for stage in outcome.card.stages] == ["head", "unfrozen"]
    assert (outcome.card.architecture, outcome.card.crop, outcome.card.size) == ("squeezenet1_1", "whole", 224)
    assert outcome.card.network.startswith("squeezenet1_1-")
    assert "Fine-tuning the whole network" in told
    page = (outcome.folder / "report.html").read_text("utf-8")
    assert "unfrozen" in page


def test_refusals_have_a_column_and_long_names_leave_room() -> None:
    names = [f"cousin {number} with a name that takes a whole line" for number in range(45)]
    truth = np.arange(45)
    figure = plots.confusion_matrix(truth, np.where(truth == 44, -1, truth), names)
    (axes,) = figure.axes
    labels = [label.get_text() for label in axes.get_xticklabels()]
    assert labels[-1] == "nobody"
    assert len(labels) == 41
    assert max(map(len, labels)) <= 24
