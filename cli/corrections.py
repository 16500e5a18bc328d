"""`corrections`: what people said of the guesses."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cli.group import main
from cli.options import FOLDER, JSON
from cli.printing import counted, print_table
from cli.resources import open_home, read_settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from data.store.corrections import Correction

_COMMAND_LINE = 0
"""Whose decision it is when nobody of Telegram's decided; no person there has this number."""


@main.group()
def corrections() -> None:
    """What guests and admins said of the guesses."""


@corrections.command("list")
@JSON
def list_corrections(as_json: bool) -> None:
    """Every correction, oldest first: who said what, and which version learned from it."""
    from data.store.store import Store

    async def read() -> list[Correction]:
        async with Store.open(open_home(read_settings()).database) as store:
            return await store.corrections.all()

    found = asyncio.run(read())
    if as_json:
        click.echo(json.dumps({"corrections": [asdict(correction) for correction in found]}, default=str))
    elif not found:
        click.echo("No corrections yet: they come from ✗ under the bot's answers.")
    else:
        rows = [
            (
                str(correction.id),
                correction.status,
                " ".join(filter(None, (correction.verdict.replace("_", " "), correction.cousin))),
                str(correction.by),
                f"{correction.at:%Y-%m-%d %H:%M}",
                correction.first_used_by or "",
            )
            for correction in found
        ]
        print_table(("number", "status", "what", "said by", "when", "first used by"), rows)


@corrections.command()
@click.argument("numbers", metavar="NUMBER…", nargs=-1, required=True, type=int)
def accept(numbers: tuple[int, ...]) -> None:
    """Accept what guests proposed; a running bot takes it in at once, training in its next run."""
    asyncio.run(_decide(numbers, accepted=True))


@corrections.command()
@click.argument("numbers", metavar="NUMBER…", nargs=-1, required=True, type=int)
def reject(numbers: tuple[int, ...]) -> None:
    """Reject proposals, or take back what was accepted: it is not learned from again."""
    asyncio.run(_decide(numbers, accepted=False))


async def _decide(numbers: Sequence[int], *, accepted: bool) -> None:
    from data.store.store import Store

    async with Store.open(open_home(read_settings()).database) as store:
        decide = store.corrections.accept if accepted else store.corrections.reject
        for number in numbers:
            if not await decide(number, _COMMAND_LINE):
                raise click.ClickException(f"There is no correction {number} to decide: see `corrections list`.")
            click.echo(f"{number} {'accepted' if accepted else 'rejected'}.")


@corrections.command()
@click.argument("folder", type=FOLDER)
def export(folder: Path) -> None:
    """Copy the photos that accepted corrections name into FOLDER, a folder a cousin, as `photos import` takes them."""
    from data.files.library import PhotoLibrary
    from training.dataset.corrections import corrected_faces

    library = PhotoLibrary(folder)
    faces = [face for face in asyncio.run(corrected_faces(open_home(read_settings()))) if face.is_cousin]
    for face in faces:
        library.add(face.cousin, face.path.read_bytes())
    click.echo(f"{counted(len(faces), 'photo')} copied to {folder}.")
