"""Ask: photos in, names in words out, and a word back where one was wrong. Without a correction nothing is kept."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from actions.cousins import Cousins, Names
from foundation.statement import Says
from web.api.models import WebAnswer
from web.api.recognition import (
    Busy,
    Gone,
    NotTrained,
    PhotoError,
    Recognition,
    Unknown,
    UnknownCousin,
    UnknownFace,
)
from web.caller import Caller, guest
from web.pages import wording
from web.templating import Pages, wants_fragment

MOST_PHOTOS: Final = 20  # at once; more in one form would hold one connection for minutes
_LIKELY: Final = 4  # names that are buttons; the others are in a list
_SAID: Final[Mapping[str, Says]] = {"is": "is", "not": "not", "stranger": "stranger", "not_a_face": "not_a_face"}


@dataclass(frozen=True, slots=True)
class Face:
    """A face in words, with what can be said of it.

    Attributes:
        sides: left, top, width, height in percent of the picture.
        likely: keys and names of those it may be, best first.
        others: keys and names of the rest.
    """

    number: int
    sides: tuple[float, float, float, float]
    sentence: str
    fact: str | None
    avoid: str | None
    cousin: str | None
    name: str | None
    likely: Sequence[tuple[str, str]]
    others: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A photo's answer, or what kept it from being answered."""

    title: str
    id: str = ""
    faces: Sequence[Face] = ()
    trouble: str | None = None


class AskPage:
    def __init__(self, pages: Pages, recognition: Recognition, cousins: Cousins) -> None:
        self._pages = pages
        self._recognition = recognition
        self._cousins = cousins

    def routes(self) -> list[Route]:
        return [
            Route("/", self._form),
            Route("/", self._ask, methods=["POST"]),
            Route("/answers/{id}/faces/{face:int}", self._correct, methods=["POST"]),
        ]

    async def _form(self, request: Request) -> Response:
        guest(request)
        return self._pages.page(request, "ask.html", asked=())

    async def _ask(self, request: Request) -> Response:
        caller = guest(request)
        async with request.form(max_files=MOST_PHOTOS) as form:
            files = [one for one in form.getlist("file") if isinstance(one, UploadFile) and one.size]
            asked = [await self._answer(one.filename or "", await one.read(), caller) for one in files]
        if not asked:
            asked = [Asked("", trouble=wording.no_photo())]
        status = 200 if any(one.trouble is None for one in asked) else 400
        return self._pages.page(request, _template(request, "answer.html", "ask.html"), status, asked=asked)

    async def _answer(self, title: str, data: bytes, caller: Caller) -> Asked:
        try:
            answer = await self._recognition.answer(data, caller)
        except PhotoError as error:
            return Asked(title, trouble=str(error))
        except NotTrained:
            return Asked(title, trouble=wording.not_trained())
        except Busy:
            return Asked(title, trouble=wording.busy())
        return Asked(title, answer.id, _faces(answer, self._cousins.now(), caller))

    async def _correct(self, request: Request) -> Response:
        caller, number = guest(request), int(request.path_params["face"])
        async with request.form() as form:
            says, cousin, new = (str(form.get(field) or "").strip() for field in ("says", "cousin", "new"))
        try:
            text = await self._said(str(request.path_params["id"]), number, says, cousin, new, caller)
        except (Gone, Unknown):
            return self._told(request, wording.photo_gone(), 410)
        except (UnknownCousin, UnknownFace):
            return self._told(request, wording.choose_somebody(), 400)
        except ValueError as error:
            return self._told(request, str(error), 400)
        return self._told(request, text, 200)

    async def _said(self, answer: str, number: int, says: str, cousin: str, new: str, caller: Caller) -> str:
        """What to thank with. Raises what `Recognition.correct` does, and `ValueError` with the
        sentence for what can't be said."""
        if says == "right":
            says = "is" if cousin else "stranger"
        if says == "no_idea":
            if not cousin:
                return wording.thanks()
            says = "not"
        if says == "new":
            if not caller.is_admin:
                raise ValueError(wording.admins_only())
            if not new:
                raise ValueError(wording.choose_somebody())
            match = self._cousins.now().look_up(new, to_admins=True)
            cousin = match.cousins[0] if len(match.cousins) == 1 else ""
            cousin = cousin or (await asyncio.to_thread(self._cousins.add, new)).cousin
            says = "is"
        if says not in _SAID or (says in ("is", "not") and not cousin):
            raise ValueError(wording.choose_somebody())
        whom = cousin if says in ("is", "not") else None
        return (await self._recognition.correct(answer, number, _SAID[says], whom, caller)).message

    def _told(self, request: Request, text: str, status: int) -> Response:
        return self._pages.page(request, _template(request, "thanks.html", "thanked.html"), status, text=text)


def _template(request: Request, fragment: str, page: str) -> str:
    return fragment if wants_fragment(request) else page


def _faces(answer: WebAnswer, names: Names, caller: Caller) -> list[Face]:
    faces = []
    for face, spoken in zip(answer.faces, answer.spoken, strict=True):
        left, top, right, bottom = (100 * side for side in face.box)
        everybody = names.likely([one.cousin for one in face.candidates], to_admins=caller.is_admin)
        # The name that was just called wrong is no choice.
        choices = [(key, names.shown(key, to_admins=caller.is_admin)) for key in everybody if key != face.cousin]
        faces.append(
            Face(
                face.number,
                (round(left, 2), round(top, 2), round(right - left, 2), round(bottom - top, 2)),
                spoken.sentence,
                spoken.fact,
                "; ".join(spoken.avoid) or None,
                face.cousin,
                face.name,
                choices[:_LIKELY],
                sorted(choices[_LIKELY:], key=lambda one: one[1].casefold()),
            )
        )
    return faces
