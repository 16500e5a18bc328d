"""`backup` and `restore`: the home as one file, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.group import main
from cli.options import FILE
from cli.printing import counted, progress_bars
from cli.resources import read_settings

if TYPE_CHECKING:
    from pathlib import Path

    from data.backup.archive import Contents


@main.command()
@click.argument("file", type=FILE)
def backup(file: Path) -> None:
    """Save photos, corrections, trained versions and facts.yaml in one zip file, also while the bot runs.

    \b
    cousinbot backup /mnt/usb/family-2026-07.zip

    Whoever has the file has the family's photos: it is readable by you alone; keep it so. The settings and the
    bot's token are not in it.
    """
    from data.backup.backup import back_up
    from data.files.home import Home

    settings = read_settings()
    with progress_bars() as progress:
        saved = back_up(Home(settings.home), settings.facts, file, progress)
    click.echo(f"{file}: {_inside(saved)}, {file.stat().st_size / 1e6:,.1f} MB. The token is not in it: keep .env too.")


@main.command()
@click.argument("file", type=FILE)
def restore(file: Path) -> None:
    """Unpack a backup into an empty home; every file is checked before it takes its place.

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
    click.echo(f"{settings.home}: {_inside(found)}. Now look whether all is well: cousinbot doctor")
    if found.facts and found.facts != settings.facts:
        click.echo(
            f"There is another {settings.facts} already; the backup's lies in {found.facts}: "
            "put it in its place, or name it in COUSINBOT_FACTS.",
            err=True,
        )


def _inside(contents: Contents) -> str:
    return (
        f"{counted(contents.photos, 'photo')}, {counted(contents.versions, 'version')},"
        f" {counted(contents.files, 'file')} in all"
    )
