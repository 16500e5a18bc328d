"""How a network of one's own is to be shown faces, with the photos of a drawn family."""

from dataclasses import replace
from pathlib import Path

import pytest

from data.files.library import PhotoLibrary
from foundation.progress import silent
from inference.faces.detectors import load_detector
from models.own_network.keeping import keep
from models.own_network.network import FEEDINGS, OwnNetwork
from tests.bot.trained import TRAINED, portrait
from tests.onnx_files import small_network
from training.dataset.labelled import LabelledFile
from training.errors import TrainingError
from training.feeding import choose_feeding


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[LabelledFile]:
    library = PhotoLibrary(tmp_path_factory.mktemp("photos"))
    for cousin in TRAINED:
        for seed in range(4):
            library.add(cousin, portrait(cousin, seed))
    return [LabelledFile(photo.path, photo.cousin) for photo in library.photos()]


@pytest.fixture
def own(tmp_path: Path) -> OwnNetwork:
    return keep(small_network(tmp_path / "mine.onnx"), tmp_path / "weights")


def test_every_way_is_tried_and_a_good_one_taken(own: OwnNetwork, files: list[LabelledFile], tmp_path: Path) -> None:
    fed = choose_feeding(own, files, load_detector(tmp_path), silent)
    assert tuple(fed.shares) == FEEDINGS
    assert fed.shape.own is not None
    assert fed.shares[fed.shape.own.feeding] > max(fed.shares.values()) - 0.01
    again = choose_feeding(own, files, load_detector(tmp_path), silent)
    assert again.shares == fed.shares


def test_what_tells_nobody_apart_is_refused(own: OwnNetwork, files: list[LabelledFile], tmp_path: Path) -> None:
    """Under names that say nothing, as a network does that says nothing of the person."""
    mixed = [replace(file, cousin=TRAINED[number % len(TRAINED)]) for number, file in enumerate(files)]
    with pytest.raises(TrainingError, match="Your network can't tell your cousins apart"):
        choose_feeding(own, mixed, load_detector(tmp_path), silent)


def test_with_too_few_photos_the_commonest_way_is_taken(
    own: OwnNetwork, files: list[LabelledFile], tmp_path: Path
) -> None:
    (tmp_path / "broken.jpg").write_bytes(b"no photo")
    few = [*files[:4], replace(files[0], path=tmp_path / "broken.jpg"), replace(files[0], path=tmp_path / "gone.jpg")]
    for some in (few, [], files[::4]):
        fed = choose_feeding(own, some, load_detector(tmp_path), silent)
        assert (fed.shape.own, fed.shares) == (own, {})
