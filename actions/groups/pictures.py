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
COMPARED: Final = 4
"""Of each of two groups that are shown together."""
_LOOKED_FOR: Final = 60
"""Files of a group that are looked for before it is said that they are gone."""

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

    async def sheet(self, faces: Sequence[SortedFace], others: Sequence[SortedFace] | None = None) -> bytes:
        """A JPEG of the first `SHOWN` of these faces, numbered from 1; grey where there is nothing to be seen. With
        `others` it is the first `COMPARED` of each, the others below."""
        most = SHOWN if others is None else COMPARED
        first, second = await self._all_cut(faces[:most]), await self._all_cut((others or ())[:most])
        return await asyncio.to_thread(drawing.contact_sheet, first, second)

    async def _all_cut(self, faces: Sequence[SortedFace]) -> list[drawing.Cut]:
        cut: list[drawing.Cut] = []
        for face in faces:
            try:
                cut.append(await self._cut(face, drawing.FACE))
            except (PhotoError, OSError):
                cut.append(None)
        return cut

    async def _cut(self, face: SortedFace, side: int) -> tuple[drawing.Pixels, Box]:
        try:
            data = await asyncio.to_thread(family_file, face.path)
        except OSError:
            seen = await asyncio.to_thread(kept_portrait, self._home.face_cache, face.sha256, face.number)
            if seen is None:
                raise
            return (await self._decoding.decode(seen)).pixels, _ALL_OF_IT
        return (await self._decoding.decode(data, drawing.side_for(face.box, side))).pixels, face.box


def at_hand(faces: Sequence[SortedFace], most: int = SHOWN) -> list[SortedFace]:
    """Faces of a group whose files are there, at most so many: from those most like the group to those least like it,
    among which somebody else would be. Bad ones only where there are too few others. For a thread: it looks at disks.
    """
    good = [face for face in faces if not face.poor]
    some = _evenly(good if len(good) >= most else faces, _LOOKED_FOR)
    return _evenly([face for face in some if _is_there(face)], most)


def _evenly(faces: Sequence[SortedFace], most: int) -> list[SortedFace]:
    if len(faces) <= most:
        return list(faces)
    return [faces[round(place * (len(faces) - 1) / max(1, most - 1))] for place in range(most)]


def _is_there(face: SortedFace) -> bool:
    try:
        return face.path.is_file()
    except OSError:
        return False
