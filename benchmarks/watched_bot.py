"""The real bot for a measurement: `python -m benchmarks.watched_bot FILE` writes down what its answers wait for.

A line of FILE is `update what start end`, in Unix time; update 0 is none. Messages go out as fast as they are ready,
where the real Telegram takes 30 a second. Nothing else differs from `cousinbot run`.
"""

import sys
import time
from collections.abc import Awaitable, Callable
from functools import wraps
from pathlib import Path
from typing import Final, ParamSpec, TextIO, TypeVar

import aiosqlite
from telegram.request import HTTPXRequest

import bot.transport.outbox
from actions.inbox import Inbox
from bot.app import run
from data.settings import load_settings
from inference.decoding.sandbox import Decoding
from inference.service import RecognitionService

WATCHED: Final = (
    ("sqlite", aiosqlite.Connection, "_execute"),
    ("telegram", HTTPXRequest, "do_request"),
    ("decode", Decoding, "_ask"),
    ("recognise", RecognitionService, "recognize"),
    ("keep", Inbox, "keep"),
)

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def watched(
    method: Callable[Arguments, Awaitable[Result]], what: str, file: TextIO
) -> Callable[Arguments, Awaitable[Result]]:
    """The method, which notes when it was waited for."""

    @wraps(method)
    async def wrapper(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        start = time.time()
        try:
            return await method(*args, **kwargs)
        finally:
            file.write(f"{bot.transport.outbox.current_update() or 0} {what} {start:.6f} {time.time():.6f}\n")

    return wrapper


def main() -> None:
    """Run until SIGTERM."""
    with Path(sys.argv[1]).open("w", encoding="ascii", buffering=1) as file:
        for what, owner, name in WATCHED:
            setattr(owner, name, watched(getattr(owner, name), what, file))
        bot.transport.outbox.A_SECOND = 0  # no limit
        run(load_settings())


if __name__ == "__main__":
    main()
