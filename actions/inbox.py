"""The photos people sent, kept upright, without metadata, readable by this user only."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from data.files.face_cache import forget_faces
from foundation.whole_file import write_whole
from inference.decoding.photo import Photo, PhotoError, decode


class Inbox:
    """Files named after the sha256 of the bytes that were sent."""

    def __init__(self, folder: Path, faces: Path) -> None:
        """`faces` is the cache of what was seen in photos: one that is deleted is forgotten there too."""
        self._folder = folder
        self._faces = faces

    def path(self, sha256: str) -> Path:
        return self._folder / f"{sha256}.jpg"

    async def keep(self, sha256: str, jpeg: bytes) -> None:
        """Keep what was sent, as `upright_jpeg` made it: whole or not at all. Raises `OSError`, as on a full disk."""
        await asyncio.to_thread(self._keep, sha256, jpeg)

    async def open(self, sha256: str, side: int | None = None) -> Photo | None:
        """The kept photo, reduced to so many pixels if it is to be shown; or None if it was deleted or damaged."""
        return await asyncio.to_thread(self._open, sha256, side)

    async def delete(self, names: Iterable[str]) -> None:
        await asyncio.to_thread(self._delete, list(names))

    def kept(self) -> list[str]:
        """The sha256 of every kept photo."""
        return sorted(path.stem for path in self._folder.glob("*.jpg"))

    def sweep(self) -> None:
        """Delete what a process that was killed left half written. For the start: nothing is being written then."""
        for part in self._folder.glob(".*.part"):
            part.unlink(missing_ok=True)

    def _keep(self, sha256: str, jpeg: bytes) -> None:
        if not self.path(sha256).exists():
            write_whole(self.path(sha256), jpeg)  # two guests may send the same photo at once: the last one stays

    def _open(self, sha256: str, side: int | None) -> Photo | None:
        try:
            return replace(decode(self.path(sha256).read_bytes(), side=side), sha256=sha256)
        except (FileNotFoundError, PhotoError):
            return None

    def _delete(self, names: list[str]) -> None:
        forget_faces(self._faces, names)  # first: who is interrupted here can be asked once more
        for name in names:
            self.path(name).unlink(missing_ok=True)
