"""A photo on its way in: opened, recognised, noted down and kept."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from actions.inbox import Inbox
from actions.teaching import Lessons
from data.facts.facts_file import FactsFile
from data.store.buttons import Button
from data.store.guesses import Answer, Guesses, NewGuess, NewPhoto
from inference.decoding.photo import Photo, jpeg_of
from inference.decoding.sandbox import Decoding
from inference.recognizer import FaceGuess, PhotoGuess


@dataclass(frozen=True, slots=True)
class OpenedPhoto:
    """`larger` is what it came as, where that holds more than the photo."""

    photo: Photo
    larger: bytes | None


@dataclass(frozen=True, slots=True)
class RecognisedPhoto:
    """`jpeg` is what is to be kept of a photo that is not whole."""

    photo: Photo
    jpeg: bytes | None
    guess: PhotoGuess


class PhotoIntake:
    def __init__(self, guesses: Guesses, inbox: Inbox, decoding: Decoding, lessons: Lessons, facts: FactsFile) -> None:
        self._guesses = guesses
        self._inbox = inbox
        self._decoding = decoding
        self._lessons = lessons
        self._facts = facts

    async def open(self, data: bytes) -> OpenedPhoto:
        """The photo in these bytes. Raises `PhotoError`."""
        # What was corrected elsewhere up to now counts.
        photo, _ = await asyncio.gather(self._decoding.decode(data), self._lessons.follow())
        return OpenedPhoto(photo, None if photo.is_whole else data)

    async def recognise(self, opened: OpenedPhoto) -> RecognisedPhoto:
        """Who is in it. Raises `PhotoError`, `NotTrained`."""
        guessing = self._lessons.guess(opened.photo)
        if opened.larger is None:
            return RecognisedPhoto(opened.photo, None, await guessing)
        guess, jpeg = await asyncio.gather(guessing, self._decoding.upright_jpeg(opened.larger))
        return RecognisedPhoto(opened.photo, jpeg, guess)

    async def draft(
        self,
        chat_id: int,
        asked_message_id: int,
        sender: int,
        photos: Sequence[RecognisedPhoto],
        notes: Sequence[str],
        *,
        buttons: Callable[[Answer], Sequence[Button]],
        update: int | None,
    ) -> tuple[Answer, list[int]]:
        """Note down what was guessed, with a fact for each cousin, and the `buttons` that point to it.

        Raises:
            Forgotten: the update was forgotten meanwhile, as its sender wished.
        """
        new = [
            NewPhoto(one.photo.sha256, tuple(_new_guess(face, one.guess.version) for face in one.guess.faces))
            for one in photos
        ]
        book = self._facts.book()
        cousins = {guess.cousin for photo in new for guess in photo.guesses if guess.cousin}
        return await self._guesses.draft(
            chat_id,
            asked_message_id,
            sender,
            new,
            notes,
            facts={cousin: book.facts(cousin) for cousin in cousins},
            buttons=buttons,
            update=update,
        )

    async def keep(self, recognised: RecognisedPhoto) -> None:
        """Keep an answered photo, unless it was forgotten meanwhile."""
        photo, jpeg = recognised.photo, recognised.jpeg
        await self._keep(photo.sha256, await asyncio.to_thread(jpeg_of, photo) if jpeg is None else jpeg)

    async def keep_answered(self, data: bytes) -> None:
        """The same for one that was answered, and perhaps kept, before the process was stopped. Raises `PhotoError`."""
        await self._keep(hashlib.sha256(data).hexdigest(), await self._decoding.upright_jpeg(data))

    async def _keep(self, sha256: str, jpeg: bytes) -> None:
        await self._inbox.keep(sha256, jpeg)
        if not await self._guesses.has_photo(sha256):
            await self._inbox.delete([sha256])


def _new_guess(face: FaceGuess, version: str) -> NewGuess:
    return NewGuess(
        box=(face.box.left, face.box.top, face.box.right, face.box.bottom),
        found=face.found,
        cousin=face.cousin,
        confidence=float(face.confidence),
        candidates=tuple(candidate.cousin for candidate in face.candidates),
        fact=None,
        embedding=np.asarray(face.embedding, np.float32).tobytes(),
        space=face.space,
        version=version,
        runners_up=tuple((candidate.cousin, float(candidate.probability)) for candidate in face.runners_up),
        flaw=face.flaw,
    )
