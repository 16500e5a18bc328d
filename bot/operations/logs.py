"""The log: one line a record, for people or for machines, in which the bot's token never appears."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Literal

from bot.transport.outbox import current_update

Format = Literal["text", "json"]


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


class JsonLines(logging.Formatter):
    """One JSON object a record: time, level, logger, message, and where there are some update and traceback."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if (update := current_update()) is not None:
            line["update"] = update
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def redact(text: str, secrets: tuple[str, ...]) -> str:
    for secret in secrets:
        text = text.replace(secret, "[secret]")
    return text


def write_to_stderr(secrets: tuple[str, ...], written: Format | None = None, level: int = logging.INFO) -> None:
    """Send every logger's records to stderr through one handler at the root.

    Unless `written` says how, a terminal gets text, and whoever else collects it gets JSON lines.
    """
    as_text = written == "text" or (written is None and sys.stderr.isatty())
    formatter = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s") if as_text else JsonLines()
    handler = logging.StreamHandler()
    handler.setFormatter(Redacted(formatter, tuple(secret for secret in secrets if secret)))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    # One line for every call to Telegram would bury the rest.
    logging.getLogger("httpx").setLevel(max(level, logging.WARNING))
