"""A photo that is taken out of a cousin's folder, and put back."""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from actions.changes.unsharing import take_out
from data.changes.log import RemovedPhoto
from data.changes.moves import free_names
from data.files.face_cache import forget_faces
from data.files.home import Home
from data.files.library import LibraryError, PhotoLibrary
from data.store.catalogue import KeptFile
from data.store.store import Store
from foundation.whole_file import write_new


async def remove(home: Home, store: Store, token: str, cousin: str, files: Collection[Path]) -> None:
    """Delete these files, relative to the library's folder, of one photo of a cousin's, and note them for `bring_back`.

    Where others are on the photo it stays for them. A second time, by the same `token`, changes nothing. Raises
    `LibraryError`, `OSError`.
    """
    own = [one for one in await store.catalogue.files() if one.file in files]
    if photos := await asyncio.to_thread(_read, home, own):
        await store.changes.note_removal(token, cousin, photos)
    if not own:
        return
    sha256 = own[0].sha256
    others = sorted({whose for photo, whose in await store.catalogue.shown() if photo == sha256} - {cousin})
    if not others:
        await asyncio.to_thread(forget_faces, home.face_cache, [sha256, *(one.kept for one in own)])
    await take_out(home, store, sha256, cousin, others)


def _read(home: Home, files: Collection[KeptFile]) -> list[RemovedPhoto]:
    photos = []
    for one in files:
        with suppress(FileNotFoundError):
            content = (home.photos / one.file).read_bytes()
            photos.append(RemovedPhoto(one.file, one.sha256, one.kept, one.name, one.at, content))
    return photos


async def bring_back(home: Home, store: Store, cousin: str, change: int) -> None:
    """Put the files of a removal back where they lay, known by the bytes they came as.

    A second time changes nothing. Raises `LibraryError`, `OSError`.
    """
    library = PhotoLibrary(home.photos)
    for photo in await store.changes.removed(change):
        await store.catalogue.expect(photo.kept, photo.sha256, photo.name, photo.at)
        await asyncio.to_thread(_put_back, library, cousin, photo)
    with suppress(LibraryError):
        await store.catalogue.photos(library)
    await store.changes.take_back_removal(change)


def _put_back(library: PhotoLibrary, cousin: str, photo: RemovedPhoto) -> None:
    folder = library.add_cousin(cousin)
    for name in free_names(photo.file.name):
        file = folder / name
        if write_new(file, photo.content) or file.read_bytes() == photo.content:
            return
