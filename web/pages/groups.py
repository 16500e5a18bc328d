"""Groups of faces on photos that nobody has labelled: named one after the other, the biggest first.

A form says in which state it showed a group: where it has changed since, in another tab, in the chat or by a sorting,
nothing is done, and it is shown anew.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from actions.answers.newcomers import Doubt
from actions.changes.carrying_out import CousinChanges
from actions.changes.undoing import NotUndoable
from actions.cousins import Cousins, Names
from actions.groups.current import CurrentGroups
from actions.groups.deciding import GroupDeciding
from actions.groups.groups import FaceGroup, Sorted, likely_names
from actions.groups.pictures import GroupPictures
from actions.groups.taking_in import TakenIn
from data.changes.log import Change, ChangeLog
from data.files.home import HomeError
from data.files.library import LibraryError
from data.sorting.sorted_faces import SortedFace
from data.store.store import Store
from foundation.storage_errors import why
from inference.decoding.photo import PhotoError
from web.caller import admin
from web.numbers import number_in
from web.pages import wording
from web.pages.naming import Doubtful, meant_in
from web.templating import PRIVATE, Pages

PAGE: Final = "/groups"
CANNOT: Final = (ValueError, NotUndoable, HomeError, LibraryError, OSError)
_KEYS: Final = 9  # names that have a key of their own
_FACES: Final = 48  # of a group on one page
_FIRST: Final = 12  # that are seen at once
_REFUSED: Final = 3  # photos of which is said why


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form said that is to be said once more: it is not asked for twice."""

    name: str = ""
    ticked: Collection[str] = ()
    doubt: Doubt | None = None

    @classmethod
    def of(cls, form: FormData, doubt: Doubt | None = None) -> "Typed":
        return cls(str(form.get("name") or ""), {str(one) for one in form.getlist("tick")}, doubt)


class GroupPages:
    def __init__(
        self,
        pages: Pages,
        store: Store,
        current: CurrentGroups,
        groups: GroupDeciding,
        pictures: GroupPictures,
        cousins: Cousins,
        changes: CousinChanges,
    ) -> None:
        self._pages = pages
        self._store = store
        self._current = current
        self._groups = groups
        self._pictures = pictures
        self._cousins = cousins
        self._changes = changes

    def routes(self) -> list[Route]:
        group = f"{PAGE}/{{group:number}}"
        return [
            Route(PAGE, self._next),
            Route(f"{PAGE}/undo", self._undo, methods=["POST"]),
            Route(f"{PAGE}/faces/{{face:number}}.jpg", self._picture),
            Route(group, self._one),
            Route(group, self._decide, methods=["POST"]),
        ]

    async def _next(self, request: Request, told: str | None = None, status: int = 200) -> Response:
        """The biggest that waits, or the one that is asked for, if it does."""
        admin(request)
        everything, first = await self._current.all(), number_in(request.query_params.get("first", ""))
        waiting = everything.waiting()
        group = next((one for one in waiting if one.id == first), next(iter(waiting), None))
        return await self._show(request, everything, group, told, status)

    async def _one(self, request: Request) -> Response:
        admin(request)
        group = await self._current.find(int(request.path_params["group"]))
        if group is None:
            return await self._next(request, wording.group_gone(), 404)
        return await self._show(request, await self._current.all(), group)

    async def _decide(self, request: Request) -> Response:
        by = admin(request).person or 0
        async with request.form() as form:
            group = await self._current.find(int(request.path_params["group"]))
            if group is None:
                return await self._next(request, wording.group_gone(), 409)
            try:
                if form.get("seen") != group.state:
                    raise ValueError(self._changed(group))
                to, told = await self._carry_out(group, form, by)
            except Doubtful as error:
                return await self._again(request, group.id, Typed.of(form, error.question))
            except CANNOT as error:
                return await self._again(request, group.id, Typed.of(form), words(error), 409)
        return self._pages.done(to, told)

    async def _carry_out(self, group: FaceGroup, form: FormData, by: int) -> tuple[str, str]:
        """Where to go on, and what to tell there. Raises `Doubtful`, and `CANNOT`."""
        ticked = {number_in(str(one)) for one in form.getlist("tick")} & {face.id for face in group.faces}
        following = f"{PAGE}?first={number_in(str(form.get('following') or ''))}"
        match asked_for(form):
            case "skip":
                await self._groups.skip(group.id, by)
                return following, wording.skipped(len(group.faces))
            case "apart":
                one, other = await self._groups.not_one_person(group.id, by)
                return f"{PAGE}/{one}?following={other}", wording.taken_apart()
            case "split":
                made = await self._groups.split(group.id, ticked, by)
                return f"{PAGE}/{group.id}?following={made}", wording.split_off(len(ticked))
            case _:
                cousin = meant_in(form, self._cousins)
                # Just those that were seen, whatever the chat puts to them meanwhile.
                taken = await self._groups.name(group.id, cousin, by, ticked or {face.id for face in group.faces})
                is_rest = bool(ticked) and len(ticked) < len(group.faces)
                return f"{PAGE}/{group.id}" if is_rest else following, named(self._cousins.now(), taken)

    async def _undo(self, request: Request) -> Response:
        admin(request)
        async with request.form() as form:
            number = str(form.get("change") or "")
        change = next((one for one in await self._store.changes.latest() if str(one.id) == number), None)
        try:
            kept, _ = await self._changes.take_back(change.id if change else 0)
        except CANNOT as error:
            return await self._next(request, words(error), 409)
        was_skipped = change is not None and (change.undo or {}).get("said") == "skipped"
        return self._pages.done(PAGE, wording.skipped_comes_back() if was_skipped else wording.taken_back(kept))

    async def _picture(self, request: Request) -> Response:
        admin(request)
        face = await self._store.sorted_faces.get(int(request.path_params["face"]))
        if face is None:
            raise HTTPException(404)
        try:
            return Response(await self._pictures.small(face), 200, PRIVATE, "image/jpeg")
        except (PhotoError, OSError):
            raise HTTPException(404) from None

    async def _again(
        self, request: Request, number: int, typed: Typed, told: str | None = None, status: int = 200
    ) -> Response:
        """The group as it is now, with what was said before."""
        everything = await self._current.all()
        group = next((one for one in everything.groups if one.id == number), None)
        return await self._show(request, everything, group, told, status, typed)

    async def _show(
        self,
        request: Request,
        everything: Sorted,
        group: FaceGroup | None,
        told: str | None = None,
        status: int = 200,
        typed: Typed | None = None,
    ) -> Response:
        names, waiting, typed = self._cousins.now(), everything.waiting(), typed or Typed()
        values: dict[str, object] = {
            "told": told,
            "waiting": len(waiting),
            "undo": await undoable(self._store.changes, names),
            "has_groups": bool(everything.groups),
            "group": None,
            "typed": typed,
        }
        if group is not None:
            values |= _described(group, everything, request, names, waiting)
        return self._pages.page(request, "group.html", status, **values)

    def _changed(self, group: FaceGroup) -> str:
        if group.is_settled and group.cousin is not None:
            return wording.group_named_meanwhile(self._shown(group.cousin))
        return wording.group_changed(len(group.faces))

    def _shown(self, cousin: str) -> str:
        return self._cousins.now().shown(cousin, to_admins=True)


