"""`corrections`: what people said of the guesses."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import click

from cli import wording
from cli.group import main
from cli.options import FOLDER, JSON
from cli.printing import print_table
from cli.resources import open_home, read_settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from actions.cousins import Cousins
    from data.files.home import Home
    from data.settings import Settings
    from data.store.statements import StoredStatement
    from data.store.store import Store

_COMMAND_LINE = 0
"""Who decided, or spoke, where it was nobody of Telegram's; no person there has this number."""


@main.group()
def corrections() -> None:
    """What guests and admins said of the guesses."""


@corrections.command("list")
@JSON
def list_corrections(as_json: bool) -> None:
    """Every correction, oldest first: who said what, and which version learned from it."""
    from data.store.store import Store

    async def read() -> list[StoredStatement]:
        async with Store.open(open_home(read_settings()).database) as store:
            return await store.statements.all()

    found = asyncio.run(read())
    if as_json:
        click.echo(json.dumps({"corrections": [_as_json(one) for one in found]}, default=str))
    elif not found:
        click.echo(wording.no_corrections())
    else:
        rows = [
            (
                str(one.id),
                wording.what_became_of_it(one.status),
                wording.what_was_said(one.statement),
                wording.said_by(one.statement.by),
                f"{one.at:%Y-%m-%d %H:%M}",
                one.first_used_by or "",
            )
            for one in found
        ]
        print_table(wording.corrections_header(), rows)


def _as_json(stored: StoredStatement) -> dict[str, Any]:
    said = stored.statement
    return {
        "id": said.number,
        "guess_id": stored.guess_id,
        "photo_sha256": said.photo,
        "sender": stored.sender,
        "sent_at": stored.sent_at,
        "box": said.box.sides,
        "verdict": said.says,
        "cousin": said.cousin,
        "by": said.by,
        "at": stored.at,
        "status": stored.status,
        "decided_by": stored.decided_by,
        "decided_at": stored.decided_at,
        "first_used_by": stored.first_used_by,
    }


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
    from actions.answers.newcomers import make_known
    from data.store.store import Store

    settings = read_settings()
    home = open_home(settings)
    async with Store.open(home.database) as store:
        decide = store.statements.accept if accepted else store.statements.reject
        for number in numbers:
            proposal = await store.statements.get(number) if accepted else None
            if proposal is not None:
                try:
                    await make_known(proposal, store.statements, await _cousins(home, settings, store))
                except ValueError as error:  # what was proposed makes no name
                    raise click.ClickException(str(error)) from None
            if not await decide(number, _COMMAND_LINE):
                raise click.ClickException(wording.no_such_correction(number))
            click.echo(wording.accepted(number) if accepted else wording.rejected(number))


async def _cousins(home: Home, settings: Settings, store: Store) -> Cousins:
    """The family as a running bot knows it."""
    from actions.cousins import Cousins, Family, Known
    from data.facts.facts_file import FactsFile
    from data.files.library import PhotoLibrary
    from models.registry import Registry

    registry, library = Registry(home.models), PhotoLibrary(home.photos)
    champion = registry.find(registry.current() or "")
    said = [one.statement for one in await store.statements.accepted()]
    named = Known([one.cousin for one in said if one.cousin and one.says == "is"])
    family = Family(library, Known(champion.cousins if champion else ()), named)
    return Cousins(FactsFile(settings.facts, family.cousins), library, family)


@corrections.command()
@click.argument("folder", type=FOLDER)
def export(folder: Path) -> None:
    """Copy the photos that accepted corrections name into FOLDER, a folder a cousin, as `photos import` takes them."""
    from data.files.library import PhotoLibrary
    from training.dataset.corrections import corrected_faces

    faces = [face for face in asyncio.run(corrected_faces(open_home(read_settings()))) if face.is_cousin]
    if not faces:
        raise click.ClickException(wording.nothing_to_export())
    library = PhotoLibrary(folder)
    for face in faces:
        try:
            library.add(face.cousin, face.path.read_bytes())
        except ValueError as error:  # a folder that only this disk can have
            raise click.ClickException(str(error)) from None
    click.echo(wording.copied(len(faces), folder))
