"""A photo on its way in over HTTP: as a form's field, or as the body itself; in memory alone, and no more than there is
room for."""

from contextlib import suppress
from typing import Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from inference.decoding.limits import MAX_BYTES
from web.api.recognition import Busy

FIELD: Final = b"file"
MOST_AT_ONCE: Final = 24  # bodies in memory
_FORM: Final = 2**16  # bytes that a form may have around its photo
_DRAINED: Final = 4 * MAX_BYTES
"""How much of a body that is too large is read, and thrown away: most programs look for the answer only after they have
sent everything."""


class UploadTooLarge(Exception):
    """It has more bytes than a photo may."""


class UploadUnreadable(Exception):
    """It is no form, though it says so."""


class NoUpload(Exception):
    """There is no photo in it."""


class SeveralUploads(Exception):
    """There is more than one photo in it."""


class Uploads:
    def __init__(self, most_at_once: int = MOST_AT_ONCE) -> None:
        self._most_at_once = most_at_once
        self._at_once = 0

    async def read(self, request: Request) -> bytes:
        """The photo in this request.

        Raises:
            Busy: as many are being read as there is room for.
            UploadTooLarge, UploadUnreadable, NoUpload, SeveralUploads: there is no photo to be had from it.
            ClientDisconnect: nobody waits for an answer.
        """
        if self._at_once >= self._most_at_once:
            with suppress(UploadTooLarge):
                await _body(request, 0)
            raise Busy
        self._at_once += 1
        try:
            kind, options = parse_options_header(request.headers.get("content-type"))
            if kind.lower() != b"multipart/form-data":
                return _not_empty(await _body(request, MAX_BYTES))
            return _photo_in(await _body(request, MAX_BYTES + _FORM), options.get(b"boundary", b""))
        finally:
            self._at_once -= 1


async def _body(request: Request, most: int) -> bytes:
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > _DRAINED:
        raise UploadTooLarge
    body, read = bytearray(), 0
    async for chunk in request.stream():
        read += len(chunk)
        if read > _DRAINED:
            break
        if read <= most:
            body += chunk
        else:
            body.clear()
    if read > most:
        raise UploadTooLarge
    return bytes(body)


def _photo_in(form: bytes, boundary: bytes) -> bytes:
    names: list[bytes] = []
    found: dict[int, bytearray] = {}
    header, value = bytearray(), bytearray()

    def on_part_begin() -> None:
        names.append(b"")

    def on_header_end() -> None:
        if header.lower() == b"content-disposition":
            names[-1] = parse_options_header(bytes(value))[1].get(b"name", b"")
            if names[-1] == FIELD:
                found[len(names)] = bytearray()
        header.clear()
        value.clear()

    def on_part_data(data: bytes, start: int, end: int) -> None:
        if names[-1] == FIELD:
            found[len(names)] += data[start:end]

    try:
        parser = MultipartParser(
            boundary,
            {
                "on_part_begin": on_part_begin,
                "on_header_field": lambda data, start, end: header.extend(data[start:end]),
                "on_header_value": lambda data, start, end: value.extend(data[start:end]),
                "on_header_end": on_header_end,
                "on_part_data": on_part_data,
            },
        )
        parser.write(form)
        parser.finalize()
    except FormParserError as error:
        raise UploadUnreadable from error
    photos = list(found.values())
    if len(photos) > 1:
        raise SeveralUploads
    if not photos:
        raise NoUpload
    return _within(_not_empty(bytes(photos[0])))


def _not_empty(photo: bytes) -> bytes:
    if not photo:
        raise NoUpload
    return photo


def _within(photo: bytes) -> bytes:
    if len(photo) > MAX_BYTES:
        raise UploadTooLarge
    return photo
