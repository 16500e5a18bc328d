"""A change of who the cousins are, written down before it begins, and finished by the next start where it was killed.

Photos, facts.yaml, the trained versions and the database can't change in one instant. So the plan goes to the disk
first, each step of it may be taken twice, and the plan is deleted last: before it is there everything is as it was,
and from then on whatever opens the home next brings it to its end.
"""

import asyncio
import json
import logging
import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from actions.changes import wording
from actions.changes.imports import note_killed_import
from actions.changes.removals import bring_back, remove
from data.changes.log import Kind
from data.changes.moves import Move, carry_out
from data.facts.editing import Edit, rename_entry, restore_entry
from data.facts.facts_file import change_facts, forget_entry
from data.facts.parser import FactsError
from data.facts.stub import StubError, add_stub
from data.files.face_cache import forget_faces
from data.files.home import Home, HomeError
from data.files.library import LibraryError, PhotoLibrary
from data.files.training_lock import TrainingLock
from data.names import shown_name
from data.store.catalogue import SORTED
from data.store.store import Store
from foundation.box import Box
from foundation.storage_errors import why
from foundation.whole_file import sync_folder, write_whole
from models.registry import Registry
from models.renaming import rename_in_versions, restore_versions

logger = logging.getLogger(__name__)

_HOLDER: Final = "rename"
"""Who keeps training runs away while an interrupted change is finished."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a change does, in words that JSON has.

    Attributes:
        do: `name`: `new` in place of `old`; `unname`: the other way round; `unimport`: photos of an import go;
            `remove`: a photo of `old`'s goes; `unremove`: it comes back; `ungroup`: groups are as they were.
        token: known to the table of changes, so that a plan that is finished twice is one change.
        moves: of files in the library.
        folded: there was something of `new` before, which nobody could tell apart from `old`'s afterwards.
        shown: how they are to be shown; None: as it goes along.
        facts: what takes the change of facts.yaml back; None where there is none to make.
        facts_gone: what would take it back was deleted, for it named somebody who was forgotten.
        stub: they get an entry in facts.yaml, which has none, for their name does not follow from the key.
        known: versions that spoke of `new` before.
        there: the files in the folder of `new` when this is done.
        change: the row that is taken back.
        files: photos to delete, relative to the library, and the sha256 they are known by.
        folders: folders to delete if they are empty then.
        former: sha256, cousin and box of faces that had another name before, and get it back.
        kept: how many photos of the import stay, for a person has replaced or moved them since.
    """

    do: Literal["name", "unname", "unimport", "remove", "unremove", "ungroup"]
    token: str
    kind: Kind
    facts_file: str = ""
    old: str = ""
    new: str = ""
    photos: int = 0
    moves: list[Move] = field(default_factory=list)
    folded: bool = False
    shown: str | None = None
    facts: dict[str, Any] | None = None
    facts_gone: bool = False
    stub: bool = False
    known: list[str] = field(default_factory=list)
    there: list[str] = field(default_factory=list)
    change: int = 0
    files: list[tuple[str, str]] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    kept: int = 0
    former: list[tuple[str, str, float, float, float, float]] = field(default_factory=list)


async def run(home: Home, store: Store, plan: Plan) -> list[str]:
    """Write the plan down, carry it out, and return what a person still has to do in facts.yaml. Raises `OSError`.

    For whoever holds the lock that keeps training runs away.
    """
    await asyncio.to_thread(write_whole, home.pending_change, json.dumps(asdict(plan)))
    return await _carry_out(home, store, plan)


def is_interrupted(home: Home) -> bool:
    """Whether a change or an import was interrupted, or is being made at this moment."""
    return home.pending_change.exists() or home.pending_import.exists()


def finish_interrupted(home: Home) -> None:
    """Finish a change, and note an import, that was interrupted; nothing where one is being made at this moment.

    Raises:
        HomeError: it can't be finished now, or nobody can read what it was.
        StoreError: the database can't be opened.
    """
    if is_interrupted(home):
        # A home is opened within running event loops and outside of them.
        with ThreadPoolExecutor(1) as thread:
            try:
                thread.submit(asyncio.run, _finish(home)).result()
            except (OSError, sqlite3.Error) as error:
                raise HomeError(wording.change_not_finished(home.root, why(error))) from error


async def _finish(home: Home) -> None:
    lock = TrainingLock(home.training_lock).acquire(patience=0, holder=_HOLDER)
    if lock is None:
        return  # whoever makes the change is still at it, or a training run is, after which it is finished
    try:
        async with Store.open(home.database) as store:
            await note_killed_import(home, store)
            if plan := _read(home):
                for trouble in await _carry_out(home, store, plan):
                    logger.warning("%s", trouble)
    finally:
        os.close(lock)


