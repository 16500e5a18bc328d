"""Write who is on the family's photos into sidecars, beside the files that were imported or beside copies."""

import asyncio
import stat
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from data.files.library import NoPhotos, PhotoLibrary
from data.labels.written_names import WrittenName, WrittenNames
from data.store.catalogue import Catalogue, KeptFile
from data.tags.rdf import Unreadable
from foundation.file_digest import sha256_of
from foundation.file_names import readable
from foundation.progress import Progress
from foundation.whole_file import write_whole
from inference.decoding.header import MOST_XMP, Header
from inference.decoding.photo import PhotoError, family_file
from training.errors import TrainingError, why_unusable
from training.exporting import wording
from training.exporting.naming import Sidecar, Whom, sidecar, to_be_named
from training.exporting.originals import SIDECAR, CopyNames, Original, is_empty, originals_in, real
from training.exporting.outcome import Became, Exported, Missing, Outcome
from training.exporting.people import Chosen, People, people_on
from training.importing.sources.scanning import HeaderReader
from training.importing.walking import Folder, walk

_READABLE: Final = 0o666


@dataclass(frozen=True, slots=True)
class Export:
    """How an export goes about it.

    Attributes:
        home: cousinbot's own folder, into which nothing is exported.
        chosen: the faces from which training learned.
        whom: what cousins are called.
        rehearsal: nothing is changed.
    """

    home: Path
    whom: Whom
    chosen: Chosen = field(default_factory=dict)
    rehearsal: bool = False


async def export_sidecars(
    folder: Path,
    library: PhotoLibrary,
    catalogue: Catalogue,
    written: WrittenNames,
    decoder: HeaderReader,
    progress: Progress,
    how: Export,
) -> Exported:
    """Every photo in the folder becomes one outcome. Photos are never touched.

    Raises:
        TrainingError: the folder can't be read or made, or lies in the home; or there is nobody to name.
        LibraryError: the library can't be read.
    """
    try:
        people = people_on(await catalogue.photos(library), how.chosen)
    except NoPhotos:
        people = {}
    noted = await written.all()
    if not people and not noted:
        raise TrainingError(wording.nobody_there())
    walked = await asyncio.to_thread(_opened, folder, how)
    work = _Work(library, written, decoder, how, people, await catalogue.files(), noted)
    originals = list(originals_in(walked))
    for done, original in enumerate(originals):
        progress(wording.looking(), done, len(originals))
        await work.beside(original)
    if originals:
        progress(wording.looking(), len(originals), len(originals))
    lies_below = real(folder)
    if is_empty(walked) or any(one.is_copy and one.file.is_relative_to(lies_below) for one in noted):
        await work.copies_to(folder, progress)
    return Exported(work.outcomes, work.missing())


def _opened(folder: Path, how: Export) -> Folder:
    if real(folder).is_relative_to(real(how.home)):
        raise TrainingError(wording.folder_in_home(folder))
    if not folder.exists() and not folder.is_symlink():
        if how.rehearsal:
            return Folder(folder)
        try:
            folder.mkdir()  # not what is above: a disk may not be there
        except OSError as error:
            raise TrainingError(wording.folder_not_made(folder, error.strerror or str(error))) from None
    return walk(folder, how.home)


