"""Bring photos in from wherever they lie: upright JPEGs without metadata, one folder a cousin."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from data.files.library import SUFFIXES, LibraryError, PhotoLibrary, cousin_key
from data.store.catalogue import IMPORTED, Catalogue
from foundation.progress import Progress
from inference.decoding.photo import PhotoError, upright_jpeg
from training import wording
from training.errors import TrainingError, why_unusable


@dataclass(slots=True)
class Imported:
    """What became of the files.

    Attributes:
        added: new photos a cousin.
        shared: photos that were there already, in another cousin's folder, and now show this one too.
        already: files that were there already.
        refused: files that were left out, and why.
    """

    added: Counter[str] = field(default_factory=Counter)
    shared: Counter[str] = field(default_factory=Counter)
    already: int = 0
    refused: list[tuple[Path, str]] = field(default_factory=list)


async def import_photos(
    folders: Sequence[Path], library: PhotoLibrary, catalogue: Catalogue, progress: Progress
) -> Imported:
    """Copy photos in. One given for several cousins is kept once, in the first one's folder, and shows them all.

    It is known by the bytes it came as, and by what the conversion makes of them. A folder is a cousin's if photos lie
    in it, else each folder in it is a cousin's.

    Raises:
        TrainingError: a folder is missing, can't be read, or holds no photos, or both photos and folders of photos.
    """
    found = [photo for folder in folders for photo in _photos(folder)]
    with suppress(LibraryError):  # there are none yet
        await catalogue.photos(library)
    known, shown = await catalogue.known(), await catalogue.shown()
    imported = Imported()
    for number, (cousin, path) in enumerate(found):
        progress(wording.importing(), number, len(found))
        try:
            data = path.read_bytes()
            sha256 = hashlib.sha256(data).hexdigest()
            jpeg = None if sha256 in known else upright_jpeg(data)
        except (PhotoError, OSError) as error:
            imported.refused.append((path, why_unusable(error)))
            continue
        kept = sha256 if jpeg is None else hashlib.sha256(jpeg).hexdigest()
        if jpeg is not None and kept not in known:
            await catalogue.add(library, cousin, jpeg, sha256, path.name)
            imported.added[cousin] += 1
            known |= {sha256: sha256, kept: sha256}
            shown.add((sha256, cousin))
            continue
        who = known[kept], cousin
        if who in shown:
            imported.already += 1
        else:
            library.add_cousin(cousin)
            await catalogue.label(*who, IMPORTED)
            imported.shared[cousin] += 1
            shown.add(who)
    progress(wording.importing(), len(found), len(found))
    return imported


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
