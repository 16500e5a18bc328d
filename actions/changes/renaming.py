"""A cousin who is called otherwise, or who turns out to be another one: what that will do, and the doing."""

import asyncio
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from actions.changes import wording
from actions.changes.pending import Plan, run
from data.changes.moves import moved, plan_moves
from data.facts.editing import Edit, rename_entry
from data.facts.facts_file import FactsFile, read_facts
from data.facts.parser import FactsError, parse_facts
from data.files.home import Home
from data.files.library import LibraryError, PhotoLibrary
from data.names import compared, cousin_key, shown_name, typed_name
from data.store.store import Store
from models.card import Card
from models.registry import Registry
from models.renaming import names_in


class RenamingError(Exception):
    """It can't be done; the message is a sentence that says why and what to do."""


@dataclass(frozen=True, slots=True)
class Renaming:
    """What is about to be done, for the question before it.

    Attributes:
        name: how they will be shown.
        photos: how many show `old`.
        statements: that speak of `old`, of whatever status.
        versions: trained ones that speak of `old`.
    """

    old: str
    new: str
    name: str
    photos: int
    statements: int
    versions: list[str]
    plan: Plan


@dataclass(frozen=True, slots=True)
class _Traces:
    """What there is of one cousin.

    Attributes:
        folders: whether there are any.
        photos: that show them.
        sha256: of the photos that are known to have been theirs, also in versions.
        statements: that speak of them.
        versions: that speak of them.
    """

    folders: bool
    photos: int
    sha256: frozenset[str]
    statements: int
    versions: list[str]

    def __bool__(self) -> bool:
        return bool(self.folders or self.photos or self.statements or self.versions)


