"""What commands work with: the settings, the home, the photos, the detector."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

import click

from cli import wording

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence
    from pathlib import Path

    from actions.cousins import Names
    from data.files.home import Home
    from data.files.library import LabelledPhoto, PhotoLibrary
    from data.settings import Settings
    from data.store.store import Store
    from foundation.progress import Progress
    from inference.device import Device
    from inference.faces.finding import FaceDetector
    from models.architectures import Architecture
    from training.dataset.labelled import LabelledFile


Result = TypeVar("Result")


def read_settings() -> Settings:
    """The settings of the environment and `.env`. Raises `SettingsError`."""
    from data.settings import load_settings

    return load_settings()


def open_home(settings: Settings) -> Home:
    """The family's folder, made where it is missing and brought up to date, and what was interrupted finished; nothing
    is restored into it while the command is at work. Raises `HomeError`."""
    from actions.changes.pending import finish_interrupted
    from actions.running.home_upgrade import bring_up_to_date
    from data.backup.restore import finish_restoring
    from data.files.home import Home
    from data.files.home_lock import using

    home = Home(settings.home).create()
    finish_restoring(home, settings.facts)
    click.get_current_context().with_resource(using(home))
    bring_up_to_date(home)
    finish_interrupted(home)
    return home


def names_of(cousins: Iterable[str], settings: Settings) -> Names:
    """What these cousins are called, of whom the family consists."""
    from actions.cousins import Names
    from data.facts.facts_file import FactsFile

    family = frozenset(cousins)
    return Names(FactsFile(settings.facts, lambda: family).book(), family)


def labelled_photos(folder: Path | None) -> list[LabelledPhoto]:
    """The photos in `folder`, by default the library in COUSINBOT_HOME; cousins without any are named on stderr.

    Of the library it is known who else is on a photo than the cousin in whose folder it lies.
    """
    from actions.ages.years import with_own_years
    from data.files.library import PhotoLibrary

    home = open_home(read_settings())
    library = PhotoLibrary(folder or home.photos)
    own = folder is None or folder.resolve() == home.photos.resolve()
    found = asyncio.run(_catalogued(home, library)) if own else with_own_years(library.photos())
    for cousin in sorted(set(library.cousins()) - {photo.cousin for photo in found}):
        click.echo(wording.left_out(cousin, wording.empty_folder()), err=True)
    return found


async def _catalogued(home: Home, library: PhotoLibrary) -> list[LabelledPhoto]:
    from actions.ages.years import with_years
    from data.store.store import Store

    async with Store.open(home.database) as store:
        return await with_years(await store.catalogue.photos(library), library, store)


def labelled_files(photos: Sequence[LabelledPhoto]) -> list[LabelledFile]:
    """The same, as training takes them."""
    from foundation.photo_dates import day_in
    from training.dataset.labelled import LabelledFile

    return [
        LabelledFile(
            photo.path,
            photo.cousin,
            photo.box,
            occasion=day_in(photo.path),
            sha256=photo.sha256,
            year=photo.year,
        )
        for photo in photos
    ]


def births_of(files: Iterable[LabelledFile], settings: Settings) -> dict[str, int]:
    """Cousin -> the year they were born in, of those of whom facts.yaml says it."""
    from data.facts.facts_file import FactsFile

    family = frozenset(file.cousin for file in files if file.cousin)
    return FactsFile(settings.facts, lambda: family).book().births()


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


def load_face_detector(settings: Settings, progress: Progress, shape: Architecture | None = None) -> FaceDetector:
    """YuNet where it could be had, else HOG. For a network that sees whole pictures nothing is fetched."""
    from inference.faces.detectors import load_detector

    home = open_home(settings)
    if shape is None or shape.crop != "whole":
        fetch_detector(home, progress)
    return load_detector(home.weights)


def in_store(ask: Callable[[Store], Awaitable[Result]]) -> Result:
    """What the home's store says."""
    from data.store.store import Store

    async def answer() -> Result:
        async with Store.open(open_home(read_settings()).database) as store:
            return await ask(store)

    return asyncio.run(answer())
