"""The tags of every photo of a source, in it and beside it."""

import asyncio
import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol, TypeAlias

from data.tags.rdf import Unreadable
from data.tags.xmp import each_once, regions_in
from foundation.progress import Progress
from foundation.region import Region
from inference.decoding.header import Header
from inference.decoding.photo import PhotoError
from training.errors import why_unusable
from training.importing.outcome import Refused
from training.importing.sources import wording
from training.importing.sources.beside import Beside, read_beside
from training.importing.sources.contents import EXPORT, Contents
from training.importing.tags.matching import AS_STORED, View
from training.importing.walking import Folder

AT_ONCE: Final = 2
"""Files that are opened at a time, by as many decoders."""


class HeaderReader(Protocol):
    """What opens a photo's header; raises `PhotoError`."""

    async def header_of(self, data: bytes) -> Header: ...


@dataclass(frozen=True, slots=True)
class Tagged:
    """What is said of a photo.

    Attributes:
        regions: who is on it, and which file says so; several where it is not the photo itself.
        refused: why it can't be read, or why its tags can't.
    """

    regions: Sequence[tuple[Region, Path]] = ()
    view: View = AS_STORED
    sha256: str | None = None
    refused: Refused | None = None


Seen: TypeAlias = dict[Path, Tagged]
"""What stands in photos themselves. A second look at a source, after a question, need not read them again."""


@dataclass(slots=True)
class Scanned:
    """A source.

    Attributes:
        folder: all that is in it.
        photos: those of which anything is said, or which can't be read.
    """

    folder: Folder
    beside: Beside = field(default_factory=Beside)
    photos: dict[Path, Tagged] = field(default_factory=dict)

    @property
    def is_tagged(self) -> bool:
        """Whether somebody is named in it; or would be, as in what was exported: its folders are albums."""
        return any(photo.regions for photo in self.photos.values()) or any(
            path in self.beside.exported and EXPORT in path.parts
            for folder in self.folder.all()
            for path, _ in folder.refused
        )

    def names(self) -> Iterator[str]:
        """Once for each photo on which somebody is called so."""
        for photo in self.photos.values():
            for region, _ in photo.regions:
                yield region.name

    def refused(self, folder: Folder) -> Iterator[tuple[Path, Refused]]:
        """The files directly in a folder that are no photos, but for those that belong to one."""
        for path, why in folder.refused:
            if path in self.beside.damaged:
                yield path, self.beside.damaged[path]
            elif path not in self.beside.belonging:
                yield path, why


async def scan(
    folders: Sequence[Folder],
    contents: Contents,
    decoder: HeaderReader,
    readers: Collection[str],
    seen: Seen,
    progress: Progress,
) -> list[Scanned]:
    """Each of these sources. Contacts and the parts of an export may lie in another one than their photos."""
    inner = [one for folder in folders for one in folder.all()]
    beside = await asyncio.to_thread(read_beside, inner, contents, readers)
    embedded = "xmp" in readers
    photos = [photo for folder in inner for photo in folder.photos if embedded or photo in beside.regions]
    fresh = [photo for photo in dict.fromkeys(photos) if photo not in seen]
    for start in range(0, len(fresh), AT_ONCE):
        progress(wording.reading_tags(), start, len(fresh))
        together = fresh[start : start + AT_ONCE]
        for photo, said in zip(together, await _look_at(together, contents, decoder, embedded), strict=True):
            seen[photo] = said
    if fresh:
        progress(wording.reading_tags(), len(fresh), len(fresh))
    return [Scanned(folder, beside, _together(folder, beside, seen, photos)) for folder in folders]


async def _look_at(
    photos: Sequence[Path], contents: Contents, decoder: HeaderReader, embedded: bool
) -> Sequence[Tagged]:
    async def look(photo: Path) -> Tagged:
        try:
            data = await asyncio.to_thread(contents.photo, photo)
            header = await decoder.header_of(data)
        except (PhotoError, OSError) as error:
            raw = isinstance(error, PhotoError) and error.fault == "raw"
            return Tagged(refused=Refused("left_out" if raw else "unreadable", why_unusable(error)))
        view, sha256 = View(header.width, header.height, header.orientation), hashlib.sha256(data).hexdigest()
        if not embedded or not header.xmp:
            return Tagged((), view, sha256)
        try:
            regions = regions_in(header.xmp)
        except Unreadable:
            return Tagged((), view, sha256, Refused("left_out", wording.tags_damaged()))
        is_whole = header.is_whole
        try:
            regions = regions_in(header.xmp, header.extended)
        except Unreadable:
            is_whole = False
        unread = None if is_whole else Refused("left_out", wording.tags_incomplete())
        return Tagged([(region, photo) for region in regions], view, sha256, unread)

    return await asyncio.gather(*map(look, photos))


def _together(
    folder: Folder, beside: Beside, seen: Mapping[Path, Tagged], looked_at: Collection[Path]
) -> dict[Path, Tagged]:
    """A sidecar is believed before what stands in the photo, which programs leave as it came."""
    within = set(looked_at)
    found = {}
    for photo in (photo for one in folder.all() for photo in one.photos if photo in within):
        own = seen[photo]
        said = [*beside.sidecars.get(photo, ()), *own.regions, *beside.regions.get(photo, ())]
        where: dict[Region, Path] = {}
        for region, path in said:
            where.setdefault(region, path)
        regions = [(region, where[region]) for region in each_once([region for region, _ in said])]
        found[photo] = Tagged(regions, own.view, own.sha256, own.refused)
    return found
