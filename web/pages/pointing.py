"""Which of these faces? A photo at a time, of those that were left out because it was not clear whose face is whose."""

from urllib.parse import quote, urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from actions.cousins import Cousins
from actions.pictures.unclear import UnclearPhoto, UnclearPhotos
from data.labels.pointed_faces import PointedFace
from foundation.box import Box
from inference.decoding.photo import PhotoError
from web.caller import admin
from web.pages import wording
from web.templating import PRIVATE, Pages

PAGE = "/faces"


class PointingPage:
    def __init__(self, pages: Pages, unclear: UnclearPhotos, cousins: Cousins) -> None:
        self._pages = pages
        self._unclear = unclear
        self._cousins = cousins

    def routes(self) -> list[Route]:
        photo = f"{PAGE}/{{cousin}}/{{sha256}}"
        return [
            Route(PAGE, self._next),
            Route(photo, self._point, methods=["POST"]),
            Route(f"{photo}/undo", self._undo, methods=["POST"]),
            Route(f"{photo}/photo.jpg", self._picture),
        ]

    async def _next(self, request: Request, told: str | None = None, status: int = 200) -> Response:
        """The first that waits, or the one that is asked for, or the one behind one that was left for later."""
        admin(request)
        query = request.query_params
        asked_for = query.get("cousin", "")
        only = asked_for if asked_for in self._cousins.now().listed(to_admins=True) else None
        waiting = await self._unclear.waiting(only)
        photo = _place(waiting, query.get("first", ""), query.get("behind", ""), query.get("of", ""))
        last = await self._unclear.said(query.get("last", ""), query.get("of", ""))
        name = self._shown(photo.cousin) if photo else ""
        return self._pages.page(
            request,
            "pointing.html",
            status,
            told=told or (self._noted(last) if last else None),
            undo=f"{_url(last.cousin, last.sha256)}/undo" if last else None,
            waiting=len(waiting),
            only=only,
            only_shown=self._shown(only) if only else None,
            photo=_url(photo.cousin, photo.sha256) if photo else None,
            later=_page(only, behind=photo.sha256, of=photo.cousin) if photo else None,
            name=name,
            faces=_drawn(photo) if photo else [],
        )

    async def _point(self, request: Request) -> Response:
        caller = admin(request)
        sha256, cousin = _asked(request)
        photo = await self._unclear.find(sha256, cousin)
        async with request.form() as form:
            face, only = str(form.get("face") or ""), str(form.get("only") or "") or None
        boxes = {_written(box): box for box in photo.boxes} if photo else {}
        if photo is None or face not in {*boxes, "none"}:
            return await self._next(request, wording.photo_changed(), 409)
        if not await self._unclear.point(sha256, cousin, boxes.get(face), caller.person or 0):
            return await self._next(request, wording.photo_changed(), 409)
        return RedirectResponse(_page(only, last=sha256, of=cousin), 303, PRIVATE)

    async def _undo(self, request: Request) -> Response:
        admin(request)
        sha256, cousin = _asked(request)
        async with request.form() as form:
            only = str(form.get("only") or "") or None
        await self._unclear.take_back(sha256, cousin)
        return self._pages.done(_page(only, first=sha256, of=cousin), wording.taken_back(0))

    async def _picture(self, request: Request) -> Response:
        admin(request)
        photo = await self._unclear.find(*_asked(request))
        if photo is None:
            raise HTTPException(404)
        try:
            return Response(await self._unclear.large(photo), 200, PRIVATE, "image/jpeg")
        except (PhotoError, OSError):
            raise HTTPException(404) from None

    def _shown(self, cousin: str) -> str:
        return self._cousins.now().shown(cousin, to_admins=True)

    def _noted(self, said: PointedFace) -> str:
        name = self._shown(said.cousin)
        return wording.face_is(name) if said.box else wording.no_face_is(name)


def _place(waiting: list[UnclearPhoto], first: str, behind: str, of: str) -> UnclearPhoto | None:
    there = [(one.sha256, one.cousin) for one in waiting]
    if (first, of) in there:
        return waiting[there.index((first, of))]
    if (behind, of) in there:
        return waiting[(there.index((behind, of)) + 1) % len(waiting)]
    return waiting[0] if waiting else None


def _drawn(photo: UnclearPhoto) -> list[dict[str, object]]:
    """Its faces: number, what a form says of each, and left, top, width, height in per cent of the photo."""
    return [
        {"number": number, "value": _written(box), "sides": _percent(box)} for number, box in enumerate(photo.boxes, 1)
    ]


def _percent(box: Box) -> tuple[float, float, float, float]:
    left, top, right, bottom = (round(100 * side, 2) for side in box.sides)
    return left, top, round(right - left, 2), round(bottom - top, 2)


def _written(box: Box) -> str:
    return ",".join(f"{side:.6f}" for side in box.sides)


def _asked(request: Request) -> tuple[str, str]:
    return str(request.path_params["sha256"]), str(request.path_params["cousin"])


def _url(cousin: str, sha256: str) -> str:
    return f"{PAGE}/{quote(cousin, safe='')}/{quote(sha256, safe='')}"


def _page(only: str | None, **query: str) -> str:
    return f"{PAGE}?{urlencode(query | ({'cousin': only} if only else {}))}"
