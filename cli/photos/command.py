"""`photos`: the labelled photos."""

from __future__ import annotations

import asyncio
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from cli import wording
from cli.group import main
from cli.options import ARCH, CROP, FILE, JSON, PHOTOS
from cli.printing import print_table, progress_bars, say_left_out
from cli.resources import (
    births_of,
    device_of,
    labelled_files,
    labelled_photos,
    load_face_detector,
    open_home,
    read_settings,
)
from cli.versions.networks import going_on, network_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from data.files.home import Home
    from data.files.library import LabelledPhoto
    from data.settings import Settings


@main.group()
def photos() -> None:
    """The labelled photos: one folder for each cousin."""


@contextmanager
def home_without_training() -> Iterator[Home]:
    """The home, for a command that changes who is on which photo.

    From before its question to its end training runs, and other such commands, are kept away.
    """
    from data.files.training_lock import without_training

    home = open_home(read_settings())
    with without_training(home, f"{photos.name} {click.get_current_context().info_name}"):
        yield home


@photos.command("list")
@PHOTOS
@JSON
def list_photos(photos: Path | None, as_json: bool) -> None:
    """Count each cousin's photos."""
    counts: dict[str, int] = {}
    for photo in _photos_in(photos):
        counts[photo.cousin] = counts.get(photo.cousin, 0) + 1
    if as_json:
        click.echo(json.dumps(counts))
    else:
        print_table(wording.photos_header(), [(cousin, str(count)) for cousin, count in counts.items()])


def _strays(settings: Settings) -> list[str]:
    """What is to be said of entries in facts.yaml that are of nobody who is known."""
    from actions.exact_cousin import known_cousins
    from data.facts.facts_file import FactsFile
    from data.wording import entry_of_nobody

    family = asyncio.run(known_cousins(open_home(settings)))
    file = FactsFile(settings.facts, lambda: family)
    strays = file.strays() if settings.facts.exists() else []
    return [entry_of_nobody(settings.facts, stray.name, stray.near, stray.same) for stray in strays]


@photos.command()
@PHOTOS
@ARCH
@CROP
@click.option("--sheet", type=FILE, help="Where the contact sheet goes; default: check.html in COUSINBOT_HOME.")
@JSON
def check(photos: Path | None, arch: str | None, crop: Any, sheet: Path | None, as_json: bool) -> None:
    """Find broken files, copies, and photos in the wrong folder.

    It also finds bursts, photos with no face or several, and, where facts.yaml says when cousins were born, photos from
    before. Changes nothing.

    A contact sheet, a page to open in a browser, shows the faces, why they are there, and what to do.

    \b
    cousinbot photos check
    cousinbot photos check --crop whole                     of things, not people: no face is looked for
    cousinbot photos check --arch resnet34 --crop whole     the same by a network that knows more of things
    """
    from data.files.face_cache import FaceCache
    from training.evaluation.label_check import check_photos
    from training.reports.contact_sheet import write_contact_sheet
    from training.reports.left_out import each_once

    with progress_bars() as progress:
        settings = read_settings()
        before = going_on(settings, arch, crop) if crop is None else None
        if before and before.crop != "whole" and not before.is_face_network:
            before = None  # what it knows of faces are its head's, which the check does without
        whole = (before.crop if before else crop) == "whole"
        detector, device = load_face_detector(settings, progress, whole=whole), device_of(settings)
        cache = FaceCache(open_home(settings).face_cache)
        labelled = labelled_files(_photos_in(photos))
        births = births_of(labelled, settings)
        shape = network_of(settings, before, arch, crop, labelled, detector, progress, as_it_is=True)
        findings = check_photos(labelled, shape, detector, device, progress, births=births, cache=cache)
    page = sheet or open_home(settings).root / "check.html"
    try:
        write_contact_sheet(page, findings)
    except OSError as error:
        raise click.ClickException(wording.sheet_not_written(page, error.strerror or str(error))) from error
    strays = _strays(settings)
    if as_json:
        click.echo(json.dumps(findings.as_json() | {"sheet": str(page), "facts": strays}))
        return
    print_table(
        wording.usable_photos_header(whole=findings.whole),
        [(cousin, str(count)) for cousin, count in sorted(findings.usable.items())],
    )
    left_out = each_once(findings.left_out)
    say_left_out(left_out)
    burst = wording.alike if findings.whole else wording.burst
    wrong = wording.wrong_name if findings.whole else wording.wrong_label
    for group in findings.alike:
        files = ", ".join(path.name for path in group.photos)
        click.echo(wording.copies(files) if group.kind == "copies" else burst(files))
    for doubt in findings.doubtful:
        click.echo(wrong(doubt.where, doubt.looks_like))
    for doubt in findings.mixed_up:
        click.echo(wording.mixed_up_face(doubt.where, doubt.looks_like))
    for early in findings.too_early:
        click.echo(early.sentence)
    for sentence in strays:
        click.echo(sentence)
    if findings.whole:
        click.echo(wording.pictures_shown(page))
        click.echo(wording.pictures_checked(len(left_out), len(findings.alike), len(findings.doubtful)))
        return
    click.echo(wording.sheet_written(page))
    click.echo(
        wording.checked(
            findings.several_faces,
            len(left_out),
            len(findings.alike),
            len(findings.doubtful),
            len(findings.mixed_up),
            len(findings.too_early),
        )
    )


def _photos_in(folder: Path | None) -> list[LabelledPhoto]:
    """The labelled photos; those that lie where no cousin has them are counted on stderr."""
    from data.files.library import NoPhotos
    from training.importing.overlooked import photos_below

    there = photos_below(folder or open_home(read_settings()).photos)
    try:
        found = labelled_photos(folder)
    except NoPhotos:
        _say_overlooked(there, [])
        raise
    _say_overlooked(there, found)
    return found


def _say_overlooked(there: Sequence[Path], used: Sequence[LabelledPhoto]) -> None:
    from training.importing.overlooked import overlooked

    for inner, count in overlooked(there, {photo.path for photo in used}).items():
        click.echo(wording.not_used(inner, count), err=True)
