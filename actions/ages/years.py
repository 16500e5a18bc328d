"""The years of the library's photos, looked for once where nobody has noted them: of files that came by hand, and of
those that an earlier cousinbot took in, of which only the name is left to tell."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from data.files.library import LabelledPhoto, PhotoLibrary
from data.store.store import Store
from foundation.photo_dates import Taken, taken
from inference.decoding.taken import year_in_file


async def with_years(photos: Sequence[LabelledPhoto], library: PhotoLibrary, store: Store) -> list[LabelledPhoto]:
    """The library's photos as the catalogue has them, each with its year as far as that is known."""
    looked_at = await store.years.looked_at()
    new: dict[str, list[Path]] = {}
    for kept in await store.catalogue.files():
        if kept.sha256 not in looked_at:
            new.setdefault(kept.sha256, []).extend([library.folder / kept.file, Path(kept.name or "")])
    if new:
        await store.years.note(await asyncio.to_thread(_look, new))
    years = await store.years.all()
    return [replace(photo, year=years.get(photo.sha256 or "")) for photo in photos]


def with_own_years(photos: Sequence[LabelledPhoto]) -> list[LabelledPhoto]:
    """Photos of a folder elsewhere, of which nothing is noted."""
    return [replace(photo, year=found.year if (found := _taken([photo.path])) else None) for photo in photos]


def _look(files: Mapping[str, Sequence[Path]]) -> dict[str, Taken | None]:
    return {sha256: _taken(paths) for sha256, paths in files.items()}


def _taken(paths: Sequence[Path]) -> Taken | None:
    """By the first of a photo's files, or any of their names."""
    return taken(year_in_file(paths[0]), *(path.name for path in paths))
