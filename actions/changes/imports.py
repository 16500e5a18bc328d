"""What an import adds, noted so that it can be taken back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from data.changes.log import AddedFile, AddedLabel
from data.files.library import LibraryError, PhotoLibrary
from data.store.store import Store


@asynccontextmanager
async def noted_import(store: Store, library: PhotoLibrary) -> AsyncIterator[None]:
    """Note what the block brings into the library, also where it is interrupted or fails on the way."""
    with suppress(LibraryError):  # there are no photos yet
        await store.catalogue.photos(library)  # what a family copied in by hand before is no part of it
    there = {(one.file, one.sha256) for one in await store.catalogue.files()}
    labels = await store.catalogue.labels()
    folders = await asyncio.to_thread(_folders, library)
    try:
        yield
    finally:
        after = await store.catalogue.files()
        await store.changes.note_import(
            [AddedFile(one.file, one.cousin, one.sha256) for one in after if (one.file, one.sha256) not in there],
            [AddedLabel(*label) for label in sorted(await store.catalogue.labels() - labels)],
            await asyncio.to_thread(_folders, library) - folders,
        )


def _folders(library: PhotoLibrary) -> set[str]:
    with suppress(LibraryError):
        return set(library.cousins())
    return set()
