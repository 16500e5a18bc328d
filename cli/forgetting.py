"""`photos forget`: a cousin who wants to be forgotten."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from typing import TYPE_CHECKING

import click

from cli.photos import photos
from cli.printing import counted
from cli.resources import open_home, read_settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from data.files.home import Home


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
    folders = PhotoLibrary(home.photos).folders_of(key)
    sent = asyncio.run(_sent_photos(home, key))
    registry = Registry(home.models)
    versions = registry.knowing(key)
    known = key in facts.book().cousins
    if not (folders or sent or versions or (known and facts_too)):
        stays = f" {settings.facts} names them; --facts takes that out too." if known else ""
        raise click.ClickException(f"There is nothing of {key} to forget.{stays}")

    own = sum(1 for folder in folders for path in folder.rglob("*") if path.is_file())
    click.echo(
        f"Of {key} there are {counted(own, 'file')} in {home.photos}, {counted(len(sent), 'photo')} that guests sent"
        f" (with all the faces in them), and {counted(len(versions), 'version')} trained on their photos."
    )
    if not yes:
        click.confirm("Delete all of it? That can't be undone.", abort=True)

    names = [name for name in (facts.book().display_name(key), cousin) if name]
    # What says which faces are theirs goes last, so that an interrupted command can be given once more.
    shown = _digests(home.inbox / f"{sha256}.jpg" for sha256 in sent)
    outcome = forget_versions(registry, lambda sample: sample.cousin == key or sample.sha256 in shown)
    asyncio.run(_forget_rows(home, key, names))
    for page in (home.root / "check.html", home.training_log):  # the one shows faces, the other names photos
        page.unlink(missing_ok=True)
    delete_face_cache(home.face_cache)  # all of it: they may be in anybody's photos
    for folder in folders:
        shutil.rmtree(folder)
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


async def _sent_photos(home: Home, cousin: str) -> Sequence[str]:
    from data.store.store import Store

    if not home.database.exists():
        return []
    async with Store.open(home.database) as store:
        return await store.forgetting.photos_of(cousin)


async def _forget_rows(home: Home, cousin: str, names: Sequence[str]) -> None:
    from data.store.store import Store

    if not home.database.exists():
        return
    async with Store.open(home.database) as store:
        for sha256 in await store.forgetting.cousin(cousin, names):
            (home.inbox / f"{sha256}.jpg").unlink(missing_ok=True)


def _digests(files: Iterable[Path]) -> set[str]:
    """By which training knows these files."""
    return {hashlib.sha256(file.read_bytes()).hexdigest() for file in files if file.exists()}
