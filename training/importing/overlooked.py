"""Photos below the library's folder that no cousin has: those too deep, loose ones, those of an odd name."""

from collections import Counter
from collections.abc import Collection
from pathlib import Path

from training.importing.walking import walk


def overlooked(library: Path, used: Collection[Path]) -> Counter[Path]:
    """Folder -> how many photos in it are not among those `used`. Raises `TrainingError` as `walk` does."""
    return Counter(path.parent for folder in walk(library).all() for path in folder.photos if path not in used)
