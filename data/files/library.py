"""The labelled photos: one folder per cousin, a photo a file."""

import os
import re
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from data import wording
from data.names import cousin_key
from foundation.box import Box
from foundation.whole_file import write_new

__all__ = ["LabelledPhoto", "LibraryError", "PhotoLibrary", "cousin_key", "readable"]

# A format that cannot be decoded is listed too: it is then named to the family, not silently lost.
SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".heic", ".heif", ".hif", ".gif"}
    | {".bmp", ".tif", ".tiff", ".avif"}
)


class LibraryError(Exception):
    """The library cannot be read or added to; the message is one sentence that says what to do."""


@dataclass(frozen=True)
class LabelledPhoto:
    """A photo file and the key of a cousin who is on it.

    Attributes:
        sha256: of the bytes as they came, by which the photo is known; None where the file holds them still.
        box: where their face is; None: it is not known.
    """

    path: Path
    cousin: str
    sha256: str | None = None
    box: Box | None = None


class PhotoLibrary:
    """The folder of the cousins' folders. Read anew at every call, so photos may come and go."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def photos(self) -> list[LabelledPhoto]:
        """Every photo, by cousin and then by file name. Hidden files and other kinds of file are left out.

        Raises LibraryError where the folder is missing, can't be read or holds no cousin's photo at all.
        """
        try:
            found = [
                LabelledPhoto(path, cousin)
                for cousin, folders in self._folders().items()
                for folder in folders
                for path in sorted(folder.iterdir())
                if _is_photo(path)
            ]
        except OSError as error:
            raise self._unreadable(error) from error
        if not found:
            raise LibraryError(wording.no_photos(self.folder, self.folder / "charlie_brown" / "charlie_brown_1.jpg"))
        return found

    def cousins(self) -> list[str]:
        """The keys of all cousins who have a folder, even an empty one, sorted.

        Raises LibraryError where the folder is missing or can't be read.
        """
        try:
            return list(self._folders())
        except OSError as error:
            raise self._unreadable(error) from error

    def add_cousin(self, cousin: str) -> Path:
        """The cousin's folder, made where there is none.

        Raises ValueError for a name that makes no folder (see `cousin_key`), LibraryError where it can't be made.
        """
        key = cousin_key(cousin)
        try:
            folders = self.folders_of(key)
            folder = folders[0] if folders else self.folder / key
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(wording.folder_not_made(self.folder / key, error.strerror or str(error))) from error
        return folder

    def add(self, cousin: str, jpeg: bytes) -> Path:
        """Keep a JPEG as this cousin's next photo, whole or not at all, and return its path.

        Raises ValueError for a name that makes no folder (see `cousin_key`), LibraryError for what is no JPEG
        or cannot be written.
        """
        if not jpeg.startswith(b"\xff\xd8\xff"):
            raise LibraryError(wording.not_a_jpeg())
        folder = self.add_cousin(cousin)
        key = cousin_key(cousin)
        try:
            for n in count(_last_number(folder, key) + 1):
                path = folder / f"{key}_{n}.jpg"
                if write_new(path, jpeg):
                    return path
        except OSError as error:
            raise LibraryError(wording.photo_not_kept(key, self.folder, error.strerror or str(error))) from error
        raise AssertionError("count() does not end")

    def copy(self, path: Path, cousin: str) -> Path:
        """Let a photo be this cousin's next one too, and return its copy. Raises what `add` does, and `OSError`."""
        folder, key, content = self.add_cousin(cousin), cousin_key(cousin), path.read_bytes()
        for n in count(_last_number(folder, key) + 1):
            copy = folder / f"{key}_{n}{path.suffix}"
            if write_new(copy, content):
                return copy
        raise AssertionError("count() does not end")

    def folders_of(self, cousin: str) -> list[Path]:
        """The folders that stand for this cousin; none where there are none."""
        return self._folders().get(cousin, []) if self.folder.is_dir() else []

    def _unreadable(self, error: OSError) -> LibraryError:
        return LibraryError(wording.folder_unreadable(error.filename or self.folder, error.strerror or str(error)))

    def _folders(self) -> dict[str, list[Path]]:
        """Key -> the folders that stand for it ("Charlie Brown" and "charlie_brown" are one cousin)."""
        if not self.folder.is_dir():
            raise LibraryError(wording.no_photo_folder(self.folder))
        folders: dict[str, list[Path]] = {}
        for folder in sorted(self.folder.iterdir()):
            # NAS boxes and archivers leave @eaDir, #recycle, __MACOSX and the like.
            if folder.name[0].isalnum() and folder.is_dir():
                try:
                    folders.setdefault(cousin_key(folder.name), []).append(folder)
                except ValueError as error:
                    raise LibraryError(wording.folder_misnamed(folder, str(error))) from error
        return dict(sorted(folders.items()))


def readable(name: str) -> str:
    """A file name that can be printed and written as UTF-8: old disks hold names that are in no encoding we know."""
    return os.fsencode(name).decode("utf-8", "replace")


def _is_photo(path: Path) -> bool:
    return not path.name.startswith(".") and path.suffix.lower() in SUFFIXES and path.is_file()


def _last_number(folder: Path, key: str) -> int:
    numbered = re.compile(rf"{re.escape(key)}_(\d+)\.", re.IGNORECASE)
    return max((int(m[1]) for p in folder.iterdir() if (m := numbered.match(p.name))), default=0)
