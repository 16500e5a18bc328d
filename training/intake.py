"""Bring photos in from wherever they lie: upright JPEGs without metadata, one folder a cousin."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from data.library import SUFFIXES, PhotoLibrary, cousin_key
from inference.photo import PhotoError, upright_jpeg
from training.errors import TrainingError
from training.progress import Progress


@dataclass(slots=True)
class Imported:
    """What came in: photos a cousin, files that were there already, and files left out with the reason."""

    added: dict[str, int] = field(default_factory=dict)
    already: int = 0
    refused: list[tuple[Path, str]] = field(default_factory=list)


def import_photos(folders: Sequence[Path], library: PhotoLibrary, progress: Progress) -> Imported:
    """Copy photos in; what the library holds already, byte for byte after conversion, is not added twice.

    A folder is a cousin's if photos lie in it, else each folder in it is a cousin's.

    Raises:
        TrainingError: a folder is missing, or holds no photos.
    """
    found = [photo for folder in folders for photo in _photos(folder)]
    known = {
        hashlib.sha256(photo.path.read_bytes()).hexdigest()
        for photo in (library.photos() if library.folder.is_dir() and any(library.folder.rglob("*.jp*g")) else ())
    }
    imported = Imported()
    for number, (cousin, path) in enumerate(found):
        progress("Importing photos", number, len(found))
        try:
            jpeg = upright_jpeg(path.read_bytes())
        except PhotoError as error:
            imported.refused.append((path, str(error).partition(":")[0]))
            continue
        except OSError as error:
            imported.refused.append((path, f"The file can't be opened ({error.strerror})"))
            continue
        sha256 = hashlib.sha256(jpeg).hexdigest()
        if sha256 in known:
            imported.already += 1
            continue
        known.add(sha256)
        library.add(cousin, jpeg)
        imported.added[cousin] = imported.added.get(cousin, 0) + 1
    progress("Importing photos", len(found), len(found))
    return imported


def _photos(folder: Path) -> Iterator[tuple[str, Path]]:
    if not folder.is_dir():
        raise TrainingError(f"There is no folder {folder}: name the folder that holds each cousin's photos.")
    own = _images(folder)
    inside = [entry for entry in sorted(folder.iterdir()) if entry.is_dir() and not entry.name.startswith(".")]
    by_cousin = [(folder.name, own)] if own else [(entry.name, _images(entry)) for entry in inside]
    if not any(images for _, images in by_cousin):
        raise TrainingError(
            f"There are no photos in {folder}: it should hold a folder for each cousin, or one cousin's photos."
        )
    for name, images in by_cousin:
        try:
            cousin = cousin_key(name)
        except ValueError as error:
            raise TrainingError(f"The folder {folder / name} can't be a cousin's: {error}") from None
        for image in images:
            yield cousin, image


def _images(folder: Path) -> list[Path]:
    return [
        path
        for path in sorted(folder.iterdir())
        if path.is_file() and path.suffix.lower() in SUFFIXES and not path.name.startswith(".")
    ]
