"""A small drawn family's photos, read once: most of training starts from there."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from data.files.library import PhotoLibrary
from foundation.progress import silent
from inference.faces.detectors import Hog
from models.architectures import architecture
from training.dataset.dataset import Dataset, read_faces
from training.dataset.labelled import LabelledFile
from training.hyperparameters import Hyperparameters

CPU: Final = "cpu"


def labelled(folder: Path) -> list[LabelledFile]:
    return [LabelledFile(photo.path, photo.cousin) for photo in PhotoLibrary(folder).photos()]


def read(files: Sequence[LabelledFile], fewest: int = 3) -> Dataset:
    return read_faces(files, architecture("face"), Hog(), CPU, silent, hyper=Hyperparameters(fewest_photos=fewest))


@pytest.fixture(scope="session")
def family_files(trained_home: Path) -> list[LabelledFile]:
    """Five photos of each of four cousins, those that the champion of `trained_home` was trained on."""
    return labelled(trained_home / "photos")


@pytest.fixture(scope="session")
def family(family_files: list[LabelledFile]) -> Dataset:
    return read(family_files)
