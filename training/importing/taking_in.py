"""A file of a source becomes a photo of the library, or one that was there shows somebody else too."""

import asyncio
import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, Self, TypeAlias

from data.files.library import PhotoLibrary, readable
from data.store.catalogue import IMPORTED, Catalogue
from foundation.photo_dates import Taken, taken, year_of_folder
from inference.decoding.photo import PhotoError, family_file
from training.errors import why_unusable
from training.importing import wording
from training.importing.outcome import Imported, LabelledSource, Outcome, Sharing


class Decoder(Protocol):
    """What opens a photo's bytes; raises `PhotoError`."""

    async def upright_jpeg(self, data: bytes) -> bytes:
        """The photo as an upright JPEG without metadata."""
        ...

    async def year_of(self, data: bytes) -> int | None:
        """When it was taken, as the metadata say."""
        ...


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that could be read.

    Attributes:
        sha256: by what it is known.
        jpeg: what is kept of it; None: it is known already.
        taken: when it was taken, as far as it, its name or its folder's name says so.
    """

    sha256: str
    jpeg: bytes | None
    taken: Taken | None


Attempt: TypeAlias = Opened | PhotoError | OSError | None
"""What came of opening a file; None: it was not tried."""


class TakingIn:
    """Photos are known by the bytes they came as, and by what the conversion makes of them.

    One given for several cousins is kept once, in the first one's folder, and shows them all. In a rehearsal nothing is
    kept or noted; what is said is the same.
    """

    def __init__(self, library: PhotoLibrary, catalogue: Catalogue, decoder: Decoder, *, rehearsal: bool) -> None:
        self._library = library
        self._catalogue = catalogue
        self._decoder = decoder
        self._rehearsal = rehearsal
        self._known: dict[str, str] = {}
        self._shown: dict[str, list[str]] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._places: dict[tuple[str, str], int] = {}
        self.imported = Imported()

    @classmethod
    async def begin(cls, library: PhotoLibrary, catalogue: Catalogue, decoder: Decoder, *, rehearsal: bool) -> Self:
        """With a look at what is there."""
        taking_in = cls(library, catalogue, decoder, rehearsal=rehearsal)
        taking_in._known = await catalogue.known()
        taking_in._names = await catalogue.names()
        for sha256, cousin in sorted(await catalogue.shown()):
            taking_in._shown.setdefault(sha256, []).append(cousin)
        return taking_in

    async def open(self, source: LabelledSource) -> Attempt:
        """Read a file, several at a time."""
        if source.refused is not None or source.cousin is None:
            return None
        try:
            data = await asyncio.to_thread(family_file, source.path)
            sha256 = hashlib.sha256(data).hexdigest()
            jpeg = None if sha256 in self._known else await self._decoder.upright_jpeg(data)
            year = await self._decoder.year_of(data)
            return Opened(sha256, jpeg, taken(year, source.path.name) or _by_folder(source.path))
        except (PhotoError, OSError) as error:
            return error

    async def take(self, source: LabelledSource, opened: Attempt) -> None:
        """What became of it, noted in `imported`. One after the other, in the sources' order."""
        self.imported.outcomes.append(await self._outcome(source, opened))

    async def _outcome(self, source: LabelledSource, opened: Attempt) -> Outcome:
        path, cousin = source.path, source.cousin
        if source.refused is not None:
            return Outcome(path, source.refused.became, source.refused.why, cousin)
        assert cousin is not None
        assert opened is not None
        if isinstance(opened, PhotoError) and opened.fault == "raw":
            return Outcome(path, "left_out", why_unusable(opened), cousin)
        if not isinstance(opened, Opened):
            return Outcome(path, "unreadable", why_unusable(opened), cousin)
        kept = opened.sha256 if opened.jpeg is None else hashlib.sha256(opened.jpeg).hexdigest()
        if kept not in self._known and opened.sha256 not in self._known:
            assert opened.jpeg is not None
            await self._add(cousin, opened, opened.jpeg, kept, path)
            return Outcome(path, "added", cousin=cousin)
        sha256 = self._known.get(opened.sha256) or self._known[kept]
        if opened.taken is not None and not self._rehearsal:  # an earlier cousinbot took it in without its year
            await self._catalogue.note_taken(sha256, opened.taken)
        if cousin in self._shown.get(sha256, ()):
            return Outcome(path, "known", self._known_as(sha256, cousin), cousin)
        return await self._share(sha256, cousin, path)

    async def _add(self, cousin: str, opened: Opened, jpeg: bytes, kept: str, path: Path) -> None:
        sha256 = opened.sha256
        if not self._rehearsal:
            await self._catalogue.add(self._library, cousin, jpeg, sha256, path.name, opened.taken)
        self._known |= {sha256: sha256, kept: sha256}
        self._note(sha256, cousin, path)

    async def _share(self, sha256: str, cousin: str, path: Path) -> Outcome:
        others = [(other, self._names.get((sha256, other), "")) for other in self._shown.get(sha256, ())]
        if not self._rehearsal:
            self._library.add_cousin(cousin)
            await self._catalogue.label(sha256, cousin, IMPORTED)
        for other, name in others:
            named = name or next((known for _, known in others if known), readable(path.name))
            self.imported.sharings.append(Sharing(cousin, readable(str(path)), other, named))
            if (place := self._places.get((sha256, other))) is not None:
                first = self.imported.outcomes[place]
                also = wording.also_of(cousin, readable(str(path)))
                why = also if first.why is None else f"{first.why}; {also}"
                self.imported.outcomes[place] = replace(first, why=why)
        self._note(sha256, cousin, path)
        why = "; ".join(wording.also_of(other, name) if name else wording.also_shows(other) for other, name in others)
        return Outcome(path, "shared", why, cousin)

    def _note(self, sha256: str, cousin: str, path: Path) -> None:
        self._shown.setdefault(sha256, []).append(cousin)
        self._names[sha256, cousin] = readable(str(path))
        self._places[sha256, cousin] = len(self.imported.outcomes)

    def _known_as(self, sha256: str, cousin: str) -> str:
        if (sha256, cousin) in self._places:
            return wording.same_picture(self._names[sha256, cousin])
        return wording.there_already()


def _by_folder(path: Path) -> Taken | None:
    year = year_of_folder(path.resolve().parent.name)
    return Taken(year, "name") if year is not None else None
