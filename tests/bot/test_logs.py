import logging
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.transport.errors import in_words, passes
from foundation.logs import JsonLines, Redacted, Sparing

TOKEN = "7205318844:AAExampleExampleExampleExampleExamp"


def record(message: str, *args: object, error: Exception | None = None) -> logging.LogRecord:
    exc_info = None
    if error is not None:
        try:
            raise error
        except Exception:
            exc_info = sys.exc_info()
    return logging.LogRecord("httpx", logging.INFO, "file", 1, message, args, exc_info)


@pytest.mark.parametrize(
    "one",
    [
        record("GET https://api.telegram.org/bot%s/getMe", TOKEN),
        record(f"The token `{TOKEN}` was rejected"),
        record("failed", error=RuntimeError(f"bot{TOKEN}")),
    ],
)
@pytest.mark.parametrize("formatter", [logging.Formatter(), JsonLines()])
def test_token_reaches_no_log(one: logging.LogRecord, formatter: logging.Formatter) -> None:
    text = Redacted(formatter, (TOKEN,)).format(one)
    assert TOKEN not in text
    assert "[secret]" in text


def test_trouble_in_words_never_quotes_the_token() -> None:
    assert TOKEN not in in_words(InvalidToken(f"The token `{TOKEN}` was rejected by the server."))


@pytest.mark.parametrize(
    "error", [NetworkError("x"), TimedOut(), RetryAfter(1), Conflict("x"), InvalidToken("x"), TelegramError("x")]
)
def test_telegrams_bad_days_pass(error: Exception) -> None:
    assert passes(error)


@pytest.mark.parametrize("error", [BadRequest("x"), Forbidden("x"), ValueError("x")])
def test_other_errors_are_the_updates_own(error: Exception) -> None:
    assert not passes(error)


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 4080])
def test_a_damaged_database_is_no_fault_of_an_update(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "cousinbot.db").write_bytes(content)
    with closing(sqlite3.connect(tmp_path / "cousinbot.db")) as db, pytest.raises(sqlite3.DatabaseError) as caught:
        db.execute("SELECT * FROM sqlite_schema")
    assert passes(caught.value)
    assert in_words(caught.value).startswith("The database is damaged")


def test_a_flood_of_one_kind_is_cut_and_counted() -> None:
    def at(seconds: float, line: int = 1) -> logging.LogRecord:
        one = record("no %s", "room")
        one.created, one.lineno = seconds, line
        return one

    sparing = Sparing(a_minute=3)
    assert [bool(sparing.filter(at(60 + second))) for second in range(10)] == [True] * 3 + [False] * 7
    assert sparing.filter(another := at(70, line=2))
    assert another.getMessage() == "no room"
    assert sparing.filter(later := at(120))
    assert later.getMessage() == "no room (7 more like this were left out.)"
    assert sparing.filter(later := at(180))
    assert later.getMessage() == "no room"
