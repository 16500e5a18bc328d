"""Faces of groups, shown: cut out of the files where they lie."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from actions.pictures import drawing
from inference.decoding.photo import PhotoError, family_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.sorting.sorted_faces import SortedFace
    from foundation.box import Box
    from inference.decoding.sandbox import Decoding

SMALL: Final = 320
SHOWN: Final = 6
"""Faces of a group in one picture."""


async def portrait(decoding: Decoding, face: SortedFace, side: int = SMALL) -> bytes:
    """A JPEG of a face and what is around it, at most `side` pixels wide or high. Raises `PhotoError`, `OSError`."""
    data = await asyncio.to_thread(family_file, face.path)
    photo = await decoding.decode(data, drawing.side_for(face.box, side))
    return await asyncio.to_thread(drawing.crop, photo.pixels, face.box, side)


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
