"""The labelled photos: one folder per cousin, a photo a file."""

import os
import re
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from data import wording
from data.files.systems_files import is_systems
from data.names import cousin_key, folder_key
from foundation.box import Box
from foundation.file_names import readable
from foundation.whole_file import write_new

__all__ = ["LabelledPhoto", "LibraryError", "NoPhotos", "PhotoLibrary", "cousin_key", "readable"]

# A format that cannot be decoded is listed too: it is then named to the family, not silently lost.
SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".heic", ".heif", ".hif", ".gif"}
    | {".bmp", ".tif", ".tiff", ".avif"}
)


class LibraryError(Exception):
    """The library cannot be read or added to; the message is one sentence that says what to do."""


class NoPhotos(LibraryError):
    """All of it can be read, and no cousin has a photo."""


@dataclass(frozen=True)
class LabelledPhoto:
    """A photo file and the key of a cousin who is on it.

    Attributes:
        sha256: of the bytes as they came, by which the photo is known; None where the file holds them still.
        box: where their face is; None: it is not known.
        nobodys: an admin looked, and none of its faces is theirs.
        year: in which it was taken; None: it is not known.
    """

    path: Path
    cousin: str
    sha256: str | None = None
    box: Box | None = None
    nobodys: bool = False
    year: int | None = None


class PhotoLibrary:
    """The folder of the cousins' folders. Read anew at every call, so photos may come and go."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def photos(self) -> list[LabelledPhoto]:
        """Every photo, by cousin and then by file name. Hidden files and other kinds of file are left out.

        Raises LibraryError where the folder is missing or can't be read, NoPhotos where it holds no cousin's photo.
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
            raise NoPhotos(wording.no_photos(self.folder, self.folder / "charlie_brown" / "charlie_brown_1.jpg"))
        return found

    def cousins(self) -> list[str]:
        """The keys of all cousins who have a folder, even an empty one, sorted.

        Raises LibraryError where the folder is missing or can't be read.
        """
        try:
            return list(self._folders())
        except OSError as error:
            raise self._unreadable(error) from error

    def cousins_there(self) -> frozenset[str]:
        """As `cousins`, for whoever knows of others too: nobody where the folder is missing or can't be read."""
        try:
            return frozenset(self.cousins())
        except LibraryError:
            return frozenset()

    def add_cousin(self, cousin: str) -> Path:
        """The folder of the cousin with this key, made where there is none.

        Raises ValueError for what is no key (see `cousin_key`), LibraryError where it can't be made, or where the disk
        takes it for somebody else's.
        """
        try:
            if folders := self.folders_of(cousin):
                return folders[0]
            folder = self.folder / self._new(cousin)
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # A disk that takes Anna for anna has opened anna's.
            if not self.folders_of(cousin):
                raise LibraryError(wording.folder_is_anothers(folder))
        except OSError as error:
            raise LibraryError(wording.folder_not_made(self.folder / cousin, error.strerror or str(error))) from error
        return folder

    def add(self, cousin: str, jpeg: bytes) -> Path:
        """Keep a JPEG as this cousin's next photo, whole or not at all, and return its path.

        Raises ValueError for what is no key (see `cousin_key`), LibraryError for what is no JPEG or cannot be written.
        """
        if not jpeg.startswith(b"\xff\xd8\xff"):
            raise LibraryError(wording.not_a_jpeg())
        folder = self.add_cousin(cousin)
        try:
            for n in count(_last_number(folder, cousin) + 1):
                path = folder / f"{cousin}_{n}.jpg"
                if write_new(path, jpeg):
                    return path
        except OSError as error:
            raise LibraryError(wording.photo_not_kept(cousin, self.folder, error.strerror or str(error))) from error
        raise AssertionError("count() does not end")

    def copy(self, path: Path, cousin: str) -> Path:
        """Let a photo be this cousin's next one too, and return its copy. Raises what `add` does, and `OSError`."""
        folder, content = self.add_cousin(cousin), path.read_bytes()
        for n in count(_last_number(folder, cousin) + 1):
            copy = folder / f"{cousin}_{n}{path.suffix}"
            if write_new(copy, content):
                return copy
        raise AssertionError("count() does not end")

    def folders_of(self, cousin: str) -> list[Path]:
        """The folders that stand for this cousin; none where there are none."""
        return self._folders().get(cousin, []) if self.folder.is_dir() else []

    def files_of(self, cousin: str) -> set[str]:
        """Every file in or below this cousin's folders, whatever it is, relative to the library's."""
        return {
            os.fspath(path.relative_to(self.folder))
            for folder in self.folders_of(cousin)
            for path in folder.rglob("*")
            if path.is_file()
        }

    def passed_over(self) -> list[Path]:
        """The folders that hold photos and are no cousin's, for how their names begin, sorted."""
        folders = sorted(self.folder.iterdir()) if self.folder.is_dir() else []
        return [
            folder
            for folder in folders
            if not is_systems(folder.name)
            and folder.is_dir()
            and folder_key(folder.name) is None
            and any(_is_photo(path) for path in folder.iterdir())
        ]

    def _new(self, cousin: str) -> str:
        """A key that may become a folder. Families write spaces in theirs."""
        if (key := cousin_key(cousin)) != cousin.replace(" ", "_"):
            raise ValueError(wording.not_a_key(cousin, key))
        return cousin

    def _unreadable(self, error: OSError) -> LibraryError:
        if error.filename and leads_nowhere(link := Path(error.filename)):
            return LibraryError(wording.link_leads_nowhere(link, link.readlink()))
        return LibraryError(wording.folder_unreadable(error.filename or self.folder, error.strerror or str(error)))

    def _folders(self) -> dict[str, list[Path]]:
        """Key -> its folder; several where the disk keeps one name in two normal forms."""
        if not self.folder.is_dir():
            raise LibraryError(wording.no_photo_folder(self.folder))
        folders: dict[str, list[Path]] = {}
        for folder in sorted(self.folder.iterdir()):
            try:
                # Whose disk is not connected is a cousin all the same, and nobody's photos are few for it.
                key = folder_key(folder.name) if folder.is_dir() or leads_nowhere(folder) else None
            except ValueError as error:
                raise LibraryError(wording.folder_misnamed(folder, str(error))) from error
            if key is not None:
                folders.setdefault(key, []).append(folder)
        return dict(sorted(folders.items()))


def leads_nowhere(path: Path) -> bool:
    """Whether this is a link to what is not there, as when a disk is not connected."""
    return path.is_symlink() and not path.exists()


def _is_photo(path: Path) -> bool:
    return not path.name.startswith(".") and path.suffix.lower() in SUFFIXES and path.is_file()


def _last_number(folder: Path, key: str) -> int:
    numbered = re.compile(rf"{re.escape(key)}_(\d+)\.", re.IGNORECASE)
    return max((int(m[1]) for p in folder.iterdir() if (m := numbered.match(p.name))), default=0)
