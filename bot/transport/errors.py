"""What can go wrong, sorted by who has to do something about it."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final, Literal

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from foundation.reader import in_language
from foundation.storage_errors import explain_storage_error

logger = logging.getLogger(__name__)


class BotError(Exception):
    """The bot cannot run; the message is one sentence that says why and what to do."""


class Later(Exception):
    """An update shall be handled again in so many seconds; nothing is wrong with it."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"in {seconds:.1f} s")
        self.seconds = seconds


_TOPIC_GONE = ("message thread not found", "topic_deleted", "topic_closed")
# Telegram's ways of saying that what we wanted to change is gone, or is as we want it already.
_EXPECTED = (
    "message is not modified",
    "message to edit not found",
    "message can't be edited",
    "message to delete not found",
    "message can't be deleted",
    "query is too old",
    "query id is invalid",
    "chat not found",
    "user not found",
    "there is no text in the message to edit",
    "there is no caption in the message to edit",
    *_TOPIC_GONE,
)


Right = Literal["photos", "messages"]
"""What a bot may be allowed to send in a group, or not."""
_REFUSED: Final = ("not enough rights", "have no rights", "_forbidden", "chat_restricted")


def missing_right(error: BadRequest) -> Right | None:
    """What may not be sent in this group; None where it is refused for something else."""
    words = error.message.lower()
    if not any(refused in words for refused in _REFUSED):
        return None
    return "photos" if "photo" in words or "media" in words else "messages"


@contextmanager
def quietly() -> Iterator[None]:
    """Let pass what is nobody's mistake: they blocked the bot, deleted the message, tapped too late, may not be written
    to."""
    try:
        yield
    except Forbidden as error:
        logger.info("Telegram would not deliver: %s", error)
    except ChatMigrated as error:
        logger.info("What was to be changed stayed behind in a group that moved: %s", error)
    except BadRequest as error:
        if not missing_right(error) and not any(words in error.message.lower() for words in _EXPECTED):
            raise
        logger.info("Nothing to change: %s", error)


def is_topic_gone(error: BadRequest) -> bool:
    """Whether a message was not taken because its topic was deleted or closed."""
    return any(words in error.message.lower() for words in _TOPIC_GONE)


def passes(error: Exception) -> bool:
    """Whether it is Telegram's bad day or the disk's, not this update's fault: worth trying for as long as it takes."""
    if explain_storage_error(error):
        return True
    if isinstance(error, BadRequest):  # a NetworkError by inheritance only
        return False
    if _is_unreadable(error):
        return True
    return isinstance(error, NetworkError | RetryAfter | Conflict | InvalidToken | EndPointNotFound)


def in_words(error: Exception) -> str:
    """A Telegram error for the log, in English: what it means. Telegram's own text may quote the token, and is not
    used."""
    with in_language():
        return _in_words(error)


def _in_words(error: Exception) -> str:
    if matter := explain_storage_error(error):
        return matter.removesuffix(".")
    match error:
        case InvalidToken() | EndPointNotFound():
            return "Telegram does not accept the bot's token (was it revoked at @BotFather?)"
        case Conflict():
            return "another program receives this bot's messages; stop it, or remove its webhook"
        case RetryAfter():
            return f"Telegram asks for a pause of {seconds(error.retry_after):.0f} s"
        case asyncio.TimeoutError():
            return "it took too long"
        case TelegramError() if _is_unreadable(error):
            return "something else than Telegram answers, or half of Telegram"
        case NetworkError() if not isinstance(error, BadRequest):
            return "Telegram cannot be reached"
        case _:
            return f"{type(error).__name__}: {error}"


def _is_unreadable(error: Exception) -> bool:
    """An answer that is no JSON, from a proxy for example, is a bare TelegramError."""
    return type(error) is TelegramError


def asked_to_wait(error: Exception) -> float:
    """How many seconds Telegram wants to be left alone; mostly none."""
    return seconds(error.retry_after) if isinstance(error, RetryAfter) else 0


def seconds(duration: float | timedelta) -> float:
    return duration.total_seconds() if isinstance(duration, timedelta) else duration
