"""`evaluate`: how well a family is told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli import wording
from cli.group import main
from cli.options import ARCH, CROP, FOLDER, JSON, SCRATCH, UNFROZEN
from cli.printing import print_table, progress_bars
from cli.resources import (
    device_of,
    labelled_files,
    labelled_photos,
    load_face_detector,
    open_home,
    read_settings,
)
from cli.versions.networks import going_on, network_of
from foundation.formats import percent

if TYPE_CHECKING:
    from pathlib import Path


@main.command()
@click.option("--photos", type=FOLDER, required=True, help="Where each cousin has a folder.")
@click.option("--strangers", type=FOLDER, help="Photos of people who should be refused.")
@click.option("--folds", type=click.IntRange(2, 20), default=5, show_default=True)
@click.option("--shots", type=click.IntRange(1), help="Learn from this many photos a cousin only.")
@ARCH
@CROP
@SCRATCH
@UNFROZEN
@JSON
def evaluate(
    photos: Path,
    strangers: Path | None,
    folds: int,
    shots: int | None,
    arch: str | None,
    crop: Any,
    from_scratch: bool,
    unfrozen_epochs: int | None,
    as_json: bool,
) -> None:
    """Measure how well a family is told apart.

    By cross-validation, through the whole pipeline.

    cousinbot evaluate --photos family/photos --strangers ~/Pictures/strangers
    """
    from data.files.face_cache import FaceCache
    from training.evaluation.evaluation import evaluate as measure
    from training.evaluation.evaluation import stranger_photos
    from training.hyperparameters import Hyperparameters

    settings = read_settings()
    unknown = stranger_photos(strangers) if strangers else []
    with progress_bars() as progress:
        before = going_on(settings, arch, crop)
        whole = (before.crop if before else crop) == "whole"
        detector = load_face_detector(settings, progress, whole=whole)
        files = labelled_files(labelled_photos(photos))
        as_it_is = not from_scratch and not unfrozen_epochs
        figures = measure(
            files,
            unknown,
            network_of(settings, before, arch, crop, files, detector, progress, as_it_is=as_it_is),
            detector,
            device_of(settings),
            progress,
            folds=folds,
            shots=shots,
            pretrained=not from_scratch,
            hyper=Hyperparameters(unfrozen_epochs=unfrozen_epochs),
            cache=FaceCache(open_home(settings).face_cache),
        )
    if as_json:
        click.echo(figures.model_dump_json())
        return
    click.echo(wording.named_as_seen(figures.named_known, figures.maybe_known))
    click.echo(wording.named_right(figures.accuracy, figures.photos, *figures.accuracy_ci95))
    print_table(
        wording.cousins_header(whole=whole), [(name, percent(share, 1)) for name, share in figures.per_cousin.items()]
    )
    click.echo((wording.kinds_refused if whole else wording.relatives_refused)(figures.look_alikes_refused))
    if figures.tpir_at_far1 is not None and (named := figures.named_strangers) is not None:
        let_through = wording.others_let_through if whole else wording.strangers_let_through
        click.echo(let_through(named, (figures.far_at_threshold or 0.0) - named, figures.strangers))
        click.echo(wording.identified_at_one_percent(figures.tpir_at_far1))
    click.echo(wording.calibration_error(figures.ece))
    click.echo(wording.evaluated(len(figures.skipped), figures.seconds))
