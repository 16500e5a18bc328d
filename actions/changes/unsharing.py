"""A photo that is filed under several cousins, and does not show one of them."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from actions.changes import wording
from data.files.home import Home
from data.files.library import LabelledPhoto, PhotoLibrary
from data.store.catalogue import KeptFile
from data.store.store import Store


class NotShared(Exception):
    """The photo is not filed under that cousin, or under nobody else; the message says what to do."""


async def unshare(home: Home, store: Store, cousin: str, photo: Path) -> Path:
    """Let a photo no longer be filed under this cousin; it stays for the others. Returns where it lies then.

    For whoever keeps training runs away. Raises `NotShared`, and what reading and moving photos raises.
    """
    library = PhotoLibrary(home.photos)
    photos = await store.catalogue.photos(library)
    sha256 = await asyncio.to_thread(_known_as, photos, photo)
    if sha256 is None:
        raise NotShared(wording.no_such_photo(photo, home.photos))
    cousins = sorted({one.cousin for one in photos if one.sha256 == sha256})
    if cousin not in cousins:
        raise NotShared(wording.not_there_for(photo, cousin, cousins))
    if cousins == [cousin]:
        raise NotShared(wording.only_there_for(photo, cousin))
    return (
        home.photos / (await take_out(home, store, sha256, cousin, [one for one in cousins if one != cousin]))[0].file
    )


async def take_out(home: Home, store: Store, sha256: str, cousin: str, others: Sequence[str]) -> list[KeptFile]:
    """Delete a photo's files in this cousin's folders, and what says that they are on it.

    It stays for the `others` who are: where none has a file of it, the first of them gets one. Returns the files that
    stay.
    """
    library = PhotoLibrary(home.photos)
    own, staying = await _files(store, sha256, cousin)
    if others and own and not staying:
        await store.catalogue.hand_over(library, own[0], others[0])
        _, staying = await _files(store, sha256, cousin)
    for kept in own:
        await asyncio.to_thread((home.photos / kept.file).unlink, missing_ok=True)
    await store.catalogue.unshare(sha256, cousin)
    return staying


async def _files(store: Store, sha256: str, cousin: str) -> tuple[list[KeptFile], list[KeptFile]]:
    """A photo's files in this cousin's folders, and in others'."""
    files = [one for one in await store.catalogue.files() if one.sha256 == sha256]
    return [one for one in files if one.cousin == cousin], [one for one in files if one.cousin != cousin]


def _known_as(photos: Sequence[LabelledPhoto], photo: Path) -> str | None:
    return next((one.sha256 for one in photos if one.path.samefile(photo)), None) if photo.exists() else None
