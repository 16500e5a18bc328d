"""What the admins said, taught to the recogniser: every accepted correction counts at once."""

import asyncio
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from actions.inbox import Inbox
from data.store.labels import Correction
from data.store.store import Store
from foundation.box import Box
from inference.decoding.photo import Photo
from inference.naming.memory import Lesson
from inference.recognizer import PhotoGuess, one_pass
from inference.service import NotTaught, NotTrained, RecognitionService


class Lessons:
    def __init__(self, store: Store, service: RecognitionService, inbox: Inbox) -> None:
        self._store = store
        self._service = service
        self._inbox = inbox
        self._taught: tuple[str | None, tuple[int, int, str]] | None = None
        self._teaching = asyncio.Lock()
        self.cousins: frozenset[str] = frozenset()

    async def teach(self) -> None:
        """Replace what the recogniser was taught by the corrections that stand now."""
        async with self._teaching:
            space, state = self._service.space, await self._store.corrections.state()
            accepted = await self._store.corrections.accepted()
            embeddings = await self._store.guesses.embeddings()
            lessons = []
            for correction in accepted:
                if correction.guess_id in embeddings:  # else forgotten a moment ago
                    stored, of, found = embeddings[correction.guess_id]
                    embedding = await self._embedding(correction, stored, of, space)
                    if embedding is not None:
                        lessons.append(Lesson(embedding, correction.cousin, correction.verdict, found))
            self._service.learn(lessons, space)
            self.cousins = frozenset(one.cousin for one in accepted if one.cousin and one.verdict == "is")
            self._taught = space, state

    async def follow(self) -> None:
        """Teach again if another network has taken over (its embeddings are of another space), or if something was
        decided elsewhere, as by `cousinbot corrections accept`."""
        if (self._service.space, await self._store.corrections.state()) != self._taught:
            await self.teach()

    async def guess(self, photo: Photo) -> PhotoGuess:
        """Name the faces of a photo, with everything people had said when `follow` was over. Raises `NotTrained`."""
        while True:
            # A version that has taken over since then has not been taught yet.
            with suppress(NotTaught):
                return await self._service.guess(photo)
            await self.follow()

    async def _embedding(
        self, correction: Correction, stored: bytes, of: str, space: str | None
    ) -> NDArray[np.float32] | None:
        """The corrected face as the network now in use sees it if it takes its time; None if there is none yet, or if
        its photo is gone and nothing is known of it but what another network saw."""
        if space is None:
            return None
        if of == space:
            return np.frombuffer(stored, np.float32)
        photo = await self._inbox.open(correction.photo_sha256)
        if photo is None:
            return np.frombuffer(stored, np.float32) if of == one_pass(space) else None
        try:
            embedding, made_in = await self._service.embed(photo, Box(*correction.box))
        except NotTrained:
            return None
        await self._store.guesses.re_embed(correction.guess_id, embedding.tobytes(), made_in)
        return embedding if made_in == space else None
