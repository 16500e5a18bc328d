"""`photos`: the labelled photos."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import click

from cli import wording
from cli.group import main
from cli.options import FILE, FOLDER, JSON, PHOTOS
from cli.printing import print_table, progress_bars, say_left_out
from cli.resources import device_of, labelled_files, labelled_photos, load_face_detector, open_home, read_settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from data.settings import Settings
    from training.importing.photo_import import Imported


@main.group()
def photos() -> None:
    """The labelled photos: one folder a cousin."""


@photos.command("import")
@click.argument("folders", nargs=-1, required=True, type=FOLDER)
def import_command(folders: tuple[Path, ...]) -> None:
    """Bring photos in: HEIC, PNG, WebP and JPEG become upright JPEGs without metadata.

    A folder may hold one cousin's photos, or a folder for each cousin: cousinbot photos import ~/Pictures/reunion
    """
    imported = asyncio.run(_import(folders))
    for cousin in sorted({*imported.added, *imported.shared}):
        if count := imported.added[cousin]:
            click.echo(wording.added_for(cousin, count))
        if count := imported.shared[cousin]:
            click.echo(wording.shared_with_others(cousin, count))
    for path, reason in imported.refused:
        click.echo(wording.left_out(str(path), reason), err=True)
    shared = [wording.shared_by_several(imported.shared.total())] if imported.shared else []
    sentences = [wording.added(imported.added.total()), *shared, wording.there_already(imported.already)]
    click.echo(" ".join(sentences))


async def _import(folders: Sequence[Path]) -> Imported:
    from actions.changes.imports import noted_import
    from data.files.library import PhotoLibrary
    from data.store.store import Store
    from training.importing.photo_import import import_photos

    home = open_home(read_settings())
    async with Store.open(home.database) as store:
        library = PhotoLibrary(home.photos)
        with progress_bars() as progress:
            async with noted_import(store, library):
                return await import_photos(folders, library, store.catalogue, progress)


@photos.command("list")
@PHOTOS
@JSON
def list_photos(photos: Path | None, as_json: bool) -> None:
    """Count each cousin's photos."""
    counts: dict[str, int] = {}
    for photo in labelled_photos(photos):
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
    return [entry_of_nobody(settings.facts, stray.name, stray.near) for stray in strays]


@photos.command()
@PHOTOS
@click.option("--sheet", type=FILE, help="Where the contact sheet goes; default: check.html in COUSINBOT_HOME.")
@JSON
def check(photos: Path | None, sheet: Path | None, as_json: bool) -> None:
    """Find broken files, copies, bursts, photos with no or several faces, and likely wrong labels. Changes nothing.

    A contact sheet, a page to open in a browser, shows the faces, why they are there, and what to do.
    """
    from data.files.face_cache import FaceCache
    from training.evaluation.label_check import check_photos
    from training.reports.contact_sheet import write_contact_sheet

    with progress_bars() as progress:
        settings = read_settings()
        detector, device = load_face_detector(settings, progress), device_of(settings)
        cache = FaceCache(open_home(settings).face_cache)
        findings = check_photos(labelled_files(labelled_photos(photos)), detector, device, progress, cache=cache)
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
        wording.usable_photos_header(), [(cousin, str(count)) for cousin, count in sorted(findings.usable.items())]
    )
    say_left_out(findings.left_out)
    for group in findings.alike:
        files = ", ".join(path.name for path in group.photos)
        click.echo(wording.copies(files) if group.kind == "copies" else wording.burst(files))
    for doubt in findings.doubtful:
        click.echo(wording.wrong_label(f"{doubt.cousin}/{doubt.photo.name}", doubt.looks_like))
    for doubt in findings.mixed_up:
        click.echo(wording.mixed_up_face(f"{doubt.cousin}/{doubt.photo.name}", doubt.looks_like))
    for sentence in strays:
        click.echo(sentence)
    click.echo(wording.sheet_written(page))
    click.echo(
        wording.checked(
            findings.several_faces,
            len(findings.left_out),
            len(findings.alike),
            len(findings.doubtful),
            len(findings.mixed_up),
        )
    )
