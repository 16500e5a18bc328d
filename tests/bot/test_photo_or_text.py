"""A picture with its text, against the local Telegram, which counts a caption's characters as Telegram does."""

from html import escape

import pytest
from telegram.ext import AIORateLimiter, ExtBot

from bot.transport import photo_or_text
from bot.transport.photo_or_text import CAPTION_LIMIT
from demo.telegram.person import Person
from demo.telegram.server import LocalTelegram
from tests.bot.conftest import jpeg


@pytest.mark.parametrize(
    ("text", "parse_mode", "is_caption"),
    [
        ("&" * CAPTION_LIMIT, None, True),
        ("&" * (CAPTION_LIMIT + 1), None, False),
        (f"<b>{escape('&' * CAPTION_LIMIT)}</b>", "HTML", True),
        (f"<b>{escape('&' * CAPTION_LIMIT)}</b>.", "HTML", False),
    ],
)
async def test_a_text_is_a_caption_where_what_people_see_of_it_fits(
    telegram: LocalTelegram, text: str, parse_mode: str | None, *, is_caption: bool
) -> None:
    ada = await Person.join(telegram.url, "Ada")
    await ada.say("hello")
    throttled = ExtBot(telegram.token, f"{telegram.url}/bot", f"{telegram.url}/file/bot", rate_limiter=AIORateLimiter())
    async with throttled as bot:
        sent, as_caption = await photo_or_text.send(bot, ada.chat, text, jpeg(), parse_mode=parse_mode)
    assert as_caption == bool(sent.caption) == is_caption
