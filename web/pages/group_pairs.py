"""Same person? Two groups of faces that are alike, four faces against four."""

import asyncio
from typing import Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from actions.cousins import Cousins, Names
from actions.groups.current import CurrentGroups
from actions.groups.deciding import GroupDeciding
from actions.groups.groups import FaceGroup, near_pairs
from data.store.store import Store
from web.caller import admin
from web.numbers import number_in
from web.pages import wording
from web.pages.groups import CANNOT, shown_face, undoable, words
from web.pages.groups import named as said
from web.templating import Pages

PAGE: Final = "/groups/pairs"
_FACES: Final = 4  # of each


class PairPage:
    def __init__(
        self, pages: Pages, store: Store, current: CurrentGroups, groups: GroupDeciding, cousins: Cousins
    ) -> None:
        self._pages = pages
        self._store = store
        self._current = current
        self._groups = groups
        self._cousins = cousins

    def routes(self) -> list[Route]:
        return [Route(PAGE, self._next), Route(PAGE, self._decide, methods=["POST"])]

    async def _next(self, request: Request, told: str | None = None, status: int = 200) -> Response:
        """The pair that is most alike, or the one behind one that was left for later."""
        admin(request)
        names, groups = self._cousins.now(), (await self._current.all()).groups
        pairs = await asyncio.to_thread(near_pairs, groups, await self._store.group_decisions.all())
        behind = request.query_params.get("behind", "")
        place = next((place + 1 for place, pair in enumerate(pairs) if _called(pair.one, pair.other) == behind), 0)
        pair = pairs[place % len(pairs)] if pairs else None
        return self._pages.page(
            request,
            "pairs.html",
            status,
            told=told,
            undo=await undoable(self._store.changes, names),
            waiting=len(pairs),
            pair=[_described(group, names) for group in (pair.one, pair.other)] if pair else None,
            later=f"{PAGE}?behind={_called(pair.one, pair.other)}" if pair else None,
        )

    async def _decide(self, request: Request) -> Response:
        by = admin(request).person or 0
        async with request.form() as form:
            one, other = await self._group(form, "one"), await self._group(form, "other")
            if one is None or other is None or one.id == other.id:
                return await self._next(request, wording.pair_changed(), 409)
            try:
                if form.get("do") == "apart":
                    await self._groups.not_same(one.id, other.id, by)
                    told = wording.two_people()
                else:
                    told = await self._unite(one, other, by)
            except CANNOT as error:
                return await self._next(request, words(error), 409)
        return self._pages.done(PAGE, told)

    async def _unite(self, one: FaceGroup, other: FaceGroup, by: int) -> str:
        """What to tell. Who is the same person as somebody with a name has that name, and is not asked about again."""
        named, rest = (one, other) if one.named else (other, one)
        if named.named and named.cousin is not None and not rest.named:
            taken = await self._groups.name(rest.id, named.cousin, by, {face.id for face in rest.faces})
            return said(self._cousins.now(), taken)
        into, rest = (one, other) if len(one.faces) >= len(other.faces) else (other, one)
        await self._groups.merge(rest.id, into.id, by)
        return wording.groups_merged(2)

    async def _group(self, form: FormData, field: str) -> FaceGroup | None:
        """As the form showed it; None where it has changed since."""
        number, _, state = str(form.get(field) or "").partition("-")
        group = await self._current.find(number_in(number))
        return group if group is not None and group.state == state else None


def _described(group: FaceGroup, names: Names) -> dict[str, object]:
    return {
        "id": group.id,
        "tick": f"{group.id}-{group.state}",
        "count": len(group.faces),
        "name": names.shown(group.cousin, to_admins=True) if group.cousin else None,
        "faces": [shown_face(face) for face in group.faces[:_FACES]],
    }


def _called(one: FaceGroup, other: FaceGroup) -> str:
    return f"{one.id}-{other.id}"
