"""`photos import`."""

from __future__ import annotations

import asyncio
import json
import threading
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from cli import wording
from cli.group import ended_quickly
from cli.options import FILE, JSON
from cli.photos.command import home_without_training, photos
from cli.printing import at_terminal, progress_bars
from cli.resources import fetch_weights, open_home, read_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from data.files.home import Home
    from data.lookup import Called
    from data.settings import Settings
    from foundation.box import Box
    from foundation.progress import Progress
    from inference.faces.finding import FaceDetector
    from training.errors import TrainingError
    from training.importing.folders import Said
    from training.importing.outcome import Imported
    from training.importing.photo_import import How, Kind
    from training.importing.sources.immich import Immich

KINDS = ("auto", "folders", "tags", "picasa", "takeout", "immich")


@photos.command("import")
@click.argument("sources", metavar="SOURCE…", nargs=-1, required=True)
@click.option(
    "--from",
    "kind",
    type=click.Choice(KINDS),
    default="auto",
    show_default=True,
    help="What says who is on a photo.",
)
@click.option("--person", metavar="FOLDER", multiple=True, type=FILE, help="All photos in FOLDER show one cousin.")
@click.option(
    "--people",
    metavar="NAME,…",
    multiple=True,
    help="Take these people only. What is a folder means: each folder in it is a cousin's.",
)
@click.option(
    "--alike",
    type=click.Choice(["same", "different"]),
    help="Whether folders, or tags, with nearly the same name are one cousin's.",
)
@click.option("--dry-run", is_flag=True, help="Say what would become of every file, and change nothing.")
@JSON
def import_command(
    sources: tuple[str, ...],
    kind: Kind,
    person: tuple[Path, ...],
    people: tuple[str, ...],
    alike: Literal["same", "different"] | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Bring photos in, with the names they already carry, and say what became of every file.

    \b
    cousinbot photos import ~/Pictures/reunion
    cousinbot photos import ~/Downloads/takeout-001.zip ~/Downloads/takeout-002.zip
    cousinbot photos import https://immich.example.org

    JPEG, PNG, WebP, HEIC, GIF, TIFF, AVIF, BMP and the previews in cameras' raw files become upright JPEGs without
    metadata. What a file is called doesn't matter.

    Names are read from tags in photos and in sidecars beside them (XMP: digiKam, Lightroom, Windows, ACDSee and many
    others), from Picasa's .picasa.ini and contacts.xml, from a Google Takeout (its zips, or a folder), and from an
    Immich, whose key is asked for, or stands in COUSINBOT_IMMICH_KEY. Several people on one photo are no trouble: it is
    kept once, and teaches all of them. You are asked whom of those who are named to take; --people says it beforehand.

    Where nothing in a SOURCE is tagged, folders say it: SOURCE is one cousin's folder, or holds a folder for each
    cousin, called by their names. Folders within a cousin's are theirs if they are called after a time or an occasion,
    such as 2019, 2019-07 Spain, Christmas or DCIM; so is a single other folder beside photos of their own. Whatever
    else could be other people's you are asked about, or told to say with --person or --people. Beside tagged photos
    only folders called like cousins there are count; other untagged photos are left out.
    """
    from training.importing.cousins import Identities
    from training.importing.folders import Said
    from training.importing.levels import Layout
    from training.importing.telling import by_cousin, not_taken_in, totals
    from training.importing.wording import how_to_undo, nothing_to_import, rehearsed

    folders = frozenset(Path(value) for value in people if _holds_folders(Path(value)))
    names = {name.strip() for value in people if Path(value) not in folders for name in value.split(",")} - {""}
    said = Said(Layout(frozenset(person), folders), Identities(alike), frozenset(names) if names else None)
    with nullcontext(open_home(read_settings())) if dry_run else home_without_training() as home:
        imported = _import_asking(home, _sources(sources, kind), kind, said, dry_run, ask=not as_json and at_terminal())
    if as_json:
        click.echo(json.dumps(imported.as_json()))
    else:
        for line in by_cousin(imported):
            click.echo(line)
        for line in not_taken_in(imported):
            click.echo(line, err=True)
        click.echo(totals(imported))
        if dry_run:
            click.echo(rehearsed(), err=True)
        elif any(outcome.faces for outcome in imported.outcomes):
            click.echo(how_to_undo(), err=True)
    if all(outcome.became in ("left_out", "unreadable") for outcome in imported.outcomes):
        raise click.ClickException(nothing_to_import())


def _holds_folders(path: Path) -> bool:
    """Whether each folder in it can be a cousin's; what holds none is called like somebody by chance."""
    try:
        return any(inner.is_dir() for inner in path.iterdir())
    except OSError:
        return False


def _sources(given: Sequence[str], kind: Kind) -> list[Path | str]:
    """Folders and files, and addresses."""
    from training.importing.sources import wording
    from training.importing.sources.immich import is_address

    for source in given:
        if kind == "immich" and not is_address(source):
            raise click.UsageError(wording.no_folder_of_immich(source))
        if kind not in ("auto", "immich") and is_address(source):
            raise click.UsageError(wording.no_address_here(source, kind))
    return [source if is_address(source) else Path(source) for source in given]


def _import_asking(
    home: Home, sources: Sequence[Path | str], kind: Kind, said: Said, dry_run: bool, *, ask: bool
) -> Imported:
    """Import, and ask whoever sits at the terminal as often as something may mean more than one thing."""
    from training.importing.cousins import UnclearNames
    from training.importing.levels import UnclearFolder
    from training.importing.photo_import import How
    from training.importing.sources.people import UnclearPeople

    settings = read_settings()
    how = How(kind, said, ask, home.root, rehearsal=dry_run, immich=_immich(settings, ask=ask))
    while True:
        try:
            with ended_quickly(wording.import_stopped()):
                return asyncio.run(_import(home, settings, sources, how))
        except (UnclearFolder, UnclearNames, UnclearPeople) as unclear:
            if not ask:
                raise click.UsageError(str(unclear)) from None
            how = replace(how, said=_ask(unclear, how.said))


def _ask(unclear: TrainingError, said: Said) -> Said:
    """What was said, and the answer to one more question. Whoever wants neither ends it with Ctrl-C."""
    from training.importing.cousins import UnclearNames
    from training.importing.levels import UnclearFolder
    from training.importing.sources.people import UnclearPeople
    from training.importing.sources.wording import with_counts
    from training.importing.wording import some

    if isinstance(unclear, UnclearPeople):
        question = wording.whom_to_take(with_counts(unclear.names))
        taken = click.prompt(question, default="", show_default=False, err=True, value_proc=_names_of(unclear.names))
        return replace(said, chosen={**said.chosen, **{name: name in taken for name in unclear.names}})
    if isinstance(unclear, UnclearNames):
        question = wording.same_person(unclear.names.folders, unclear.names.cousins)
        same: Literal["same", "different"] = "same" if click.confirm(question, err=True) else "different"
        known = {**said.identities.of, unclear.names.folders: same}
        return replace(said, identities=replace(said.identities, of=known))
    assert isinstance(unclear, UnclearFolder)
    question = wording.who_is_it(unclear.folder, unclear.name, some(unclear.within))
    if not unclear.within:
        click.confirm(question, abort=True, err=True)
    elif click.prompt(question, type=click.Choice(["one", "each"]), err=True) == "each":
        return replace(said, layout=replace(said.layout, people=said.layout.people | {unclear.folder}))
    return replace(said, layout=replace(said.layout, person=said.layout.person | {unclear.folder}))


def _names_of(there: Mapping[str, int]) -> Callable[[str], list[str]]:
    """What makes of an answer those of these names that are in it; all where it is empty."""

    def names(answer: str) -> list[str]:
        from data.names import compared

        typed = [one.strip() for one in answer.split(",") if one.strip()]
        known = {compared(name): name for name in there}
        if missing := [one for one in typed if compared(one) not in known]:
            raise click.UsageError(wording.nobody_of_these(missing))
        return [known[compared(one)] for one in typed] or list(there)

    return names


async def _import(home: Home, settings: Settings, sources: Sequence[Path | str], how: How) -> Imported:
    from actions.changes.imports import noted_import
    from data.files.library import PhotoLibrary
    from data.store.store import Store
    from inference.decoding.sandbox import Decoding
    from training.importing.photo_import import import_photos

    library = PhotoLibrary(home.photos)
    async with Store.open(home.database) as store, Decoding.of_family_files() as decoding:
        with progress_bars() as progress:
            how = replace(
                how,
                successors=await store.changes.successors(),
                family=_family(library.cousins_there(), settings),
                find_faces=_faces(home, progress),
            )
            async with nullcontext() if how.rehearsal else noted_import(home, store):
                return await import_photos(sources, library, store.catalogue, decoding, progress, how)


def _family(cousins: frozenset[str], settings: Settings) -> list[Called]:
    """What everybody is called who has a folder or stands in facts.yaml."""
    from data.facts.facts_file import FactsFile

    book = FactsFile(settings.facts, lambda: cousins).book()
    return [book.called(key) for key in sorted({*cousins, *book.cousins})]


def _faces(home: Home, progress: Progress) -> Callable[[bytes], list[Box]]:
    """What finds faces in a JPEG of ours. Nothing is loaded, or fetched, before a photo is tagged."""
    lock = threading.Lock()
    detectors: list[FaceDetector] = []

    def find(jpeg: bytes) -> list[Box]:
        from inference.decoding.photo import decode
        from inference.faces.detectors import load_detector
        from inference.faces.finding import find_faces

        with lock:
            if not detectors:
                fetch_weights(home, progress, face_finder_only=True)
                detectors.append(load_detector(home.weights))
        return [face.box for face in find_faces(detectors[0], decode(jpeg).pixels) if face.found]

    return find


def _immich(settings: Settings, *, ask: bool) -> Callable[[str], Immich]:
    """What opens an Immich, with a key that is asked for once. It never stands on the command line."""
    keys = [settings.immich_key.get_secret_value()] if settings.immich_key else []

    def opened(address: str) -> Immich:
        from training.errors import TrainingError
        from training.importing.sources.immich import Immich
        from training.importing.sources.wording import no_immich_key

        if not keys:
            if not ask:
                raise TrainingError(no_immich_key(address))
            keys.append(click.prompt(wording.immich_key(address), hide_input=True, err=True).strip())
        return Immich(address, keys[0])

    return opened
