"""The newest rename, merge, import or removal, taken back where nothing later depends on it."""

import asyncio
import os
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from itertools import chain, count
from pathlib import Path
from typing import Any

from actions.changes import wording
from actions.changes.pending import Plan, run
from data.changes.log import Change
from data.changes.moves import Move, reverse
from data.facts.facts_file import FactsFile
from data.files.home import Home
from data.files.library import LibraryError, PhotoLibrary
from data.sorting.decisions import FormerName
from data.store.store import Store
from models.registry import Registry
from models.renaming import made_since, versions_speaking_of


class NotUndoable(Exception):
    """There is nothing to take back, or something depends on it; the message is a sentence that says what."""


class Undoing:
    """For whoever keeps training runs away until it is done."""

    def __init__(self, home: Home, store: Store, facts: FactsFile) -> None:
        self._home = home
        self._store = store
        self._facts = facts
        self._library = PhotoLibrary(home.photos)
        self._registry = Registry(home.models)

    async def plan(self, change: Change) -> Plan:
        """What it takes to take this change back. Raises `NotUndoable`, also where it is not the newest any more."""
        if change.undo is None:
            raise NotUndoable(wording.taken_back_already())
        newest = await self._store.changes.newest()
        if newest is None or newest.id != change.id:
            raise NotUndoable(wording.changed_meanwhile())
        if change.kind in ("import", "naming"):
            return await self._plan_import(change, change.undo)
        if change.kind == "grouping":
            return Plan("ungroup", "", "grouping", photos=change.photos, change=change.id)
        if change.kind == "removal":
            return Plan("unremove", "", "removal", old=change.old or "", photos=change.photos, change=change.id)
        assert change.old is not None
        assert change.new is not None
        await self._require_free(change.old, change.new, change, change.undo)
        return Plan(
            do="unname",
            token=change.undo["token"],
            kind=change.kind,
            facts_file=str(self._facts.path.absolute()),
            old=change.old,
            new=change.new,
            moves=reverse(change.undo["moves"]),
            folded=change.undo["folded"],
            facts=change.undo.get("facts"),
            facts_gone="facts" not in change.undo,
            stub=change.undo["stub"],
            change=change.id,
        )

    async def carry_out(self, plan: Plan) -> list[str]:
        """Do it; returns what a person still has to do in facts.yaml. Raises `OSError`."""
        return await run(self._home, self._store, plan)

    async def _require_free(self, old: str, new: str, change: Change, undo: Mapping[str, Any]) -> None:
        if old == new:
            return
        folders = await asyncio.to_thread(self._library.folders_of, old)
        versions = await asyncio.to_thread(versions_speaking_of, self._registry, old)
        if folders or versions or await self._store.statements.count_of(old):
            raise NotUndoable(wording.key_is_taken_again(old))
        if not undo["folded"]:
            return
        if since := await asyncio.to_thread(made_since, self._registry, new, undo["token"], undo["known"]):
            raise NotUndoable(wording.versions_know_one_person(since, old, new))
        if said := await self._store.statements.count_since(new, undo["last_statement"]):
            raise NotUndoable(wording.said_of_one_person(said, old, new))
        if added := await asyncio.to_thread(self._library.files_of, new) - set(undo["there"]):
            raise NotUndoable(wording.photos_of_one_person(len(added), old, new))

    async def _plan_import(self, change: Change, undo: Mapping[str, Any]) -> Plan:
        added = {(sha256, cousin) for _, cousin, sha256 in undo["files"]}
        added |= {(sha256, cousin) for sha256, cousin in undo["labels"]}
        for version, card in (await asyncio.to_thread(self._registry.cards)).items():
            if added & card.library_photos:
                raise NotUndoable(wording.version_learned_import(version))
        with suppress(LibraryError):  # there are no photos any more
            await self._store.catalogue.photos(self._library)
        there = {(os.fspath(one.file), one.sha256) for one in await self._store.catalogue.files()}
        others = [(file, sha256) for file, _, sha256 in undo["files"] if (file, sha256) not in there]
        names = {name for pair in there for name in pair}
        files = [(file, sha256) for file, _, sha256 in undo["files"] if (file, sha256) in there]
        former = await self._store.group_decisions.replaced(change.id)
        moves = await self._back_to(former, files, there)
        return Plan(
            do="unimport",
            token="",
            kind=change.kind,
            facts_file=str(self._facts.path.absolute()),
            photos=change.photos,
            change=change.id,
            # What a person has replaced or moved since is theirs.
            files=[(file, sha256) for file, sha256 in files if file not in {source for source, _ in moves}],
            moves=moves,
            former=[(one.face.sha256, one.cousin, *one.face.box.sides) for one in former],
            kept=sum(file in names or sha256 in names for file, sha256 in others),
            folders=[one for one in undo["folders"] if not await self._store.statements.count_of(one)],
        )

    async def _back_to(
        self, former: Sequence[FormerName], files: Sequence[tuple[str, str]], there: Collection[tuple[str, str]]
    ) -> list[Move]:
        """Where files of an import go that were somebody else's before: to where they lay, else to a free place."""
        going = {sha256: file for file, sha256 in files}
        for sha256 in {sha256 for file, sha256 in there if (file, sha256) not in files}:
            going.pop(sha256, None)  # it stays for somebody, and is labelled
        taken, moves = {file for file, _ in there}, list[Move]()
        for name in former:
            file = going.pop(name.face.sha256, None)
            if file is None:
                continue
            earlier = await self._store.changes.of(name.token)
            lay = [
                lay
                for lay, cousin, sha256 in ((earlier and earlier.undo) or {}).get("files", ())
                if (cousin, sha256) == (name.cousin, name.face.sha256)
            ]
            numbered = (f"{name.cousin}/{name.cousin}_{number}{Path(file).suffix}" for number in count(1))
            target = next(
                place
                for place in chain(lay, numbered)
                if place not in taken and not (self._home.photos / place).exists()
            )
            taken.add(target)
            moves.append((file, target))
        return moves
