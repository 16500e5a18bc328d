"""The pictures in messages: which there are, and their bytes."""

import logging
from pathlib import PurePath
from typing import Final

from telegram import Document, Message, PhotoSize
from telegram.error import BadRequest, InvalidToken
from telegram.ext import ExtBot

from inference.decoding.limits import MAX_BYTES
from inference.decoding.photo import PhotoError

logger = logging.getLogger(__name__)

DOWNLOAD_TIMEOUT: Final = 60.0  # seconds without a byte
# What a phone may call a photo it sends as a file without saying what it is.
_SUFFIXES: Final = {".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".gif"}
_UNSAID: Final = {None, "", "application/octet-stream"}


def picture_in(message: Message) -> PhotoSize | Document | None:
    """The message's picture, at its largest; a file counts if it is, or may be, a picture."""
    if message.photo:
        return max(message.photo, key=lambda size: size.width * size.height)
    file = message.document
    if file is None:
        return None
    is_picture = (file.mime_type or "").startswith("image/")
    may_be = file.mime_type in _UNSAID or PurePath(file.file_name or "").suffix.lower() in _SUFFIXES
    return file if is_picture or may_be else None


async def download(bot: ExtBot[int], picture: PhotoSize | Document, read_timeout: float = DOWNLOAD_TIMEOUT) -> bytes:
    """The bytes of a picture.

    Raises:
        PhotoError: it is too big, or gone.
    """
    if picture.file_size is not None and picture.file_size > MAX_BYTES:
        raise PhotoError("too_big")
    for attempt in (1, 2):
        try:
            file = await bot.get_file(picture.file_id)
            path = file.file_path or ""
            # Not File.download_*: it reads a local file instead where one lies at the same relative path.
            url = path if path.startswith("http") else f"{bot.base_file_url}/{path}"
            data = await bot.request.retrieve(url, read_timeout=read_timeout)
            if attempt == 1 and picture.file_size not in (None, len(data)):
                logger.info("A picture came in part, or something else in its place: once more.")
                continue
            return data
        except BadRequest as error:
            logger.info("No picture: %s", error)
            raise PhotoError("too_big" if "too big" in error.message.lower() else "gone") from error
        except InvalidToken as error:
            # A link that has run out is a 404, which is also what a wrong token gets: a new link tells them apart.
            if attempt == 2:
                raise PhotoError("gone") from error
    raise AssertionError
