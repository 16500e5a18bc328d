"""Bring photos in from wherever they lie: upright JPEGs without metadata, one folder a cousin."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from data.files.library import LibraryError, PhotoLibrary
from data.store.catalogue import Catalogue
from foundation.progress import Progress
from training.importing import wording
from training.importing.folders import NOTHING_SAID, Said, labelled_files
from training.importing.outcome import Imported
from training.importing.taking_in import Decoder, TakingIn

AT_ONCE: Final = 2
"""Files that are opened at a time, by as many decoders."""


async def import_photos(
    sources: Sequence[Path],
    library: PhotoLibrary,
    catalogue: Catalogue,
    decoder: Decoder,
    progress: Progress,
    *,
    said: Said = NOTHING_SAID,
    home: Path | None = None,
    successors: Mapping[str, str] | None = None,
    rehearsal: bool = False,
) -> Imported:
    """Every file below the sources becomes one outcome. Nothing is brought in before all that may be asked is clear.

    Files below `home`, cousinbot's own folder, are left out. `successors` are the keys that cousins had before -> those
    they have now. Raises as `labelled_files` does.
    """
    with suppress(LibraryError):  # there are none yet
        await catalogue.photos(library)
    cousins = library.cousins() if library.folder.is_dir() else []
    labelled = await asyncio.to_thread(labelled_files, sources, cousins, said, home, successors or {})
    taking_in = await TakingIn.begin(library, catalogue, decoder, rehearsal=rehearsal)
    for start in range(0, len(labelled), AT_ONCE):
        progress(wording.importing(), start, len(labelled))
        together = labelled[start : start + AT_ONCE]
        opened = await asyncio.gather(*map(taking_in.open, together))
        for source, content in zip(together, opened, strict=True):
            await taking_in.take(source, content)
    progress(wording.importing(), len(labelled), len(labelled))
    return taking_in.imported
