"""A file of a source becomes a photo of the library, or one that was there shows somebody else too."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, Self, TypeAlias

from data.files.library import PhotoLibrary, readable
from data.store.catalogue import IMPORTED, Catalogue
from foundation.box import Box
from foundation.photo_dates import Taken, is_believable, taken, year_of_folder
from inference.decoding.photo import PhotoError, family_file
from training.errors import why_unusable
from training.importing import wording
from training.importing.outcome import AddedFace, Imported, Label, LabelledSource, Outcome, Sharing
from training.importing.sources import wording as tag_wording
from training.importing.sources.scanning import HeaderReader
from training.importing.tags.matching import placed


class Decoder(HeaderReader, Protocol):
    """What opens a photo's bytes; raises `PhotoError`."""

    async def upright_jpeg(self, data: bytes) -> bytes:
        """The photo as an upright JPEG without metadata."""
        ...

    async def year_of(self, data: bytes) -> int | None:
        """When it was taken, as the metadata say."""
        ...


FindFaces: TypeAlias = Callable[[bytes], list[Box]]
"""Where faces are seen in an upright JPEG."""
PlacedLabels: TypeAlias = Sequence[tuple[Label, Box | None]]
"""Who is on a photo, and where; None: that is not known."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that could be read.

    Attributes:
        sha256: by what it is known.
        jpeg: what is kept of it; None: it is known already.
        taken: when it was taken, as far as it, its name or its folder's name says so.
        labels: whom it shows, and where; None: its tags are of another picture.
    """

    sha256: str
    jpeg: bytes | None
    taken: Taken | None
    labels: PlacedLabels | None


Attempt: TypeAlias = Opened | PhotoError | OSError | None
"""What came of opening a file; None: it was not tried."""


