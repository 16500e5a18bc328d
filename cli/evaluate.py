"""`evaluate`: how well a family is told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from cli.group import main
from cli.options import ARCH, CROP, FOLDER, JSON, SCRATCH, UNFROZEN
from cli.printing import counted, print_table, progress_bars
from cli.resources import (
    device_of,
    labelled_files,
    labelled_photos,
    load_face_detector,
    open_home,
    read_settings,
    unfrozen_epochs_of,
)

if TYPE_CHECKING:
    from pathlib import Path


@main.command()
@click.option("--photos", type=FOLDER, required=True, help="A folder a cousin.")
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
    arch: str,
    crop: Any,
    from_scratch: bool,
    unfrozen_epochs: int | None,
    as_json: bool,
) -> None:
    """Measure by cross-validation how well a family is told apart, through the whole pipeline.

    cousinbot evaluate --photos family/photos --strangers ~/Pictures/strangers
    """
    from data.files.face_cache import FaceCache
    from models.architectures import architecture
    from training.evaluation.evaluation import evaluate as measure
    from training.evaluation.evaluation import stranger_photos

    settings = read_settings()
    shape = architecture(arch, crop)
    unknown = stranger_photos(strangers) if strangers else []
    with progress_bars() as progress:
        figures = measure(
            labelled_files(labelled_photos(photos)),
            unknown,
            shape,
            load_face_detector(settings, progress),
            device_of(settings),
            progress,
            folds=folds,
            shots=shots,
            pretrained=not from_scratch,
            unfrozen_epochs=unfrozen_epochs_of(shape, unfrozen_epochs),
            cache=FaceCache(open_home(settings).face_cache),
        )
    if as_json:
        click.echo(figures.model_dump_json())
        return
    low, high = figures.accuracy_ci95
    click.echo(
        f"named right: {figures.accuracy:.1%} of {figures.photos} photos (95 % interval {low:.1%} to {high:.1%})"
    )
    print_table(("cousin", "named right"), [(name, f"{share:.1%}") for name, share in figures.per_cousin.items()])
    click.echo(f"named right and accepted, at the threshold fitted: {figures.tpir_at_threshold:.1%}")
    click.echo(f"a cousin nobody was shown, refused: {figures.look_alikes_refused:.1%}")
    if figures.tpir_at_far1 is not None and figures.far_at_threshold is not None:
        click.echo(f"strangers let through at that threshold: {figures.far_at_threshold:.1%} of {figures.strangers}")
        click.echo(f"named right and accepted when 1 % of strangers pass (TPIR at 1 % FAR): {figures.tpir_at_far1:.1%}")
    click.echo(f"calibration error (ECE): {figures.ece:.3f}")
    click.echo(f"left out: {counted(len(figures.skipped), 'photo')} (--json names them); {figures.seconds:.0f} s")
