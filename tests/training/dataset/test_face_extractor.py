"""What was seen once is not looked at again, and the same comes of it."""

import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from data.files.face_cache import FaceCache
from foundation.box import Box
from foundation.progress import silent
from inference.embedding.embedder import FaceViews, Features
from inference.faces.detectors import Hog
from inference.faces.finding import Face, Pixels, whole_picture
from models.architectures import architecture
from models.registry import Registry
from tests.training.conftest import CPU
from training.dataset.extracted_faces import ExtractedFaces
from training.dataset.face_extractor import FaceExtractor, PhotoPart
from training.dataset.labelled import LabelledFile
from training.hyperparameters import Hyperparameters
from training.run import Outcome, train

NOTED = (
    *("metrics", "threshold", "asks_from", "allowances", "slope", "nearest_weight", "temperature", "uniform"),
    *("samples", "cousins", "network"),
)


class Counting(Hog):
    """Counts the pictures it was shown."""

    def __init__(self) -> None:
        super().__init__()
        self.shown = 0

    def detect(self, pixels: Pixels) -> list[Face]:
        self.shown += 1
        return super().detect(pixels)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "faces.db"


def test_a_run_from_the_cache_comes_to_the_same(family_files: list[LabelledFile], tmp_path: Path, file: Path) -> None:
    def learned(folder: str, cache: FaceCache | None, detector: Hog) -> Outcome:
        shape, files, hyper = architecture("face"), family_files[:10], Hyperparameters(head_epochs=1)
        return train(files, Registry(tmp_path / folder), shape, detector, CPU, silent, hyper=hyper, cache=cache)

    without = learned("without", None, Hog())
    learned("models", FaceCache(file), Hog())
    idle = Counting()
    warm = learned("models", FaceCache(file), idle)
    assert idle.shown == 0  # also to compare it with the champion
    assert "photos that neither had seen" in warm.decision.reason
    for name in NOTED:
        assert getattr(warm.card, name) == getattr(without.card, name), name
    first, second = (load_file(outcome.folder / "weights.safetensors") for outcome in (without, warm))
    assert first.keys() == second.keys()
    assert all(np.array_equal(first[name], second[name]) for name in first)
    faces = [(outcome.folder / "report.html").read_text().count("data:image/jpeg") for outcome in (without, warm)]
    assert faces[0] == faces[1] > 10


class Blind:
    """An embedder for tests that ask for no embeddings."""

    def features(self, faces: list[FaceViews]) -> Features:
        return Features(*np.ones((2, len(faces), 128), np.float32))


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.dataset.face_extractor.embedder", lambda *_: Blind())


def looked(files: list[LabelledFile], cache: FaceCache, detector: Counting) -> int:
    """How often the detector was asked while these were read and everything else forgotten."""
    before = detector.shown
    extractor = FaceExtractor(architecture("face"), detector, CPU, cache)
    list(extractor.extract([PhotoPart(file.path) for file in files], silent))
    extractor.prune_cache([])
    cache.close()
    return detector.shown - before


@pytest.mark.usefixtures("blind")
def test_only_what_is_new_is_looked_at(family_files: list[LabelledFile], file: Path) -> None:
    detector = Counting()
    assert looked(family_files[:2], FaceCache(file), detector) == 2
    assert looked(family_files[:3], FaceCache(file), detector) == 1
    assert looked(family_files[1:3], FaceCache(file), detector) == 0
    assert looked(family_files[:3], FaceCache(file), detector) == 1  # what had left the library was forgotten
    detector.name = "another"
    assert looked(family_files[:3], FaceCache(file), detector) == 3


@pytest.mark.usefixtures("blind")
def test_a_changed_file_is_another_photo(family_files: list[LabelledFile], tmp_path: Path, file: Path) -> None:
    photo = tmp_path / "photo.jpg"
    for source in family_files[:2]:
        shutil.copy(source.path, photo)
        assert looked([LabelledFile(photo, "ben")], FaceCache(file), Counting()) == 1


def test_faces_come_back_as_they_were(family_files: list[LabelledFile], file: Path) -> None:
    parts = [PhotoPart(file.path) for file in family_files[:3]]
    parts += [PhotoPart(family_files[0].path, Box(0.1, 0.2, 0.7, 0.9))]
    first = list(FaceExtractor(architecture("face"), Hog(), CPU, FaceCache(file)).extract(parts, silent))
    second = list(FaceExtractor(architecture("face"), Counting(), CPU, FaceCache(file)).extract(parts, silent))
    for one, other in zip(first, second, strict=True):
        assert isinstance(one, ExtractedFaces) and isinstance(other, ExtractedFaces)  # noqa: PT018
        assert (one.sha256, one.part, one.clarity) == (other.sha256, other.part, other.clarity)
        assert np.array_equal(one.scene, other.scene)
        assert np.array_equal(one.features.gallery, other.features.gallery)
        assert np.array_equal(one.features.probe, other.features.probe)
        for a, b in zip(one.faces, other.faces, strict=True):
            assert (a.box, a.layout, a.score, a.found) == (b.box, b.layout, b.score, b.found)
            assert np.array_equal(np.asarray(a.landmarks), np.asarray(b.landmarks))
        if one.part is not None:
            assert one.faces == [whole_picture()]


@pytest.mark.usefixtures("blind")
def test_a_face_that_is_forgotten_meanwhile_is_grey(family_files: list[LabelledFile], file: Path) -> None:
    extractor = FaceExtractor(architecture("face"), Hog(), CPU, FaceCache(file))
    (photo,) = extractor.extract([PhotoPart(family_files[0].path)], silent)
    assert isinstance(photo, ExtractedFaces)
    shown = extractor.portrait(photo, 0)
    assert shown.shape == (150, 150, 3)
    assert shown.std() > 10
    with sqlite3.connect(file) as database:
        database.execute("UPDATE portraits SET jpeg = ?", (b"\xff\xd8 half a",))
    assert extractor.portrait(photo, 0).std() == 0
    FaceCache(file).drop([photo.sha256])
    assert extractor.portrait(photo, 0).shape == (150, 150, 3)
