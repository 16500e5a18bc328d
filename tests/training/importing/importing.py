"""Importing without decoders of its own: what they do is told by their own tests."""

from dataclasses import fields
from pathlib import Path
from typing import Any

from data.files.library import PhotoLibrary
from data.store.catalogue import Catalogue
from foundation.progress import silent
from inference.decoding.header import Header, header_of
from inference.decoding.limits import FAMILY
from inference.decoding.photo import upright_jpeg, year_of
from training.importing.outcome import Imported
from training.importing.photo_import import How, import_photos


class Decoder:
    async def upright_jpeg(self, data: bytes) -> bytes:
        return upright_jpeg(data, FAMILY)

    async def year_of(self, data: bytes) -> int | None:
        return year_of(data, FAMILY)

    async def header_of(self, data: bytes) -> Header:
        return header_of(data, FAMILY)


class Importing:
    """Imports into one library; `options` are those of `How`, and `always` such as hold for every import."""

    def __init__(self, library: PhotoLibrary, catalogue: Catalogue, **always: Any) -> None:
        self.library = library
        self.catalogue = catalogue
        self._always = always

    async def __call__(self, *sources: Path, **options: Any) -> Imported:
        assert set(options) <= {field.name for field in fields(How)}
        return await import_photos(
            sources, self.library, self.catalogue, Decoder(), silent, How(**self._always, **options)
        )


def became(imported: Imported, below: Path) -> dict[str, str]:
    """Each file's path below a folder -> what became of it."""
    return {str(outcome.path.relative_to(below)): outcome.became for outcome in imported.outcomes}


def why(imported: Imported, name: str) -> str:
    """Why the one file of this name became what it did."""
    (reason,) = [outcome.why for outcome in imported.outcomes if outcome.path.name == name]
    assert reason is not None
    return reason
