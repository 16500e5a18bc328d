"""Photos below the library's folder that no cousin has: those too deep, loose ones, those of an odd name."""

from collections import Counter
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path

from training.errors import TrainingError
from training.importing.walking import walk


def photos_below(library: Path) -> list[Path]:
    """What may be a photo, however deep; none where it can't be read, which whoever looks for the photos says."""
    with suppress(TrainingError):
        return [path for folder in walk(library).all() for path in folder.photos]
    return []


def overlooked(there: Iterable[Path], used: Collection[Path]) -> Counter[Path]:
    """Folder -> how many of the photos that were there are not among those `used`, which are to be looked for after
    them: what comes in between is no photo that was overlooked."""
    return Counter(path.parent for path in there if path not in used and path.exists())
