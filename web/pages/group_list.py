"""All groups of faces, a page of them at a time: several are named, put together or skipped at once."""

from collections.abc import Sequence
from typing import Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from actions.cousins import Cousins
from actions.groups.current import CurrentGroups
from actions.groups.deciding import GroupDeciding
from actions.groups.groups import FaceGroup
from data.store.store import Store
from web.caller import admin
from web.pages import wording
from web.pages.groups import CANNOT, Typed, asked_for, named, page_of, undoable, words
from web.pages.groups import PAGE as ONE
from web.pages.naming import Doubtful, meant_in
from web.templating import Pages

PAGE: Final = "/groups/all"
_GROUPS: Final = 60  # on one page


class GroupListPage:
    def __init__(
        self, pages: Pages, store: Store, current: CurrentGroups, groups: GroupDeciding, cousins: Cousins
    ) -> None:
        self._pages = pages
        self._store = store
        self._current = current
        self._groups = groups
        self._cousins = cousins

    def routes(self) -> list[Route]:
        return [Route(PAGE, self._all), Route(PAGE, self._decide, methods=["POST"])]

    async def _all(self, request: Request) -> Response:
        admin(request)
        return await self._list(request)

    async def _decide(self, request: Request) -> Response:
        by = admin(request).person or 0
        there = {_ticked(group): group for group in (await self._current.all()).groups}
        async with request.form() as form:
            ticked = {str(one) for one in form.getlist("tick")}
            chosen = [group for tick, group in there.items() if tick in ticked]
            try:
                if not ticked:
                    raise ValueError(wording.tick_groups())
                if len(chosen) < len(ticked):
                    raise ValueError(wording.groups_changed())
                told = await self._carry_out(chosen, form, by)
            except Doubtful as error:
                return await self._list(request, typed=Typed.of(form, error.question))
            except CANNOT as error:
                return await self._list(request, words(error), 409, Typed.of(form))
        return self._pages.done(f"{PAGE}?{request.url.query}", told)

    async def _carry_out(self, groups: Sequence[FaceGroup], form: FormData, by: int) -> str:
        """What to tell. Raises `Doubtful`, and `CANNOT`."""
        numbers = [group.id for group in groups]
        match asked_for(form):
            case "skip":
                await self._groups.skip_all(numbers, by)
                return wording.skipped(sum(len(group.faces) for group in groups))
            case "merge":
                if len(numbers) < 2:
                    raise ValueError(wording.tick_two_groups())
                into = next((group.id for group in groups if group.named), numbers[0])
                await self._groups.merge_all(numbers, into, by)
                return wording.groups_merged(len(numbers))
            case _:
                cousin, faces = meant_in(form, self._cousins), {face.id for group in groups for face in group.faces}
                taken = await self._groups.name_all(numbers, cousin, by, faces)
                return named(self._cousins.now(), taken)

    async def _list(
        self, request: Request, told: str | None = None, status: int = 200, typed: Typed | None = None
    ) -> Response:
        everything, names, typed = await self._current.all(), self._cousins.now(), typed or Typed()
        is_named = request.query_params.get("show") == "named"
        groups = [one for one in everything.groups if one.is_settled] if is_named else everything.waiting()
        page, pages = page_of(request, len(groups), _GROUPS)
        return self._pages.page(
            request,
            "groups.html",
            status,
            told=told,
            undo=await undoable(self._store.changes, names),
            is_named=is_named,
            count=len(groups),
            groups=[
                {
                    "url": f"{ONE}/{group.id}",
                    "tick": _ticked(group),
                    "face": group.faces[0].id,
                    "faces": len(group.faces),
                    "name": names.shown(group.cousin, to_admins=True) if group.cousin else None,
                }
                for group in groups[page * _GROUPS : (page + 1) * _GROUPS]
            ],
            page=page + 1,
            pages=pages,
            here=f"{PAGE}?{'show=named&' if is_named else ''}page=",
            names=[names.shown(key, to_admins=True) for key in names.listed(to_admins=True)],
            typed=typed,
        )


def _ticked(group: FaceGroup) -> str:
    return f"{group.id}-{group.state}"
