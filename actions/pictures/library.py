"""The photos in a cousin's folder: shown, added to and taken away, one by one."""

import asyncio
import hashlib
import io
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from PIL import Image

from actions.changes.imports import noted_import
from data.files.face_cache import forget_faces
from data.files.home import Home
from data.files.library import LibraryError, PhotoLibrary
from data.store.catalogue import IMPORTED, KeptFile
from data.store.store import Store
from foundation.file_names import readable
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
        self._adding = asyncio.Lock()

    async def all(self) -> dict[str, list[KeptFile]]:
        """Cousin -> the files in their folders as these are now, the newest first."""
        with suppress(LibraryError):  # there are no photos
            await self._store.catalogue.photos(self._library)
        photos: dict[str, list[KeptFile]] = {}
        for kept in sorted(await self._store.catalogue.files(), key=lambda kept: (kept.at, kept.mtime), reverse=True):
            photos.setdefault(kept.cousin, []).append(kept)
        return photos

    async def find(self, cousin: str, sha256: str) -> KeptFile | None:
        files = await self._store.catalogue.files()
        return next((kept for kept in files if (kept.cousin, kept.sha256) == (cousin, sha256)), None)

    async def small(self, kept: KeptFile) -> bytes:
        """A JPEG of at most `SMALL` pixels a side. Raises `PhotoError`, `OSError`."""
        photo = await self._decoding.decode(await asyncio.to_thread(self._path(kept).read_bytes))

        def shrunk() -> bytes:
            image = Image.fromarray(photo.pixels)
            image.thumbnail((SMALL, SMALL))
            file = io.BytesIO()
            image.save(file, "JPEG", quality=82)
            return file.getvalue()

        return await asyncio.to_thread(shrunk)

    async def large(self, kept: KeptFile) -> bytes:
        """A JPEG of the whole photo, upright and without metadata. Raises `PhotoError`, `OSError`."""
        return await self._decoding.upright_jpeg(await asyncio.to_thread(self._path(kept).read_bytes))

    async def add(self, cousin: str, files: Sequence[tuple[str, bytes]]) -> list[Outcome]:
        """Take files, of these names, into a cousin's folder, as an import that can be undone.

        Raises `LibraryError` where the folder can't be written to.
        """
        async with self._adding, noted_import(self._store, self._library):
            return [await self._add(cousin, readable(name), data) for name, data in files]

    async def remove(self, kept: KeptFile) -> None:
        """Delete a photo from a cousin's folders, for good; where others are on it too it goes to one of them.

        Raises `OSError`.
        """
        shared = await self._store.catalogue.shared(self._library, kept.cousin)
        if (other := next((whose for one, whose in shared.items() if one.sha256 == kept.sha256), None)) is not None:
            await self._store.catalogue.hand_over(self._library, kept, other)
        files = await self._store.catalogue.files()
        copies = [one for one in files if (one.cousin, one.sha256) == (kept.cousin, kept.sha256)]
        if other is None and all(one.cousin == kept.cousin for one in files if one.sha256 == kept.sha256):
            await asyncio.to_thread(forget_faces, self._home.face_cache, [kept.sha256, *(one.kept for one in copies)])
        for copy in copies:
            await asyncio.to_thread(self._path(copy).unlink, missing_ok=True)
        await self.all()  # which notes that they are gone

    async def _add(self, cousin: str, name: str, data: bytes) -> Outcome:
        catalogue, sha256 = self._store.catalogue, hashlib.sha256(data).hexdigest()
        try:
            jpeg = await self._decoding.upright_jpeg(data)
        except PhotoError as error:
            return Outcome(name, "unreadable", str(error))
        known = await catalogue.known()
        there = known.get(sha256) or known.get(hashlib.sha256(jpeg).hexdigest())
        if there is None:
            await catalogue.add(self._library, cousin, jpeg, sha256, name)
            return Outcome(name, "added")
        if (there, cousin) in await catalogue.shown():
            return Outcome(name, "known")
        await asyncio.to_thread(self._library.add_cousin, cousin)
        await catalogue.label(there, cousin, IMPORTED)
        return Outcome(name, "shared")

    def _path(self, kept: KeptFile) -> Path:
        return self._library.folder / kept.file
