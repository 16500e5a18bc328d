"""What lies beside photos and says who is on them: XMP sidecars, Picasa's files, those of Google's export."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from data.files.systems_files import is_systems
from foundation.region import Region
from inference.decoding.photo import PhotoError
from training.importing.outcome import Refused
from training.importing.sources import wording
from training.importing.sources.contents import Contents
from training.importing.tags import picasa, takeout
from training.importing.tags.rdf import Unreadable
from training.importing.tags.xmp import regions_in
from training.importing.walking import Folder

Readers = Collection[str]
"""`xmp`, `picasa`, `takeout`: what is read."""
_XMP: Final = ".xmp"
Read = TypeVar("Read")


@dataclass(slots=True)
class Beside:
    """What the files beside photos say.

    Attributes:
        regions: photo -> who is on it, and which file says so, in the order in which they are believed.
        sidecars: the photos of which an XMP file says something.
        belonging: the files that were read for photos.
        exported: the files of an export.
        damaged: those that should be, and can't.
    """

    regions: dict[Path, list[tuple[Region, Path]]] = field(default_factory=dict)
    sidecars: dict[Path, list[tuple[Region, Path]]] = field(default_factory=dict)
    belonging: set[Path] = field(default_factory=set)
    exported: set[Path] = field(default_factory=set)
    damaged: dict[Path, Refused] = field(default_factory=dict)


def read_beside(folders: Sequence[Folder], contents: Contents, readers: Readers) -> Beside:
    """What lies in these folders, not below them. Nothing is raised: what can't be read is said to be damaged."""
    beside = Beside()
    if "xmp" in readers:
        for folder in folders:
            _read_sidecars(folder, contents, beside)
    if "picasa" in readers:
        _read_picasa(folders, contents, beside)
    if "takeout" in readers:
        _read_takeout(folders, contents, beside)
    return beside


def sidecar_of(photo: str, others: Mapping[str, Path]) -> Path | None:
    """The XMP file of a photo of this name among others, by their names in lower case: of the whole name first."""
    stem, _, _ = photo.rpartition(".")
    return others.get((photo + _XMP).casefold()) or others.get((stem + _XMP).casefold())


def _read_sidecars(folder: Folder, contents: Contents, beside: Beside) -> None:
    files = [path for path, _ in folder.refused if not is_systems(path.name)]
    others = {path.name.casefold(): path for path in files if path.suffix.casefold() == _XMP}
    videos = [path.name for path in files if path.suffix.casefold() != _XMP]
    beside.belonging |= {sidecar for name in videos if (sidecar := sidecar_of(name, others))}
    said: dict[Path, list[Region] | None] = {}
    for photo in folder.photos if others else ():
        if (sidecar := sidecar_of(photo.name, others)) is None:
            continue
        if sidecar not in said:
            said[sidecar] = _read(sidecar, contents, beside, regions_in)
        if regions := said[sidecar]:
            beside.sidecars[photo] = [(region, sidecar) for region in regions]
    for sidecar in set(others.values()) - said.keys() - beside.belonging:
        beside.damaged[sidecar] = Refused("left_out", wording.photo_elsewhere(sidecar.stem))


def _read_picasa(folders: Iterable[Folder], contents: Contents, beside: Beside) -> None:
    inis: list[tuple[Folder, Path, picasa.PicasaFolder]] = []
    contacts: dict[str, str] = {}
    for folder in folders:
        for path, _ in folder.refused:
            name = path.name.casefold()
            if name == picasa.CONTACTS and (known := _read(path, contents, beside, picasa.read_contacts)):
                contacts = known | contacts
            elif name in picasa.INI_NAMES and (ini := _read(path, contents, beside, picasa.read_ini)):
                inis.append((folder, path, ini))
    for _, _, ini in inis:
        contacts |= ini.contacts
    for folder, path, ini in inis:
        for photo in folder.photos:
            if regions := ini.regions(photo.name, contacts):
                beside.regions.setdefault(photo, []).extend((region, path) for region in regions)


def _read_takeout(folders: Iterable[Folder], contents: Contents, beside: Beside) -> None:
    places: dict[Path, list[Folder]] = {}
    for folder in folders:
        places.setdefault(contents.place(folder.path), []).append(folder)
    for parts in places.values():
        photos: dict[str, list[Path]] = {}
        for photo in (photo for part in parts for photo in part.photos):
            photos.setdefault(photo.name.casefold(), []).append(photo)
        files = [path for part in parts for path, _ in part.refused if not is_systems(path.name)]
        videos = {path.name.casefold() for path in files}
        for path in (path for path in files if takeout.is_sidecar(path.name)):
            described = _read(path, contents, beside, takeout.read)
            if described is None:
                continue
            beside.exported.add(path)
            about = takeout.names_described(path.name, described.title)
            if about.isdisjoint(photos) and about.isdisjoint(videos):
                beside.damaged.setdefault(path, Refused("left_out", wording.photo_elsewhere(described.title)))
                beside.belonging.discard(path)
            for photo in (photo for name in about & photos.keys() for photo in photos[name]):
                beside.regions.setdefault(photo, []).extend((region, path) for region in described.regions)


def _read(path: Path, contents: Contents, beside: Beside, reader: Callable[[bytes], Read]) -> Read | None:
    try:
        said = reader(contents.text(path))
    except Unreadable:
        if not takeout.is_sidecar(path.name) or "." in path.stem:  # else it may be anything
            beside.damaged[path] = Refused("unreadable", wording.tags_damaged())
    except PhotoError as error:
        beside.damaged[path] = Refused("unreadable", error.reason)
    except OSError as error:
        beside.damaged[path] = Refused("unreadable", wording.tags_unreadable(error.strerror or str(error)))
    else:
        if said is not None:
            beside.belonging.add(path)
        return said
    return None