class TakingIn:
    """Photos are known by the bytes they came as, and by what the conversion makes of them.

    One that shows several cousins is kept once, in the first one's folder, and shows them all. In a rehearsal nothing
    is kept or noted; what is said is the same.
    """

    def __init__(
        self,
        library: PhotoLibrary,
        catalogue: Catalogue,
        decoder: Decoder,
        find_faces: FindFaces,
        shown_name: Callable[[str], str],
        *,
        rehearsal: bool,
    ) -> None:
        self._library = library
        self._catalogue = catalogue
        self._decoder = decoder
        self._find_faces = find_faces
        self._shown_name = shown_name
        self._rehearsal = rehearsal
        self._known: dict[str, str] = {}
        self._shown: dict[str, list[str]] = {}
        self._placed: dict[str, list[tuple[str, Box]]] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._places: dict[tuple[str, str], int] = {}
        self.imported = Imported()

    async def look_at_what_is_there(self) -> Self:
        """Before the first file."""
        self._known = await self._catalogue.known()
        self._names = await self._catalogue.names()
        for sha256, cousin in sorted(await self._catalogue.shown()):
            self._shown.setdefault(sha256, []).append(cousin)
        for sha256, cousin, box in await self._catalogue.places():
            self._placed.setdefault(sha256, []).append((cousin, box))
        return self

    async def open(self, source: LabelledSource) -> Attempt:
        """Read a file, several at a time."""
        if source.refused is not None or not source.labels:
            return None
        by = source.original or source.sha256
        if by is not None and self._says_nothing_new(by, source.labels):
            return Opened(by, None, self._taken(source, None), [(label, None) for label in source.labels])
        try:
            data = await asyncio.to_thread(source.read or (lambda: family_file(source.path)))
            sha256 = source.original or hashlib.sha256(data).hexdigest()
            said = self._says_nothing_new(sha256, source.labels)
            jpeg = None if said else await self._decoder.upright_jpeg(data)
            taken = self._taken(source, await self._decoder.year_of(data))
            labels = None if jpeg is None else await self._placed_labels(source, jpeg)
        except (PhotoError, OSError) as error:
            return error
        if jpeg is None:
            return Opened(sha256, None, taken, [(label, None) for label in source.labels])
        return Opened(sha256, None if sha256 in self._known else jpeg, taken, labels)

    async def take(self, source: LabelledSource, opened: Attempt) -> None:
        """What became of it, noted in `imported`. One after the other, in the sources' order."""
        self.imported.outcomes.append(await self._outcome(source, opened))

    def _says_nothing_new(self, photo: str, labels: Sequence[Label]) -> bool:
        """Whether it is known who these are on a photo, and where as far as the labels can tell."""
        sha256 = self._known.get(photo)
        if sha256 is None:
            return False
        shown, placed = self._shown.get(sha256, []), [cousin for cousin, _ in self._placed.get(sha256, ())]
        return all(
            label.region is None or label.cousin in (placed if label.region.box is not None else shown)
            for label in labels
        )

    async def _placed_labels(self, source: LabelledSource, jpeg: bytes) -> PlacedLabels | None:
        regions = {label.region: label for label in source.labels if label.region is not None}
        if not regions:
            return [(label, None) for label in source.labels]
        faces = await asyncio.to_thread(self._find_faces, jpeg)
        found = placed([*regions, *source.others], source.view, faces)
        return [(regions[one.region], one.box) for one in found if one.region in regions] or None

    def _taken(self, source: LabelledSource, year: int | None) -> Taken | None:
        known = taken(year, source.path.name) or _by_source(source.year)
        is_file = source.labels[0].form != "immich"  # which lies in no folder
        return known or (_by_folder(source.path) if is_file else None)

    async def _outcome(self, source: LabelledSource, opened: Attempt) -> Outcome:
        path, cousin = source.path, source.cousin
        if source.refused is not None:
            return Outcome(path, source.refused.became, source.refused.why, cousin)
        assert opened is not None
        if isinstance(opened, PhotoError) and opened.fault == "raw":
            return Outcome(path, "left_out", why_unusable(opened), cousin)
        if not isinstance(opened, Opened):
            return Outcome(path, "unreadable", why_unusable(opened), cousin)
        if opened.labels is None:
            return Outcome(path, "left_out", tag_wording.tags_do_not_fit(), cousin)
        kept = opened.sha256 if opened.jpeg is None else hashlib.sha256(opened.jpeg).hexdigest()
        sha256 = self._known.get(opened.sha256) or self._known.get(kept)
        if sha256 is None:
            assert opened.jpeg is not None
            return await self._add(opened, opened.labels, opened.jpeg, kept, path)
        if opened.taken is not None and not self._rehearsal:  # an earlier cousinbot took it in without its year
            await self._catalogue.note_taken(sha256, opened.taken)
        return await self._of_known(sha256, opened.labels, path)

    async def _add(self, opened: Opened, labels: PlacedLabels, jpeg: bytes, kept: str, path: Path) -> Outcome:
        sha256, cousin = opened.sha256, labels[0][0].cousin
        if not self._rehearsal:
            await self._catalogue.add(self._library, cousin, jpeg, sha256, path.name, opened.taken)
        self._known |= {sha256: sha256, kept: sha256}
        faces = [face for label, box in labels if (face := await self._teach(sha256, label, box, path, filed=cousin))]
        return Outcome(path, "added", cousin=cousin, faces=tuple(faces))

    async def _of_known(self, sha256: str, labels: PlacedLabels, path: Path) -> Outcome:
        """What is said of a photo that is there already."""
        shown = list(self._shown.get(sha256, ()))
        cousin = labels[0][0].cousin
        others = [(other, self._names.get((sha256, other), "")) for other in shown]
        known_as = self._known_as(sha256, cousin)
        holders = [holder for label, box in labels if (holder := self._holder(sha256, label.cousin, box))]
        faces = [face for label, box in labels if (face := await self._teach(sha256, label, box, path))]
        new = [face for face in faces if face.cousin not in shown]
        if not new:
            why = tag_wording.face_named_already(self._shown_name(holders[0])) if holders else known_as
            return Outcome(path, "known", why, cousin, tuple(faces))
        if new[0].form != "folder":
            return Outcome(path, "shared", tag_wording.now_shows([face.name for face in new]), cousin, tuple(faces))
        for other, name in others:
            self._tell_both(sha256, cousin, path, other, name or next((known for _, known in others if known), ""))
        why = "; ".join(wording.also_of(other, name) if name else wording.also_shows(other) for other, name in others)
        return Outcome(path, "shared", why, cousin, tuple(faces))

    def _tell_both(self, sha256: str, cousin: str, path: Path, other: str, name: str) -> None:
        """A folder says that a photo shows a cousin; it lies in another's too, under that name."""
        self.imported.sharings.append(Sharing(cousin, readable(str(path)), other, name or readable(path.name)))
        if (place := self._places.get((sha256, other))) is not None:
            first = self.imported.outcomes[place]
            also = wording.also_of(cousin, readable(str(path)))
            why = also if first.why is None else f"{first.why}; {also}"
            self.imported.outcomes[place] = replace(first, why=why)

    async def _teach(
        self, sha256: str, label: Label, box: Box | None, path: Path, filed: str | None = None
    ) -> AddedFace | None:
        """Note that a cousin is on a photo, and where; `filed` is in whose folder it has just been put. None where that
        is known, or where somebody else's face is there."""
        cousin = label.cousin
        is_shown = cousin in self._shown.get(sha256, ())
        is_placed = any(one == cousin for one, _ in self._placed.get(sha256, ()))
        if (is_shown and (box is None or is_placed)) or self._holder(sha256, cousin, box):
            return None
        if not self._rehearsal and (cousin != filed or box is not None):
            await asyncio.to_thread(self._library.add_cousin, cousin)
            await self._catalogue.label(sha256, cousin, IMPORTED, box)
        if box is not None:
            self._placed.setdefault(sha256, []).append((cousin, box))
        if not is_shown:
            self._shown.setdefault(sha256, []).append(cousin)
            self._names[sha256, cousin] = readable(str(path))
            self._places[sha256, cousin] = len(self.imported.outcomes)
        return AddedFace(cousin, self._shown_name(cousin), box, label.stands_in, label.form)

    def _holder(self, sha256: str, cousin: str, box: Box | None) -> str | None:
        """Somebody else whose face is there already: no face is two people's, and who was named first is left so."""
        if box is None:
            return None
        placed = self._placed.get(sha256, ())
        return next((one for one, face in placed if one != cousin and face.is_same_face(box)), None)

    def _known_as(self, sha256: str, cousin: str) -> str:
        if (sha256, cousin) in self._places:
            return wording.same_picture(self._names[sha256, cousin])
        return wording.there_already()


def _by_source(year: int | None) -> Taken | None:
    return Taken(year, "name") if year is not None and is_believable(year) else None


def _by_folder(path: Path) -> Taken | None:
    year = year_of_folder(path.resolve().parent.name)
    return Taken(year, "name") if year is not None else None
