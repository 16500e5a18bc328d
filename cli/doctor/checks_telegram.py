"""What `doctor` asks Telegram: whether it knows the token, what time it is, and whether its files can be read."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final

from cli import wording
from cli.doctor.findings import Finding, note, well, wrong
from data.settings import TELEGRAM, Settings, SettingsError
from foundation.fetching import FetchFailed, ask

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

_OFF: Final = 60.0  # seconds by which a clock may differ; TLS and people forgive minutes, logs do not
_EARLIEST: Final = datetime(2026, 1, 1, tzinfo=UTC)  # this program is younger


def token_and_clock(settings: Settings, *, does_without: bool) -> Iterator[Finding]:
    """One question answers both. Nothing that is printed holds the address: the token is in it.

    `does_without`: the family uses the pages, and may have no bot.
    """
    try:
        token = settings.bot_token()
    except SettingsError as error:
        yield note("token", wording.pages_without_telegram()) if does_without else wrong("token", str(error))
        yield _clock(None)
        return
    try:
        answer = ask(f"{settings.telegram_api}/bot{token}/getMe")
    except FetchFailed as error:
        yield note("token", wording.telegram_unreachable(settings.telegram_api, str(error)))
        yield _clock(None)
        return
    yield _token(answer)
    yield _clock(answer.headers.get("Date"))


def files(settings: Settings) -> Iterator[Finding]:
    """Whether the folder of a Bot API server of one's own can be read, where one is named."""
    folder = settings.telegram_files
    if folder is None:
        return
    if settings.telegram_api == TELEGRAM:
        yield wrong("files", wording.files_of_no_server())
        return
    try:
        with os.scandir(folder) as found:
            next(found, None)
    except OSError as error:
        yield wrong("files", wording.files_unreadable(folder, error.strerror or str(error)))
    else:
        yield well("files", wording.files_readable(folder))


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