class _Work:
    def __init__(
        self,
        library: PhotoLibrary,
        written: WrittenNames,
        decoder: HeaderReader,
        how: Export,
        people: Mapping[str, People],
        files: Sequence[KeptFile],
        noted: Sequence[WrittenName],
    ) -> None:
        self._library = library
        self._written = written
        self._decoder = decoder
        self._how = how
        self._people = people
        self._files = {kept.sha256: kept for kept in reversed(files) if kept.sha256 in people}
        self._known = {kept.kept: kept.sha256 for kept in files} | {kept.sha256: kept.sha256 for kept in files}
        self._of_file: dict[Path, list[WrittenName]] = defaultdict(list)
        self._of_photo: dict[str, list[WrittenName]] = defaultdict(list)
        for one in noted:
            self._of_file[one.file].append(one)
            self._of_photo[one.sha256].append(one)
        self._found: set[str] = set()
        self.outcomes: list[Outcome] = []

    async def beside(self, original: Original) -> None:
        """Write beside a photo that is there."""
        try:
            came_as = await asyncio.to_thread(sha256_of, original.path)
        except OSError as error:
            self.outcomes.append(Outcome(original.path, "failed", why=why_unusable(error)))
            return
        sha256 = self._known.get(came_as)
        if sha256 is not None:
            self._found.add(sha256)
        self.outcomes.append(await self._outcome(original, sha256, self._of_file.get(real(original.sidecar), ())))

    async def copies_to(self, folder: Path, progress: Progress) -> None:
        """Put a copy of each photo there of which anybody is named, with names beside it."""
        left = [kept for sha256, kept in self._files.items() if sha256 not in self._found]
        names = CopyNames(folder)
        for done, kept in enumerate(sorted(left, key=lambda kept: kept.file)):
            progress(wording.writing(), done, len(left))
            if to_be_named(self._people[kept.sha256], self._how.whom):
                path = names.name(kept.name, kept.sha256, kept.file.suffix.lower())
                self.outcomes.append(await self._copy(kept, path))
            self._found.add(kept.sha256)
        if left:
            progress(wording.writing(), len(left), len(left))

    def missing(self) -> list[Missing]:
        """The photos that are not in the folder, of which somebody would be named."""
        return [
            Missing(kept.file, kept.name)
            for sha256, kept in sorted(self._files.items(), key=lambda one: one[1].file)
            if sha256 not in self._found and to_be_named(self._people[sha256], self._how.whom)
        ]

    async def _copy(self, kept: KeptFile, path: Path) -> Outcome:
        beside = Original(path, path.with_name(path.name + SIDECAR))
        file = self._library.folder / kept.file
        try:
            content = await asyncio.to_thread(family_file, file)
            header = await self._decoder.header_of(content)
            new = sidecar(None, header, to_be_named(self._people[kept.sha256], self._how.whom), ())
            await self._note(beside, kept.sha256, new, (), is_copy=True)  # first: what lies there is known to be ours
            if not self._how.rehearsal:
                await asyncio.to_thread(write_whole, path, content)
        except (PhotoError, OSError) as error:
            return Outcome(path, "failed", why=wording.not_copied(why_unusable(error)))
        failed = await self._write(beside, new)
        return failed or Outcome(path, "copied", beside.sidecar, new.why, new.faces)

    async def _outcome(self, original: Original, sha256: str | None, noted: Collection[WrittenName]) -> Outcome:
        path, beside = original.path, original.sidecar
        unknown = Outcome(path, "unknown", why=wording.not_the_familys())
        if sha256 is None and not noted:
            return unknown
        faces = to_be_named(self._people.get(sha256 or "", {}), self._how.whom)
        ours = [*noted, *(one for one in self._of_photo.get(sha256 or "", ()) if _may_be_there(one))]
        is_ours, is_copy = any(one.is_ours for one in ours), any(one.is_copy for one in noted)
        try:
            content = await asyncio.to_thread(_content, beside)
            header = await self._header(path) if faces else None
            new = sidecar(content, header, faces, [one.named for one in ours], is_ours=is_ours)
        except Unreadable:
            return Outcome(path, "failed", beside, wording.sidecar_damaged(readable(beside.name)))
        except (PhotoError, OSError) as error:
            return Outcome(path, "failed", beside, why_unusable(error))
        is_ours = is_ours or content is None
        if new.content != content:
            await self._note(original, sha256, new, noted, is_ours=is_ours, is_copy=is_copy)
            if failed := await self._write(original, new):
                return failed
        await self._note(original, sha256, new, (), is_ours=is_ours, is_copy=is_copy)
        if new.content is None:
            nobody = Outcome(path, "nobody", why=wording.nobody_to_name()) if sha256 is not None else unknown
            return nobody if content is None else Outcome(path, "removed", beside)
        became: Became = "written" if content is None else "same" if new.content == content else "changed"
        return Outcome(path, became, beside, new.why, new.faces)

    async def _header(self, path: Path) -> Header:
        return await self._decoder.header_of(await asyncio.to_thread(family_file, path))

    async def _write(self, original: Original, new: Sidecar) -> Outcome | None:
        """What went wrong."""
        if self._how.rehearsal:
            return None
        try:
            await asyncio.to_thread(_replace, original, new.content)
        except OSError as error:
            why = wording.not_written(readable(original.sidecar.name), error.strerror or str(error))
            return Outcome(original.path, "failed", original.sidecar, why)
        return None

    async def _note(
        self,
        original: Original,
        sha256: str | None,
        new: Sidecar,
        besides: Collection[WrittenName],
        *,
        is_ours: bool = True,
        is_copy: bool = False,
    ) -> None:
        """Note who is named, and `besides` who was: until it is written it may be either."""
        if self._how.rehearsal:
            return
        file = real(original.sidecar)
        now = [WrittenName(file, sha256 or "", cousin, named, is_ours, is_copy) for cousin, named in new.names]
        if [*besides, *now] != self._of_file.get(file, []):
            self._of_file[file] = [*besides, *now]
            await self._written.note(file, self._of_file[file])


def _may_be_there(one: WrittenName) -> bool:
    """Whether what we have written elsewhere may stand beside another file of the photo: it was copied, or moved. A
    name without a place can be anybody's."""
    return one.named.box is not None or not one.file.exists()


def _content(file: Path) -> bytes | None:
    """What a sidecar holds; None where there is none. Raises `Unreadable`, `OSError`."""
    try:
        if file.stat().st_size > MOST_XMP:
            raise Unreadable
        return file.read_bytes()
    except FileNotFoundError:
        return None


def _replace(original: Original, content: bytes | None) -> None:
    file = real(original.sidecar)
    if content is None:
        file.unlink()
        return
    like = file if file.exists() else original.path
    write_whole(file, content, stat.S_IMODE(like.stat().st_mode) & _READABLE)
