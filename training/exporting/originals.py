"""The photos in a folder, and which file beside each says who is on it."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

from data.files.systems_files import is_systems
from training.importing.walking import Folder

SIDECAR: Final = ".xmp"
_LONGEST: Final = 80


@dataclass(frozen=True, slots=True)
class Original:
    """A photo, and its sidecar: the one that is there, or the one to be made."""

    path: Path
    sidecar: Path


def originals_in(folder: Folder) -> Iterator[Original]:
    """Of every photo in and below a folder. `photo.jpg.xmp` goes before `photo.xmp`, which is only a photo's where no
    other file is called so."""
    for one in folder.all():
        names = [path for path in (*one.photos, *(path for path, _ in one.refused)) if not is_systems(path.name)]
        sidecars = {path.name.casefold(): path for path in names if path.suffix.casefold() == SIDECAR}
        stems = Counter(path.stem.casefold() for path in names if path.suffix.casefold() != SIDECAR)
        for photo in one.photos:
            found = sidecars.get((photo.name + SIDECAR).casefold())
            if found is None and stems[photo.stem.casefold()] == 1:
                found = sidecars.get((photo.stem + SIDECAR).casefold())
            yield Original(photo, found or photo.with_name(photo.name + SIDECAR))


def is_empty(folder: Folder) -> bool:
    """But for what systems leave behind."""
    files = [path for one in folder.all() for path in (*one.photos, *(path for path, _ in one.refused))]
    return all(any(map(is_systems, path.relative_to(folder.path).parts)) for path in files)


def real(path: Path) -> Path:
    """By which a file is known, whatever way led to it."""
    return Path(os.path.realpath(path))


class CopyNames:
    """Names for copies in a folder: as the photos came, none twice, on any disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._taken: set[str] = set()

    def name(self, came_as: str | None, sha256: str, suffix: str) -> Path:
        stem = Path(came_as or "").stem.strip(". ")[:_LONGEST] or sha256[:12]
        for number in count(1):
            name = f"{stem}{suffix}" if number == 1 else f"{stem}_{number}{suffix}"
            path = self._folder / name
            if name.casefold() not in self._taken and not os.path.lexists(path):
                self._taken.add(name.casefold())
                return path
        raise AssertionError("count() does not end")
