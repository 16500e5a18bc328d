"""Messages that are a text, or a picture with the text as its caption: sent, and edited as what they are."""

import re
from collections.abc import Awaitable, Callable
from html import unescape
from typing import Final

from telegram import InlineKeyboardMarkup, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest
from telegram.ext import ExtBot

from bot.transport.errors import missing_right, quietly
from foundation.discretion import NO_WISHES, Discretion

TEXT_LIMIT: Final = 4096
CAPTION_LIMIT: Final = 1024
"""Characters as people see them: without markup."""

_TAG: Final = re.compile("<[^>]*>")


async def send(
    bot: ExtBot[int],
    chat_id: int,
    text: str,
    picture: bytes | None = None,
    *,
    markup: InlineKeyboardMarkup | None = None,
    reply_to: int | None = None,
    parse_mode: str | None = None,
    discretion: Discretion = NO_WISHES,
    without_picture: Callable[[], Awaitable[None]] | None = None,
) -> tuple[Message, bool]:
    """Send a text, with a `picture` if there is one; returns the message that has the text, and whether as a caption.

    A text too long for a caption goes out by itself, behind its picture. `discretion` is what the photos that are shown
    or spoken of ask for. Where no picture may be sent the text goes out all the same, and `without_picture` is called.
    """
    spoiler, protect = discretion.spoiler or None, discretion.protected or None
    reply = None if reply_to is None else ReplyParameters(reply_to, allow_sending_without_reply=True)
    if picture is not None:
        try:
            if visible(text, parse_mode) <= CAPTION_LIMIT:
                message = await bot.send_photo(
                    chat_id,
                    picture,
                    text,
                    reply_parameters=reply,
                    reply_markup=markup,
                    parse_mode=parse_mode,
                    has_spoiler=spoiler,
                    protect_content=protect,
                )
                return message, True
            await bot.send_photo(chat_id, picture, reply_parameters=reply, has_spoiler=spoiler, protect_content=protect)
        except BadRequest as error:
            if missing_right(error) != "photos":
                raise
            if without_picture is not None:
                await without_picture()
    message = await bot.send_message(
        chat_id, text, reply_parameters=reply, reply_markup=markup, parse_mode=parse_mode, protect_content=protect
    )
    return message, False


async def edit(
    bot: ExtBot[int],
    chat_id: int,
    message_id: int,
    text: str,
    *,
    has_picture: bool,
    markup: InlineKeyboardMarkup | None = None,
    parse_mode: str | None = None,
) -> None:
    """Replace a message's text or caption, and its buttons by these or by none. One that is gone is let be."""
    with quietly():
        if has_picture:
            await bot.edit_message_caption(
                chat_id, message_id, caption=text, reply_markup=markup, parse_mode=parse_mode
            )
        else:
            await bot.edit_message_text(text, chat_id, message_id, reply_markup=markup, parse_mode=parse_mode)


async def edit_buttons(bot: ExtBot[int], chat_id: int, message_id: int, markup: InlineKeyboardMarkup | None) -> None:
    """Put other buttons under a message, or none. One that is gone is let be."""
    with quietly():
        await bot.edit_message_reply_markup(chat_id, message_id, reply_markup=markup)


def visible(text: str, parse_mode: str | None) -> int:
    """How many characters of a text people see, which is what Telegram counts."""
    return len(unescape(_TAG.sub("", text)) if parse_mode == ParseMode.HTML else text)
