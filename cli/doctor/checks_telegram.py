"""What `doctor` asks Telegram: whether it knows the token, and what time it is."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import httpx

from cli import wording
from cli.doctor.findings import Finding, note, well, wrong
from data.settings import Settings, SettingsError

_PATIENCE: Final = 10.0  # seconds
_OFF: Final = 60.0  # seconds by which a clock may differ; TLS and people forgive minutes, logs do not
_EARLIEST: Final = datetime(2026, 1, 1, tzinfo=UTC)  # this program is younger


def token_and_clock(settings: Settings) -> Iterator[Finding]:
    """One question answers both. Nothing that is printed holds the address: the token is in it."""
    try:
        token = settings.bot_token()
    except SettingsError as error:
        yield wrong("token", str(error))
        yield _clock(None)
        return
    try:
        with httpx.Client(timeout=_PATIENCE) as client:
            answer = client.get(f"{settings.telegram_api}/bot{token}/getMe")
    except (httpx.HTTPError, httpx.InvalidURL, OSError):
        yield note("token", wording.telegram_unreachable(settings.telegram_api))
        yield _clock(None)
        return
    yield _token(answer)
    yield _clock(answer.headers.get("Date"))


def _token(answer: httpx.Response) -> Finding:
    try:
        said: Any = answer.json()
        name = said["result"]["username"] if said["ok"] else None
    except (ValueError, KeyError, TypeError):
        name = None
    if name:
        return well("token", wording.token_known(name))
    if answer.status_code in (401, 404):
        return wrong("token", wording.token_unknown())
    return note("token", wording.telegram_failing(answer.status_code))


def _clock(date: str | None) -> Finding:
    now = datetime.now(UTC)
    try:
        theirs = parsedate_to_datetime(date) if date else None
    except ValueError:
        theirs = None
    if theirs is not None:
        off = abs((now - theirs.astimezone(UTC)).total_seconds())
        if off > _OFF:
            return wrong("clock", wording.clock_off(off))
        return well("clock", wording.clock_agrees())
    if now < _EARLIEST:
        return wrong("clock", wording.clock_behind(now))
    return well("clock", wording.clock_says(now))
