"""A small drawn family, and a version trained on it by the real training."""

import io
from pathlib import Path

from PIL import Image

from data.files.library import PhotoLibrary
from demo.family import draw_portrait
from foundation.progress import silent
from inference.faces.detectors import load_detector
from models.architectures import architecture
from models.registry import Registry
from training.dataset.labelled import LabelledFile
from training.run import train

TRAINED = ("amelia", "ben", "clara", "diego")
PHOTOS_EACH = 5


def jpeg_of(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=92)
    return file.getvalue()


def portrait(cousin: str, seed: int, disguise: str | None = None) -> bytes:
    return jpeg_of(draw_portrait(cousin, seed=seed, size=320, disguise=disguise))


def make_home(home: Path) -> Path:
    """A home with labelled photos and a champion."""
    library = PhotoLibrary(home / "photos")
    for cousin in TRAINED:
        for seed in range(PHOTOS_EACH):
            library.add(cousin, portrait(cousin, seed))
    files = [LabelledFile(photo.path, photo.cousin) for photo in library.photos()]
    detector = load_detector(home / "weights")
    train(files, Registry(home / "models"), architecture("face"), detector, "cpu", silent)
    return home
