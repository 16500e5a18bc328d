"""`photos forget`: a cousin who wants to be forgotten."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from cli import wording
from cli.photos.command import home_without_training, photos
from cli.printing import progress_bars
from cli.resources import device_of, face_network, labelled_files, load_face_detector, read_settings

if TYPE_CHECKING:
    from pathlib import Path

    from actions.forgetting import Traces
    from data.files.home import Home
    from data.settings import Settings
    from training.dataset.labelled import LabelledFile
    from training.evaluation.whose_face import Whose


@photos.command()
@click.argument("cousin")
@click.option("--facts", "facts_too", is_flag=True, help="Take the cousin's entry out of facts.yaml too.")
@click.option("--yes", is_flag=True, help="Don't ask.")
def forget(cousin: str, facts_too: bool, yes: bool) -> None:
    """Delete a cousin and all there is of them.

    That is their photos, guests' photos of them, faces, corrections, and the versions trained on them.

    \b
    cousinbot photos forget charlie_brown
    cousinbot photos forget charlie_brown --facts --yes

    Where “photos export” has written their name beside photos, it is taken out, and copies that it made of photos of
    them are deleted. What can't be reached, as on a disk that is not there, is listed.

    A photo that is filed under another cousin too stays for them, unless it shows nobody but COUSIN. Where that can't
    be told, you are asked; with --yes it stays, and is listed.

    COUSIN is exactly the name of their folder, as “photos list” shows it. Any other name ends with exit code 2, and a
    list of those who may be meant.
    A running bot follows at once: it goes on answering about everybody else.
    """
    from actions.exact_cousin import exact_cousin, known_cousins
    from actions.forgetting import find_traces, forget_cousin, photos_that_stayed, wait_until_gone
    from data.facts.facts_file import FactsFile

    settings = read_settings()
    # From before the question to the end: a run that starts meanwhile would bring them back.
    home = click.get_current_context().with_resource(home_without_training())
    family = asyncio.run(known_cousins(home))
    facts = FactsFile(settings.facts, lambda: family)
    key = exact_cousin(cousin, family, facts.book())
    if facts.error and facts_too and not facts.is_blank:
        raise click.ClickException(facts.error)
    traces = asyncio.run(find_traces(home, key))
    known = key in facts.book().cousins
    if not (traces or (known and facts_too)):
        raise click.ClickException(
            wording.nothing_but_facts(key, settings.facts) if known else wording.nothing_to_forget(key)
        )

    click.echo(wording.traces(key))
    click.echo(wording.files_in(traces.files, home.photos))
    shared = _shared_photos(settings, home, traces)
    alone, unclear = shared["theirs"], shared["unclear"]
    if stay := len(traces.shared | traces.also_on) - len(alone):
        click.echo(wording.photos_that_stay(stay))
    if alone:
        click.echo(wording.photos_of_them_alone(key, sorted(alone.values())))
    click.echo(wording.photos_from_guests(len(traces.sent)))
    click.echo(wording.versions_trained_on(len(traces.versions)))
    if traces.sidecars:
        click.echo(wording.names_beside_photos(key, len(traces.sidecars)))
    if not yes:
        if unclear and click.confirm(wording.unclear_too(key, sorted(unclear.values()))):
            alone |= unclear
        click.confirm(wording.really_delete(), abort=True)
        traces = asyncio.run(find_traces(home, key))  # photos may have come while the question waited

    names = [facts.book().display_name(key)]
    outside = traces.outside
    unreached: list[Path] = []
    outcome = asyncio.run(forget_cousin(home, traces, names, set(alone), unreached.append))
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
    for file in unreached:
        click.echo(wording.sidecar_not_reached(file), err=True)
    if stayed := asyncio.run(photos_that_stayed(home, traces)):
        click.echo(wording.look_at_what_stayed(key, stayed), err=True)
    click.echo(wording.not_searched(), err=True)


def _shared_photos(settings: Settings, home: Home, traces: Traces) -> dict[Whose, dict[str, Path]]:
    """The photos that are filed under others too, by whom their faces show: sha256 -> where one lies."""
    from data.files.face_cache import FaceCache
    from data.files.library import LibraryError, PhotoLibrary
    from data.store.store import Store
    from training.evaluation.whose_face import whose_faces

    async def files() -> list[LabelledFile]:
        async with Store.open(home.database) as store:
            return labelled_files(await store.catalogue.photos(PhotoLibrary(home.photos)))

    shared: dict[Whose, dict[str, Path]] = defaultdict(dict)
    if not traces.shared | traces.also_on:
        return shared
    with suppress(LibraryError), progress_bars() as progress:  # there are no photos
        labelled = asyncio.run(files())
        detector, cache = load_face_detector(settings, progress), FaceCache(home.face_cache)
        network = face_network(settings)
        whose = whose_faces(labelled, traces.cousin, network, detector, device_of(settings), progress, cache=cache)
        cache.close()
        for file in reversed(labelled):
            if file.sha256 in whose:
                shared[whose[file.sha256]][file.sha256] = file.path
    return shared
