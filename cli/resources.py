"""What commands work with: the settings, the home, the photos, the detector."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli import wording

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from data.files.home import Home
    from data.files.library import LabelledPhoto
    from data.settings import Settings
    from foundation.progress import Progress
    from inference.device import Device
    from inference.faces.finding import FaceDetector
    from training.dataset.labelled import LabelledFile


def read_settings() -> Settings:
    """The settings of the environment and `.env`. Raises `SettingsError`."""
    from data.settings import load_settings

    return load_settings()


def open_home(settings: Settings) -> Home:
    """The family's folder, made where it is missing. Raises `HomeError`."""
    from data.files.home import Home

    return Home(settings.home).create()


def labelled_photos(folder: Path | None) -> list[LabelledPhoto]:
    """The photos in `folder`, by default the library in COUSINBOT_HOME; empty folders are named on stderr."""
    from data.files.library import PhotoLibrary

    library = PhotoLibrary(folder or open_home(read_settings()).photos)
    found = library.photos()
    for cousin in sorted(set(library.cousins()) - {photo.cousin for photo in found}):
        click.echo(wording.left_out(cousin, wording.empty_folder()), err=True)
    return found


def labelled_files(photos: Sequence[LabelledPhoto]) -> list[LabelledFile]:
    """The same, as training takes them."""
    from training.dataset.labelled import LabelledFile, day_in

    return [LabelledFile(photo.path, photo.cousin, occasion=day_in(photo.path)) for photo in photos]


def device_of(settings: Settings) -> Device:
    """Where the networks run. Raises `DeviceMissing`."""
    from inference.device import choose_device

    return choose_device(settings.device)


def fetch_detector(home: Home, progress: Progress | None = None) -> None:
    """Fetch YuNet's weights where they are missing; without a network the sentence that says so goes to stderr."""
    from models.weights import WeightsMissing
    from models.yunet import fetch_yunet

    try:
        fetch_yunet(home.weights, progress or (lambda doing, done, total: None))
    except WeightsMissing as error:
        click.echo(str(error), err=True)


def load_face_detector(settings: Settings, progress: Progress) -> FaceDetector:
    """YuNet where it could be had, else HOG."""
    from inference.faces.detectors import load_detector

    home = open_home(settings)
    fetch_detector(home, progress)
    return load_detector(home.weights)
