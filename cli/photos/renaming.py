"""`photos rename`, `photos merge`, `photos undo`, `photos unshare`: who the cousins are, put right."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import click

from cli import wording
from cli.options import FILE, JSON
from cli.photos.command import home_without_training, photos
from cli.printing import print_table
from cli.resources import open_home, read_settings

if TYPE_CHECKING:
    from pathlib import Path

    from actions.changes.renaming import Renaming
    from data.changes.log import Change
    from data.files.home import Home

_YES = click.option("--yes", is_flag=True, help="Don't ask.")


@photos.command()
@click.argument("old")
@click.argument("new")
@_YES
@JSON
def rename(old: str, new: str, yes: bool, as_json: bool) -> None:
    """Give a cousin another name.

    Photos, facts, corrections, buttons and the versions follow, and so does a running bot.

    \b
    cousinbot photos rename messi "Leo Messi"
    cousinbot photos rename messi leo_messi --yes     also after photos/messi was renamed by hand

    OLD is exactly the name of their folder, as “photos list” shows it; NEW is a name as you would write it.
    """
    with home_without_training() as home:
        asyncio.run(_rename(home, old, new, merge=False, yes=yes, as_json=as_json))


@photos.command()
@click.argument("old", metavar="FROM")
@click.argument("new", metavar="INTO")
@_YES
@JSON
def merge(old: str, new: str, yes: bool, as_json: bool) -> None:
    """Two cousins are one person: all there is of FROM becomes INTO's. A running bot follows at once.

    \b
    cousinbot photos merge ann anna
    cousinbot photos merge ann anna --yes

    Both are exactly the names of their folders, as “photos list” shows them.
    """
    with home_without_training() as home:
        asyncio.run(_rename(home, old, new, merge=True, yes=yes, as_json=as_json))


@photos.command()
@click.option("--list", "listing", is_flag=True, help="List the last 20 changes, the newest first. Changes nothing.")
@_YES
@JSON
def undo(listing: bool, yes: bool, as_json: bool) -> None:
    """Take back the newest rename, merge, import, or deletion of a photo. What was forgotten does not come back.

    \b
    cousinbot photos undo
    cousinbot photos undo --list
    """
    if listing:
        changes = asyncio.run(_changes(open_home(read_settings())))
        if as_json:
            click.echo(json.dumps({"changes": [_as_json(change) for change in changes]}))
        elif not changes:
            click.echo(wording.no_changes_yet())
        else:
            print_table(wording.changes_header(), [_row(change) for change in changes])
        return
    with home_without_training() as home:
        asyncio.run(_undo(home, yes=yes, as_json=as_json))


@photos.command()
@click.argument("cousin")
@click.argument("files", metavar="PHOTO…", nargs=-1, required=True, type=FILE)
def unshare(cousin: str, files: tuple[Path, ...]) -> None:
    """Say that a photo does not show COUSIN; it stays for the others it is filed under.

    \b
    cousinbot photos unshare ben clara/clara_7.jpg

    COUSIN is exactly the name of their folder; PHOTO is a file in the photos' folder, as “photos check” and “train”
    print it.
    """
    with home_without_training() as home:
        asyncio.run(_unshare(home, cousin, files))


async def _unshare(home: Home, cousin: str, files: tuple[Path, ...]) -> None:
    from actions.changes.unsharing import unshare
    from data.store.store import Store

    async with Store.open(home.database) as store:
        for file in files:
            photo = file if file.exists() else home.photos / file
            click.echo(wording.unshared(cousin, await unshare(home, store, cousin, photo)))


async def _rename(home: Home, old: str, new: str, *, merge: bool, yes: bool, as_json: bool) -> None:
    from actions.changes.renaming import Renamings
    from actions.cousins import Names
    from actions.exact_cousin import exact_cousin, known_cousins
    from data.facts.facts_file import FactsFile
    from data.store.store import Store

    family = await known_cousins(home)
    facts = FactsFile(read_settings().facts, lambda: family)
    old = exact_cousin(old, family, facts.book())
    if merge:
        new = exact_cousin(new, family, facts.book())
    async with Store.open(home.database) as store:
        renamings = Renamings(home, store, facts)

        async def planned() -> Renaming:
            return await (renamings.plan_merge(old, new) if merge else renamings.plan_rename(old, new))

        renaming = await planned()
        told = wording.will_be_merged if merge else wording.will_be_called
        click.echo(told(old, renaming.name, renaming.new), err=as_json)
        click.echo(wording.what_follows(renaming.photos, renaming.statements, len(renaming.versions)), err=as_json)
        if not yes:
            click.confirm(wording.really_merge() if merge else wording.really_rename(), abort=True, err=as_json)
            renaming = await planned()  # photos may have come while the question waited
        names = Names(facts.book(), family)
        before, into = (names.shown(key, to_admins=True) for key in (old, renaming.new))
        trouble = await renamings.carry_out(renaming)
    if as_json:
        done = {"old": renaming.old, "new": renaming.new, "name": renaming.name, "photos": renaming.photos}
        click.echo(json.dumps(done | {"corrections": renaming.statements, "versions": renaming.versions}))
    else:
        was = before if before != renaming.name else old  # only the folder has another name
        click.echo(wording.merged(before, into) if merge else wording.renamed(was, renaming.name))
    for one in trouble:
        click.echo(wording.facts_by_hand(one), err=True)


async def _undo(home: Home, *, yes: bool, as_json: bool) -> None:
    from actions.changes.undoing import Undoing
    from actions.changes.wording import taken_back
    from data.facts.facts_file import FactsFile
    from data.store.store import Store

    async with Store.open(home.database) as store:
        undoing = Undoing(home, store, FactsFile(read_settings().facts))
        change = await store.changes.newest()
        if change is None:
            raise click.ClickException(wording.nothing_to_undo())
        plan = await undoing.plan(change)
        click.echo(wording.will_be_taken_back(change), err=as_json)
        if not yes:
            click.confirm(wording.really_undo(), abort=True, err=as_json)
            plan = await undoing.plan(change)
        trouble = await undoing.carry_out(plan)
    done = {"taken_back": True, "kept": plan.kept}
    click.echo(json.dumps(_as_json(change) | done) if as_json else taken_back(plan.kept))
    for one in trouble:
        click.echo(wording.facts_by_hand(one), err=True)


async def _changes(home: Home) -> list[Change]:
    from data.store.store import Store

    async with Store.open(home.database) as store:
        return await store.changes.latest()


def _row(change: Change) -> tuple[str, str, str, str]:
    when = f"{change.at.astimezone():%Y-%m-%d %H:%M}"
    return when, wording.what_changed(change), str(change.photos), wording.was_taken_back(change)


def _as_json(change: Change) -> dict[str, Any]:
    return {
        "at": change.at.isoformat(),
        "kind": change.kind,
        "old": change.old,
        "new": change.new,
        "photos": change.photos,
        "taken_back": change.undo is None,
    }
