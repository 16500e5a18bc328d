"""Raw updates to python-telegram-bot's, as far as they can be read.

A Bot API server of another version sends messages with something in them that lacks a field, as an old one's polls do.
The library refuses all of such an update; here it is read without what it can't be read with.
"""

import logging
from typing import Any

from telegram import Message, Update
from telegram.ext import ExtBot

from bot.updates.batch import RawUpdate

logger = logging.getLogger(__name__)

_NEEDED = ("message_id", "date", "chat")


def parse(raw: RawUpdate, bot: ExtBot[int]) -> Update | None:
    """None for one that lacks what nobody could answer it without. Raises what else is wrong with it."""
    try:
        return Update.de_json(raw, bot)
    except (KeyError, TypeError) as error:
        if not _is_lacking(error):
            raise
        logger.info("Update %s lacks something: %s", raw["update_id"], error)
    try:
        return Update.de_json({name: _readable(part, bot) for name, part in raw.items()}, bot)
    except (KeyError, TypeError) as error:
        if not _is_lacking(error):
            raise
        logger.warning("Update %s is ignored, because it lacks something: %s", raw["update_id"], error)
        return None


def _is_lacking(error: KeyError | TypeError) -> bool:
    return isinstance(error, KeyError) or "required" in str(error)


def _readable(part: Any, bot: ExtBot[int]) -> Any:
    """A message without what can't be read, also where another message or a tap holds it; anything else as it is."""
    match part:
        case {"message_id": _}:
            kept = {name: part[name] for name in _NEEDED if name in part}
            for name, value in part.items():
                inner = _readable(value, bot)
                if name not in kept and _can_be_read(kept | {name: inner}, bot):
                    kept[name] = inner
            return kept
        case {"message": message}:
            return part | {"message": _readable(message, bot)}
        case _:
            return part


def _can_be_read(message: RawUpdate, bot: ExtBot[int]) -> bool:
    try:
        Message.de_json(message, bot)
    except Exception:
        return False
    return True
