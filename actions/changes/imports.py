"""What an import adds, noted so that it can be taken back, also where it was killed on the way."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from typing import Any, Self

from actions.changes import wording
from data.changes.log import AddedFile, AddedLabel
from data.files.home import Home, HomeError
from data.files.library import LibraryError, PhotoLibrary
from data.store.store import Store
from foundation.box import Box
from foundation.whole_file import sync_folder, write_whole


@dataclass(frozen=True, slots=True)
class _Before:
    """What there was before: files and their sha256, who else is on which photo, and where, and the cousins with a
    folder.

    By the `token` an import that is noted twice is one change.
    """

    token: str
    files: Sequence[Sequence[str]]
    labels: Sequence[Sequence[str]]
    folders: Sequence[str]
    boxes: Sequence[Sequence[Any]] = ()
    named: str | None = None

    @classmethod
    async def now(cls, store: Store, library: PhotoLibrary, named: str | None, token: str | None) -> Self:
        files = [[str(one.file), one.sha256] for one in await store.catalogue.files()]
        labels = sorted(map(list, await store.catalogue.labels()))
        boxes = sorted([sha256, cousin, *box.sides] for sha256, cousin, box in await store.catalogue.boxes())
        folders = sorted(await asyncio.to_thread(library.cousins_there))
        return cls(token or os.urandom(8).hex(), files, labels, folders, boxes, named)

    async def note_what_came(self, store: Store, library: PhotoLibrary) -> None:
        """Note as one import the files that it brought in, and the labels and folders that were not there before.

        What a person copied in by hand meanwhile is theirs, whoever has looked at the folders since.
        """
        there = {(file, sha256) for file, sha256 in self.files}
        had = {(sha256, cousin) for sha256, cousin in self.labels}
        placed = {(sha256, cousin, Box(*sides)) for sha256, cousin, *sides in self.boxes}
        arriving = await store.catalogue.arriving()
        files = await store.catalogue.files()
        new = [one for one in files if (str(one.file), one.sha256) not in there]
        new.sort(key=lambda one: one.file.name.startswith(f"{one.cousin}_"))
        came = {one.kept: one for one in new if one.kept in arriving}  # the others are copies of it
        had |= {(one.sha256, one.cousin) for one in files if (str(one.file), one.sha256) in there}
        boxes = [boxed for boxed in await store.catalogue.boxes() if boxed[:2] in had and boxed not in placed]
        await store.changes.note_import(
            self.token,
            [AddedFile(one.file, one.cousin, one.sha256) for one in came.values()],
            [
                *(AddedLabel(*label) for label in sorted(await store.catalogue.labels() - had)),
                *(AddedLabel(*boxed) for boxed in sorted(boxes, key=lambda boxed: boxed[:2])),
            ],
            await asyncio.to_thread(library.cousins_there) - set(self.folders),
            self.named,
        )
        await store.catalogue.arrived()


@asynccontextmanager
async def noted_import(
    home: Home, store: Store, named: str | None = None, token: str | None = None
) -> AsyncIterator[str]:
    """Note what the block brings into the library, also where it is interrupted or fails on the way.

    It is known by the token that the block gets, also to decisions: by this one, for whoever may begin once more what
    was killed. `named` is whom a group is said to be by it.

    For whoever holds the lock that keeps training runs away.
    """
    library = PhotoLibrary(home.photos)
    with suppress(LibraryError):  # there are no photos yet
        await store.catalogue.photos(library)  # what a family copied in by hand before is no part of it
    before = await _Before.now(store, library, named, token)
    await asyncio.to_thread(write_whole, home.pending_import, json.dumps(asdict(before)))
    try:
        yield before.token
    finally:
        await before.note_what_came(store, library)
        await asyncio.to_thread(_done, home)


async def note_killed_import(home: Home, store: Store) -> None:
    """Note what an import brought in that was killed.

    Raises `HomeError` where nobody can read what there was before.
    """
    try:
        before = _Before(**json.loads(await asyncio.to_thread(home.pending_import.read_bytes)))
    except FileNotFoundError:
        return
    except (ValueError, TypeError):  # damaged, or by a later cousinbot
        raise HomeError(wording.import_unreadable(home.pending_import)) from None
    library = PhotoLibrary(home.photos)
    with suppress(LibraryError):  # none has come
        await store.catalogue.photos(library)
    await before.note_what_came(store, library)
    await asyncio.to_thread(_done, home)


def _done(home: Home) -> None:
    home.pending_import.unlink(missing_ok=True)
    sync_folder(home.root)
