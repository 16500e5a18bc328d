"""A local Telegram for each test, the real client on it, and someone who talks to it."""

import io
from collections.abc import AsyncIterator

import pytest
from PIL import Image
from telegram import Bot
from telegram.request import HTTPXRequest

from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram


@pytest.fixture
async def telegram() -> AsyncIterator[LocalTelegram]:
    async with LocalTelegram() as server:
        yield server


@pytest.fixture
async def bot(telegram: LocalTelegram) -> AsyncIterator[Bot]:
    """The real client, without handlers or polling."""
    async with Bot(
        telegram.token,
        base_url=f"{telegram.url}/bot",
        base_file_url=f"{telegram.url}/file/bot",
        request=HTTPXRequest(read_timeout=5),
    ) as client:
        yield client


@pytest.fixture
async def ann(telegram: LocalTelegram) -> Person:
    """She has written to the bot, so that it may write to her."""
    person = await Person.join(telegram.url, "Ann")
    await person.say("/start")
    return person


def picture(
    color: str = "orange", size: tuple[int, int] = (640, 480), kind: str = "JPEG", orientation: int | None = None
) -> bytes:
    """A plain picture, blue in its left upper corner; with EXIF when an orientation is given."""
    image = Image.new("RGB", size, color)
    image.paste("blue", (0, 0, size[0] // 4, size[1] // 4))
    buffer = io.BytesIO()
    exif = Image.Exif()
    if orientation:
        exif[0x0112] = orientation
        exif[0x010E] = "made at home"
    image.save(buffer, kind, exif=exif)
    return buffer.getvalue()