def asked_for(form: FormData) -> str:
    """What a group is to become; that it gets a name where one was chosen."""
    return "name" if {"cousin", "new", "fresh"} & set(form) else str(form.get("do") or "")


async def undoable(log: ChangeLog, names: Names) -> tuple[int, str] | None:
    """The number of the newest change, and what it was; None where it was not about groups."""
    newest = await log.newest()
    return (newest.id, _words_of(newest, names)) if newest and newest.kind in ("naming", "grouping") else None


def named(names: Names, taken: TakenIn) -> str:
    """What to tell after a naming: also which photos could not be taken in."""
    gone = [path for path, _ in taken.missing if not path.exists()]
    refused = [(path, why) for path, why in taken.missing if path not in gone]
    return wording.group_named(names.shown(taken.cousin, to_admins=True), taken.added, gone, refused[:_REFUSED])


def words(error: Exception) -> str:
    return why(error) if isinstance(error, OSError) else str(error)


def shown_face(face: SortedFace) -> dict[str, object]:
    return {"id": face.id, "is_gone": not face.path.exists()}


def _words_of(change: Change, names: Names) -> str:
    return wording.what_changed(change, "", names.shown(change.new, to_admins=True) if change.new else "")


def _described(
    group: FaceGroup, everything: Sorted, request: Request, names: Names, waiting: Sequence[FaceGroup]
) -> dict[str, object]:
    keys = names.likely(likely_names(group, everything.groups), to_admins=True)
    page, pages = page_of(request, len(group.faces), _FACES)
    faces = [shown_face(face) for face in group.faces[page * _FACES : (page + 1) * _FACES]]
    places = [one.id for one in waiting]
    behind = places[(places.index(group.id) + 1) % len(places)] if group.id in places else next(iter(places), 0)
    return {
        "group": group.id,
        "seen": group.state,
        "count": len(group.faces),
        "named": group.named,
        "name": names.shown(group.cousin, to_admins=True) if group.cousin else None,
        "faces": faces[:_FIRST],
        "more": faces[_FIRST:],
        "likely": [(key, names.shown(key, to_admins=True)) for key in keys[:_KEYS]],
        "names": [names.shown(key, to_admins=True) for key in keys],
        "following": number_in(request.query_params.get("following", "")) or behind,
        "page": page + 1,
        "pages": pages,
        "here": f"{PAGE}/{group.id}?page=",
    }


def page_of(request: Request, count: int, size: int) -> tuple[int, int]:
    """Which is asked for, from 0, and how many there are."""
    pages = max(1, -(-count // size))
    return min(max(number_in(request.query_params.get("page", "")), 1), pages) - 1, pages
