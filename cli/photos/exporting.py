"""`photos export`."""

from __future__ import annotations

import asyncio
import json
from contextlib import nullcontext
from typing import TYPE_CHECKING

import click

from cli import wording
from cli.options import FILE, JSON
from cli.photos.command import home_without_training, photos
from cli.printing import progress_bars
from cli.resources import open_home, read_settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from data.files.home import Home
    from data.lookup import Called
    from data.settings import Settings
    from training.exporting.outcome import Exported


@photos.command("export")
@click.option(
    "--sidecars", "folder", metavar="DIR", type=FILE, required=True, help="Where the photos are, or where copies go."
)
@click.option("--dry-run", is_flag=True, help="Say what would be written, and change nothing.")
@JSON
def export_command(folder: Path, dry_run: bool, as_json: bool) -> None:
    """Write who is on the photos into files beside them, for other programs.

    \b
    cousinbot photos export --sidecars ~/Pictures/reunion
    cousinbot photos export --sidecars ~/named               a new or empty folder: copies are put there

    DIR holds the photos as they were when they were imported; each is known by its content, wherever it lies and
    whatever it is called. Names and faces go into a sidecar beside it, IMG_1.jpg.xmp, as digiKam, darktable and others
    read it. Into a sidecar that is there ours are added: what others have written stays, and whom they name is not
    named twice. Photos are never changed.

    Do it again whenever names have changed: after a rename, a merge or “photos undo” the next export writes the names
    as they are then. “photos forget” takes a cousin out at once. Whoever facts.yaml says is never to be named is not.
    """
    from training.exporting.telling import complaints, totals
    from training.exporting.wording import nothing_matches, nothing_to_write, rehearsed

    with nullcontext(open_home(read_settings())) if dry_run else home_without_training() as home:
        try:
            exported = asyncio.run(_export(home, read_settings(), folder, dry_run))
        except KeyboardInterrupt:
            raise click.ClickException(wording.export_stopped()) from None
    if as_json:
        click.echo(json.dumps(exported.as_json()))
    else:
        for line in complaints(exported):
            click.echo(line, err=True)
        click.echo(totals(exported, folder))
        if dry_run:
            click.echo(rehearsed(), err=True)
    if exported.missing and not exported.count("written", "changed", "copied", "removed", "same", "nobody", "failed"):
        raise click.ClickException(nothing_matches(folder))
    if exported.count("failed") and not exported.count("written", "changed", "copied", "removed", "same"):
        raise click.ClickException(nothing_to_write())


async def _export(home: Home, settings: Settings, folder: Path, dry_run: bool) -> Exported:
    from data.files.library import PhotoLibrary
    from data.store.store import Store
    from inference.decoding.sandbox import Decoding
    from models.registry import Registry
    from training.exporting.people import chosen_by_training
    from training.exporting.photo_export import Export, export_sidecars

    library = PhotoLibrary(home.photos)
    how = Export(
        home.root, _whom(library.cousins_there(), settings), chosen_by_training(Registry(home.models)), dry_run
    )
    async with Store.open(home.database) as store, Decoding.of_family_files() as decoding:
        with progress_bars() as progress:
            return await export_sidecars(folder, library, store.catalogue, store.written_names, decoding, progress, how)


def _whom(cousins: frozenset[str], settings: Settings) -> Callable[[str], Called | None]:
    """What cousins are called by facts.yaml, but for those who don't want to be named."""
    from data.facts.facts_file import FactsFile

    facts = FactsFile(settings.facts, lambda: cousins)
    book = facts.book()
    if facts.error and settings.facts.exists() and not facts.is_blank:  # who does not want to be named is not known
        raise click.ClickException(facts.error)
    return lambda cousin: None if book.wants_no_name(cousin) else book.called(cousin)
