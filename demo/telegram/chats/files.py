"""Files that were sent: ids, sizes, and download links that grow old."""

import asyncio
import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any, Literal

from demo.telegram.chats.clock import Clock
from demo.telegram.chats.errors import bad_request
from demo.telegram.chats.pictures import ORDINARY, jpeg_sizes

DOWNLOAD_LIMIT = 20 * 2**20
LINK_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class StoredFile:
    id: str
    unique_id: str
    kind: Literal["photos", "documents", "thumbnails"]
    suffix: str
    data: bytes
    mime: str | None = None

    def api(self) -> dict[str, Any]:
        return {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": len(self.data)}


@dataclass(frozen=True, slots=True)
class PhotoSize:
    file: StoredFile
    width: int
    height: int

    def api(self) -> dict[str, Any]:
        return self.file.api() | {"width": self.width, "height": self.height}


@dataclass(frozen=True, slots=True)
class Document:
    file: StoredFile
    name: str | None
    thumbnail: PhotoSize | None

    def api(self) -> dict[str, Any]:
        seen = self.file.api()
        if self.name:
            seen["file_name"] = self.name
        if self.file.mime:
            seen["mime_type"] = self.file.mime
        if self.thumbnail:
            seen["thumbnail"] = self.thumbnail.api()
        return seen


class FileStore:
    """`folder` is where a server that was started with `--local` puts what it is asked for; None for any other."""

    def __init__(self, clock: Clock, folder: Path | None = None) -> None:
        self._clock = clock
        self._folder = folder
        self._files: dict[str, StoredFile] = {}
        self._links: dict[str, tuple[StoredFile, float]] = {}

    async def add_photo(self, data: bytes) -> tuple[PhotoSize, ...]:
        """Recompresses; smallest size first. Raises ValueError if it is no picture."""
        sizes = await asyncio.to_thread(jpeg_sizes, data)
        return tuple(self._size("photos", width, height, jpeg) for width, height, jpeg in sizes)

    async def add_document(self, data: bytes, name: str | None, mime: str | None) -> Document:
        """Kept byte for byte; ordinary pictures get a thumbnail."""
        try:
            ((width, height, jpeg),) = await asyncio.to_thread(jpeg_sizes, data, (320,), ORDINARY)
            thumbnail = self._size("thumbnails", width, height, jpeg)
        except ValueError:
            thumbnail = None
        file = self._store("documents", PurePath(name or "").suffix, data, mime)
        return Document(file, name, thumbnail)

    def file(self, file_id: str) -> StoredFile | None:
        return self._files.get(file_id)

    def link(self, file_id: str) -> dict[str, Any]:
        """What getFile answers: a link that is good for an hour, or where the file lies. Raises ApiError 400."""
        file = self._files.get(file_id)
        if file is None:
            raise bad_request("invalid file_id")
        if len(file.data) > DOWNLOAD_LIMIT and self._folder is None:
            raise bad_request("file is too big")
        path = f"{file.kind}/file_{list(self._files).index(file_id)}{file.suffix}"
        if self._folder is not None:
            there = self._folder / path
            there.parent.mkdir(parents=True, exist_ok=True)
            there.write_bytes(file.data)
            return file.api() | {"file_path": str(there)}
        self._links[path] = file, self._clock.now() + LINK_SECONDS
        return file.api() | {"file_path": path}

    def download(self, path: str) -> StoredFile | None:
        """None once the link is too old, or if there never was one."""
        file, until = self._links.get(path, (None, 0.0))
        return file if self._clock.now() < until else None

    def _size(self, kind: Literal["photos", "thumbnails"], width: int, height: int, jpeg: bytes) -> PhotoSize:
        return PhotoSize(self._store(kind, ".jpg", jpeg, "image/jpeg"), width, height)

    def _store(
        self,
        kind: Literal["photos", "documents", "thumbnails"],
        suffix: str,
        data: bytes,
        mime: str | None,
    ) -> StoredFile:
        unique = hashlib.sha256(data).hexdigest()[:16]
        file = StoredFile(f"AgAC{secrets.token_urlsafe(36)}", f"AQAD{unique}", kind, suffix, data, mime)
        self._files[file.id] = file
        return file
