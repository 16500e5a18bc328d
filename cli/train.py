"""`train`: photos in, a version out."""

from __future__ import annotations

import asyncio
import json
import os
from typing import TYPE_CHECKING, Any

import click

from cli.group import main
from cli.house import (
    device_of,
    labelled_files,
    labelled_photos,
    load_face_detector,
    open_home,
    read_settings,
    unfrozen_epochs_of,
)
from cli.options import ARCH, CROP, JSON, PHOTOS, SCRATCH, UNFROZEN
from cli.printing import counted, progress_bars, say_left_out

if TYPE_CHECKING:
    from pathlib import Path


@main.command()
@PHOTOS
@ARCH
@CROP
@SCRATCH
@click.option("--head-epochs", type=click.IntRange(1), help="Epochs of the head on the frozen body.")
@UNFROZEN
@JSON
def train(
    photos: Path | None,
    arch: str,
    crop: Any,
    from_scratch: bool,
    head_epochs: int | None,
    unfrozen_epochs: int | None,
    as_json: bool,
) -> None:
    """Train a version from the photos and the accepted corrections; promote it if it is no worse.

    \b
    cousinbot train
    cousinbot train --photos ~/Pictures/reunion --arch resnet34     the tutorial's way
    """
    from models.architectures import architecture
    from models.registry import Registry
    from training.feedback import corrected_faces, fail_run, record, start_run
    from training.run import train as train_version

    settings = read_settings()
    home = open_home(settings)
    shape = architecture(arch, crop)
    library = labelled_files(labelled_photos(photos))
    corrected = asyncio.run(corrected_faces(home))
    number = asyncio.run(start_run(home, os.getpid()))
    try:
        with progress_bars() as progress:
            outcome = train_version(
                [*library, *corrected],
                Registry(home.models),
                shape,
                load_face_detector(settings, progress),
                device_of(settings),
                progress,
                pretrained=not from_scratch,
                head_epochs=head_epochs,
                unfrozen_epochs=unfrozen_epochs_of(shape, unfrozen_epochs),
            )
    except BaseException as error:
        asyncio.run(fail_run(home, number, str(error) or type(error).__name__))
        raise
    asyncio.run(record(home, number, outcome))
    card = outcome.card
    if as_json:
        summary = {"promoted": outcome.verdict.promote, "reason": outcome.verdict.reason}
        click.echo(json.dumps(summary | card.model_dump(mode="json", exclude={"samples"})))
        return
    say_left_out(card.skipped)
    low, high = card.metrics.accuracy_ci95
    click.echo(
        f"{card.version}: {card.metrics.accuracy:.1%} of {card.metrics.photos} held-out photos named right"
        f" (95 % interval {low:.1%} to {high:.1%}); {counted(len(card.corrections), 'correction')} taken in;"
        f" {card.seconds:.0f} s."
    )
    click.echo(("Promoted: " if outcome.verdict.promote else "Not promoted: ") + outcome.verdict.reason + ".")
    click.echo(f"Report: {outcome.folder / 'report.html'}")
