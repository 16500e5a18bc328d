"""A photo on its way in: opened, recognised, noted down and kept."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from actions.answers.sentences import as_told
from actions.answers.several import known_first
from actions.answers.wording import only_the_largest
from actions.inbox import Inbox
from actions.teaching import Teaching
from data.facts.facts_file import FactsFile
from data.store.drafts import NewPhoto, named_in
from data.store.guesses import Answer, Guesses
from foundation.discretion import Discretion
from foundation.face import RecognizedFace
from inference.decoding.limits import OVERVIEW_SIDE
from inference.decoding.photo import Photo, jpeg_of
from inference.decoding.sandbox import Decoding
from inference.faces.finding import reduced


@dataclass(frozen=True, slots=True)
class RecognizedPhoto:
    """`overview` is what is left of its pixels, `jpeg` what is to be kept where that is more."""

    overview: Photo
    jpeg: bytes | None
    faces: tuple[RecognizedFace, ...]
    discretion: Discretion

    @property
    def note(self) -> str | None:
        """What is to be said beside the answer."""
        return only_the_largest(len(self.faces), self.faces[0].left_out) if self.faces[0].left_out else None


class PhotoIntake:
    def __init__(
        self, guesses: Guesses, inbox: Inbox, decoding: Decoding, teaching: Teaching, facts: FactsFile
    ) -> None:
        self._guesses = guesses
        self._inbox = inbox
        self._decoding = decoding
        self._teaching = teaching
        self._facts = facts

    @asynccontextmanager
    async def opened(self, data: bytes) -> AsyncIterator[Photo]:
        """The photo in these bytes, as large as it came, for as long as it is looked at. Raises `PhotoError`."""
        following = asyncio.create_task(self._teaching.follow())  # what was corrected elsewhere up to now counts
        try:
            async with self._decoding.opened(data) as photo:
                await following
                yield photo
        finally:
            following.cancel()

    async def recognize(self, data: bytes, discretion: Discretion) -> RecognizedPhoto:
        """Who is in the photo in these bytes, which is to be treated so. Raises `PhotoError`, `NotTrained`."""
        keeping = None
        try:
            async with self.opened(data) as photo:
                if photo.is_large:
                    keeping = asyncio.create_task(self._decoding.upright_jpeg(data))
                faces = await self.faces(photo)
                overview = await asyncio.to_thread(_overview, photo) if photo.is_large else photo
            # Waited for when there is room for others, who may be in its way.
            return RecognizedPhoto(overview, await keeping if keeping else None, faces, discretion)
        finally:
            if keeping:
                keeping.cancel()

    async def faces(self, photo: Photo) -> tuple[RecognizedFace, ...]:
        """Who is in it, in the order in which they are numbered, where nothing is to be kept. Raises `NotTrained`."""
        book = self._facts.book()
        found = await self._teaching.recognize(photo, book.unborn(photo.year))
        return known_first(found, lambda face: as_told(face, book.wants_no_name))

    async def small_jpeg(self, data: bytes) -> bytes:
        """The photo in these bytes for a browser that does not show its format. Raises `PhotoError`."""
        return await asyncio.to_thread(jpeg_of, await self._decoding.decode(data, OVERVIEW_SIDE))

    async def keep_afterwards(
        self,
        chat_id: int,
        sender: int,
        data: bytes,
        photo: NewPhoto,
        facts: Mapping[str, str | None],
    ) -> Answer:
        """Keep a photo, as it came, that was answered without being kept. Raises `PhotoError`.

        `chat_id`, `sender` and `facts` are as `Guesses.keep` takes them.
        """
        jpeg, year = await self._decoding.upright_jpeg(data), await self._decoding.year_of(data)
        answer = await self._guesses.keep(chat_id, sender, replace(photo, year=year), facts)
        await self._keep_file(photo.sha256, jpeg)
        return answer

    async def draft(
        self,
        chat_id: int,
        asked_message_id: int,
        sender: int,
        photos: Sequence[RecognizedPhoto],
        notes: Sequence[str],
        update: int | None,
    ) -> Answer:
        """Note down what was guessed, with a fact for each cousin who is named.

        Raises:
            Forgotten: the update was forgotten meanwhile, as its sender wished.
        """
        new = [NewPhoto(one.overview.sha256, one.faces, one.discretion, one.overview.year) for one in photos]
        book = self._facts.book()
        return await self._guesses.draft(
            chat_id,
            asked_message_id,
            sender,
            new,
            notes,
            facts={cousin: book.facts(cousin) for cousin in named_in(new)},
            update=update,
        )

    async def keep(self, photo: RecognizedPhoto) -> None:
        """Keep a photo that is about to be answered, unless it was forgotten meanwhile."""
        jpeg = await asyncio.to_thread(jpeg_of, photo.overview) if photo.jpeg is None else photo.jpeg
        await self._keep_file(photo.overview.sha256, jpeg)

    async def _keep_file(self, sha256: str, jpeg: bytes) -> None:
        await self._inbox.keep(sha256, jpeg)
        if not await self._guesses.has_photo(sha256):
            await self._inbox.delete([sha256])


def _overview(photo: Photo) -> Photo:
    return replace(photo, pixels=reduced(photo.pixels, OVERVIEW_SIDE))
