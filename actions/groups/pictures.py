"""Faces of groups, shown: cut out of the files where they lie, or as they were seen last."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from actions.pictures import drawing
from data.files.face_cache import kept_portrait
from foundation.box import Box
from inference.decoding.photo import PhotoError, family_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.files.home import Home
    from data.sorting.sorted_faces import SortedFace
    from inference.decoding.sandbox import Decoding

SMALL: Final = 320
"""Pixels."""
SHOWN: Final = 6
"""Faces of a group in one picture."""

_ALL_OF_IT: Final = Box(0.0, 0.0, 1.0, 1.0)


class GroupPictures:
    """`decoding` is for the family's own files, as they are sorted."""

    def __init__(self, home: Home, decoding: Decoding) -> None:
        self._home = home
        self._decoding = decoding

    async def portrait(self, face: SortedFace, side: int = SMALL) -> bytes:
        """A JPEG of a face and what is around it, at most `side` pixels wide or high; where its file is gone, or on a
        disk that is not connected, of the face as it was seen. Raises `PhotoError`, `OSError` where there is none."""
        pixels, box = await self._cut(face, side)
        return await asyncio.to_thread(drawing.crop, pixels, box, side)

    async def small(self, face: SortedFace) -> bytes:
        """A JPEG of the face, for many on a page: as it was seen when it was sorted, where that is kept, else as
        `portrait`. Raises the same."""
        seen = await asyncio.to_thread(kept_portrait, self._home.face_cache, face.sha256, face.number)
        return seen or await self.portrait(face)

    async def sheet(self, faces: Sequence[SortedFace]) -> bytes:
        """A JPEG of the first `SHOWN` of these faces, numbered from 1; grey where there is nothing to be seen."""
        cut: list[tuple[drawing.Pixels, Box] | None] = []
        for face in faces[:SHOWN]:
            try:
                cut.append(await self._cut(face, drawing.FACE))
            except (PhotoError, OSError):
                cut.append(None)
        return await asyncio.to_thread(drawing.contact_sheet, cut)

    async def _cut(self, face: SortedFace, side: int) -> tuple[drawing.Pixels, Box]:
        try:
            data = await asyncio.to_thread(family_file, face.path)
        except OSError:
            seen = await asyncio.to_thread(kept_portrait, self._home.face_cache, face.sha256, face.number)
            if seen is None:
                raise
            return (await self._decoding.decode(seen)).pixels, _ALL_OF_IT
        return (await self._decoding.decode(data, drawing.side_for(face.box, side))).pixels, face.box
