"""Logs in which the bot's token never appears."""

import logging


class Redacted(logging.Formatter):
    """Formats as usual, then strikes out the secrets: in messages, arguments and tracebacks alike.

    httpx logs whole URLs, and python-telegram-bot quotes the token in an error.
    """

    def __init__(self, secrets: tuple[str, ...]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record), self._secrets)


def redact(text: str, secrets: tuple[str, ...]) -> str:
    for secret in secrets:
        text = text.replace(secret, "[secret]")
    return text


def write_to_stderr(secrets: tuple[str, ...], level: int = logging.INFO) -> None:
    """Send every logger's records to stderr through one handler at the root."""
    handler = logging.StreamHandler()
    handler.setFormatter(Redacted(tuple(secret for secret in secrets if secret)))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    # One line for every call to Telegram would bury the rest.
    logging.getLogger("httpx").setLevel(max(level, logging.WARNING))
