"""`photos forget`: a cousin who wants to be forgotten."""

from __future__ import annotations

import asyncio

import click

from cli import wording
from cli.photos.command import photos
from cli.resources import open_home, read_settings


@photos.command()
@click.argument("cousin")
@click.option("--facts", "facts_too", is_flag=True, help="Take their entry out of facts.yaml too.")
@click.option("--yes", is_flag=True, help="Don't ask.")
def forget(cousin: str, facts_too: bool, yes: bool) -> None:
    """Delete a cousin and all there is of them.

    That is their photos, guests' photos of them, faces, corrections, and the versions trained on them.

    \b
    cousinbot photos forget charlie_brown
    cousinbot photos forget charlie_brown --facts --yes

    COUSIN is exactly the name of their folder, as “photos list” shows it. Any other name ends with exit code 2, and a
    list of those who may be meant.
    A running bot follows at once: it goes on answering about everybody else.
    """
    from actions.exact_cousin import exact_cousin, known_cousins
    from actions.forgetting import find_traces, forget_cousin, photos_that_stayed, wait_until_gone
    from data.facts.facts_file import FactsFile
    from data.files.training_lock import without_training

    settings = read_settings()
    home = open_home(settings)
    family = asyncio.run(known_cousins(home))
    facts = FactsFile(settings.facts, lambda: family)
    key = exact_cousin(cousin, family, facts.book())
    if facts.error and facts_too:
        raise click.ClickException(facts.error)
    # From before the question to the end: a run that starts meanwhile would bring them back.
    command = click.get_current_context()
    command.with_resource(without_training(home, f"{photos.name} {command.info_name}"))
    traces = asyncio.run(find_traces(home, key))
    known = key in facts.book().cousins
    if not (traces or (known and facts_too)):
        raise click.ClickException(
            wording.nothing_but_facts(key, settings.facts) if known else wording.nothing_to_forget(key)
        )

    click.echo(wording.traces(key))
    click.echo(wording.files_in(traces.files, home.photos))
    if stay := traces.shared | traces.also_on:
        click.echo(wording.photos_that_stay(len(stay)))
    click.echo(wording.photos_from_guests(len(traces.sent)))
    click.echo(wording.versions_trained_on(len(traces.versions)))
    if not yes:
        click.confirm(wording.really_delete(), abort=True)
        traces = asyncio.run(find_traces(home, key))  # photos may have come while the question waited

    names = [facts.book().display_name(key)]
    outside = traces.outside
    outcome = asyncio.run(forget_cousin(home, traces, names))
    if facts_too:
        facts.forget(key)
    asyncio.run(wait_until_gone(home, lambda: click.echo(wording.database_still_read(), err=True)))

    click.echo(wording.forgotten(key))
    if outcome.deleted:
        click.echo(wording.versions_deleted(outcome.deleted))
    if outcome.champion in outcome.deleted or (outcome.deleted and outcome.champion is None):
        click.echo(wording.nobody_left(), err=True)
    elif outcome.deleted and outcome.champion is not None:
        click.echo(wording.answers_without(outcome.champion))
    if known and not facts_too:
        click.echo(wording.facts_still_name(settings.facts), err=True)
    for folder in outside:
        click.echo(wording.photos_outside(folder), err=True)
    if stayed := asyncio.run(photos_that_stayed(home, traces)):
        click.echo(wording.look_at_what_stayed(key, stayed), err=True)
    click.echo(wording.not_searched(), err=True)
