"""The photos of a group that got its name: each into the library, once, with where the face is."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from actions.groups import wording
from data.files.home import Home
from data.files.library import PhotoLibrary
from data.sorting.sorted_faces import SortedFace
from data.store.catalogue import IMPORTED, SORTED
from data.store.store import Store
from foundation.photo_dates import taken
from inference.decoding.photo import PhotoError, family_file
from inference.decoding.sandbox import Decoding


@dataclass(slots=True)
class TakenIn:
    """What became of the photos.

    Attributes:
        cousin: whose they are now.
        added: photos that the library did not have.
        known: photos that it had, and that show the cousin from now on, or did before.
        missing: files that could not be taken in, and why; what was said of the faces stands.
    """

    cousin: str
    added: int = 0
    known: int = 0
    missing: list[tuple[Path, str]] = field(default_factory=list)


async def take_in(home: Home, store: Store, decoding: Decoding, faces: Sequence[SortedFace], cousin: str) -> TakenIn:
    """Raises `LibraryError`, `OSError` where the library can't be written to."""
    library, outcome = PhotoLibrary(home.photos), TakenIn(cousin)
    known, shown = await store.catalogue.known(), await store.catalogue.shown()
    await asyncio.to_thread(library.add_cousin, cousin)
    for face in sorted(faces, key=lambda face: (face.path, face.id)):
        there = known.get(face.sha256)
        if there is None:
            try:
                data = await asyncio.to_thread(family_file, face.path)
                if hashlib.sha256(data).hexdigest() != face.sha256:
                    outcome.missing.append((face.path, wording.file_changed()))
                    continue
                jpeg, year = await decoding.upright_jpeg(data), await decoding.year_of(data)
            except PhotoError as error:
                outcome.missing.append((face.path, str(error)))
                continue
            except OSError as error:
                outcome.missing.append((face.path, error.strerror or str(error)))
                continue
            kept = hashlib.sha256(jpeg).hexdigest()
            there = known.get(kept)
            if there is None:
                name = face.path.name
                await store.catalogue.add(library, cousin, jpeg, face.sha256, name, taken(year, name))
                there = face.sha256
                outcome.added += 1
            known |= {kept: there, face.sha256: there}
        else:
            outcome.known += 1
        # What shows the cousin anyhow only learns where.
        source = IMPORTED if (there, cousin) in shown else SORTED
        await store.catalogue.label(there, cousin, source, face.box)
    return outcome
