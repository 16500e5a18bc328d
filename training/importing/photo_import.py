"""Bring photos in from wherever they lie: upright JPEGs without metadata, one folder a cousin."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from data.files.library import SUFFIXES, LibraryError, PhotoLibrary, cousin_key
from foundation.progress import Progress
from inference.decoding.photo import PhotoError, upright_jpeg
from training import wording
from training.errors import TrainingError, why_unusable


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
        TrainingError: a folder is missing, can't be read, or holds no photos, or both photos and folders of photos.
    """
    found = [photo for folder in folders for photo in _photos(folder)]
    known = _known(library)
    imported = Imported()
    for number, (cousin, path) in enumerate(found):
        progress(wording.importing(), number, len(found))
        try:
            jpeg = upright_jpeg(path.read_bytes())
        except (PhotoError, OSError) as error:
            imported.refused.append((path, why_unusable(error)))
            continue
        sha256 = hashlib.sha256(jpeg).hexdigest()
        if sha256 in known:
            imported.already += 1
            continue
        known.add(sha256)
        library.add(cousin, jpeg)
        imported.added[cousin] = imported.added.get(cousin, 0) + 1
    progress(wording.importing(), len(found), len(found))
    return imported


def _known(library: PhotoLibrary) -> set[str]:
    """The sha256 of the photos that are there already."""
    known = set()
    with suppress(LibraryError):  # there are none yet
        for photo in library.photos():
            with suppress(OSError):  # nobody can say whether an unreadable file is the same
                known.add(hashlib.sha256(photo.path.read_bytes()).hexdigest())
    return known


def _photos(folder: Path) -> Iterator[tuple[str, Path]]:
    if not folder.is_dir():
        raise TrainingError(wording.no_such_folder(folder))
    if folder.name in ("", ".."):
        folder = folder.resolve()  # the folder one stands in has a name too
    try:
        own = _images(folder)
        # NAS boxes and archivers leave @eaDir, #recycle, __MACOSX and the like.
        inside = [entry for entry in sorted(folder.iterdir()) if entry.name[0].isalnum() and entry.is_dir()]
        below = [(entry, images) for entry in inside if (images := _images(entry))]
    except OSError as error:
        raise TrainingError(wording.folder_unreadable(error.filename, error.strerror or str(error))) from None
    if own and below:
        raise TrainingError(wording.photos_and_folders(folder, own[0].name, below[0][0].name))
    if not own and not below:
        raise TrainingError(wording.no_photos(folder))
    for cousins_folder, images in [(folder, own)] if own else below:
        try:
            cousin = cousin_key(cousins_folder.name)
        except ValueError as error:
            raise TrainingError(wording.not_a_cousins_folder(cousins_folder, str(error))) from None
        for image in images:
            yield cousin, image


def _images(folder: Path) -> list[Path]:
    return [
        path
        for path in sorted(folder.iterdir())
        if path.is_file() and path.suffix.lower() in SUFFIXES and not path.name.startswith(".")
    ]
