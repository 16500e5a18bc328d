"""Which network a version is built on."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from cli import wording
from cli.resources import chosen_network, device_of, face_network

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.settings import Settings
    from foundation.progress import Progress
    from inference.faces.finding import FaceDetector
    from models.architectures import Architecture, Crop
    from training.dataset.labelled import LabelledFile


def going_on(settings: Settings, arch: str | None, crop: Crop | None) -> Architecture | None:
    """The network of the version that answers, where somebody chose it and asks for no other now.

    So the runs that the bot and the pages start, which ask for nothing, make what the family had before.

    Raises:
        UnknownArchitecture: torchvision no longer has it.
    """
    from data.files.home import Home
    from models.architectures import architecture

    before = chosen_network(settings) if arch is None else None
    if before is None or (crop == "whole" and before.crop != "whole"):
        return None
    return architecture(before.name, crop or before.crop, Home(settings.home).weights)


def network_of(
    settings: Settings,
    before: Architecture | None,
    arch: str | None,
    crop: Crop | None,
    files: Sequence[LabelledFile],
    detector: FaceDetector,
    progress: Progress,
    *,
    as_it_is: bool,
    for_good: bool = False,
) -> Architecture:
    """The one that was asked for, else that of the version `before`, else the best there is; for whole pictures dlib's,
    whose second one knows no more of things, and where more than the head is to be trained.

    Of one in a file it is tried with the photos how it takes faces; it can only be taken `as_it_is`. Where it is not
    wanted `for_good`, what is needed of it goes when the command ends.

    Raises:
        UnknownArchitecture, UnusableNetwork, WeightsMissing, TrainingError: it can't be used; in one sentence.
    """
    from data.files.home import Home
    from models.architectures import architecture
    from models.own_network.network import PREFIX, OwnNetwork
    from models.weights import WeightsMissing
    from models.wording import own_network_stays, two_networks_stay

    weights = Home(settings.home).weights
    if before is not None:
        arch, crop = before.name, before.crop
    elif arch is None:
        arch = "face" if crop == "whole" or not as_it_is else face_network(settings).name
    if arch.startswith(PREFIX):
        if not as_it_is:
            raise WeightsMissing(own_network_stays())
        if OwnNetwork.named(arch) is None:
            if not for_good:
                weights = Path(click.get_current_context().with_resource(TemporaryDirectory(prefix="cousinbot-")))
            own = Path(arch.removeprefix(PREFIX))
            arch = _taken_in(own, weights, files, detector, progress, for_good=for_good)
        if device_of(settings) != "cpu":
            click.echo(wording.own_network_on_processor(), err=True)
    shape = architecture(arch, crop, weights)
    if shape.parts and not as_it_is:
        raise WeightsMissing(two_networks_stay())
    return shape


def _taken_in(
    file: Path,
    weights: Path,
    files: Sequence[LabelledFile],
    detector: FaceDetector,
    progress: Progress,
    *,
    for_good: bool,
) -> str:
    """The name of the network in `file`, which is kept in `weights` from now on."""
    from models.own_network.keeping import keep, kept_networks
    from training.feeding import choose_feeding

    before = kept_networks(weights)
    own = keep(file.expanduser(), weights)
    try:
        fed = choose_feeding(own, files, detector, progress)
    except BaseException:  # what was never taken is in no backup's way
        if own.file_name not in before:
            (weights / own.file_name).unlink(missing_ok=True)
        raise
    taken = fed.shape.own or own
    if for_good:
        click.echo(wording.own_network_kept(file, weights / own.file_name), err=True)
    if fed.shares:
        tried = {wording.feeding(way): share for way, share in fed.shares.items()}
        click.echo(wording.feeding_chosen(wording.feeding(taken.feeding), tried), err=True)
    else:
        click.echo(wording.feeding_untried(wording.feeding(taken.feeding)), err=True)
    return taken.name
