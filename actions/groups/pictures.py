"""Faces of groups, shown: cut out of the files where they lie."""

from __future__ import annotations

import asyncio
from contextlib import closing
from typing import TYPE_CHECKING, Final

from actions.pictures import drawing
from data.files.face_cache import FaceCache
from inference.decoding.photo import PhotoError, family_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.files.home import Home
    from data.sorting.sorted_faces import SortedFace
    from foundation.box import Box
    from inference.decoding.sandbox import Decoding

SMALL: Final = 320
"""Pixels."""
SHOWN: Final = 6
"""Faces of a group in one picture."""


async def portrait(decoding: Decoding, face: SortedFace, side: int = SMALL) -> bytes:
    """A JPEG of a face and what is around it, at most `side` pixels wide or high. Raises `PhotoError`, `OSError`."""
    data = await asyncio.to_thread(family_file, face.path)
    photo = await decoding.decode(data, drawing.side_for(face.box, side))
    return await asyncio.to_thread(drawing.crop, photo.pixels, face.box, side)


class FacePictures:
    """Small pictures of single faces, many on a page: as they were cut when they were sorted, where that is kept."""

    def __init__(self, home: Home, decoding: Decoding) -> None:
        self._cache = home.face_cache
        self._decoding = decoding

    async def small(self, face: SortedFace) -> bytes:
        """A JPEG. Raises `PhotoError`, `OSError`."""
        return await asyncio.to_thread(self._cut_before, face) or await portrait(self._decoding, face)

    def _cut_before(self, face: SortedFace) -> bytes | None:
        if not self._cache.exists():
            return None
        with closing(FaceCache(self._cache)) as cache:
            return cache.portrait(face.sha256, "", face.number)


async def contact_sheet(decoding: Decoding, faces: Sequence[SortedFace]) -> bytes:
    """A JPEG of the first `SHOWN` of these faces, numbered from 1; grey where a file is gone."""
    cut: list[tuple[drawing.Pixels, Box] | None] = []
    for face in faces[:SHOWN]:
        try:
            data = await asyncio.to_thread(family_file, face.path)
            photo = await decoding.decode(data, drawing.side_for(face.box, drawing.FACE))
            cut.append((photo.pixels, face.box))
        except (PhotoError, OSError):
            cut.append(None)
    return await asyncio.to_thread(drawing.contact_sheet, cut)