def _read(home: Home) -> Plan | None:
    try:
        return Plan(**json.loads(home.pending_change.read_bytes()))
    except FileNotFoundError:  # whoever made the change has finished it meanwhile
        return None
    except (ValueError, TypeError):  # damaged, or by a later cousinbot
        raise HomeError(wording.plan_unreadable(home.pending_change)) from None


async def _carry_out(home: Home, store: Store, plan: Plan) -> list[str]:
    trouble: list[str] = []
    match plan.do:
        case "name":
            trouble = await asyncio.to_thread(_rename, home, plan)
            kept = ("token", "moves", "folded", "facts", "stub", "known", "there")
            undo = {name: value for name, value in asdict(plan).items() if name in kept}
            await store.changes.rename(plan.token, plan.kind, plan.old, plan.new, plan.photos, undo, plan.moves)
        case "unname":
            trouble = await asyncio.to_thread(_rename_back, home, plan)
            await store.changes.take_back_name(plan.change, plan.old, plan.new, plan.moves, folded=plan.folded)
        case "unimport":
            await asyncio.to_thread(_delete_photos, home, plan)
            with suppress(LibraryError):  # there are none any more
                await store.catalogue.photos(PhotoLibrary(home.photos))  # knows what went back to whom it was before
            await store.changes.take_back_import(plan.change)
            for sha256, cousin, *box in plan.former:
                await store.catalogue.label(sha256, cousin, SORTED, Box(*box))
            await store.forgetting.for_good()
        case "remove":
            await remove(home, store, plan.token, plan.old, [Path(file) for file, _ in plan.files])
        case "unremove":
            await bring_back(home, store, plan.old, plan.change)
        case "ungroup":
            await store.group_changes.unskip(await store.changes.take_back_grouping(plan.change))
    await asyncio.to_thread(_done, home)
    return trouble


def _rename(home: Home, plan: Plan) -> list[str]:
    carry_out(home.photos, plan.moves)
    with suppress(LibraryError, ValueError):  # a cousin is somebody with a folder, even an empty one
        PhotoLibrary(home.photos).add_cousin(plan.new)
    trouble = _change_facts(plan)
    if plan.old != plan.new:
        rename_in_versions(Registry(home.models), plan.old, plan.new, plan.token if plan.folded else None)
    return trouble


def _rename_back(home: Home, plan: Plan) -> list[str]:
    carry_out(home.photos, plan.moves)
    trouble = _change_facts_back(plan)
    if plan.old != plan.new:
        if plan.folded:
            restore_versions(Registry(home.models), plan.token)
        else:
            rename_in_versions(Registry(home.models), plan.new, plan.old)
    return trouble


def _change_facts(plan: Plan) -> list[str]:
    def changed(text: str, source: str) -> str:
        edit = rename_entry(text, plan.old, plan.new, plan.shown, source)
        return edit.text if edit else text

    try:
        if plan.facts is not None:
            change_facts(Path(plan.facts_file), changed)
        elif plan.stub and plan.shown is not None:
            add_stub(Path(plan.facts_file), plan.new, plan.shown)
    except (FactsError, StubError, OSError) as error:
        return [str(error)]
    return []


def _change_facts_back(plan: Plan) -> list[str]:
    file, edit = Path(plan.facts_file), None if plan.facts is None else Edit(text="", **plan.facts)

    def named_back(text: str, source: str) -> str:
        renamed = rename_entry(text, plan.new, plan.old, shown_name(plan.old), source)
        return renamed.text if renamed else text

    try:
        if plan.facts_gone and not plan.folded:
            change_facts(file, named_back)
        elif edit is not None:
            change_facts(file, lambda text, source: restore_entry(text, plan.old, plan.new, edit, source))
        elif plan.stub:
            forget_entry(file, plan.new, [plan.new])
    except (FactsError, OSError) as error:
        return [str(error)]
    return [wording.facts_gone(plan.old, plan.new)] if plan.facts_gone and plan.folded else []


def _delete_photos(home: Home, plan: Plan) -> None:
    carry_out(home.photos, plan.moves)
    forget_faces(home.face_cache, [sha256 for _, sha256 in plan.files])
    for file, _ in plan.files:
        (home.photos / file).unlink(missing_ok=True)
    for folder in plan.folders:
        with suppress(OSError):  # something else is in it
            (home.photos / folder).rmdir()
    sync_folder(home.photos)


def _done(home: Home) -> None:
    home.pending_change.unlink(missing_ok=True)
    sync_folder(home.root)
