"""The log: one line a record, for people or for machines, in which no secret appears."""

import json
import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, Literal, TextIO

from foundation.reader import in_language

Format = Literal["text", "json"]
A_MINUTE: Final = 30  # records from one line of the program


class Redacted(logging.Formatter):
    """Formats as another formatter does, then strikes out the secrets: in messages, arguments and tracebacks alike.

    httpx logs whole URLs, and python-telegram-bot quotes the token in an error.
    """

    def __init__(self, formatter: logging.Formatter, secrets: tuple[str, ...]) -> None:
        super().__init__()
        self._formatter = formatter
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        return redact(self._formatter.format(record), self._secrets)


class Sparing(logging.Filter):
    """Lets so many records a minute through from each line of the program, and counts the others.

    Outsiders can cause some records as often as they like: a log that has room for each of them fills the disk.
    """

    def __init__(self, a_minute: int = A_MINUTE) -> None:
        super().__init__()
        self._a_minute = a_minute
        self._minutes: dict[tuple[str, int], tuple[int, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """The first record of the next minute says how many there were."""
        line, minute = (record.pathname, record.lineno), int(record.created // 60)
        since, count = self._minutes.get(line, (minute, 0))
        left_out = count - self._a_minute if since != minute else 0
        if since != minute:
            count = 0
        self._minutes[line] = minute, count + 1
        if left_out > 0:
            record.msg, record.args = f"{record.getMessage()} ({left_out} more like this were left out.)", None
        return count < self._a_minute


class JsonLines(logging.Formatter):
    """One JSON object a record: time, level, logger, message, and where there are some update and traceback.

    `update` tells the number of the update that is being handled.
    """

    def __init__(self, update: Callable[[], int | None] = lambda: None) -> None:
        super().__init__()
        self._update = update

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if (update := self._update()) is not None:
            line["update"] = update
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class InEnglish(logging.StreamHandler[TextIO]):
    """Writes records to stderr in English, whoever is answered meanwhile: errors have our own sentences in them."""

    def handle(self, record: logging.LogRecord) -> bool:
        with in_language():
            return bool(super().handle(record))


def redact(text: str, secrets: tuple[str, ...]) -> str:
    for secret in secrets:
        text = text.replace(secret, "[secret]")
    return text


def write_to_stderr(
    secrets: tuple[str, ...],
    written: Format | None = None,
    level: int = logging.INFO,
    update: Callable[[], int | None] = lambda: None,
) -> None:
    """Send every logger's records to stderr through one handler at the root.

    Unless `written` says how, a terminal gets text, and whoever else collects it gets JSON lines.
    """
    as_text = written == "text" or (written is None and sys.stderr.isatty())
    formatter = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s") if as_text else JsonLines(update)
    handler = InEnglish()
    handler.addFilter(Sparing())
    handler.setFormatter(Redacted(formatter, tuple(secret for secret in secrets if secret)))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    # One line for every call to Telegram would bury the rest.
    logging.getLogger("httpx").setLevel(max(level, logging.WARNING))
