"""What lies below a folder: every file once, and why some are not tried."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from data.files.systems_files import is_systems
from training.errors import TrainingError
from training.importing import wording
from training.importing.kinds import refusal, unpacking
from training.importing.outcome import Refused

DEEPEST: Final = 60
"""Folders within folders that are opened."""


@dataclass(slots=True)
class Folder:
    """A folder and all below it. Paths are as the user knows them.

    Attributes:
        photos: the files directly in it that may be pictures.
        refused: the others, and the folders that can't be opened.
        folders: those directly in it, but for the system's, whose files are among the refused.
    """

    path: Path
    photos: list[Path] = field(default_factory=list)
    refused: list[tuple[Path, Refused]] = field(default_factory=list)
    folders: list["Folder"] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Its own: the folder one stands in has one too."""
        return self.path.name if self.path.name not in ("", "..") else self.path.resolve().name

    def all(self) -> Iterator["Folder"]:
        """This one and every folder below it."""
        yield self
        for folder in self.folders:
            yield from folder.all()

    @property
    def holds_photos(self) -> bool:
        return any(folder.photos for folder in self.all())


def walk(source: Path, home: Path | None = None) -> Folder:
    """All below a folder; what lies in cousinbot's own `home` is left out.

    Raises:
        TrainingError: it is no folder, or can't be read, or lies in the home.
    """
    if not os.path.lexists(source):
        raise TrainingError(wording.no_such_folder(source))
    if not source.is_dir():
        command = unpacking(source)
        raise TrainingError(wording.source_is_archive(source, command) if command else wording.source_is_file(source))
    if home is not None and source.resolve().is_relative_to(home.resolve()):
        raise TrainingError(wording.source_in_home(source))
    try:
        os.listdir(source)  # noqa: PTH208  to fail here, where the sentence is about the source
    except OSError as error:
        raise TrainingError(wording.folder_unreadable(source, error.strerror or str(error))) from None
    above = [_identity(folder) for folder in source.resolve().parents]  # a link to one of them leads back, too
    return _walk(source, _identity(home) if home is not None and home.is_dir() else None, above, len(above) + DEEPEST)


def _walk(path: Path, home: tuple[int, int] | None, above: Sequence[tuple[int, int]], deepest: int) -> Folder:
    folder = Folder(path)
    try:
        entries = sorted(path.iterdir())
        within = (*above, _identity(path))
    except OSError as error:
        folder.refused.append((path, Refused("unreadable", wording.folder_closed(error.strerror or str(error)))))
        return folder
    for entry in entries:
        try:
            is_folder = entry.is_dir()
        except OSError as error:  # the folder can be listed, and nothing in it be opened
            closed = wording.folder_closed(error.strerror or str(error))
            folder.refused.append((entry, Refused("unreadable", closed)))
            continue
        if not is_folder:
            why = Refused("left_out", wording.systems_file()) if is_systems(entry.name) else refusal(entry)
            if why is None:
                folder.photos.append(entry)
            else:
                folder.refused.append((entry, why))
        elif is_systems(entry.name):
            folder.refused += _all_files(entry, wording.systems_file())
        elif (identity := _identity(entry)) in within or len(within) > deepest:
            folder.refused.append((entry, Refused("left_out", wording.leads_in_circles())))
        elif identity == home:
            folder.refused += _all_files(entry, wording.own_file())
        else:
            folder.folders.append(_walk(entry, home, within, deepest))
    return folder


def _all_files(folder: Path, why: str) -> list[tuple[Path, Refused]]:
    """Every file below a folder that is not looked into."""
    return [
        (Path(above, name), Refused("left_out", why))
        for above, _, names in sorted(os.walk(folder))
        for name in sorted(names)
    ]


def _identity(folder: Path) -> tuple[int, int]:
    status = folder.stat()
    return status.st_dev, status.st_ino
