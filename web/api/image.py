"""`POST /image`, as in the tutorial: a photo in, a guess and a hint out."""

from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request

from foundation.reader import in_language
from web.api import wording
from web.api.models import WebAnswer
from web.api.operations import Operation, Refused
from web.api.pace import PhotoPace
from web.api.recognition import Busy, NotTrained, PhotoError, Recognition
from web.api.uploads import NoUpload, SeveralUploads, Uploads, UploadTooLarge, UploadUnreadable
from web.caller import Caller

_AGAIN: Final = 60  # seconds: a first training takes minutes

_PHOTO: Final[dict[str, Any]] = {}
"""Bytes, which JSON Schema has no words for."""
_KINDS: Final = ("image/jpeg", "image/png", "image/webp", "image/heic", "image/heif", "image/avif", "image/gif")
_FORM: Final = {
    "schema": {
        "type": "object",
        "properties": {"file": {"type": "string", "format": "binary"}},
        "required": ["file"],
    },
    "encoding": {"file": {"contentType": ", ".join(_KINDS)}},
}


class Image:
    def __init__(self, recognition: Recognition, pace: PhotoPace, uploads: Uploads, familys_language: str) -> None:
        """A hint is for people: a program reads it to the family, in their language."""
        self._familys_language = familys_language
        self._recognition = recognition
        self._pace = pace
        self._uploads = uploads

    @property
    def operation(self) -> Operation:
        return Operation(
            "POST",
            "/image",
            self.answer,
            WebAnswer,
            (
                HTTPStatus.BAD_REQUEST,
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                HTTPStatus.SERVICE_UNAVAILABLE,
            ),
            {"multipart/form-data": _FORM, **{kind: {"schema": _PHOTO} for kind in _KINDS}},
        )

    async def answer(self, request: Request, caller: Caller) -> WebAnswer:
        """Who is in a photo, and something to talk about.

        The photo is the field `file` of a form, or the body itself. Nothing is kept of it, unless it is corrected.
        """
        try:
            photo = await self._uploads.read(request)
            if wait := self._pace.wait(caller):
                raise Refused(HTTPStatus.TOO_MANY_REQUESTS, wording.too_many(wait), wait)
            with in_language(self._familys_language):
                return await self._recognition.answer(photo, caller)
        except NoUpload as error:
            raise Refused(HTTPStatus.BAD_REQUEST, wording.no_photo()) from error
        except SeveralUploads as error:
            raise Refused(HTTPStatus.BAD_REQUEST, wording.several_photos()) from error
        except UploadUnreadable as error:
            raise Refused(HTTPStatus.BAD_REQUEST, wording.form_unreadable()) from error
        except UploadTooLarge as error:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, wording.too_large()) from error
        except PhotoError as error:
            raise Refused(HTTPStatus.BAD_REQUEST, wording.photo_refused(error.fault)) from error
        except Busy as error:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, wording.busy(), error.seconds) from error
        except NotTrained as error:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, wording.still_learning(), _AGAIN) from error
