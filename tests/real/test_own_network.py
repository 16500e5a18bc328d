"""MobileFaceNet written to ONNX, in each way in which published networks are fed, and real photos."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from data.files.library import PhotoLibrary
from foundation.progress import silent
from inference.embedding.embedder import GraphBody, OwnBody
from inference.faces.detectors import load_detector
from models.mobilefacenet_weights import read_tensors
from models.own_network.keeping import keep
from models.own_network.network import FEEDINGS, Feeding
from tests.onnx_files import Size, mobilefacenet
from training.dataset.labelled import LabelledFile
from training.feeding import choose_feeding

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def weights(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home's, with the face finder."""
    folder = tmp_path_factory.mktemp("weights")
    (folder / "yunet_n_640_640.onnx").symlink_to(shared / "weights" / "yunet_n_640_640.onnx")
    return folder


@pytest.fixture(scope="module")
def files(shared: Path) -> list[LabelledFile]:
    library = PhotoLibrary(shared / "photos" / "sports")
    return [LabelledFile(photo.path, photo.cousin) for photo in library.photos()]


@pytest.mark.parametrize("batch", ["faces", 1])
def test_it_agrees_with_the_port(shared: Path, tmp_path: Path, batch: Size) -> None:
    own = keep(mobilefacenet(tmp_path / "m.onnx", shared / "weights", batch=batch), tmp_path / "weights")
    faces = np.load(shared / "weights" / "mobilefacenet_reference.npz")["images"]
    body = OwnBody(own)
    found = np.concatenate([body(faces[start : start + body.at_once]) for start in range(0, 4, body.at_once)])
    np.testing.assert_allclose(found, GraphBody("mobilefacenet", read_tensors(shared / "weights"))(faces), atol=1e-4)


@pytest.mark.parametrize("feeding", FEEDINGS)
def test_how_it_takes_faces_is_found_with_the_familys_photos(
    feeding: Feeding, shared: Path, weights: Path, tmp_path: Path, files: list[LabelledFile]
) -> None:
    own = keep(mobilefacenet(tmp_path / "m.onnx", shared / "weights", feeding=feeding), weights)
    fed = choose_feeding(own, files, load_detector(weights), silent)
    assert fed.shape.own == replace(own, feeding=feeding)
    assert fed.shares[feeding] > 0.9


def test_with_photos_of_one_cousin_the_commonest_way_is_taken(
    shared: Path, weights: Path, tmp_path: Path, files: list[LabelledFile]
) -> None:
    own = keep(mobilefacenet(tmp_path / "m.onnx", shared / "weights", feeding="bgr"), weights)
    one = [file for file in files if file.cousin == files[0].cousin][:8]
    fed = choose_feeding(own, one, load_detector(weights), silent)
    assert (fed.shape.own, fed.shares) == (own, {})
