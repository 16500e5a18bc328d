"""What commands work with: the settings, the home, the photos, the detector."""

from __future__ import annotations

import asyncio
import contextlib
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
        click.echo(wording.cousin_left_out(cousin), err=True)
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
            nobodys=photo.nobodys,
            year=photo.year,
        )
        for photo in photos
    ]


def births_of(files: Iterable[LabelledFile], settings: Settings) -> dict[str, int]:
    """Cousin -> the year they were born in, of those of whom facts.yaml says it; what is wrong with the file goes to
    stderr."""
    from data.facts.facts_file import FactsFile

    family = frozenset(file.cousin for file in files if file.cousin)
    facts = FactsFile(settings.facts, lambda: family)
    births = facts.book().births()
    if facts.error and settings.facts.exists() and not facts.is_blank:
        click.echo(facts.error, err=True)
    return births


def device_of(settings: Settings) -> Device:
    """Where the networks run. Raises `DeviceMissing`."""
    from inference.device import choose_device

    return choose_device(settings.device)


def fetch_weights(home: Home, progress: Progress | None = None, *, face_finder_only: bool = False) -> None:
    """Fetch what weights are missing; without a network the sentence that says so goes to stderr."""
    from models.architectures import DOWNLOADS
    from models.downloads import fetch_missing
    from models.weights import WeightsMissing
    from models.yunet import YUNET

    try:
        fetch_missing(
            (YUNET,) if face_finder_only else DOWNLOADS, home.weights, progress or (lambda doing, done, total: None)
        )
    except WeightsMissing as error:
        click.echo(str(error), err=True)


def load_face_detector(settings: Settings, progress: Progress, *, whole: bool = False) -> FaceDetector:
    """YuNet where it could be had, else HOG. For a network that sees `whole` pictures nothing is fetched."""
    from inference.faces.detectors import load_detector

    home = open_home(settings)
    if not whole:
        fetch_weights(home, progress)
    return load_detector(home.weights)


def chosen_network(settings: Settings) -> Architecture | None:
    """The champion's, where somebody chose it instead of the best: later versions keep to it.

    Raises:
        UnknownArchitecture: torchvision no longer has it.
    """
    from data.files.home import Home
    from models.architectures import architecture
    from models.registry import Registry

    home = Home(settings.home)
    registry = Registry(home.models)
    card = registry.find(registry.current() or "")
    return architecture(card.architecture, card.crop, home.weights) if card and card.keeps_its_network else None


def face_network(settings: Settings) -> Architecture:
    """The champion's where that was chosen, tells faces and has its file, else the best there are weights for.

    To be asked after the detector, which fetches them.
    """
    from data.files.home import Home
    from models.architectures import best_face_network
    from models.mobilefacenet_weights import has_mobilefacenet
    from models.weights import WeightsMissing

    weights = Home(settings.home).weights
    with contextlib.suppress(WeightsMissing):
        found = chosen_network(settings)
        if found and found.is_face_network:
            there = found.own.file().is_file() if found.own else found.name == "face" or has_mobilefacenet(weights)
            if there:
                return found
    return best_face_network(weights)


def in_store(ask: Callable[[Store], Awaitable[Result]]) -> Result:
    """What the home's store says."""
    from data.store.store import Store

    async def answer() -> Result:
        async with Store.open(open_home(read_settings()).database) as store:
            return await ask(store)

    return asyncio.run(answer())
