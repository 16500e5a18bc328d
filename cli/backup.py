"""`backup` and `restore`: the home as one file, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli import wording
from cli.group import main
from cli.options import FILE
from cli.printing import progress_bars
from cli.resources import open_home, read_settings

if TYPE_CHECKING:
    from pathlib import Path

    from data.backup.archive import Contents


@main.command()
@click.argument("file", type=FILE)
def backup(file: Path) -> None:
    """Save everything in one zip file, also while the bot runs.

    It holds photos, corrections, trained versions and facts.yaml.

    \b
    cousinbot backup /mnt/usb/family-2026-07.zip

    Whoever has the file has the family's photos: it is readable by you alone; keep it so. The settings and the
    bot's token are not in it.
    """
    from actions.changes.pending import is_interrupted
    from data.backup.backup import back_up
    from data.files.home import Home

    settings = read_settings()
    if is_interrupted(Home(settings.home)):
        open_home(settings)  # which finishes it, if nobody is at it any more
    with progress_bars() as progress:
        saved = back_up(Home(settings.home), settings.facts, file, progress)
    click.echo(wording.saved(file, *_inside(saved), size=file.stat().st_size))


@main.command()
@click.argument("file", type=FILE)
def restore(file: Path) -> None:
    """Unpack a backup into an empty home.

    Every file is checked before it takes its place.

    \b
    cousinbot restore /mnt/usb/family-2026-07.zip
    cousinbot doctor

    The home is the folder that COUSINBOT_HOME names. One that holds anything is left as it is.
    """
    from data.backup.restore import restore as unpack
    from data.files.home import Home

    settings = read_settings()
    with progress_bars() as progress:
        found = unpack(file, Home(settings.home), settings.facts, progress)
    click.echo(wording.restored(settings.home, *_inside(found)))
    if found.facts and found.facts != settings.facts:
        click.echo(wording.facts_kept_apart(settings.facts, found.facts), err=True)


def _inside(contents: Contents) -> tuple[str, str, str]:
    return wording.photos(contents.photos), wording.versions(contents.versions), wording.files(contents.files)
