"""`photos forget`: a cousin who wants to be forgotten."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from cli.photos import photos
from cli.printing import counted
from cli.resources import open_home, read_settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from data.files.home import Home
    from data.files.library import PhotoLibrary


@photos.command()
@click.argument("cousin")
@click.option("--facts", "facts_too", is_flag=True, help="Take their entry out of facts.yaml too.")
@click.option("--yes", is_flag=True, help="Don't ask.")
def forget(cousin: str, facts_too: bool, yes: bool) -> None:
    """Delete a cousin: photos, guests' photos of them, faces, corrections, and the versions trained on them.

    \b
    cousinbot photos forget "Charlie Brown"
    cousinbot photos forget charlie_brown --facts --yes

    A running bot follows at once: it goes on answering about everybody else.
    """
    from data.facts.facts_file import FactsFile
    from data.files.face_cache import delete_face_cache
    from data.files.library import PhotoLibrary
    from data.files.training_lock import TrainingLock
    from data.names import cousin_key
    from models.forgetting import forget as forget_versions
    from models.registry import Registry

    settings = read_settings()
    home = open_home(settings)
    facts = FactsFile(settings.facts)
    try:
        key = facts.book().find(cousin) or cousin_key(cousin)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    if facts.error and facts_too:
        raise click.ClickException(facts.error)
    if TrainingLock(home.training_lock).held():
        raise click.ClickException(
            "A version is being trained right now, perhaps on their photos: wait until it is done, or cancel it."
        )
    library = PhotoLibrary(home.photos)
    folders = library.folders_of(key)
    noted = asyncio.run(_noted(home, library, key))
    registry = Registry(home.models)
    versions = registry.knowing(key)
    known = key in facts.book().cousins
    if not (folders or noted.sent or noted.also_on or versions or (known and facts_too)):
        stays = f" {settings.facts} names them; --facts takes that out too." if known else ""
        raise click.ClickException(f"There is nothing of {key} to forget.{stays}")

    own = sum(1 for folder in folders for path in folder.rglob("*") if path.is_file())
    click.echo(
        f"Of {key} there are {counted(own, 'file')} in {home.photos}, {counted(len(noted.sent), 'photo')} that guests"
        f" sent (with all the faces in them), and {counted(len(versions), 'version')} trained on their photos."
    )
    if stay := noted.shared + noted.also_on:
        click.echo(f"{counted(stay, 'photo')} of them with other cousins will stay for those.")
    if not yes:
        click.confirm("Delete all of it? That can't be undone.", abort=True)

    names = [name for name in (facts.book().display_name(key), cousin) if name]
    # What says which faces are theirs goes last, so that an interrupted command can be given once more.
    outcome = forget_versions(
        registry, lambda face: face.cousin == key or (face.was_sent and face.sha256 in noted.sent)
    )
    asyncio.run(_forget_rows(home, key, names))
    for page in (home.root / "check.html", home.training_log):  # the one shows faces, the other names photos
        page.unlink(missing_ok=True)
    delete_face_cache(home.face_cache)  # all of it: they may be in anybody's photos
    asyncio.run(_forget_photos(home, library, key, folders))
    if facts_too:
        facts.forget(key)

    click.echo(f"{key} is forgotten.")
    if outcome.deleted:
        click.echo(f"Versions deleted: {', '.join(outcome.deleted)}.")
    if outcome.champion in outcome.deleted or (outcome.deleted and outcome.champion is None):
        click.echo("Nobody is left to recognise: stop the bot, or train anew.", err=True)
    elif outcome.deleted:
        click.echo(f"{outcome.champion} answers now, the same without them; `cousinbot train` makes one from anew.")
    if known and not facts_too:
        click.echo(f"{settings.facts} still names them: --facts would have taken that out.", err=True)
    click.echo("Not searched: group photos in other cousins' folders, earlier backups, and Telegram itself.", err=True)


@dataclass(frozen=True, slots=True)
class _Noted:
    """What the database has of a cousin.

    Attributes:
        sent: sha256 of the photos of them that guests sent.
        shared: how many photos in their folders show others too.
        also_on: how many photos in the folders of others they are on.
    """

    sent: frozenset[str]
    shared: int
    also_on: int


async def _noted(home: Home, library: PhotoLibrary, cousin: str) -> _Noted:
    from data.files.library import LibraryError
    from data.store.store import Store

    async with Store.open(home.database) as store:
        with suppress(LibraryError):  # there are no photos
            await store.catalogue.photos(library)
        return _Noted(
            frozenset(await store.forgetting.photos_of(cousin)),
            len(await store.catalogue.shared(cousin)),
            await store.catalogue.also_on(cousin),
        )


async def _forget_rows(home: Home, cousin: str, names: Sequence[str]) -> None:
    from data.store.store import Store

    async with Store.open(home.database) as store:
        for sha256 in await store.forgetting.cousin(cousin, names):
            (home.inbox / f"{sha256}.jpg").unlink(missing_ok=True)


async def _forget_photos(home: Home, library: PhotoLibrary, cousin: str, folders: Sequence[Path]) -> None:
    """Delete their folders, but for the photos of others, which go to the next cousin on each."""
    from data.store.store import Store

    async with Store.open(home.database) as store:
        for kept, other in (await store.catalogue.shared(cousin)).items():
            await store.catalogue.hand_over(library, kept, other)
        for folder in folders:
            shutil.rmtree(folder)
        await store.catalogue.forget(cousin)
        await store.forgetting.for_good()
