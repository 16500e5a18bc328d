"""Bring photos in from wherever they lie: upright JPEGs without metadata, one folder a cousin."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal, TypeAlias

from data.files.library import LibraryError, PhotoLibrary
from data.lookup import Called, plain
from data.names import shown_name
from data.store.catalogue import Catalogue
from foundation.box import Box
from foundation.progress import Progress
from training.errors import TrainingError
from training.importing import wording
from training.importing.folders import NOTHING_SAID, Said, labelled_by_folders
from training.importing.outcome import Imported, LabelledSource, Refused
from training.importing.sources import wording as tag_wording
from training.importing.sources.contents import Contents, archives_in
from training.importing.sources.immich import Immich
from training.importing.sources.immich_people import labelled_by_immich
from training.importing.sources.people import People, counted
from training.importing.sources.scanning import AT_ONCE, Scanned, Seen, scan
from training.importing.sources.tagged import labelled_by_tags, named_by
from training.importing.tags.picasa import CONTACTS
from training.importing.taking_in import Decoder, FindFaces, TakingIn
from training.importing.walking import Folder, walk

Kind: TypeAlias = Literal["auto", "folders", "tags", "picasa", "takeout", "immich"]
"""What says who is on a photo."""

_READERS: Final[Mapping[Kind, frozenset[str]]] = {
    "auto": frozenset({"xmp", "picasa", "takeout"}),
    "folders": frozenset(),
    "tags": frozenset({"xmp"}),
    "picasa": frozenset({"picasa"}),
    "takeout": frozenset({"takeout"}),
    "immich": frozenset(),
}


def _no_faces(jpeg: bytes) -> list[Box]:
    return []


@dataclass(frozen=True, slots=True)
class How:
    """How an import goes about it.

    Attributes:
        kind: what says who is on a photo.
        said: of what may mean more than one thing.
        ask: whether somebody is there who can be asked whom to take.
        home: cousinbot's own folder, which is left out.
        successors: the keys that cousins had before -> those they have now.
        family: everybody of whom anything is known; those with photos where that is not given.
        find_faces: where faces are in a photo that is tagged.
        rehearsal: nothing is changed.
        seen: what was read before a question was asked.
        immich: what opens an Immich at an address.
    """

    kind: Kind = "auto"
    said: Said = NOTHING_SAID
    ask: bool = False
    home: Path | None = None
    successors: Mapping[str, str] = field(default_factory=dict)
    family: Sequence[Called] = ()
    find_faces: FindFaces = _no_faces
    rehearsal: bool = False
    seen: Seen = field(default_factory=dict)
    immich: Callable[[str], Immich] | None = None


async def import_photos(
    sources: Sequence[Path | str],
    library: PhotoLibrary,
    catalogue: Catalogue,
    decoder: Decoder,
    progress: Progress,
    how: How,
) -> Imported:
    """Every file below the sources, folders or addresses, becomes one outcome. Nothing is brought in before all
    that may be asked of them is clear.

    A file that says who is on a photo is part of that photo, and no outcome of its own.

    Raises:
        UnclearFolder, UnclearNames, UnclearPeople: something may mean more than one thing, and nobody said which.
        TrainingError: a source is missing, can't be read, lies in the `home` or holds no file at all.
    """
    with suppress(LibraryError):  # there are none yet
        await catalogue.photos(library)
    cousins = library.cousins() if library.folder.is_dir() else []
    family = {one.key: one for one in (*map(plain, cousins), *how.family)}
    people = People(family.values(), cousins, how.successors, how.said.names, how.said.chosen)
    folders = [source for source in sources if isinstance(source, Path)]
    with Contents() as contents, ExitStack() as servers:
        labelled = await _labelled(folders, cousins, people, contents, decoder, progress, how) if folders else []
        for address in (source for source in sources if isinstance(source, str)):
            assert how.immich is not None
            immich = servers.enter_context(how.immich(address))
            labelled += await labelled_by_immich(immich, people, how.said, progress, ask=how.ask)
        taking_in = TakingIn(library, catalogue, decoder, how.find_faces, _shown(family), rehearsal=how.rehearsal)
        return await _take_all(labelled, await taking_in.look_at_what_is_there(), progress)


def _shown(family: Mapping[str, Called]) -> Callable[[str], str]:
    return lambda cousin: family[cousin].name if cousin in family else shown_name(cousin)


async def _take_all(labelled: Sequence[LabelledSource], taking_in: TakingIn, progress: Progress) -> Imported:
    """Each becomes an outcome, in their order."""
    for start in range(0, len(labelled), AT_ONCE):
        progress(wording.importing(), start, len(labelled))
        together = labelled[start : start + AT_ONCE]
        opened = await asyncio.gather(*map(taking_in.open, together))
        for source, content in zip(together, opened, strict=True):
            await taking_in.take(source, content)
    progress(wording.importing(), len(labelled), len(labelled))
    return taking_in.imported


async def _labelled(
    sources: Sequence[Path],
    cousins: Sequence[str],
    people: People,
    contents: Contents,
    decoder: Decoder,
    progress: Progress,
    how: How,
) -> list[LabelledSource]:
    """Every file of the sources in their order, and whom it shows."""
    walked = await asyncio.to_thread(_walk_all, sources, contents, how)
    scanned = [Scanned(folder) for folder in walked]
    if readers := _READERS[how.kind]:
        scanned = await scan(walked, contents, decoder, readers, how.seen, progress)
    by_tags = [
        how.kind not in ("auto", "folders") or one.is_tagged or contents.is_archive(one.folder.path) for one in scanned
    ]
    tagged = [one for one, is_tagged in zip(scanned, by_tags, strict=True) if is_tagged]
    names = counted(name for one in tagged for name in one.names())
    if how.ask:
        people.require_chosen(names)
    layout = how.said.layout
    of_folders = [folder.name for one in tagged for folder in named_by(one.folder, layout)]
    whose = people.keys([*(name for one in tagged for name in one.names()), *of_folders], how.said.identities)
    plain_folders = [one.folder for one, is_tagged in zip(scanned, by_tags, strict=True) if not is_tagged]
    by_folders = iter(labelled_by_folders(plain_folders, cousins, how.said, how.successors))
    labelled = [
        list(labelled_by_tags(one, whose, people, contents, layout, folders_too=how.kind == "auto"))
        if is_tagged
        else [_if_wanted(file, one, people) for file in next(by_folders) if file.path not in one.beside.belonging]
        for one, is_tagged in zip(scanned, by_tags, strict=True)
    ]
    everybody = {label.name: label.cousin for files in labelled for file in files for label in file.labels}
    everybody |= {name: cousin for name, cousin in whose.items() if isinstance(cousin, str)}
    people.require_wanted(names, everybody)
    return [file for files in labelled for file in files]


def _if_wanted(file: LabelledSource, source: Scanned, people: People) -> LabelledSource:
    """A file of whom a folder shows, if they are wanted."""
    if file.refused is not None:
        return replace(file, refused=source.beside.damaged.get(file.path, file.refused))
    unwanted = [label.name for label in file.labels if not people.has_wanted_folder(label.name, label.cousin)]
    if not unwanted:
        return file
    return replace(file, labels=(), refused=Refused("left_out", tag_wording.nobody_wanted(unwanted)))


def _walk_all(sources: Sequence[Path], contents: Contents, how: How) -> list[Folder]:
    walked = [_walk(source, contents, how) for source in sources]
    if "takeout" in _READERS[how.kind]:
        for folder in walked:
            archives_in(folder, contents)
    for folder in walked:
        if not any(one.photos or one.refused for one in folder.all()):
            raise TrainingError(wording.no_photos(folder.path))
    return walked


def _walk(source: Path, contents: Contents, how: How) -> Folder:
    if source.name.casefold() == CONTACTS and source.is_file():  # Picasa keeps it in a folder of its own
        return Folder(source.parent, refused=[(source, Refused("left_out", wording.text()))])
    is_archive = source.suffix.casefold() == ".zip" and source.is_file()
    if is_archive and (how.kind == "takeout" or (how.kind == "auto" and contents.is_export(source))):
        return contents.open_archive(source)
    return walk(source, how.home)