class Renamings:
    """Plans and makes changes in one home. Whoever asks for one keeps training runs away until it is done."""

    def __init__(self, home: Home, store: Store, facts: FactsFile) -> None:
        self._home = home
        self._store = store
        self._facts = facts
        self._library = PhotoLibrary(home.photos)
        self._registry = Registry(home.models)

    async def plan_rename(self, old: str, name: str, *, exactly: bool = False) -> Renaming:
        """What it takes for `old` to be called `name`, as people write it. With `exactly` the name is shown so, and
        without one that the family wrote goes along where `name` is a key and nothing that people would write.

        Their folder may have been renamed already: then all the rest follows.

        Raises:
            RenamingError: nobody is called `old`, `name` makes no key, or is somebody else's; facts.yaml can't be
                changed, or photos can't be moved.
        """
        try:
            name = typed_name(name)
            # A folder that was renamed by hand may be called what no key made of a name would be.
            new = name if await asyncio.to_thread(self._library.folders_of, name) else cousin_key(name)
        except (LibraryError, ValueError) as error:
            raise RenamingError(str(error)) from None
        shown: str | None = name
        if name == new:
            shown = shown_name(new) if exactly or name == shown_name(new) else None
        cards = await asyncio.to_thread(self._registry.cards)
        theirs, others = await self._traces(old, cards), await self._traces(new, cards)
        if new == old:
            return await self._planned(old, new, shown, theirs, theirs, folded=False)
        self._require_known(old, theirs)
        if near := [
            one for one in await self._known(cards) if compared(one) == compared(new) and one not in (old, new)
        ]:
            raise RenamingError(wording.name_is_anothers(near[0]))  # not every disk tells such folders apart
        if others and (theirs.folders or not self._was_renamed_by_hand(theirs, others)):
            raise RenamingError(wording.name_is_anothers(new))
        return await self._planned(old, new, shown, theirs, others, folded=bool(others.versions or others.statements))

    async def plan_merge(self, old: str, new: str) -> Renaming:
        """What it takes for `old` and `new` to be one person, called `new`. Raises `RenamingError`."""
        if old == new:
            raise RenamingError(wording.one_person_already(new))
        cards = await asyncio.to_thread(self._registry.cards)
        theirs, others = await self._traces(old, cards), await self._traces(new, cards)
        self._require_known(old, theirs)
        self._require_known(new, others)
        return await self._planned(old, new, None, theirs, others, folded=True, merge=True)

    async def carry_out(self, renaming: Renaming) -> list[str]:
        """Do it; returns what a person still has to do in facts.yaml. Raises `OSError`."""
        return await run(self._home, self._store, renaming.plan)

    async def _known(self, cards: Mapping[str, Card]) -> list[str]:
        """The keys of all of whom there is anything but facts, sorted."""
        keys = {cousin for card in cards.values() for cousin in card.cousins}
        keys |= await self._store.statements.cousins()
        return sorted(keys | await asyncio.to_thread(self._library.cousins_there))

    async def _planned(
        self,
        old: str,
        new: str,
        shown: str | None,
        theirs: _Traces,
        others: _Traces,
        *,
        folded: bool,
        merge: bool = False,
    ) -> Renaming:
        try:
            moves = await asyncio.to_thread(plan_moves, self._library, old, new) if old != new else []
            edit = await asyncio.to_thread(self._edit, old, new, shown)
        except (LibraryError, FactsError) as error:
            raise RenamingError(str(error)) from None
        book = self._facts.book()
        stub = edit is None and shown is not None and shown != book.display_name(new)
        if old == new and not stub and (edit is None or edit.after == edit.old):
            raise RenamingError(wording.called_so_already(new))
        there = await asyncio.to_thread(self._library.files_of, new)
        if moves:
            theirs_now = await asyncio.to_thread(self._library.files_of, old)
            there |= {after for file in theirs_now if (after := moved(file, moves)) is not None}
        plan = Plan(
            do="name",
            token=os.urandom(8).hex(),
            kind="merge" if merge else "rename",
            facts_file=str(self._facts.path.absolute()),
            old=old,
            new=new,
            photos=theirs.photos or (others.photos if not merge else 0),
            moves=moves,
            folded=folded,
            shown=shown,
            facts=None if edit is None else {"old": edit.old, "new": edit.new, "after": edit.after, "name": edit.name},
            stub=stub,
            known=[version for version in others.versions if version not in theirs.versions],
            there=sorted(there),
        )
        if edit is not None:
            book = parse_facts(edit.text, str(self._facts.path)).among({new})
        name = book.display_name(new) if merge or new in book.cousins else shown or shown_name(new)
        return Renaming(old, new, name, plan.photos, theirs.statements, theirs.versions, plan)

    def _edit(self, old: str, new: str, shown: str | None) -> Edit | None:
        path = self._facts.path
        self._facts.book()
        if not path.exists():
            return None
        if self._facts.error and not self._facts.is_blank:
            raise FactsError(self._facts.error)
        return rename_entry(read_facts(path), old, new, shown, str(path))

    def _was_renamed_by_hand(self, theirs: _Traces, others: _Traces) -> bool:
        """Whether the photos that were theirs lie in the others' folder now, or nothing is known of those but a
        folder."""
        if theirs.sha256 and others.folders:
            return bool(theirs.sha256 & others.sha256)
        return others.folders and not (others.versions or others.statements)

    def _require_known(self, cousin: str, traces: _Traces) -> None:
        if not traces:
            raise RenamingError(wording.nobody_is_called(cousin))

    async def _traces(self, cousin: str, cards: Mapping[str, Card]) -> _Traces:
        before = await self._store.catalogue.shown()
        photos = 0
        with suppress(LibraryError):  # there are no photos
            photos = len(
                {one.path for one in await self._store.catalogue.photos(self._library) if one.cousin == cousin}
            )
        after = await self._store.catalogue.shown()
        learned = {photo for card in cards.values() for photo in card.library_photos}
        return _Traces(
            folders=bool(await asyncio.to_thread(self._library.folders_of, cousin)),
            photos=photos,
            sha256=frozenset(sha256 for sha256, shown in {*before, *after, *learned} if shown == cousin),
            statements=await self._store.statements.count_of(cousin),
            versions=[version for version, card in cards.items() if cousin in names_in(card)],
        )
