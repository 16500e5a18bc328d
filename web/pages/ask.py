"""Ask: photos in, names in words out, and a word back where one was wrong. Without a correction nothing is kept."""

from http import HTTPStatus
from typing import Final

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import web.numbers  # noqa: F401  which lets addresses hold numbers
from actions.cousins import Cousins
from inference.service import RecognitionService
from web.api.models import Spoken
from web.api.pace import PhotoPace
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
from web.api.wording import too_many
from web.caller import Caller, guest
from web.pages import wording
from web.pages.answer import Asked, asked_of
from web.pages.naming import Doubtful, said_in
from web.templating import PRIVATE, Pages, wants_fragment

MOST_PHOTOS: Final = 20  # at once; more in one form would hold one connection for minutes


class AskPage:
    def __init__(
        self,
        pages: Pages,
        recognition: Recognition,
        cousins: Cousins,
        pace: PhotoPace,
        service: RecognitionService,
    ) -> None:
        self._pages = pages
        self._service = service
        self._recognition = recognition
        self._cousins = cousins
        self._pace = pace

    def routes(self) -> list[Route]:
        return [
            Route("/", self._form),
            Route("/", self._ask, methods=["POST"]),
            Route("/answers/{id}/picture", self._picture),
            Route("/answers/{id}/faces/{face:number}", self._correct, methods=["POST"]),
            Route("/answers/{id}/right", self._confirm, methods=["POST"]),
        ]

    async def _form(self, request: Request) -> Response:
        guest(request)
        return self._pages.page(request, "ask.html", asked=(), of_things=self._service.sees_pictures)

    async def _ask(self, request: Request) -> Response:
        caller = guest(request)
        try:
            async with request.form(max_files=MOST_PHOTOS) as form:
                files = [one for one in form.getlist("file") if isinstance(one, UploadFile) and one.size]
                asked = [await self._answer(one.filename or "", await one.read(), caller) for one in files]
        except HTTPException as error:
            if error.status_code != HTTPStatus.BAD_REQUEST:
                raise
            asked = [Asked("", trouble=wording.too_many_photos(MOST_PHOTOS), status=HTTPStatus.BAD_REQUEST)]
        if not asked:
            asked = [Asked("", trouble=wording.no_photo(), status=HTTPStatus.BAD_REQUEST)]
        status = min(one.status for one in asked)  # one that was answered is an answer
        template, of_things = _template(request, "answer.html", "ask.html"), self._service.sees_pictures
        page = self._pages.page(request, template, status, asked=asked, of_things=of_things)
        if again := max((one.again or 0 for one in asked), default=0):
            page.headers["Retry-After"] = str(again)
        return page

    async def _answer(self, title: str, data: bytes, caller: Caller) -> Asked:
        if wait := self._pace.wait(caller):
            return Asked(title, trouble=too_many(wait), status=HTTPStatus.TOO_MANY_REQUESTS, again=wait)
        try:
            answer = await self._recognition.answer(data, caller)
        except PhotoError as error:
            return Asked(title, trouble=str(error), status=HTTPStatus.BAD_REQUEST)
        except NotTrained:
            trouble = wording.nothing_trained() if caller.is_admin else wording.not_trained()
            return Asked(title, trouble=trouble, status=HTTPStatus.SERVICE_UNAVAILABLE)
        except Busy as error:
            return Asked(title, trouble=wording.busy(), status=HTTPStatus.SERVICE_UNAVAILABLE, again=error.seconds)
        return asked_of(title, answer, self._cousins.now(), caller)

    async def _picture(self, request: Request) -> Response:
        """The photo, for a browser that can't show it as it came, or runs no scripts."""
        caller = guest(request)
        if wait := self._pace.wait_for_picture(caller):
            raise HTTPException(HTTPStatus.TOO_MANY_REQUESTS, too_many(wait), {"Retry-After": str(wait)})
        try:
            jpeg = await self._recognition.picture(str(request.path_params["id"]), caller)
        except (Gone, Unknown, PhotoError):
            raise HTTPException(HTTPStatus.NOT_FOUND) from None
        return Response(jpeg, 200, PRIVATE, "image/jpeg")

    async def _correct(self, request: Request) -> Response:
        caller, spoken = guest(request), None
        async with request.form() as form:
            try:
                (text, spoken), status = await self._said(request, form, caller), HTTPStatus.OK
            except (Gone, Unknown):
                text, status = wording.photo_gone(), HTTPStatus.GONE
            except (UnknownCousin, UnknownFace):
                text, status = wording.choose_somebody(), HTTPStatus.BAD_REQUEST
            except Doubtful as error:
                template = _template(request, "doubt.html", "doubtful.html")
                return self._pages.page(request, template, doubt=error.question, action=request.url.path)
            except ValueError as error:
                text, status = str(error), HTTPStatus.BAD_REQUEST
        return self._thanked(request, text, status, spoken)

    async def _confirm(self, request: Request) -> Response:
        """Whoever is named in an answer is that."""
        try:
            text, status = (
                await self._recognition.confirm(str(request.path_params["id"]), guest(request)),
                HTTPStatus.OK,
            )
        except (Gone, Unknown):
            text, status = wording.photo_gone(), HTTPStatus.GONE
        return self._thanked(request, text, status)

    def _thanked(self, request: Request, text: str, status: HTTPStatus, spoken: Spoken | None = None) -> Response:
        template = _template(request, "thanks.html", "thanked.html")
        return self._pages.page(request, template, status, text=text, spoken=spoken)

    async def _said(self, request: Request, form: FormData, caller: Caller) -> tuple[str, Spoken | None]:
        """What to thank with, and the face in words by now. Raises what `Recognition.correct` and `said_in` do."""
        cousin = str(form.get("cousin") or "")
        fields = dict(form)
        if form.get("says") == "right":
            fields["says"] = "is" if cousin else "stranger"
        if form.get("says") == "no_idea":
            if not cousin:
                return wording.thanks(), None
            fields["says"] = "not"
        said = await said_in(FormData(fields), self._cousins, is_admin=caller.is_admin)
        answer, face = str(request.path_params["id"]), int(request.path_params["face"])
        taken = await self._recognition.correct(answer, face, said.says, said.cousin, caller)
        return taken.message, taken.spoken


def _template(request: Request, fragment: str, page: str) -> str:
    return fragment if wants_fragment(request) else page
