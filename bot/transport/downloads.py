"""The pictures in messages: which there are, and their bytes."""

import asyncio
import logging
from pathlib import Path, PurePath
from typing import Final

from telegram import Document, Message, PhotoSize
from telegram.error import BadRequest, InvalidToken
from telegram.ext import ExtBot

from bot.transport.identity import person_in
from bot.transport.local_files import read_local
from data.chats.albums import Picture
from foundation.discretion import Discretion
from inference.decoding.limits import MAX_BYTES
from inference.decoding.photo import PhotoError

logger = logging.getLogger(__name__)

DOWNLOAD_TIMEOUT: Final = 60.0  # seconds without a byte
# What a phone may call a photo it sends as a file without saying what it is.
_SUFFIXES: Final = {".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".gif"}
_UNSAID: Final = {None, "", "application/octet-stream"}


def picture_in(message: Message) -> Picture | None:
    """The message's picture, at its largest; a file counts if it is, or may be, a picture."""
    if message.photo:
        file: PhotoSize | Document = max(message.photo, key=lambda size: size.width * size.height)
    elif message.document is not None and _may_be_picture(message.document):
        file = message.document
    else:
        return None
    return Picture(
        message.chat_id,
        message.message_id,
        person_in(message),
        file.file_id,
        file.file_size,
        Discretion(bool(message.has_media_spoiler), bool(message.has_protected_content)),
    )


def _may_be_picture(file: Document) -> bool:
    if (file.mime_type or "").startswith("image/") or file.mime_type in _UNSAID:
        return True
    return PurePath(file.file_name or "").suffix.lower() in _SUFFIXES


class Downloads:
    """`files` is the folder of a Bot API server of one's own that runs with `--local`."""

    def __init__(self, bot: ExtBot[int], files: Path | None, read_timeout: float = DOWNLOAD_TIMEOUT) -> None:
        self._bot = bot
        self._files = files
        self._read_timeout = read_timeout

    async def get(self, picture: Picture) -> bytes:
        """The bytes of a picture.

        Raises:
            PhotoError: it is too big, or gone.
            FileOutOfReach: it lies on the disk, where it can't be read.
        """
        if picture.size is not None and picture.size > MAX_BYTES:
            raise PhotoError("too_big")
        for attempt in (1, 2):
            try:
                file = await self._bot.get_file(picture.file_id)
                # As the server said it: the client makes an address of every path that is no file here.
                path = (file.file_path or "").removeprefix(f"{self._bot.base_file_url}/")
                if path.startswith("/"):
                    return await self._on_disk(path)
                # Not File.download_*: it reads a local file instead where one lies at the same relative path.
                url = path if path.startswith("http") else f"{self._bot.base_file_url}/{path}"
                data = await self._bot.request.retrieve(url, read_timeout=self._read_timeout)
                if attempt == 1 and picture.size not in (None, len(data)):
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

    async def _on_disk(self, path: str) -> bytes:
        data = await asyncio.to_thread(read_local, path, self._files, MAX_BYTES)
        if len(data) > MAX_BYTES:
            raise PhotoError("too_big")
        return data
