"""Photos that were left out because nobody could tell which of their faces is the cousin's: an admin points at it."""

from collections.abc import Mapping
from dataclasses import dataclass

from actions.pictures.library import CousinPhotos
from data.labels.pointed_faces import PointedFace
from data.store.catalogue import KeptFile
from data.store.store import Store
from foundation.box import Box
from models.registry import Registry


@dataclass(frozen=True, slots=True)
class UnclearPhoto:
    """A photo of a cousin's, and its faces in the order in which they are numbered, from 1."""

    sha256: str
    cousin: str
    boxes: tuple[Box, ...]


class UnclearPhotos:
    """What the newest version was not taught, and what was said of it since. It counts at the next training."""

    def __init__(self, store: Store, photos: CousinPhotos, registry: Registry) -> None:
        self._store = store
        self._photos = photos
        self._registry = registry

    async def waiting(self, cousin: str | None = None) -> list[UnclearPhoto]:
        """Those that nobody has settled yet, of all cousins or of one, by cousin, as the folders are now."""
        await self._photos.all()
        return await self._unsettled(cousin)

    async def count(self, cousin: str | None = None) -> int:
        """How many those are, as the folders were when somebody last looked into them."""
        return len(await self._unsettled(cousin))

    async def find(self, sha256: str, cousin: str) -> UnclearPhoto | None:
        """One that was left out, settled or not; None where it is theirs no more, or was learned meanwhile."""
        return (await self._left_out()).get((sha256, cousin))

    async def said(self, sha256: str, cousin: str) -> PointedFace | None:
        """What somebody said of it."""
        said = await self._store.pointed_faces.all()
        return next((one for one in said if (one.sha256, one.cousin) == (sha256, cousin)), None)

    async def point(self, sha256: str, cousin: str, box: Box | None, by: int) -> bool:
        """This face is the cousin's, or none is; False where the photo is theirs no more."""
        if (sha256, cousin) not in await self._store.catalogue.shown():
            return False
        await self._store.pointed_faces.point(sha256, cousin, box, by)
        return True

    async def take_back(self, sha256: str, cousin: str) -> None:
        """It waits once more."""
        await self._store.pointed_faces.take_back(sha256, cousin)

    async def numbered(self, photo: UnclearPhoto) -> bytes:
        """A JPEG of it with a number at each face. Raises `PhotoError`, `OSError`."""
        return await self._photos.numbered(await self._file(photo), photo.boxes)

    async def large(self, photo: UnclearPhoto) -> bytes:
        """A JPEG of it as it is. Raises the same."""
        return await self._photos.large(await self._file(photo))

    async def _unsettled(self, cousin: str | None) -> list[UnclearPhoto]:
        settled = {(one.sha256, one.cousin) for one in await self._store.pointed_faces.all()}
        return [
            photo
            for who, photo in sorted((await self._left_out()).items(), key=lambda one: one[1].cousin)
            if who not in settled and cousin in (None, photo.cousin)
        ]

    async def _file(self, photo: UnclearPhoto) -> KeptFile:
        """Where it lies, be it in somebody else's folder. Raises `FileNotFoundError`."""
        for kept in await self._store.catalogue.files():
            if kept.sha256 == photo.sha256:
                return kept
        raise FileNotFoundError

    async def _left_out(self) -> Mapping[tuple[str, str], UnclearPhoto]:
        newest = next(reversed(self._registry.versions()), None)
        card = self._registry.find(newest) if newest else None
        shown = await self._store.catalogue.shown()
        return {
            (one.sha256, one.cousin): UnclearPhoto(one.sha256, one.cousin, tuple(Box(*box) for box in one.boxes))
            for one in (card.unclear if card else ())
            if (one.sha256, one.cousin) in shown
        }
