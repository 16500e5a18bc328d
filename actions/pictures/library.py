"""The photos in a cousin's folder: shown, added to and taken away, one by one."""

import asyncio
import hashlib
import io
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from PIL import Image

from actions.changes.carrying_out import keeping_others_away
from actions.changes.imports import noted_import
from actions.changes.pending import Plan, run
from actions.pictures import drawing
from data.files.home import Home
from data.files.library import LibraryError, PhotoLibrary
from data.store.catalogue import IMPORTED, KeptFile
from data.store.store import Store
from foundation.box import Box
from foundation.file_names import readable
from foundation.photo_dates import taken
from inference.decoding.limits import OVERVIEW_SIDE
from inference.decoding.photo import PhotoError
from inference.decoding.sandbox import Decoding

SMALL: Final = 320  # pixels; twice what a page shows, for screens with two dots a pixel

Became = Literal["added", "known", "shared", "unreadable"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: added, there already, shared with whom it lay with, or unreadable, and then `why`."""

    name: str
    became: Became
    why: str | None = None


class CousinPhotos:
    def __init__(self, home: Home, store: Store, library: PhotoLibrary, decoding: Decoding) -> None:
        self._home = home
        self._store = store
        self._library = library
        self._decoding = decoding
        self._one_at_a_time = asyncio.Lock()

    async def all(self) -> dict[str, list[KeptFile]]:
        """Cousin -> the files in their folders as these are now, the newest first."""
        with suppress(LibraryError):  # there are no photos
            await self._store.catalogue.photos(self._library)
        photos: dict[str, list[KeptFile]] = {}
        for kept in _newest_first(await self._store.catalogue.files()):
            photos.setdefault(kept.cousin, []).append(kept)
        return photos

    async def noted(self, cousin: str) -> list[KeptFile]:
        """Those of one cousin as they were when somebody last looked into the folders: a page full of portraits looks
        once."""
        noted = [kept for kept in await self._store.catalogue.files() if kept.cousin == cousin]
        return _newest_first(noted) if noted else (await self.all()).get(cousin, [])

    async def find(self, cousin: str, sha256: str) -> KeptFile | None:
        files = await self._store.catalogue.files()
        return next((kept for kept in files if (kept.cousin, kept.sha256) == (cousin, sha256)), None)

    async def small(self, kept: KeptFile) -> bytes:
        """A JPEG of at most `SMALL` pixels a side. Raises `PhotoError`, `OSError`."""
        data = await asyncio.to_thread(self._path(kept).read_bytes)
        photo = await self._decoding.decode(data, OVERVIEW_SIDE)

        def shrunk() -> bytes:
            image = Image.fromarray(photo.pixels)
            image.thumbnail((SMALL, SMALL))
            file = io.BytesIO()
            image.save(file, "JPEG", quality=82)
            return file.getvalue()

        return await asyncio.to_thread(shrunk)

    async def portrait(self, kept: KeptFile, face: Box | None) -> bytes:
        """The same of a face and what is around it, or of the whole photo where no face is known. Raises as `small`."""
        if face is None:
            return await self.small(kept)
        data = await asyncio.to_thread(self._path(kept).read_bytes)
        photo = await self._decoding.decode(data, drawing.side_for(face, SMALL))
        return await asyncio.to_thread(drawing.crop, photo.pixels, face, SMALL)

    async def large(self, kept: KeptFile) -> bytes:
        """A JPEG of the whole photo, upright and without metadata. Raises `PhotoError`, `OSError`."""
        return await self._decoding.upright_jpeg(await asyncio.to_thread(self._path(kept).read_bytes))

    async def numbered(self, kept: KeptFile, faces: Sequence[Box]) -> bytes:
        """A JPEG of the whole photo with a number at each of these faces, from 1. Raises `PhotoError`, `OSError`."""
        photo = await self._decoding.decode(await asyncio.to_thread(self._path(kept).read_bytes))
        numbers = [drawing.Numbered(number, face) for number, face in enumerate(faces, 1)]
        return await asyncio.to_thread(drawing.numbered, [(photo.pixels, numbers)])

    async def add(self, cousin: str, files: Sequence[tuple[str, bytes]]) -> list[Outcome]:
        """Take files, of these names, into a cousin's folder, as an import that can be undone.

        Raises `HomeError` while a training run or a command is at work, `LibraryError` where the folder can't be
        written to.
        """
        async with self._one_at_a_time, keeping_others_away(self._home), noted_import(self._home, self._store):
            return [await self._add(cousin, readable(name), data) for name, data in files]

    async def remove(self, kept: KeptFile) -> None:
        """Delete a photo from a cousin's folders, which can be undone; for others who are on it, it stays.

        Raises `HomeError` as `add` does, `LibraryError`, `OSError`.
        """
        async with self._one_at_a_time, keeping_others_away(self._home):
            files = await self._store.catalogue.files()
            copies = [one for one in files if (one.cousin, one.sha256) == (kept.cousin, kept.sha256)]
            plan = Plan(
                "remove",
                token=os.urandom(8).hex(),
                kind="removal",
                old=kept.cousin,
                photos=1,
                files=[(os.fspath(one.file), one.sha256) for one in copies],
            )
            await run(self._home, self._store, plan)

    async def _add(self, cousin: str, name: str, data: bytes) -> Outcome:
        catalogue, sha256 = self._store.catalogue, hashlib.sha256(data).hexdigest()
        try:
            jpeg, year = await self._decoding.upright_jpeg(data), await self._decoding.year_of(data)
        except PhotoError as error:
            return Outcome(name, "unreadable", str(error))
        known = await catalogue.known()
        there = known.get(sha256) or known.get(hashlib.sha256(jpeg).hexdigest())
        if there is None:
            await catalogue.add(self._library, cousin, jpeg, sha256, name, taken(year, name))
            return Outcome(name, "added")
        if found := taken(year, name):
            await catalogue.note_taken(there, found)
        if (there, cousin) in await catalogue.shown():
            return Outcome(name, "known")
        await asyncio.to_thread(self._library.add_cousin, cousin)
        await catalogue.label(there, cousin, IMPORTED)
        return Outcome(name, "shared")

    def _path(self, kept: KeptFile) -> Path:
        return self._library.folder / kept.file


def _newest_first(files: Iterable[KeptFile]) -> list[KeptFile]:
    return sorted(files, key=lambda kept: (kept.at, kept.mtime), reverse=True)
