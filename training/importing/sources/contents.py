"""What lies at a path of a source: a file, or a member of an archive (zip), which is never unpacked."""

import os
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Final, Self
from zipfile import BadZipFile, ZipFile, ZipInfo

from data.files.systems_files import is_systems
from inference.decoding.formats import HEAD
from inference.decoding.limits import FAMILY
from inference.decoding.photo import PhotoError, family_file
from training.errors import TrainingError
from training.importing import wording as common
from training.importing.kinds import refusal_by
from training.importing.outcome import Refused
from training.importing.sources import wording
from training.importing.walking import Folder

MOST_TEXT: Final = 2**24
"""Bytes of a file with tags; those that programs write have thousands."""
EXPORT: Final = "Takeout"
"""The folder in which all lies that Google exports."""
_BOMB: Final = 200
"""How many times larger than packed no photo is, of those that are ..."""
_LARGE: Final = 50 * 2**20
"""... larger than this."""
_LOCKED: Final = 0x1
"""The flag of a member that asks for a password."""


class Contents:
    """Reads files and members of archives, by the paths under which users know them. Use it as a context manager.

    May be asked from several threads.
    """

    def __init__(self) -> None:
        self._archives: dict[Path, ZipFile] = {}
        self._members: dict[Path, tuple[ZipFile, ZipInfo]] = {}
        self._places: dict[Path, Path] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for archive in self._archives.values():
            archive.close()

    def photo(self, path: Path) -> bytes:
        """Raises `PhotoError` for one that is too big, and `OSError`."""
        if path not in self._members:
            return family_file(path)
        return self._member(path, FAMILY.max_bytes)

    def text(self, path: Path) -> bytes:
        """What a file with tags holds. Raises `PhotoError` for one that is too big, and `OSError`."""
        if path in self._members:
            return self._member(path, MOST_TEXT)
        with path.open("rb") as file:
            content = file.read(MOST_TEXT + 1)
        if len(content) > MOST_TEXT:
            raise PhotoError("too_big", FAMILY)
        return content

    def place(self, folder: Path) -> Path:
        """The same for folders that are one, and lie in several archives in parts."""
        return self._places.get(folder, folder)

    def open_archive(self, path: Path) -> Folder:
        """What is in an archive, as a folder of that path.

        Raises:
            TrainingError: it can't be opened.
        """
        archive = self._opened(path)
        root = Folder(path)
        folders = {path: root}
        for member in sorted(archive.infolist(), key=lambda member: member.filename):
            inner = _inner(member.filename)
            if member.is_dir() or not inner:
                continue
            where = path.joinpath(*inner)
            folder = self._folder(where.parent, path, folders)
            if where in self._members:
                folder.refused.append((where, Refused("left_out", wording.twice_in_archive())))
                continue
            self._members[where] = archive, member
            refused = self._refusal(where, member)
            if refused is None:
                folder.photos.append(where)
            else:
                folder.refused.append((where, refused))
        return root

    def is_archive(self, path: Path) -> bool:
        """Whether it has been opened as one."""
        return path in self._archives

    def is_export(self, path: Path) -> bool:
        """Whether an archive is one of Google's; no where it can't be opened."""
        try:
            members = self._opened(path).namelist()
        except TrainingError:
            return False
        return any(_inner(name)[:1] == (EXPORT,) or "supplemental-metadata" in name for name in members)

    def _opened(self, path: Path) -> ZipFile:
        if path not in self._archives:
            try:
                self._archives[path] = ZipFile(path)
            except (BadZipFile, ValueError, NotImplementedError):
                raise TrainingError(wording.no_archive(path)) from None
            except OSError as error:
                raise TrainingError(wording.archive_unreadable(path, error.strerror or str(error))) from None
        return self._archives[path]

    def _folder(self, path: Path, archive: Path, folders: dict[Path, Folder]) -> Folder:
        if path not in folders:
            folders[path] = Folder(path)
            self._folder(path.parent, archive, folders).folders.append(folders[path])
        self._places[path] = Path(os.sep, *path.relative_to(archive).parts)
        return folders[path]

    def _refusal(self, path: Path, member: ZipInfo) -> Refused | None:
        if any(is_systems(part) for part in _inner(member.filename)):
            return Refused("left_out", common.systems_file())
        if member.flag_bits & _LOCKED:
            return Refused("unreadable", wording.locked())
        try:
            head = self._start(path, HEAD)
        except OSError as error:
            return Refused("unreadable", error.strerror or str(error))
        return refusal_by(path, head)

    def _member(self, path: Path, most: int) -> bytes:
        _, member = self._members[path]
        is_bomb = member.file_size > _LARGE and member.file_size > _BOMB * max(member.compress_size, 1)
        if member.file_size > most or is_bomb:
            raise PhotoError("too_big", FAMILY)
        content = self._start(path, most + 1)
        if len(content) > most:  # it is more than it says
            raise PhotoError("too_big", FAMILY)
        return content

    def _start(self, path: Path, most: int) -> bytes:
        """Its first bytes; never more than these are in memory."""
        archive, member = self._members[path]
        try:
            with archive.open(member) as file:
                return file.read(most)
        except Exception as error:  # zipfile raises what comes of a damaged one: BadZipFile, zlib.error, EOFError, …
            raise OSError(0, wording.damaged_in_archive()) from error


def archives_in(folder: Folder, contents: Contents) -> None:
    """Let Google's archives in and below a folder be folders of it."""
    for one in list(folder.all()):
        archives = [path for path, _ in one.refused if path.suffix.casefold() == ".zip" and contents.is_export(path)]
        one.refused = [(path, why) for path, why in one.refused if path not in archives]
        one.folders += [contents.open_archive(path) for path in archives]


def _inner(name: str) -> tuple[str, ...]:
    """The way to a member within its archive, which leads nowhere else."""
    return tuple(part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in ("/", "//", "..", "."))
