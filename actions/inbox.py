"""The photos people sent, kept upright, without metadata, readable by this user only."""

import asyncio
import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from data.files.face_cache import forget_faces
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

    async def open(self, sha256: str) -> Photo | None:
        """The kept photo, or None if it was deleted or damaged."""
        return await asyncio.to_thread(self._open, sha256)

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
        path = self.path(sha256)
        if path.exists():
            return
        # Two guests may send the same photo at once: each writes a file of their own, the last rename wins.
        part = self._folder / f".{sha256}.{os.urandom(4).hex()}.part"
        try:
            with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123
                file.write(jpeg)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def _open(self, sha256: str) -> Photo | None:
        try:
            return replace(decode(self.path(sha256).read_bytes()), sha256=sha256)
        except (FileNotFoundError, PhotoError):
            return None

    def _delete(self, names: list[str]) -> None:
        forget_faces(self._faces, names)  # first: who is interrupted here can be asked once more
        for name in names:
            self.path(name).unlink(missing_ok=True)
