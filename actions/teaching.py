"""What the admins said, taught to the recogniser: every accepted statement counts at once."""

import asyncio
from collections.abc import Collection
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from actions.inbox import Inbox
from data.store.store import Store
from foundation.face import RecognizedFace
from foundation.statement import Statement
from inference.decoding.photo import Photo
from inference.naming.memory import StatedFace
from inference.service import NotTaught, NotTrained, RecognitionService


class Teaching:
    def __init__(self, store: Store, service: RecognitionService, inbox: Inbox) -> None:
        self._store = store
        self._service = service
        self._inbox = inbox
        self._taught: tuple[str | None, tuple[int, int]] | None = None
        self._teaching = asyncio.Lock()
        self.cousins: frozenset[str] = frozenset()

    async def teach(self) -> None:
        """Replace what the recogniser was taught by the statements that stand now."""
        async with self._teaching:
            network, state = self._service.network, await self._store.statements.state()
            accepted = await self._store.statements.accepted()
            faces = await self._store.guesses.spoken_of()
            stated = []
            for one in accepted:
                face = faces.get(one.guess_id)
                if face is not None:  # else forgotten a moment ago
                    embedding = await self._embedding(one.statement, one.guess_id, face, network)
                    if embedding is not None:
                        stated.append(StatedFace(one.statement, embedding, face.found or face.is_picture))
            self._service.teach(stated, network)
            statements = [one.statement for one in accepted]
            self.cousins = frozenset(one.cousin for one in statements if one.cousin and one.says == "is")
            self._taught = network, state

    async def follow(self) -> None:
        """Teach again if another network has taken over, or if something was decided elsewhere, as by `cousinbot
        corrections accept`."""
        if (self._service.network, await self._store.statements.state()) != self._taught:
            await self.teach()

    async def recognize(self, photo: Photo, unborn: Collection[str] = ()) -> tuple[RecognizedFace, ...]:
        """The faces of a photo, named with everything people had said when `follow` was over; it can't show who is
        `unborn`, unless people say so. Raises `NotTrained`."""
        while True:
            # A version that has taken over since then has not been taught yet.
            with suppress(NotTaught):
                return await self._service.recognize(photo, unborn)
            await self.follow()

    async def _embedding(
        self, statement: Statement, guess_id: int, face: RecognizedFace, network: str | None
    ) -> NDArray[np.float32] | None:
        """The face as the network now in use sees it if it takes its time; None if there is none yet, or if its photo
        is gone and nothing is known of it but what another network saw."""
        if network is None:
            return None
        if face.network == network:
            return face.embedding
        photo = await self._inbox.open(statement.photo)
        if photo is None:
            # Cousinbot 1 looked at most faces once, and noted that behind the network's name: enough to teach by here.
            return face.embedding if face.network.partition(",")[0] == network else None
        try:
            embedding, made_by = await self._service.embed(photo, statement.box)
        except NotTrained:
            return None
        await self._store.guesses.re_embed(guess_id, embedding, made_by)
        return embedding if made_by == network else None
