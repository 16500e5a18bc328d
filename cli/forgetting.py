"""`photos forget`: a cousin who wants to be forgotten."""

from __future__ import annotations

import asyncio

import click

from cli.photos import photos
from cli.printing import counted
from cli.resources import open_home, read_settings


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
    from actions.forgetting import find_traces, forget_cousin
    from data.facts.facts_file import FactsFile
    from data.files.training_lock import TrainingLock
    from data.names import cousin_key

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
    traces = asyncio.run(find_traces(home, key))
    known = key in facts.book().cousins
    if not (traces or (known and facts_too)):
        stays = f" {settings.facts} names them; --facts takes that out too." if known else ""
        raise click.ClickException(f"There is nothing of {key} to forget.{stays}")

    click.echo(
        f"Of {key} there are {counted(traces.files, 'file')} in {home.photos},"
        f" {counted(len(traces.sent), 'photo')} that guests sent (with all the faces in them),"
        f" and {counted(len(traces.versions), 'version')} trained on their photos."
    )
    if not yes:
        click.confirm("Delete all of it? That can't be undone.", abort=True)

    names = [name for name in (facts.book().display_name(key), cousin) if name]
    outcome = asyncio.run(forget_cousin(home, traces, names))
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
