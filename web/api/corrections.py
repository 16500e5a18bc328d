"""What programs and pages say of a face, within half an hour of its answer."""

from http import HTTPStatus
from typing import Final

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request

from foundation.statement import Says
from web.api import wording
from web.api.models import Correction, SaysCousin, SaysStranger, Taken
from web.api.operations import Operation, Refused
from web.api.recognition import Gone, Recognition, Unknown, UnknownCousin, UnknownFace
from web.caller import Caller

CORRECTION: Final[TypeAdapter[Correction]] = TypeAdapter(Correction)
_MOST_BYTES: Final = 2**16  # far more than the longest takes, however it is written


class CorrectionsApi:
    def __init__(self, recognition: Recognition) -> None:
        self._recognition = recognition

    @property
    def operation(self) -> Operation:
        return Operation(
            "POST",
            "/api/corrections",
            self.correct,
            Taken,
            (
                HTTPStatus.BAD_REQUEST,
                HTTPStatus.NOT_FOUND,
                HTTPStatus.GONE,
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            ),
            {"application/json": {"schema": Correction}},
        )

    async def correct(self, request: Request, caller: Caller) -> Taken:
        """Say who is really on a photo.

        A correction by an admin's key counts at once; a guest's waits for an admin. It is taken for 30 minutes after
        the answer, and the photo is kept for it.
        """
        wish = await _read(request)
        says, cousin = _said(wish)
        try:
            return await self._recognition.correct(wish.id, wish.face, says, cousin, caller)
        except Unknown as error:
            raise Refused(HTTPStatus.NOT_FOUND, wording.unknown_answer()) from error
        except Gone as error:
            raise Refused(HTTPStatus.GONE, wording.answer_gone()) from error
        except UnknownFace as error:
            raise Refused(HTTPStatus.NOT_FOUND, wording.unknown_face(wish.face)) from error
        except UnknownCousin as error:
            raise Refused(HTTPStatus.NOT_FOUND, wording.unknown_cousin(cousin or "")) from error


def _said(wish: Correction) -> tuple[Says, str | None]:
    if isinstance(wish, SaysCousin):
        return "is", wish.cousin
    return ("stranger" if isinstance(wish, SaysStranger) else "not_a_face"), None


async def _read(request: Request) -> Correction:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, wording.correction_unreadable())
    try:
        return CORRECTION.validate_json(bytes(body))
    except ValidationError as error:
        raise Refused(HTTPStatus.BAD_REQUEST, wording.correction_unreadable()) from error
