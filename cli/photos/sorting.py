"""`photos sort` and `photos name`: photos that nobody has labelled are grouped by who is on them, and groups named."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import click

from cli import wording
from cli.group import ended_quickly
from cli.options import FILE, JSON
from cli.photos.command import photos
from cli.printing import at_terminal, print_table, progress_bars
from cli.resources import (
    device_of,
    face_network,
    labelled_files,
    load_face_detector,
    names_of,
    open_home,
    read_settings,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from actions.cousins import Names
    from actions.groups.taking_in import TakenIn
    from data.files.face_cache import FaceCache
    from data.files.home import Home
    from data.settings import Settings
    from data.sorting.sorted_faces import SortedFace
    from data.store.store import Store
    from foundation.progress import Progress
    from inference.faces.finding import Pixels
    from training.dataset.labelled import LabelledFile
    from training.sorting.sorting import SortedPhotos

_LISTED = 20
"""Groups, the biggest first."""


@photos.command()
@click.argument("folders", metavar="DIR…", nargs=-1, required=True, type=FILE)
@click.option("--sheet", type=FILE, help="Where the contact sheet goes; default: groups.html in COUSINBOT_HOME.")
@JSON
def sort(folders: tuple[Path, ...], sheet: Path | None, as_json: bool) -> None:
    """Group the faces on photos that nobody has labelled yet, so that you can name them.

    \b
    cousinbot photos sort ~/Pictures/2019 ~/Pictures/2020
    cousinbot photos name 3 "Aunt Maya"

    Cousins whom the bot would name get their faces by themselves; the others are put together where they are certainly
    one person. The photos stay where they are, and nothing is copied until you say whose a group is.

    Run it again whenever there are new photos, or to go on where it was stopped: every photo is looked at once, and
    what you have said of a group stays.
    """
    settings = read_settings()
    home = open_home(settings)
    with ended_quickly(wording.sorting_stopped()), progress_bars() as progress:
        done, cache = asyncio.run(_sort(settings, home, folders, progress))
    for path, why in done.left_out:
        click.echo(wording.file_left_out(str(path), why), err=True)
    page = sheet or home.groups_page
    _write_sheet(page, done, cache, settings, home)
    if as_json:
        click.echo(json.dumps(_as_json(done)))
    else:
        _say(done, _names(settings, home), page)


@photos.command("name")
@click.argument("group", type=click.IntRange(min=1))
@click.argument("name")
@click.option("--new", is_flag=True, help="NAME is someone new: don't ask.")
@JSON
def name_group(group: int, name: str, new: bool, as_json: bool) -> None:
    """Say whose faces a group of “photos sort” are; their photos are taken in.

    \b
    cousinbot photos name 3 "Aunt Maya"
    cousinbot photos name 3 maya
    cousinbot photos undo                   take it back

    NAME is a cousin's name, alias or key as everybody writes it, or the name of someone new. Each photo is kept once,
    with where the face is on it. The next training learns from it.
    """
    from actions.groups.deciding import NoSuchGroup

    settings = read_settings()
    home = open_home(settings)
    cousin = _cousin(name, new, _names(settings, home))
    try:
        number, taken = asyncio.run(_name(home, group, cousin))
    except NoSuchGroup as error:
        raise click.UsageError(str(error)) from None
    for path, why in taken.missing:
        click.echo(wording.file_left_out(str(path), why), err=True)
    if as_json:
        missing = [{"photo": str(path), "why": why} for path, why in taken.missing]
        done: dict[str, Any] = {"group": str(number), "cousin": cousin, "added": taken.added, "known": taken.known}
        click.echo(json.dumps(done | {"missing": missing}))
        return
    if number != group:
        click.echo(wording.group_in_another(group, number), err=True)
    click.echo(wording.group_named(number, _names(settings, home).shown(cousin, to_admins=True), taken.added))
    click.echo(wording.after_naming(), err=True)


async def _sort(
    settings: Settings, home: Home, folders: Sequence[Path], progress: Progress
) -> tuple[SortedPhotos, FaceCache]:
    from data.facts.facts_file import FactsFile
    from data.files.face_cache import FaceCache
    from data.store.store import Store
    from inference.decoding.sandbox import Decoding
    from training.dataset.face_extractor import FaceExtractor
    from training.fingerprint import fingerprint
    from training.sorting.border import choose_border
    from training.sorting.sorting import sort_photos

    detector, device = load_face_detector(settings, progress), device_of(settings)
    shape, cache = face_network(settings), FaceCache(home.face_cache)
    network = fingerprint(shape, shape.build_body(True))
    async with Store.open(home.database) as store, Decoding.of_family_files() as decoding:
        loop = asyncio.get_running_loop()

        def pixels_of(data: bytes) -> Pixels:
            return asyncio.run_coroutine_threadsafe(decoding.decode(data), loop).result().pixels

        extractor = FaceExtractor(shape, detector, device, cache, pixels_of)
        files = await _labelled(home, store)
        border = await asyncio.to_thread(choose_border, files, shape, detector, device, progress, cache)
        facts = FactsFile(settings.facts, lambda: frozenset(file.cousin for file in files))
        done = await sort_photos(folders, home, store, extractor, network, border, facts.book(), progress)
    return done, cache


async def _labelled(home: Home, store: Store) -> list[LabelledFile]:
    from data.files.library import LibraryError, PhotoLibrary

    try:
        return labelled_files(await store.catalogue.photos(PhotoLibrary(home.photos)))
    except LibraryError:  # there are none yet
        return []


async def _name(home: Home, group: int, cousin: str) -> tuple[int, TakenIn]:
    """The number that the group has now, and what was taken in."""
    from actions.groups.deciding import GroupDeciding
    from actions.groups.groups import find_group
    from data.store.store import Store
    from inference.decoding.sandbox import Decoding

    async with Store.open(home.database) as store, Decoding.of_family_files() as decoding:
        found = await find_group(store, group)
        taken = await GroupDeciding(home, store, decoding).name(group, cousin, 0)
        return found.id if found else group, taken


def _names(settings: Settings, home: Home) -> Names:
    from actions.exact_cousin import known_cousins

    return names_of(asyncio.run(known_cousins(home)), settings)


def _cousin(name: str, new: bool, names: Names) -> str:
    """The key of whoever is meant. Only at a terminal it is asked who that is."""
    from data.names import cousin_key, free_key

    match = names.look_up(name, to_admins=True)
    if match.only is not None and not new:
        return cousin_key(match.only) if match.only not in names.listed(to_admins=True) else match.only
    if len(match.cousins) > 1:
        raise click.UsageError(wording.which_cousin(name, match.cousins))
    try:
        key = free_key(name, names.listed(to_admins=True))
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    if new:
        return key
    if not at_terminal():
        raise click.UsageError(wording.nobody_is_called(name, match.near))
    for near in match.near:
        if click.confirm(wording.is_it(name, names.shown(near, to_admins=True)), err=True):
            return near
    click.confirm(wording.someone_new(name), abort=True, err=True)
    return key


def _write_sheet(page: Path, done: SortedPhotos, cache: FaceCache, settings: Settings, home: Home) -> None:
    from training.dataset.extracted_faces import portrait
    from training.reports.groups import write_groups

    def face_of(face: SortedFace) -> Any:
        return portrait(lambda: cache.portrait(face.sha256, "", face.number))

    names = _names(settings, home)
    try:
        write_groups(page, done.groups.waiting(), face_of, lambda cousin: names.shown(cousin, to_admins=True))
    except OSError as error:
        raise click.ClickException(wording.sheet_not_written(page, error.strerror or str(error))) from error


def _as_json(done: SortedPhotos) -> dict[str, Any]:
    def face(one: SortedFace) -> dict[str, Any]:
        return {"photo": str(one.path), "box": list(one.box.sides)}

    groups = [
        {"id": str(group.id), "cousin": group.cousin, "faces": [face(one) for one in group.faces]}
        for group in done.groups.groups
    ]
    return {"groups": groups, "apart": [face(one) for one in done.groups.apart]}


def _say(done: SortedPhotos, names: Names, page: Path) -> None:
    groups = done.groups.groups
    rows = [
        (str(group.id), names.shown(group.cousin, to_admins=True) if group.cousin else "", str(len(group.faces)))
        for group in groups[:_LISTED]
    ]
    if rows:
        print_table(wording.groups_header(), rows)
    if len(groups) > _LISTED:
        click.echo(wording.more_groups(len(groups) - _LISTED))
    click.echo(wording.faces_sorted(done.looked_at + done.known, done.looked_at, len(groups), len(done.groups.apart)))
    if done.without_face:
        click.echo(wording.nobody_on(done.without_face))
    border = done.border
    click.echo(wording.own_border(border.cousins) if border.cousins else wording.shipped_border())
    if done.recognised.other_network:
        click.echo(wording.nobody_recognised(), err=True)
    if waiting := done.groups.waiting():
        click.echo(wording.groups_sheet(page))
        click.echo(wording.name_the_groups(waiting[0].id), err=True)
