"""The groups as they are now, for whoever looks at one after the other."""

import asyncio
from typing import Final

from actions.groups.groups import FaceGroup, Sorted, sorted_now
from data.store.store import Store

_KEPT: Final = 300.0  # seconds since somebody looked: there may be a hundred thousand faces


class CurrentGroups:
    """Read and put in order once more only where anything was written since."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._seen: tuple[tuple[int, int], Sorted] | None = None
        self._forgetting: asyncio.TimerHandle | None = None

    async def all(self) -> Sorted:
        stamp = await self._store.sorted_faces.stamp()  # before: what is written meanwhile is seen the next time
        seen = self._seen
        if seen is None or seen[0] != stamp:
            seen = self._seen = stamp, await sorted_now(self._store)
        if self._forgetting is not None:
            self._forgetting.cancel()
        self._forgetting = asyncio.get_running_loop().call_later(_KEPT, self._forget)
        return seen[1]

    async def find(self, number: int) -> FaceGroup | None:
        """The group that has this number, or had it before it became part of another one; None where there is none."""
        everything, number = await self.all(), await self._store.sorted_faces.leads_to(number)
        return next((group for group in everything.groups if group.id == number), None)

    def _forget(self) -> None:
        self._seen = None
